"""The block loop: what is included, what is left out, and what the block's hash commits to."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.chain import ALICE, BOB, ETHER, funded, keccak256, run_block, stops, transaction

ABSENT = "0x4242000000000000000000000000000000000000"
CONTRACT = "0x00000000000000000000000000000000000c0de0"
EXAMPLES = Path(__file__).parents[3] / "examples"


def statuses(result: dict[str, Any]) -> list[str]:
    return [outcome["error"] or outcome["status"] for outcome in result["transactions"]]


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def transfers(count: int, **changes: Any) -> list[str]:
    return [transaction(nonce=nonce, to=ABSENT, **changes) for nonce in range(count)]


@pytest.mark.all_executors
def test_the_one_transfer_block_has_the_reference_s_hash(executor: Any) -> None:
    document = json.loads((EXAMPLES / "transfer.json").read_text())
    result = run_block(
        executor, document["transactions"], document["pre"], base_fee=1000, number=1, timestamp=42
    )
    expected = "0x30873f05062ceb379d52d7d6bff5f1de051346fecdc3a678e2d9d436a4067f03"
    assert (result["block_hash"], result["gas_used"]) == (expected, 21_000)


def test_an_empty_block_has_the_reference_s_hash(executor: Any) -> None:
    result = run_block(executor, [], {}, base_fee=1000, number=1, timestamp=42)
    expected = "0x456229d4dbd8905f5ac5ef1a113d11d15eaae5ca027e7f1984d1442da8c42927"
    assert result["block_hash"] == expected


def test_the_gas_limit_is_for_the_sum_of_gas_used(executor: Any) -> None:
    raws = transfers(3, gas_limit=30_000)
    result = run_block(executor, raws, funded(ALICE), gas_limit=42_000)
    assert statuses(result) == ["success", "success", "BlockGasLimitReached"]
    assert result["gas_used"] == 42_000
    # what was left out does not count: a later transaction that fits is included
    raws = [*raws[:1], transaction(BOB, to=ABSENT, gas_limit=30_000, data=b"\x01" * 99), *raws[1:]]
    result = run_block(executor, raws, funded(ALICE, BOB), gas_limit=42_000)
    assert statuses(result) == [
        "success",
        "BlockGasLimitReached",
        "success",
        "BlockGasLimitReached",
    ]


def test_the_pubdata_limit_is_for_the_sum_of_pubdata(executor: Any) -> None:
    one = run_block(executor, transfers(1, value=7), funded(ALICE))["transactions"][0]
    two = run_block(executor, transfers(2, value=7), funded(ALICE))["transactions"]
    total = sum(outcome["pubdata_bytes"] for outcome in two)
    for limit, last in ((total, "success"), (total - 1, "BlockPubdataLimitReached")):
        result = run_block(executor, transfers(2, value=7), funded(ALICE), pubdata_limit=limit)
        assert statuses(result) == ["success", last]
    assert one["pubdata_bytes"] == two[0]["pubdata_bytes"]


@pytest.mark.executors("x86_64")
def test_the_native_limit_is_for_the_sum_of_computational_native(executor: Any) -> None:
    # a loop of MULMOD: PUSH3 n JUMPDEST PUSH0 PUSH0 PUSH0 MULMOD POP PUSH1 1 SWAP1 SUB DUP1 ...
    loop = "5b5f5f5f09506001900380600457"
    pre = funded(ALICE, balance=10**30) | {CONTRACT: {"code": "0x623fffff" + loop + "00"}}
    raws = [transaction(nonce=nonce, to=CONTRACT, gas_limit=2**32) for nonce in range(2)]
    first = run_block(executor, raws[:1], pre)["transactions"][0]
    native = first["computational_native_used"]
    assert 2**34 < native < 2**35
    result = run_block(executor, [*raws, transaction(BOB, to=ABSENT)], pre | funded(BOB))
    assert statuses(result) == ["success", "BlockNativeLimitReached", "success"]


@pytest.mark.executors("x86_64")
def test_the_log_limit_is_for_all_logs_of_the_block(executor: Any) -> None:
    # sends the first 100 bytes of calldata to the L1 messenger as often as the last word says
    code = "60645f5f37606435" + "5b5f5f60645f5f6180085af1506001900380600857" + "00"
    message = bytes.fromhex("62f84b24") + word(32) + word(5) + b"hello".ljust(32, b"\0")
    pre = funded(ALICE, BOB, balance=10**30) | {CONTRACT: {"code": "0x" + code}}

    def sending(nonce: int, count: int) -> str:
        data = message + word(count)
        return transaction(nonce=nonce, to=CONTRACT, data=data, gas_limit=2**32)

    raws = [sending(0, 16_383), sending(1, 2), sending(1, 1), sending(2, 1)]
    result = run_block(executor, [*raws, transaction(BOB, to=ABSENT)], pre)
    reached = "BlockL2ToL1LogsLimitReached"
    assert statuses(result) == ["success", reached, "success", reached, "success"]
    assert len(result["messages"]) == 16_384


def test_rolled_back_transactions_change_no_price_of_later_ones(executor: Any) -> None:
    pre = funded(ALICE, BOB)
    rejected = transaction(BOB, to=ABSENT, value=2 * ETHER)
    raws = transfers(1, value=3)
    with_it = run_block(executor, [rejected, *raws], pre)
    without = run_block(executor, raws, pre)
    for field in ("gas_used", "native_used", "pubdata_bytes"):
        assert with_it["transactions"][1][field] == without["transactions"][0][field]
    assert with_it["block_hash"] == without["block_hash"]


def test_logs_belong_to_accepted_transactions(executor: Any) -> None:
    emit = {CONTRACT: {"code": "0x602a5f525f355f5fa100"}}  # LOG1 of 0 bytes, topic calldata[0]
    invalid = transaction(ALICE, nonce=9)
    calls = [
        transaction(nonce=nonce, to=CONTRACT, data=bytes(31) + bytes([nonce + 1]))
        for nonce in range(2)
    ]
    result = run_block(executor, [calls[0], invalid, calls[1]], funded(ALICE) | emit)
    topics = [[log["topics"] for log in outcome["logs"]] for outcome in result["transactions"]]
    assert topics == [[["0x" + f"{1:064x}"]], [], [["0x" + f"{2:064x}"]]]


def test_the_transactions_root_rolls_over_accepted_hashes(executor: Any) -> None:
    raws = transfers(2)
    result = run_block(executor, [raws[0], "0x03c0", raws[1]], funded(ALICE))
    hashes = [keccak256(bytes.fromhex(raw[2:])) for raw in raws]
    assert [result["transactions"][i]["hash"] for i in (0, 2)] == ["0x" + h.hex() for h in hashes]
    reference = run_block(executor, raws, funded(ALICE))
    assert result["block_hash"] == reference["block_hash"]
    swapped = run_block(executor, transfers(2, value=1), funded(ALICE))
    assert swapped["block_hash"] != reference["block_hash"]


def test_a_native_price_of_zero_stops_the_run_at_an_l2_transaction(executor: Any) -> None:
    run_block(executor, [], {}, native_price=0)
    with stops(executor, "NativePriceIsZero"):
        run_block(executor, transfers(1), funded(ALICE), native_price=0)


def test_a_block_gas_limit_beyond_64_bit_ergs_stops_the_run(executor: Any) -> None:
    run_block(executor, [], {}, gas_limit=72057594037927935)
    with stops(executor, "BlockGasLimitAboveMaximum"):
        run_block(executor, [], {}, gas_limit=72057594037927936)


def test_the_ethereum_flavour_limits_gas_to_what_is_left(executor: Any) -> None:
    raws = transfers(2, gas_limit=30_000)
    result = run_block(executor, raws, funded(ALICE), gas_limit=51_000, flavour="ethereum")
    assert statuses(result) == ["success", "success"]
    result = run_block(executor, raws, funded(ALICE), gas_limit=50_999, flavour="ethereum")
    assert statuses(result) == ["success", "CallerGasLimitMoreThanBlock"]
