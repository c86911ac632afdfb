"""What transactions cost: gas, native, pubdata, refunds, and who gets the fee.

Figures come from the resources reference; its examples were measured on the official program.
"""

from typing import Any

import pytest

from tests.support.chain import ALICE, BOB, ETHER, deployer, funded, run_block, transaction

ABSENT = "0x4242000000000000000000000000000000000000"
CONTRACT = "0x00000000000000000000000000000000000c0de0"
COINBASE = "0x00000000000000000000000000000000000c0ffe"


def only(executor: Any, raw: str, pre: Any, **block: Any) -> dict[str, Any]:
    """Run a block of one transaction and give its outcome."""
    outcome: dict[str, Any] = run_block(executor, [raw], pre, **block)["transactions"][0]
    return outcome


def contract(code: str, **fields: Any) -> dict[str, Any]:
    return {CONTRACT: {"code": "0x" + code.replace(" ", ""), **fields}}


@pytest.mark.all_executors
def test_native_of_empty_calls_is_that_of_the_reference(executor: Any) -> None:
    pre = funded(ALICE, BOB)
    for changes, native in (
        ({"to": ABSENT}, 991_340),
        ({"to": ABSENT, "value": 5}, 1_005_340),
        ({"to": BOB.address}, 872_200),
    ):
        outcome = only(executor, transaction(**changes), pre)
        assert (outcome["native_used"], outcome["gas_used"]) == (native, 21_000)
        assert outcome["computational_native_used"] == native


def test_gas_used_is_raised_to_what_native_costs(executor: Any) -> None:
    raw = transaction(max_fee=10, to=ABSENT, gas_limit=2_000_000)
    outcome = only(executor, raw, funded(ALICE), base_fee=10, native_price=10)
    assert outcome["gas_used"] == outcome["native_used"] == 991_340
    raw = transaction(max_fee=30, priority_fee=30, to=ABSENT, gas_limit=2_000_000)
    outcome = only(executor, raw, funded(ALICE), base_fee=11, native_price=10)
    assert outcome["gas_used"] == 991_340 // 3  # price 30, three native a gas
    raw = transaction(max_fee=30, priority_fee=10, to=ABSENT, gas_limit=2_000_000)
    outcome = only(executor, raw, funded(ALICE), base_fee=11, native_price=10)
    assert outcome["gas_used"] == 991_340 // 3  # price 21, rounded up to three


def test_a_block_without_price_has_no_native_limit(executor: Any) -> None:
    outcome = only(executor, transaction(max_fee=0, to=ABSENT), funded(ALICE), base_fee=0)
    assert (outcome["gas_used"], outcome["native_used"]) == (21_000, 991_340)


def test_pubdata_is_paid_in_native_of_whole_units(executor: Any) -> None:
    pre = funded(ALICE)
    raw = transaction(to=ABSENT, value=12345)
    base = only(executor, raw, pre)
    for price, native_per_byte in ((9, 0), (10, 1), (59, 5)):
        outcome = only(executor, raw, pre, pubdata_price=price)
        assert outcome["pubdata_bytes"] == base["pubdata_bytes"]
        extra = outcome["native_used"] - base["native_used"]
        assert extra == native_per_byte * base["pubdata_bytes"]
        assert outcome["computational_native_used"] == base["native_used"]
    # validation: 32 + 1 + 2 + 5 for the fee of 10^8; execution: the sender's balance again, and
    # the recipient's 32 + 1 + 3; intrinsic 65
    assert base["pubdata_bytes"] == (32 + 1 + 2 + 5) + (32 + 1 + 3) + 65


def test_a_transaction_that_cannot_pay_its_pubdata_reverts(executor: Any) -> None:
    store = contract("7f" + "ff" * 32 + "5f55")  # SSTORE(0, 2^256 - 1)
    pre = funded(ALICE) | store
    raw = transaction(to=CONTRACT, max_fee=10, gas_limit=1_500_000)
    prices = {"base_fee": 10, "native_price": 10}
    fits = only(executor, raw, pre, pubdata_price=10, **prices)
    assert fits["status"] == "success" and fits["gas_used"] == fits["native_used"]
    # what is left pays validation and intrinsic pubdata at this price, but not 65 bytes more
    left = 1_500_000 - fits["computational_native_used"]
    dear = left // (fits["pubdata_bytes"] - 32) * 10
    outcome = only(executor, raw, pre, pubdata_price=dear, **prices)
    assert outcome["status"] == "reverted"
    assert outcome["pubdata_bytes"] < fits["pubdata_bytes"]


def test_native_exhaustion_reverts_and_takes_all_gas(executor: Any) -> None:
    loop = contract("5b5f56")  # JUMPDEST PUSH0 JUMP
    raw = transaction(to=CONTRACT, max_fee=10, gas_limit=1_200_000)
    outcome = only(executor, raw, funded(ALICE) | loop, base_fee=10, native_price=10)
    assert (outcome["status"], outcome["output"]) == ("reverted", "0x")
    assert outcome["gas_used"] == 1_200_000
    assert outcome["computational_native_used"] == 737_100  # the part before execution only


def test_refunds_are_capped_at_a_fifth(executor: Any) -> None:
    clear_one = contract("5f5f55", storage={"0x00": "0x01"})
    outcome = only(executor, transaction(to=CONTRACT), funded(ALICE) | clear_one)
    # 21000 + PUSH0 twice + cold SSTORE with reset; 4800 back (a fifth is 5200.8)
    assert outcome["gas_refunded"] == 4800
    assert outcome["gas_used"] == 21_000 + 4 + 5000 - 4800
    slots = {hex(slot): "0x01" for slot in range(8)}
    clear_eight = contract("".join(f"5f60{slot:02x}55" for slot in range(8)), storage=slots)
    outcome = only(executor, transaction(to=CONTRACT), funded(ALICE) | clear_eight)
    spent = 21_000 + 8 * (5 + 5000)
    assert outcome["gas_refunded"] == spent // 5 < 8 * 4800
    assert outcome["gas_used"] == spent - spent // 5
    restore = contract("60015f555f5f55", storage={})  # 0 -> 1 -> 0
    outcome = only(executor, transaction(to=CONTRACT), funded(ALICE) | restore)
    spent = 21_000 + 3 + 2 + 22_100 + 2 + 2 + 100
    assert outcome["gas_used"] == spent - min(19_900, spent // 5)
    revert = contract("5f5f555f5ffd", storage={"0x00": "0x01"})
    outcome = only(executor, transaction(to=CONTRACT), funded(ALICE) | revert)
    assert (outcome["status"], outcome["gas_refunded"]) == ("reverted", 0)


def test_the_access_list_is_charged_and_warms(executor: Any) -> None:
    load = contract("5f545000", storage={"0x00": "0x01"})  # SLOAD(0) POP STOP
    pre = funded(ALICE) | load
    cold = only(executor, transaction(to=CONTRACT), pre)
    assert cold["gas_used"] == 21_000 + 2 + 2100 + 2
    listed = only(executor, transaction(to=CONTRACT, access_list=[(CONTRACT, [0, 0])]), pre)
    assert listed["gas_used"] == 21_000 + 2400 + 2 * 1900 + 2 + 100 + 2
    legacy = only(executor, transaction(kind=1, to=CONTRACT, access_list=[(ABSENT, [])]), pre)
    assert legacy["gas_used"] == cold["gas_used"] + 2400


def test_calldata_and_deployment_are_priced_by_byte_and_word(executor: Any) -> None:
    data = b"\x00" * 5 + b"\x01" * 7
    outcome = only(executor, transaction(data=data), funded(ALICE))
    assert outcome["gas_used"] == 21_000 + 5 * 4 + 7 * 16
    initcode = deployer(b"\x00")
    outcome = only(executor, transaction(to=None, data=initcode), funded(ALICE))
    calldata = sum(16 if byte else 4 for byte in initcode)
    run = 3 + 3 + 3 + 2 + (3 + 3 + 3) + 2  # PUSH2 DUP1 PUSH1 PUSH0 CODECOPY PUSH0, RETURN is free
    assert outcome["gas_used"] == 21_000 + 32_000 + 2 + calldata + run + 200


def balance_of(executor: Any, result: dict[str, Any], address: str) -> int:
    return int(result["account_diffs"][address]["balance"], 16)


def test_gas_price_is_base_fee_and_the_smaller_tip(executor: Any) -> None:
    for flavour, to_coinbase in (("production", 1007), ("ethereum", 7)):
        for max_fee, tip in ((1007, 50), (2000, 7)):
            raw = transaction(to=ABSENT, max_fee=max_fee, priority_fee=tip)
            result = run_block(
                executor, [raw], funded(ALICE), flavour=flavour, coinbase=COINBASE, base_fee=1000
            )
            assert balance_of(executor, result, COINBASE) == 21_000 * to_coinbase
            assert balance_of(executor, result, ALICE.address) == ETHER - 21_000 * 1007
