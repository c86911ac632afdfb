"""Prices of storage, accounts, code, events and messages, by the resources reference."""

import pytest

from tests.kernel.system import script as s
from tests.support.oracle import FakeHost, connected_oracle

NO_EE, EVM, ACCESS_LIST, SELFDESTRUCT = 0, 1, 2, 3
PLENTY = 10**12
OUT_OF_ERGS, OUT_OF_NATIVE = 0x101, 0x200
CODE = bytes.fromhex("5b605b5b")

pytestmark = pytest.mark.all_executors


def account(nonce=0, balance=0):
    return bytes(8) + nonce.to_bytes(8, "big") + balance.to_bytes(32, "big") + bytes(76)


def spent(executor, operations, host=None, data=b""):
    """Status, gas and native of each operation that is not bookkeeping."""
    host = host or FakeHost()
    operations = [(s.BEGIN,), (s.RESOURCES, PLENTY * 256, PLENTY), *operations]
    with connected_oracle(host):
        outcomes = s.run(executor, operations, data)
    found, ergs, native = [], PLENTY * 256, PLENTY
    for operation, outcome in zip(operations, outcomes, strict=True):
        gas = (ergs - outcome[4]) // 256
        if operation[0] not in (s.BEGIN, s.FINISH, s.RESOURCES, s.START_FRAME, s.FINISH_FRAME):
            found.append((outcome[0], gas, native - outcome[5]))
        ergs, native = outcome[4], outcome[5]
    return found


def test_first_access_of_an_absent_slot_is_dearer_than_of_an_existing_one(executor):
    host = FakeHost()
    host.slots[0x55, 1] = 7
    reads = [(s.READ_SLOT, EVM, 0x55, 1), (s.READ_SLOT, EVM, 0x55, 1), (s.READ_SLOT, EVM, 0x55, 2)]
    assert spent(executor, reads, host) == [
        (0, 2100, 4000 + 121120),
        (0, 100, 4000),
        (0, 2100, 4000 + 242240),
    ]


def test_access_list_slots_cost_1900_gas_each_time(executor):
    touches = [(s.TOUCH_SLOT, ACCESS_LIST, 0x55, 1)] * 2 + [(s.READ_SLOT, EVM, 0x55, 1)]
    assert spent(executor, touches) == [(0, 1900, 246240), (0, 1900, 4000), (0, 100, 4000)]


def test_first_write_of_an_absent_slot_makes_it_existing(executor):
    writes = [(s.WRITE_SLOT, EVM, 0x55, 1, 9), (s.WRITE_SLOT, EVM, 0x55, 1, 8)]
    assert spent(executor, writes) == [
        (0, 22100, 4000 + 242240 + 120800),
        (0, 100, 4000 + 50560),
    ]


def test_write_of_an_unchanged_value_makes_it_existing_too(executor):
    operations = [
        (s.WRITE_SLOT, EVM, 0x55, 1, 0),
        (s.FINISH,),
        (s.BEGIN,),
        (s.READ_SLOT, EVM, 0x55, 1),
    ]
    assert spent(executor, operations) == [(0, 2200, 367040), (0, 2100, 125120)]


def test_rolled_back_write_leaves_the_slot_new_and_cold(executor):
    operations = [
        (s.START_FRAME,), (s.WRITE_SLOT, EVM, 0x55, 1, 9), (s.FINISH_FRAME, 0),
        (s.WRITE_SLOT, EVM, 0x55, 1, 9),
    ]  # fmt: skip
    assert spent(executor, operations) == [(0, 22100, 367040)] * 2


# Value at transaction start, value before, value written: gas of a warm write, refund.
@pytest.mark.parametrize(
    ("original", "current", "new", "gas", "refund"),
    [
        (0, 0, 0, 100, 0), (0, 0, 1, 20000, 0), (0, 1, 0, 100, 19900), (0, 1, 2, 100, 0),
        (0, 1, 1, 100, 0), (1, 0, 0, 100, 4800), (1, 0, 1, 100, 2800), (1, 0, 2, 100, 0),
        (1, 2, 0, 100, 4800), (1, 2, 3, 100, 0), (1, 2, 1, 100, 2800), (1, 2, 2, 100, 0),
        (1, 1, 0, 2900, 4800), (1, 1, 2, 2900, 0), (1, 1, 1, 100, 0),
    ],
)  # fmt: skip
def test_write_gas_and_refund_follow_eip_2200_and_3529(
    executor, original, current, new, gas, refund
):
    host = FakeHost()
    host.slots[0x55, 1] = original
    setup = [(s.READ_SLOT, EVM, 0x55, 1)]
    if current != original:
        setup.append((s.WRITE_SLOT, EVM, 0x55, 1, current))
    operations = [(s.BEGIN,), (s.RESOURCES, PLENTY, PLENTY), *setup]
    operations += [(s.WRITE_SLOT, EVM, 0x55, 1, new), (s.REFUND,)]
    with connected_oracle(host):
        outcomes = s.run(executor, operations)
    assert (outcomes[-3][4] - outcomes[-2][4]) // 256 == gas
    assert outcomes[-1][1] == refund


@pytest.mark.parametrize(
    ("payer", "gas"), [(NO_EE, (0, 0)), (EVM, (2600, 100)), (ACCESS_LIST, (2400, 2400))]
)
def test_account_access_is_131100_250240_or_4000_native(executor, payer, gas):
    host = FakeHost()
    host.set_account(0x55, account(1))
    reads = [(s.READ_ACCOUNT, payer, 0x55)] * 2 + [(s.READ_ACCOUNT, payer, 0x56)]
    assert spent(executor, reads, host) == [
        (0, gas[0], 131100), (0, gas[1], 4000), (0, gas[0], 250240),
    ]  # fmt: skip


def test_each_transaction_pays_the_cold_account_again(executor):
    operations = [
        (s.READ_ACCOUNT, EVM, 0x55), (s.FINISH,), (s.BEGIN,), (s.READ_ACCOUNT, EVM, 0x55),
        (s.ADD_BALANCE, NO_EE, 0x55, 0, 0), (s.FINISH,), (s.BEGIN,), (s.READ_ACCOUNT, EVM, 0x55),
    ]  # fmt: skip
    assert spent(executor, operations) == [
        (0, 2600, 250240), (0, 2600, 250240), (0, 0, 5000), (0, 2600, 131100),
    ]  # fmt: skip


def test_precompiles_one_to_ten_are_never_cold_in_gas(executor):
    reads = [(s.READ_ACCOUNT, EVM, n) for n in (1, 10, 11, 0, 0x100)]
    assert [gas for _, gas, _ in spent(executor, reads)] == [100, 100, 2600, 2600, 2600]


def test_transfer_pays_access_and_update_on_both_sides(executor):
    host = FakeHost()
    host.set_account(0x55, account(1, 100))
    operations = [(s.READ_ACCOUNT, NO_EE, 0x55), (s.TRANSFER, NO_EE, 0x55, 0x56, 10)]
    assert spent(executor, operations, host)[1] == (0, 0, 5000 + 251240)


def test_insufficient_balance_is_found_after_the_payers_side_is_charged(executor):
    operations = [(s.READ_ACCOUNT, NO_EE, 0x55), (s.TRANSFER, NO_EE, 0x55, 0x56, 10)]
    assert spent(executor, operations)[1] == (0x501, 0, 5000)


def test_deployment_charges_both_hashes_and_the_jump_map(executor):
    operations = [(s.READ_ACCOUNT, NO_EE, 0x55), (s.DEPLOY_CODE, 0, 0x55, 0, 4)]
    keccak, stored = 2500 + 17500, 16
    native = 4000 + keccak + 6 * 4 + 800 + 340 * -(-stored // 64) + 500 + 1000
    assert spent(executor, operations, data=CODE)[1] == (0, 0, native)


def test_code_fetch_is_charged_each_time_and_free_without_code(executor):
    operations = [
        (s.DEPLOY_CODE, 0, 0x55, 0, 4), (s.FETCH_CODE, NO_EE, 0x55), (s.FETCH_CODE, NO_EE, 0x55),
        (s.FETCH_OBSERVABLE, NO_EE, 0x55),
        (s.READ_ACCOUNT, NO_EE, 0x56), (s.FETCH_CODE, NO_EE, 0x56),
        (s.DEPLOY_CODE, 0, 0x57, 0, 0), (s.FETCH_CODE, NO_EE, 0x57),
    ]  # fmt: skip
    found = [native for _, _, native in spent(executor, operations, data=CODE)]
    fetch = 4000 + 500 + 800 + 340
    assert found[1:4] == [fetch] * 3
    assert found[5] == 4000
    assert found[7] == 4000 + 1300


def test_delegation_charges_hashes_only_when_set(executor):
    operations = [
        (s.READ_ACCOUNT, NO_EE, 0x55), (s.DELEGATE, 0, 0x55, 0x56), (s.DELEGATE, 0, 0x55, 0),
    ]  # fmt: skip
    found = [native for _, _, native in spent(executor, operations)]
    assert found[1:] == [4000 + 20000 + 1140 + 500 + 1000, 5000]


def test_transient_storage_costs_100_gas_and_4000_native(executor):
    operations = [(s.WRITE_TRANSIENT, EVM, 0x55, 1, 2), (s.READ_TRANSIENT, EVM, 0x55, 1)]
    assert spent(executor, operations) == [(0, 100, 4000)] * 2


def test_event_and_message_prices(executor):
    operations = [(s.EVENT, EVM, 5, 0, 4, 2, 7), (s.MESSAGE, EVM, 5, 0, 4)]
    keccak = 20000
    assert spent(executor, operations, data=CODE) == [
        (0, 375 + 2 * 375 + 8 * 4, 6000 + 2 * 200 + 2 * 4),
        (0, 36, keccak + 3 * keccak + 2 * keccak + 6000 + 8),
    ]


def test_selfdestruct_pays_cold_beneficiary_and_new_account(executor):
    host = FakeHost()
    host.set_account(0x55, account(1, 100))
    warm = [(s.READ_ACCOUNT, NO_EE, 0x55)]
    found = spent(executor, [*warm, (s.DESTROY, 0, 0x55, 0x56, 0)], host)[1]
    assert found == (0, 2600 + 25000, 5000 + 5000 + 251240)
    assert spent(executor, [*warm, (s.DESTROY, 0, 0x55, 0x55, 0)], host)[1] == (0, 0, 5000)
    assert spent(executor, [*warm, (s.DESTROY, 0, 0x55, 9, 0)], host)[1][1] == 25000


def test_slot_whose_first_access_is_not_paid_is_asked_again(executor):
    host = FakeHost()
    operations = [
        (s.BEGIN,), (s.RESOURCES, 2099 * 256, PLENTY), (s.READ_SLOT, EVM, 0x55, 1),
        (s.RESOURCES, 2100 * 256, PLENTY), (s.READ_SLOT, EVM, 0x55, 1), (s.READ_SLOT, EVM, 0x55, 1),
    ]  # fmt: skip
    with connected_oracle(host):
        outcomes = s.run(executor, operations)
    assert [outcomes[i][0] for i in (2, 4, 5)] == [OUT_OF_ERGS, 0, OUT_OF_ERGS]
    assert [name for name, _ in host.asked] == ["initial storage slot"] * 2


def test_account_slot_is_not_asked_when_ergs_are_missing_and_kept_when_native_is(executor):
    host = FakeHost()
    operations = [
        (s.BEGIN,), (s.RESOURCES, 2599 * 256, PLENTY), (s.READ_ACCOUNT, EVM, 0x55),
        (s.RESOURCES, PLENTY, 250239), (s.READ_ACCOUNT, EVM, 0x55),
        (s.RESOURCES, PLENTY, PLENTY), (s.READ_ACCOUNT, EVM, 0x55),
    ]  # fmt: skip
    with connected_oracle(host):
        outcomes = s.run(executor, operations)
    assert [outcomes[i][0] for i in (2, 4, 6)] == [OUT_OF_ERGS, OUT_OF_NATIVE, 0]
    assert len(host.asked) == 1


def test_slot_and_record_of_an_account_are_one_question_even_when_native_is_missing(executor):
    host = FakeHost()
    host.set_account(0x55, account(1, 100))
    operations = [
        (s.BEGIN,), (s.RESOURCES, PLENTY, 4000), (s.READ_ACCOUNT, EVM, 0x55),
        (s.RESOURCES, PLENTY, PLENTY), (s.READ_ACCOUNT, EVM, 0x55),
    ]  # fmt: skip
    with connected_oracle(host):
        outcomes = s.run(executor, operations)
    assert [outcomes[i][0] for i in (2, 4)] == [OUT_OF_NATIVE, 0]
    assert host.asked == [("account", {"address": 0x55})]


def test_an_account_of_an_earlier_transaction_costs_no_native_where_its_gas_is_missing(executor):
    host = FakeHost()
    host.set_account(0x55, account(1, 100))
    known = [(s.READ_ACCOUNT, EVM, 0x55), (s.FINISH,), (s.BEGIN,)]
    for before in ([], known):
        too_little = [*before, (s.RESOURCES, 2599 * 256, PLENTY), (s.READ_ACCOUNT, EVM, 0x55)]
        with connected_oracle(host):
            outcome = s.run(executor, [(s.BEGIN,), (s.RESOURCES, PLENTY, PLENTY), *too_little])[-1]
        assert (outcome[0], outcome[4], outcome[5]) == (OUT_OF_ERGS, 0, PLENTY - 4000)


def test_the_refund_counter_has_32_bits(executor):
    operations = [(s.BEGIN,), (s.REFUND, 0, 0, 2**32 - 1), (s.REFUND, 0, 0, 12500)]
    assert [outcome[1] for outcome in s.run(executor, operations)[1:]] == [2**32 - 1, 12499]
