"""Running a batch: forward for the results, proving for the public input and the words.

A proving run is a forward run, then the proving kernel over the same batch with an oracle that
records what it answers. On ``riscv`` the image reads the recorded words and nothing else. The
host computes the commitments a second time from the forward run's results; a difference ends the
run.

Units:   seconds of wall time by stage.
Errors:  KernelError, MachineStopError, OracleError, BuildError; MismatchError when runs disagree.
"""

import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from enum import Enum

from zkos.host.batch import Batch
from zkos.host.errors import BuildError, MismatchError, RunError
from zkos.host.executors.kernel_images import Extra, KernelImage, Progress
from zkos.host.executors.kernel_run import Executor, KernelRun, MachineCounts
from zkos.host.executors.python import PythonExecutor
from zkos.host.executors.riscv import RiscvExecutor
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.ledger import Ledger, settle
from zkos.host.oracle.answers import BatchOracle, BlockChanges
from zkos.host.oracle.border import Border, TakeEvent, ignore_event
from zkos.host.profiling.run_profile import RunProfile
from zkos.host.results import ResultKeeper
from zkos.host.state.state import MemoryState, State


class Mode(Enum):
    """What a run is for."""

    FORWARD = "forward"
    PROVING = "proving"


class ExecutorName(Enum):
    """Where the kernel runs."""

    PYTHON = "python"
    X86_64 = "x86_64"
    RISCV = "riscv"


@dataclass(frozen=True)
class BatchRun:
    """A batch that ran to its end."""

    mode: Mode
    executor: ExecutorName
    ledger: Ledger
    public_input: bytes | None
    """Of the proving kernel in proving mode, else as predicted."""
    words: "array[int] | None" = None
    """What the proving kernel read; None in forward mode."""
    machine: MachineCounts | None = None
    profile: RunProfile | None = None
    seconds: dict[str, float] = field(default_factory=dict)


OpenState = Callable[[Batch], AbstractContextManager[State]]
"""Gives the state before a batch; its changes are dropped when it is closed."""


def memory_state(batch: Batch) -> AbstractContextManager[State]:
    """Make the state that the batch itself describes."""
    return nullcontext(MemoryState(batch.initial_state))


@dataclass
class Runner:
    """Runs batches on one executor."""

    executor: ExecutorName = ExecutorName.X86_64
    progress: Progress | None = None
    profiles: bool = False
    open_state: OpenState = memory_state
    take_event: TakeEvent | None = None
    """Takes the events of forward runs; not for the machine."""
    extra: Extra = Extra.TRACING
    """What the image that tells them does besides."""

    def run(self, batch: Batch, mode: Mode) -> BatchRun:
        """Run a batch in a mode."""
        return self.run_forward(batch) if mode is Mode.FORWARD else self.run_proving(batch)

    def run_forward(self, batch: Batch) -> BatchRun:
        """Run a batch for its results."""
        run, ledger = self._forward(batch, self.executor)
        return BatchRun(
            Mode.FORWARD,
            self.executor,
            ledger,
            ledger.public_input,
            machine=run.machine,
            profile=run.profile,
            seconds=dict(run.seconds),
        )

    def run_proving(self, batch: Batch) -> BatchRun:
        """Run a batch for its results, then for its public input."""
        host_executor = self.executor
        if host_executor is ExecutorName.RISCV:
            host_executor = ExecutorName.X86_64
        forward, ledger = self._forward(batch, host_executor)
        changes = [settled.outcome.changes for settled in ledger.blocks]
        border, recorded = self._record(batch, changes, host_executor)
        seconds = {f"forward {stage}": time for stage, time in forward.seconds.items()}
        seconds |= {f"proving {stage}": time for stage, time in recorded.seconds.items()}
        proved = recorded
        if self.executor is ExecutorName.RISCV:
            image = KernelImage(True, batch.flavour, on_machine=True)
            executor = RiscvExecutor(self.progress, self.profiles)
            proved = executor.run_words(image, border.words)
            seconds |= {f"machine {stage}": time for stage, time in proved.seconds.items()}
            check_equal("public input", "x86_64", recorded.output, "riscv", proved.output)
        if ledger.public_input is not None:
            check_equal("public input", "forward", ledger.public_input, "proving", proved.output)
        return BatchRun(
            Mode.PROVING,
            self.executor,
            ledger,
            proved.output,
            border.words,
            proved.machine,
            proved.profile,
            seconds,
        )

    def _forward(self, batch: Batch, name: ExecutorName) -> tuple[KernelRun, Ledger]:
        keeper = ResultKeeper()
        executor, image = self._executor(name), _image(False, batch, name)
        if self.take_event is not None:
            image = replace(image, extra=self.extra)
        with self.open_state(batch) as state:
            oracle = BatchOracle(batch, state, keeper.changes_of)
            border = Border(oracle.answer, keeper.take, self.take_event or ignore_event)
            with _locating(oracle):
                runs = [executor.run(image, border) for _ in batch.blocks]
        run = join_runs(runs)
        started = time.perf_counter()
        with self.open_state(batch) as state:
            ledger = settle(batch, keeper.finished(len(batch.blocks)), state)
        run.seconds["commitments"] = time.perf_counter() - started
        return run, ledger

    def _record(
        self, batch: Batch, changes: Sequence[BlockChanges], name: ExecutorName
    ) -> tuple[Border, KernelRun]:
        with self.open_state(batch) as state:
            oracle = BatchOracle(batch, state, changes.__getitem__)
            border = Border(oracle.answer)
            with _locating(oracle):
                run = self._executor(name).run(_image(True, batch, name), border)
        return border, run

    def _executor(self, name: ExecutorName) -> Executor:
        if name is ExecutorName.PYTHON:
            return PythonExecutor()
        if name is ExecutorName.X86_64:
            return X8664Executor(self.progress)
        return RiscvExecutor(self.progress, self.profiles)

    def changes_of(self, batch: Batch) -> Callable[[int], BlockChanges]:
        """Give what a live oracle needs between blocks; the forward run waits until it is asked."""
        found: list[BlockChanges] = []

        def changes(index: int) -> BlockChanges:
            if not found:
                ledger = self.run_forward(batch).ledger
                found.extend(settled.outcome.changes for settled in ledger.blocks)
            return found[index]

        return changes


def join_runs(runs: Sequence[KernelRun]) -> KernelRun:
    """Add up the runs of a batch's blocks; the last one's output and profile stay."""
    last = runs[-1]
    seconds: Counter[str] = Counter()
    delegations: Counter[str] = Counter()
    for run in runs:
        seconds.update(run.seconds)
        delegations.update(run.machine.delegations if run.machine else {})
    counts = [run.machine for run in runs if run.machine is not None]
    machine = None
    if counts:
        machine = MachineCounts(
            sum(one.cycles for one in counts),
            dict(delegations),
            sum(one.words_read for one in counts),
        )
    return KernelRun(last.output, machine, last.profile, dict(seconds))


def check_equal(what: str, name: str, value: bytes, other: str, other_value: bytes) -> None:
    """Raise MismatchError unless two runs gave the same."""
    if value != other_value:
        raise MismatchError(
            f"{what} differs: {name} 0x{value.hex()}, {other} 0x{other_value.hex()}"
        )


def _image(proving: bool, batch: Batch, name: ExecutorName) -> KernelImage:
    return KernelImage(proving, batch.flavour, on_machine=name is ExecutorName.RISCV)


@contextmanager
def _locating(oracle: BatchOracle) -> Iterator[None]:
    """Say at which block and transaction a run failed."""
    try:
        yield
    except BuildError:
        raise
    except RunError as error:
        error.context = oracle.place
        error.transaction = oracle.transaction_index
        raise
