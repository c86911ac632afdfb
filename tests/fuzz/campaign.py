"""Many worlds through both engines."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.fuzz.kernel import Kernel
from tests.fuzz.revm import Revm
from tests.fuzz.state_tests import MESSAGES, mutated_world, usable
from tests.fuzz.world import World, difference
from tests.fuzz.worlds import PROGRAMS_PER_WORLD, random_world
from zkos.host.errors import RunError
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.statetest.cases import Case, StateTest, parse_file
from zkos.host.statetest.files import read_files

STATE_TESTS = Path(__file__).parents[1] / "vectors/ethereum-state-tests/ef-state-tests.tar.xz"
PER_WORLD = {"programs": PROGRAMS_PER_WORLD, "state tests": MESSAGES}
"""Kind of worlds -> programs that each of them has."""


@cache
def state_test_cases() -> Sequence[tuple[StateTest, Case]]:
    """Read the state tests once."""
    documents = read_files([STATE_TESTS])
    return usable([test for name, document in documents for test in parse_file(name, document)])


def make_world(kind: str, seed: int) -> World:
    """Give a world by its name."""
    if kind == "programs":
        return random_world(seed)
    return mutated_world(seed, state_test_cases())


def differences(kind: str, seeds: range, statuses: Counter[str]) -> Iterator[str]:
    """Run worlds in the kernel on x86-64 and in revm; name those that end differently."""
    kernel, revm = Kernel(X8664Executor()), Revm()
    for seed in seeds:
        world = make_world(kind, seed)
        theirs = revm.run(world)
        statuses.update(result.status for result in theirs.results)
        try:
            found = difference(kernel.run(world), theirs)
        except RunError as error:
            found = error.line
        if found is not None:
            yield f"{kind}, seed {seed}: {found}"
