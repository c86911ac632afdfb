"""Random programs and changed state tests end in the kernel as they end in revm.

50,000 programs, a million with --full; ``python -m tests.fuzz`` runs any number.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.fuzz.campaign import PER_WORLD, differences, make_world
from tests.fuzz.kernel import Kernel
from tests.fuzz.revm import Revm
from tests.fuzz.world import Account, difference
from zkos.host.executors.x86_64 import X8664Executor

PROGRAMS = {"programs": 40_000, "state tests": 10_000}
FULL_FACTOR = 20
SLICES = 10


@pytest.mark.executors("x86_64")
@pytest.mark.parametrize("part", range(SLICES))
@pytest.mark.parametrize("kind", PROGRAMS)
def test_programs_end_as_in_revm(
    executor: Any, kind: str, part: int, pytestconfig: pytest.Config
) -> None:
    programs = PROGRAMS[kind] * (FULL_FACTOR if pytestconfig.getoption("--full") else 1)
    worlds = -(-programs // (PER_WORLD[kind] * SLICES))
    statuses: Counter[str] = Counter()
    seeds = range(part * worlds, (part + 1) * worlds)
    assert list(differences(kind, seeds, statuses)) == []
    assert min(statuses["success"], statuses["reverted"]) > statuses.total() // 4
    assert statuses["invalid"] < statuses.total() // 10


@pytest.mark.executors("x86_64")
def test_a_difference_is_seen(executor: Any) -> None:
    world = make_world("programs", 1)
    outcome = Kernel(X8664Executor()).run(world)
    assert difference(outcome, Revm().run(world)) is None
    stop = Account(nonce=1)
    for at, message in enumerate(world.messages):
        if message.to is not None and outcome.results[at].logs:
            accounts = world.accounts | {message.to: stop}
            assert difference(outcome, Revm().run(replace(world, accounts=accounts))) is not None
            return
    pytest.fail("no transaction of this world logs anything")
