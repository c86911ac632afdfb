"""What an opcode costs on the RISC-V machine, workload by workload: counts, so they are exact.

The difference of two runs of the forward image, of ``FEW`` and of ``MANY`` rounds, over the opcodes
between them, which a kernel that traces counts on x86-64.

Units:   instructions of the machine; a delegation is one.
Errors:  BenchmarkError when the transaction fails.
"""

from dataclasses import dataclass

from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.bench.engines import BenchmarkError, batch_of
from zkos.host.bench.workloads import Workload
from zkos.host.tracing.events import Event, EventReader, Tracer
from zkos.interface.results import TRANSACTION_SUCCESS

FEW, MANY = 4, 24


@dataclass(frozen=True)
class MachineCost:
    """Opcodes and instructions of ``MANY - FEW`` rounds."""

    workload: str
    opcodes: int
    instructions: int

    @property
    def per_opcode(self) -> float:
        """Instructions per opcode."""
        return self.instructions / self.opcodes


class _Counter(Tracer):
    """Counts opcodes."""

    def __init__(self) -> None:
        self.opcodes = 0

    def step(self, event: Event, _: bytes) -> None:
        """Count one."""
        self.opcodes += 1


def count_instructions(workload: Workload) -> int:
    """Run a workload on the machine; give the instructions of the rounds."""
    counts = []
    for rounds in (FEW, MANY):
        run = Runner(ExecutorName.RISCV).run_forward(batch_of(workload, rounds))
        if run.ledger.blocks[0].outcome.transactions[0]["status"] != TRANSACTION_SUCCESS:
            raise BenchmarkError(f"{workload.name}: our transaction failed on the machine")
        assert run.machine is not None
        counts.append(run.machine.cycles)
    return counts[1] - counts[0]


def count_opcodes(workload: Workload) -> int:
    """Run a workload with a trace; give the opcodes of the rounds."""
    counts = []
    for rounds in (FEW, MANY):
        counter = _Counter()
        Runner(take_event=EventReader(counter).take).run_forward(batch_of(workload, rounds))
        counts.append(counter.opcodes)
    return counts[1] - counts[0]


def measure_machine(workload: Workload) -> MachineCost:
    """Count both."""
    return MachineCost(workload.name, count_opcodes(workload), count_instructions(workload))
