"""Validation: each error of transactions.md 7 that an L2 transaction can meet, and their order."""

from typing import Any

import pytest

from tests.support.chain import (
    ALICE,
    BOB,
    ETHER,
    ORDER,
    Signer,
    deployer,
    funded,
    run_block,
    transaction,
)

CAROL = Signer(0xCA201)
CONTRACT = "0x00000000000000000000000000000000000c0de0"


def refused(transaction: Any, error: str, *details: int) -> tuple[Any, str, tuple[int, ...]]:
    return transaction, error, details


CASES = {
    "unknown type": refused("0x03c0", "InvalidEncoding"),
    "v of another chain": refused(transaction(kind=0, chain_id=38), "InvalidEncoding"),
    "cut short": refused(transaction()[:-2], "InvalidStructure"),
    "other chain": refused(transaction(chain_id=38), "InvalidChainId"),
    "gas limit over the block's": refused(
        transaction(gas_limit=30_000_001), "CallerGasLimitMoreThanBlock"
    ),
    "priority over maximum": refused(
        transaction(priority_fee=1001), "PriorityFeeGreaterThanMaxFee"
    ),
    "maximum under base fee": refused(transaction(max_fee=999), "BaseFeeGreaterThanMaxFee"),
    "gas under the intrinsic": refused(transaction(gas_limit=17_999), "OutOfGasDuringValidation"),
    "gas under intrinsic and signature": refused(
        transaction(gas_limit=20_999), "OutOfGasDuringValidation"
    ),
    "gas under the calldata": refused(
        transaction(gas_limit=21_015, data=b"\x01"), "OutOfGasDuringValidation"
    ),
    "gas under the access list": refused(
        transaction(gas_limit=21_000 + 2400 + 1899, access_list=[(BOB.address, [1])]),
        "OutOfGasDuringValidation",
    ),
    "gas under the deployment": refused(
        transaction(to=None, gas_limit=18_000 + 4 + 32_000 + 1, data=b"\x00"),
        "OutOfGasDuringValidation",
    ),
    "initcode too long": refused(
        transaction(to=None, gas_limit=900_000, data=bytes(49_153)), "CreateInitCodeSizeLimit"
    ),
    "nonce too high": refused(transaction(nonce=5), "NonceTooHigh", 5, 0),
    "nonce too low": refused(transaction(BOB, nonce=6), "NonceTooLow", 6, 7),
    "sender has code": refused(transaction(CAROL), "RejectCallerWithCode"),
    "sender cannot pay": refused(
        transaction(value=ETHER), "LackOfFundForMaxFee", ETHER + 10**8, ETHER
    ),
    "payment overflows": refused(
        transaction(max_fee=2**256 - 1, value=0), "OverflowPaymentInTransaction"
    ),
    "value overflows": refused(transaction(value=2**256 - 1), "OverflowPaymentInTransaction"),
    "high s": refused(transaction(malleable=True), "MalleableSignature"),
    "wrong sender": refused(
        {"raw": transaction(ALICE), "sender": BOB.address}, "NonceTooLow", 0, 7
    ),
    "wrong signer": refused(
        {"raw": transaction(ALICE, nonce=7), "sender": BOB.address},
        "IncorrectFrom",
        int(BOB.address, 16),
        int(ALICE.address, 16),
    ),
}
PRE = {
    **funded(ALICE),
    BOB.address: {"balance": hex(ETHER), "nonce": "0x7"},
    CAROL.address: {"balance": hex(ETHER), "code": "0x00"},
}


@pytest.mark.all_executors
def test_each_refusal_has_its_name_and_leaves_no_trace(executor: Any) -> None:
    offered = [row[0] for row in CASES.values()]
    last = transaction(ALICE, value=1)
    result = run_block(executor, [*offered, last], PRE, gas_limit=30_000_000)
    for (name, row), outcome in zip(CASES.items(), result["transactions"], strict=False):
        assert (outcome["status"], outcome["error"]) == ("invalid", row[1]), name
        assert outcome["gas_used"] == 0, name
        if row[2]:
            details = (int(number, 16) for number in outcome["error_details"].values())
            assert tuple(details) == row[2], name
    assert result["transactions"][-1]["status"] == "success"
    alone = run_block(executor, [last], PRE, gas_limit=30_000_000)
    for field in ("block_hash", "gas_used", "native_used", "public_input"):
        assert result[field] == alone[field], field


def test_a_nonce_at_its_limit_cannot_be_used(executor: Any) -> None:
    pre = {ALICE.address: {"balance": hex(ETHER), "nonce": hex(2**64 - 1)}}
    result = run_block(executor, [transaction(nonce=2**64 - 1)], pre)
    assert result["transactions"][0]["error"] == "NonceOverflowInTransaction"


def test_an_unrecoverable_signature_has_no_signer(executor: Any) -> None:
    raw = bytes.fromhex(transaction(ALICE)[2:])
    unrecoverable = raw[:-65] + b"\x01" + raw[-64:]  # r of one byte, then the rest as garbage
    result = run_block(
        executor, [{"raw": "0x" + unrecoverable.hex(), "sender": ALICE.address}], funded(ALICE)
    )
    assert result["transactions"][0]["status"] == "invalid"


def test_native_must_cover_validation(executor: Any) -> None:
    pre = funded(ALICE)
    # native per gas is 1: 600,000 native for 991,340 of an empty call to an absent account
    cheap = {"base_fee": 10, "native_price": 10}
    for gas_limit, expected in (
        (29_999, "OutOfNativeResourcesDuringValidation"),
        (600_000, "OutOfNativeResourcesDuringValidation"),
        (737_099, "OutOfNativeResourcesDuringValidation"),
        (737_100, None),
    ):
        raw = transaction(max_fee=10, gas_limit=gas_limit)
        outcome = run_block(executor, [raw], pre, **cheap)["transactions"][0]
        assert outcome["error"] == expected, gas_limit


def test_a_deployment_of_the_largest_initcode_is_valid(executor: Any) -> None:
    raw = transaction(to=None, gas_limit=10_000_000, data=bytes(49_152))
    outcome = run_block(executor, [raw], funded(ALICE))["transactions"][0]
    assert outcome["status"] == "success"


def test_the_order_of_the_checks_decides_the_error(executor: Any) -> None:
    """Each transaction is wrong in two ways; the earlier step's error is reported."""
    pairs = [
        (transaction(chain_id=38, gas_limit=2**40), "InvalidChainId"),
        (transaction(gas_limit=2**40, priority_fee=2000), "CallerGasLimitMoreThanBlock"),
        (transaction(priority_fee=1001, gas_limit=1), "PriorityFeeGreaterThanMaxFee"),
        (transaction(max_fee=1, priority_fee=2), "PriorityFeeGreaterThanMaxFee"),
        (transaction(max_fee=999, gas_limit=1), "BaseFeeGreaterThanMaxFee"),
        (transaction(gas_limit=1, nonce=9), "OutOfNativeResourcesDuringValidation"),
        (transaction(gas_limit=17_999, nonce=9), "OutOfGasDuringValidation"),
        (transaction(to=None, data=bytes(49_153), gas_limit=999_999, nonce=9),
         "CreateInitCodeSizeLimit"),
        (transaction(CAROL, nonce=9), "NonceTooHigh"),
        (transaction(CAROL, value=2 * ETHER), "RejectCallerWithCode"),
        (transaction(value=2 * ETHER, malleable=True), "LackOfFundForMaxFee"),
        (transaction(gas_limit=20_999, malleable=True), "MalleableSignature"),
    ]  # fmt: skip
    result = run_block(executor, [raw for raw, _ in pairs], PRE, gas_limit=30_000_000)
    errors = [outcome["error"] for outcome in result["transactions"]]
    assert errors == [error for _, error in pairs]


def test_deployers_have_the_code_that_they_say() -> None:
    assert deployer(b"\x5b" * 300)[-300:] == b"\x5b" * 300
    assert ORDER > 2**255
