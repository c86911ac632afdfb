"""SELFDESTRUCT in both flavours: who is destroyed, and what is left (EIP-6780)."""

import pytest

from tests.kernel.system import script as s
from tests.support.oracle import FakeHost, connected_oracle

pytestmark = pytest.mark.all_executors
NO_EE, WHO, HEIR = 0, 0x5151, 0x6161
PLENTY = 2**60
PRODUCTION, ETHEREUM = s.run_script, s.run_script_ethereum


def left_over(executor, entry, operations):
    """Balances of both accounts and a slot of the first, in the next transaction."""
    if entry is ETHEREUM:
        executor.program([entry], ethereum=True)
    host = FakeHost()
    host.slots[WHO, 1] = 7
    script = [
        (s.BEGIN,), (s.RESOURCES, PLENTY, PLENTY), (s.ADD_BALANCE, NO_EE, WHO, 0, 100),
        (s.READ_SLOT, NO_EE, WHO, 1), *operations, (s.FINISH,), (s.BEGIN,),
        (s.READ_ACCOUNT, NO_EE, WHO), (s.READ_ACCOUNT, NO_EE, HEIR), (s.READ_SLOT, NO_EE, WHO, 1),
    ]  # fmt: skip
    with connected_oracle(host):
        *_, who, heir, slot = s.run(executor, script, entry=entry)
    return who[2], heir[2], slot[1]


@pytest.mark.parametrize("entry", [PRODUCTION, ETHEREUM], ids=["production", "ethereum"])
def test_an_old_account_only_loses_its_balance(executor, entry):
    operations = [(s.DESTROY, 0, WHO, HEIR, 0)]
    assert left_over(executor, entry, operations) == (0, 100, 7)
    assert left_over(executor, entry, [(s.DESTROY, 0, WHO, WHO, 0)]) == (100, 0, 7)


@pytest.mark.parametrize("entry", [PRODUCTION, ETHEREUM], ids=["production", "ethereum"])
def test_an_account_of_this_transaction_is_destroyed_with_its_cached_slots(executor, entry):
    deployed = (s.DEPLOY_CODE, 0, WHO, 0, 0)
    assert left_over(executor, entry, [deployed, (s.DESTROY, 0, WHO, HEIR, 0)]) == (0, 100, 0)
    assert left_over(executor, entry, [deployed, (s.DESTROY, 0, WHO, WHO, 0)]) == (0, 0, 0)


def test_what_is_sent_to_a_marked_account_goes_with_it(executor):
    operations = [
        (s.DEPLOY_CODE, 0, WHO, 0, 0), (s.DESTROY, 0, WHO, HEIR, 0),
        (s.ADD_BALANCE, NO_EE, WHO, 0, 5),
    ]  # fmt: skip
    assert left_over(executor, PRODUCTION, operations) == (0, 100, 0)


def test_a_rolled_back_mark_destroys_nothing(executor):
    operations = [
        (s.DEPLOY_CODE, 0, WHO, 0, 0), (s.START_FRAME,), (s.DESTROY, 0, WHO, HEIR, 0),
        (s.FINISH_FRAME, 0),
    ]  # fmt: skip
    assert left_over(executor, PRODUCTION, operations) == (100, 0, 7)


def test_in_production_the_constructors_own_frame_counts_as_creation(executor):
    assert left_over(executor, PRODUCTION, [(s.DESTROY, 0, WHO, HEIR, 1)]) == (0, 100, 0)


def test_in_ethereum_creation_counts_from_the_constructors_start(executor):
    own_frame = [(s.DESTROY, 0, WHO, HEIR, 1)]
    assert left_over(executor, ETHEREUM, own_frame) == (0, 100, 7)
    marked = [(s.MARK_CREATED, 0, WHO), (s.DESTROY, 0, WHO, HEIR, 0)]
    assert left_over(executor, ETHEREUM, marked) == (0, 100, 0)


def test_creation_is_forgotten_when_the_transaction_ends(executor):
    operations = [
        (s.DEPLOY_CODE, 0, WHO, 0, 0), (s.FINISH,), (s.BEGIN,), (s.DESTROY, 0, WHO, HEIR, 0),
    ]  # fmt: skip
    assert left_over(executor, PRODUCTION, operations) == (0, 100, 7)
