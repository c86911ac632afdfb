"""Our proving image and another program on one batch, both answered by the same oracle.

The other program is any flat image that speaks the oracle's protocol: the official one of
v0.2.5, or an earlier image of ours. The forward run comes first: it tells the oracle what each
block changed, and predicts the public input.

Errors:  InputError for a flavour that only our images know, ImageError, MachineStopError of either
         program, and what the forward run raises.
"""

from dataclasses import dataclass

from zkos.host.batch import Batch, Flavour
from zkos.host.batch_run import Runner
from zkos.host.errors import InputError
from zkos.host.executors.kernel_images import KernelImage, Progress, build_image
from zkos.host.machine import DEFAULT_LIMIT, Cost, Machine, QueryOracle
from zkos.host.oracle.answers import BatchOracle, ChangesOf
from zkos.host.oracle.border import Border
from zkos.host.profiling.sections import SECTIONS, Section, SectionMeter
from zkos.host.state.state import MemoryState


@dataclass(frozen=True)
class ProgramRun:
    """One program's run of a batch."""

    public_input: bytes
    cost: Cost
    sections: tuple[Section, ...]

    def by_kind(self) -> dict[str, Cost]:
        """Add up the sections of each kind."""
        totals = {kind: Cost() for kind in SECTIONS}
        for section in self.sections:
            totals[section.kind] += section.cost
        return totals


@dataclass(frozen=True)
class Comparison:
    """Both programs, and what the forward run predicts (None where it cannot)."""

    predicted: bytes | None
    ours: ProgramRun
    other: ProgramRun

    @property
    def is_equal(self) -> bool:
        """Say whether all public inputs are the same."""
        found = {self.ours.public_input, self.other.public_input}
        return found == {self.predicted or self.ours.public_input}

    @property
    def ratio(self) -> float:
        """Our effective cycles over the other program's."""
        return self.ours.cost.effective / self.other.cost.effective


def run_program(
    image: bytes, batch: Batch, changes_of: ChangesOf, limit: int = DEFAULT_LIMIT
) -> ProgramRun:
    """Run one image, its queries answered live and its sections measured."""
    machine = Machine(image)
    border = Border(BatchOracle(batch, MemoryState(batch.initial_state), changes_of).answer)
    meter = SectionMeter(border.query, machine.counts)
    result = machine.run(oracle=QueryOracle(meter.answer), limit=limit)
    return ProgramRun(result.public_input, result.cost, tuple(meter.finish(result.cost)))


def compare_programs(
    program: bytes, batch: Batch, progress: Progress | None = None, limit: int = DEFAULT_LIMIT
) -> Comparison:
    """Run our image and another program on a batch."""
    if batch.flavour is not Flavour.PRODUCTION:
        raise InputError(
            "a comparison needs a batch of the production flavour, "
            f"got {batch.flavour.value!r}: no other program knows it"
        )
    ledger = Runner(progress=progress).run_forward(batch).ledger
    changes = [settled.outcome.changes for settled in ledger.blocks]
    built = build_image(KernelImage(True, batch.flavour, on_machine=True), progress)
    ours = run_program(built.path.read_bytes(), batch, changes.__getitem__, limit)
    other = run_program(program, batch, changes.__getitem__, limit)
    return Comparison(ledger.public_input, ours, other)
