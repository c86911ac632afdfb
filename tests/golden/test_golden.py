"""The golden batches: public inputs as the official program's, and cycles within the limits.

A run here is the forward run, the proving kernel on x86-64 and our image on the machine from the
recorded words; ``Runner`` holds the three to each other.
"""

import pytest

from tests.golden import store
from tests.golden.edge_batches import BATCHES
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.machine import Cost

LIMITS = {"hundred_transfers": 0.7, "hundred_erc20_transfers": 0.7}
"""Our effective cycles over the official program's; 1 for every other batch."""
TOLERATED_RISE = 1.02
PARTS = 8
SAMPLE = 4
"""CI runs one random batch of so many."""


def run(name: str) -> tuple[str, Cost]:
    """Give public input and cost."""
    document = store.document(name)
    assert store.digest(document) == store.official()[name].digest, (
        "the batch is not the recorded one: the golden values hold for another"
    )
    finished = Runner(ExecutorName.RISCV).run_proving(block_file.parse(document))
    assert finished.public_input is not None and finished.machine is not None
    assert finished.public_input == finished.ledger.public_input
    delegations = finished.machine.delegations
    cost = Cost(finished.machine.cycles, delegations["blake2s"], delegations["u256"])
    return "0x" + finished.public_input.hex(), cost


def check(name: str) -> None:
    public_input, cost = run(name)
    golden = store.official()[name]
    assert public_input == golden.public_input
    ratio = cost.effective / golden.cost.effective
    assert ratio <= LIMITS.get(name, 1.0), f"{cost} against {golden.cost}"
    recorded = store.ours()[name]
    assert cost.effective <= TOLERATED_RISE * recorded.effective, (
        f"{cost} against {recorded}; python -m tests.golden.record, if the rise has a reason"
    )


@pytest.mark.parametrize("name", BATCHES)
def test_named_batches_give_the_official_public_input_within_the_limit(name: str) -> None:
    check(name)


@pytest.mark.parametrize("first", range(PARTS))
def test_random_batches_give_the_official_public_input_within_the_limit(
    first: int, request: pytest.FixtureRequest
) -> None:
    step = PARTS if request.config.getoption("--full") else PARTS * SAMPLE
    for name in store.random_names()[first::step]:
        check(name)


@pytest.mark.parametrize("first", range(PARTS))
def test_hostile_batches_give_the_official_public_input_within_the_limit(first: int) -> None:
    for name in store.hostile_names()[first::PARTS]:
        check(name)


def test_tables_hold_every_batch() -> None:
    assert list(store.official()) == store.names()
    assert list(store.ours()) == store.names()
