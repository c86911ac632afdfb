"""Transactions from L1 and upgrades: decoding, deposits, exhaustion, refunds, aborts.

Figures: resources reference 2.4 (737980 and 756980 native were measured on the official program).
"""

from typing import Any

import pytest

from tests.kernel.bootloader.transaction.decoding import decode
from tests.support.chain import ALICE, BOB, funded, keccak256, run_block, stops, transaction
from zkos.interface.error_names import ERROR_NAMES

SENDER, TARGET = "0x" + "0c" * 20, "0x" + "42" * 20
RECIPIENT = "0x" + "0b" * 20
COINBASE = "0x00000000000000000000000000000000000c0ffe"
BOOTLOADER = f"0x{0x8001:040x}"
PRICE = 10**6


def from_l1(**changes: Any) -> dict[str, str]:
    gas_limit, price = changes.get("gas_limit", 100_000), changes.get("max_fee_per_gas", PRICE)
    fields: dict[str, Any] = {
        "type": 0x7F, "from": SENDER, "to": TARGET, "gas_limit": gas_limit,
        "gas_per_pubdata_limit": 0, "max_fee_per_gas": price, "nonce": 0, "value": 0,
        "total_deposited": gas_limit * price + changes.get("value", 0),
        "refund_recipient": RECIPIENT, "data": "0x",
    }  # fmt: skip
    fields |= changes
    return {name: hex(v) if isinstance(v, int) else v for name, v in fields.items()}


def run(executor: Any, *transactions: Any, pre: Any = None, **block: Any) -> dict[str, Any]:
    return run_block(executor, list(transactions), pre or {}, coinbase=COINBASE, **block)


def balance(result: dict[str, Any], address: str) -> int:
    return int(result["account_diffs"].get(address, {"balance": "0x0"})["balance"], 16)


@pytest.mark.all_executors
def test_value_fee_and_rest_of_the_deposit_are_minted(executor: Any) -> None:
    for value, native in ((0, 737_980), (100, 756_980)):
        deposit = 100_000 * PRICE + value + 7
        result = run(executor, from_l1(value=value, total_deposited=deposit))
        [outcome] = result["transactions"]
        assert (outcome["status"], outcome["gas_used"]) == ("success", 21_000)
        assert outcome["native_used"] == outcome["computational_native_used"] == native
        assert balance(result, TARGET) == value and balance(result, SENDER) == 0
        assert balance(result, COINBASE) == 21_000 * PRICE
        assert balance(result, RECIPIENT) == deposit - value - 21_000 * PRICE
        [log] = result["l2_to_l1_logs"]
        assert (log["sender"], log["key"]) == (BOOTLOADER, outcome["hash"])
        assert int(log["value"], 16) == 1


def test_a_revert_refunds_the_value_too(executor: Any) -> None:
    pre = {TARGET: {"code": "0x60aa5f5260205ffd"}}
    result = run(executor, from_l1(value=100), pre=pre)
    [outcome] = result["transactions"]
    assert (outcome["status"], int(outcome["output"], 16)) == ("reverted", 0xAA)
    fee = outcome["gas_used"] * PRICE
    assert balance(result, RECIPIENT) == 100_000 * PRICE + 100 - fee
    assert balance(result, TARGET) == balance(result, SENDER) == 0
    assert int(result["l2_to_l1_logs"][0]["value"], 16) == 0


def test_pubdata_is_priced_by_the_transaction(executor: Any) -> None:
    free = run(executor, from_l1(value=100), pubdata_price=10**6)["transactions"][0]
    priced = run(executor, from_l1(value=100, gas_per_pubdata_limit=3))["transactions"][0]
    native_per_gas = PRICE // 10
    assert free["pubdata_bytes"] == priced["pubdata_bytes"] == 153 + 32 + 1 + 2
    extra = priced["native_used"] - free["native_used"]
    assert extra == 3 * native_per_gas * priced["pubdata_bytes"]


def test_too_little_gas_or_native_never_refuses(executor: Any) -> None:
    low_gas = run(executor, from_l1(gas_limit=20_000))["transactions"][0]
    assert (low_gas["status"], low_gas["gas_used"]) == ("success", 20_000)
    for limit in (100_000, 150_000, 300_000):  # below intrinsic, hash and call, at one native a gas
        raw = from_l1(gas_limit=limit, max_fee_per_gas=10, value=5)
        result = run(executor, raw)
        [outcome] = result["transactions"]
        assert (outcome["status"], outcome["output"]) == ("reverted", "0x")
        assert outcome["gas_used"] == limit
        assert balance(result, TARGET) == balance(result, SENDER) == 0
        assert balance(result, RECIPIENT) == 5


def test_exhaustion_counts_everything_for_the_block(executor: Any) -> None:
    raw = from_l1(gas_limit=300_000, max_fee_per_gas=10)
    assert run(executor, raw)["transactions"][0]["computational_native_used"] == 300_000


def test_a_transaction_without_price_has_no_native_limit(executor: Any) -> None:
    outcome = run(executor, from_l1(max_fee_per_gas=0, total_deposited=0))["transactions"][0]
    assert (outcome["status"], outcome["native_used"]) == ("success", 737_980)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"total_deposited": 100_000 * PRICE - 1}, "DepositTooLow"),
        ({"value": 2**256 - 1, "total_deposited": 2**256 - 1}, "ArithmeticOverflow"),
        ({"max_fee_per_gas": 2**255, "total_deposited": 2**256 - 1}, "ArithmeticOverflow"),
        ({"gas_limit": 2**60, "max_fee_per_gas": 0, "total_deposited": 0}, "ArithmeticOverflow"),
        ({"refund_recipient": 2**160}, "RefundRecipientInvalid"),
        (
            {"gas_per_pubdata_limit": 2**32 - 1, "max_fee_per_gas": 10**10,
             "total_deposited": 10**15},
            "ArithmeticOverflow",
        ),
    ],
)  # fmt: skip
def test_what_l1_must_not_send_stops_the_run(
    executor: Any, changes: dict[str, int], error: str
) -> None:
    with stops(executor, error):
        run(executor, from_l1(**changes))


def test_an_unused_bad_recipient_does_no_harm(executor: Any) -> None:
    raw = from_l1(gas_limit=21_000, refund_recipient=2**160)
    assert run(executor, raw)["transactions"][0]["status"] == "success"


def upgrade(**changes: Any) -> dict[str, str]:
    return from_l1(**{"type": 0x7E, "max_fee_per_gas": 0, "total_deposited": 0, **changes})


def test_an_upgrade_is_the_first_accepted_transaction(executor: Any) -> None:
    pre = funded(ALICE)
    transfer, invalid = transaction(to=BOB.address), transaction(nonce=9)
    statuses = [
        [outcome["error"] or outcome["status"] for outcome in run(executor, *raws, pre=pre)[
            "transactions"
        ]]
        for raws in ((upgrade(), transfer), (invalid, upgrade()), (transfer, upgrade()))
    ]  # fmt: skip
    assert statuses == [
        ["success", "success"], ["NonceTooHigh", "success"], ["success", "UpgradeTxNotFirst"]
    ]  # fmt: skip


def test_an_upgrade_that_reverts_stops_the_run(executor: Any) -> None:
    pre = {TARGET: {"code": "0x5f5ffd"}}
    with stops(executor, "UpgradeTxFailed"):
        run(executor, upgrade(), pre=pre)


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def encode(data: bytes = b"\1\2\3", dependencies: int = 2, **words: int) -> bytes:
    """Encode a transaction; ``w7=1`` sets head word 7."""
    tails = [
        word(len(data)) + data + bytes(-len(data) % 32), word(0),
        word(dependencies) + bytes(32 * dependencies), word(0), word(0),
    ]  # fmt: skip
    head = [0x7F, 11, 22, 100, 5, 10**30, 9, 0, 8, 77, 88, 2**200, 0, 0]
    offset = 32 * 19
    for tail in tails:
        head.append(offset)
        offset += len(tail)
    for name, value in words.items():
        head[int(name[1:])] = value
    return b"".join(map(word, head)) + b"".join(tails)


def error(executor: Any, raw: bytes) -> str:
    outcome = decode(executor, raw, encoding=0)
    return "accepted" if isinstance(outcome, dict) else ERROR_NAMES[outcome]


def test_abi_fields_arrive_and_the_hash_has_the_offset_word(executor: Any) -> None:
    for data in (b"", b"\1\2\3", b"\7" * 64):
        raw = encode(data)
        tx = decode(executor, raw, encoding=0)
        assert (tx["type"], tx["to"], tx["gas_limit"]) == (0x7F, 22, 100)
        assert (tx["max_fee"], tx["value"], tx["data"]) == (10**30, 77, len(data))
        assert tx["hash"].to_bytes(32, "big") == keccak256(word(32) + raw)


@pytest.mark.parametrize(
    "words",
    [
        {"w0": 0x7D}, {"w0": 2}, {"w0": 0x17F}, {"w1": 2**160}, {"w2": 2**160}, {"w3": 2**64},
        {"w4": 2**32}, {"w7": 1}, {"w12": 1}, {"w13": 1}, {"w14": 0x261}, {"w15": 0},
        {"w16": 32}, {"w17": 2**255}, {"w18": 1},
    ],
)  # fmt: skip
def test_a_wrong_head_word_is_refused(executor: Any, words: dict[str, int]) -> None:
    assert error(executor, encode(**words)) == "InvalidEncoding"


def test_words_that_are_not_looked_at_may_be_anything(executor: Any) -> None:
    wide = 2**256 - 1
    assert error(executor, encode(w5=wide, w6=wide, w8=wide, w9=wide, w11=wide)) == "accepted"
    assert error(executor, encode(w0=0x7E)) == "accepted"


def test_tails_are_tight_padded_and_nothing_follows(executor: Any) -> None:
    good = encode()
    head = 32 * 19
    assert error(executor, good) == "accepted"
    wrong = [
        b"", good[:767], good[:-32], good[:-1], good + word(0), good + b"\0",
        good[: head + 35] + b"\1" + good[head + 36 :],  # padding of the data
        good[:head] + word(2**32) + good[head + 32 :],
        good[:head] + word(len(good)) + good[head + 32 :],
        encode(dependencies=0)[:-32],
    ]  # fmt: skip
    for tail in range(4):  # signature, factory deps, paymaster input, reserved dynamic
        at = head + 64 + (0, 32, 128, 160)[tail]
        wrong.append(good[:at] + word(1 if tail != 1 else 2**31) + good[at + 32 :])
    for raw in wrong:
        assert error(executor, raw) == "InvalidEncoding", raw.hex()[-300:]
