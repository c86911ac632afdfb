"""Hunt for differences: both programs on hostile batches, and which instructions they reach.

    python -m tests.golden.hunt --program official.bin --first 1000 --count 500
    python -m tests.golden.hunt --program official.bin --count 1500 --keep

A batch must end alike in both: the same public input, which is also what the forward run predicts,
from the same words (advice left out), or a stop of both. ``--keep`` begins with what the golden
batches reach, and makes those that reach much more the hostile golden batches: for a new generator
or new branches; ``python -m tests.golden.record`` has to follow.

Errors:  exit status 1 when anything differs.
"""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.golden import store
from tests.golden.edge_batches import BATCHES
from tests.golden.hostile_batches import hostile_batch
from zkos.host import block_file
from zkos.host.batch import Batch, Flavour
from zkos.host.batch_run import Runner
from zkos.host.errors import RunError, ZkosError
from zkos.host.executors.kernel_images import KernelImage, build_image
from zkos.host.machine import DEFAULT_LIMIT, Machine, QueryOracle
from zkos.host.oracle.answers import BatchOracle, ChangesOf
from zkos.host.oracle.border import Border
from zkos.host.oracle.memory import Memory
from zkos.host.state.state import MemoryState
from zkos.interface.oracle_queries import QUERIES_BY_ID

MODEXP_ADVICE = 0x4005_0010
"""Asked by both programs, for numbers that they divide at other moments."""
STOPPED = "a stop"
MUCH = 40
"""New instructions that make a batch worth keeping."""
MOST = 40
"""So many are kept."""


@dataclass
class Program:
    """A program, and the places of the instructions that it has executed, one byte each."""

    machine: Machine
    reached: int = 0
    words: list[int] = field(default_factory=list)

    def run(self, batch: Batch, changes_of: ChangesOf) -> tuple[str, int]:
        """Run a batch; gives how it ended and how many instructions were new."""
        state = MemoryState(batch.initial_state)
        border = Border(BatchOracle(batch, state, changes_of).answer)
        self.words = []

        def answer(query: int, parameters: Any, memory: Memory | None) -> list[int]:
            found = border.query(query, parameters, memory)
            known = QUERIES_BY_ID.get(query)
            if query != MODEXP_ADVICE and not (known is not None and known.is_advice):
                self.words += [query, *found]
            return found

        try:
            result = self.machine.run(oracle=QueryOracle(answer), limit=DEFAULT_LIMIT, profile=True)
        except ZkosError:
            return STOPPED, 0
        assert result.profile is not None
        executed = int.from_bytes(bytes(map(bool, result.profile.counts)), "little")
        new = (executed & ~self.reached).bit_count()
        self.reached |= executed
        return result.public_input.hex(), new


@dataclass(frozen=True)
class Finding:
    """What became of one batch."""

    difference: str
    is_stopped: bool
    new: tuple[int, int]


@dataclass
class Hunt:
    """Our program and another one on batch after batch."""

    ours: Program
    other: Program

    def compare(self, document: dict[str, Any]) -> Finding:
        """Run both on a batch."""
        batch = block_file.parse(document)
        predicted, changes_of = _forward(batch)
        our_end, our_new = self.ours.run(batch, changes_of)
        end, new = self.other.run(batch, changes_of)
        difference = ""
        if our_end != end:
            difference = f"ours ends with {our_end}, the other with {end}"
        elif end != STOPPED and predicted != end:
            difference = f"both end with {end}, the forward run predicts {predicted}"
        elif end != STOPPED and self.ours.words != self.other.words:
            difference = f"words read: {len(self.ours.words)} and {len(self.other.words)}"
        return Finding(difference, end == STOPPED, (our_new, new))


def _forward(batch: Batch) -> tuple[str, ChangesOf]:
    """Run forward: what it predicts, and what its blocks change."""
    try:
        ledger = Runner().run_forward(batch).ledger
    except RunError as error:
        reason = error

        def refuse(index: int) -> Any:
            raise RunError(f"block {index} has no changes: {reason}")

        return STOPPED, refuse
    changes = [settled.outcome.changes for settled in ledger.blocks]
    predicted = "" if ledger.public_input is None else ledger.public_input.hex()
    return predicted, changes.__getitem__


def start(program: bytes) -> Hunt:
    """Load both programs."""
    built = build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True))
    return Hunt(Program(Machine(built.path.read_bytes())), Program(Machine(program)))


def reached(hunt: Hunt) -> str:
    """Tell how many instructions each program has executed."""
    ours, other = hunt.ours.reached.bit_count(), hunt.other.reached.bit_count()
    return f"instructions reached: ours {ours:,}, the other {other:,}"


def run_golden(hunt: Hunt) -> None:
    """Reach what the golden batches reach, the hostile ones excepted."""
    for name in [*BATCHES, *store.random_names()]:
        found = hunt.compare(store.document(name))
        if found.difference:
            print(f"{name}: {found.difference}")
    print(f"golden batches: {reached(hunt)}")


def main() -> int:
    """Hunt; the exit status is 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True, help="the other program's image")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=100, help="number of batches")
    parser.add_argument("--keep", action="store_true", help="write the hostile golden batches")
    chosen = parser.parse_args()
    hunt = start(chosen.program.read_bytes())
    if chosen.keep:
        run_golden(hunt)
    kept: list[dict[str, Any]] = []
    different = stopped = 0
    for seed in range(chosen.first, chosen.first + chosen.count):
        document = hostile_batch(seed)
        found = hunt.compare(document)
        stopped += found.is_stopped
        if found.difference:
            different += 1
            print(f"seed {seed}: {found.difference}", flush=True)
        elif chosen.keep and max(found.new) >= MUCH and len(kept) < MOST:
            kept.append(document)
    print(f"{chosen.count - different} alike, {stopped} of them stops; {different} different")
    print(reached(hunt))
    if chosen.keep:
        store.write_batches(store.HOSTILE_FILE, kept)
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
