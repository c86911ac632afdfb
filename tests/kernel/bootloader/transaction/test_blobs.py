"""Blob transactions in the ethereum flavour (EIP-4844)."""

from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest

from tests.kernel.bootloader.transaction.decoding import decode, decode_as_ethereum
from tests.support.chain import ALICE, CHAIN_ID, ETHER, funded, run_block, stops, transaction
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.interface.error_names import ERROR_NAMES

CONTRACT = "0x00000000000000000000000000000000000c0de0"
HASHES = tuple(b"\x01" + bytes([number]) * 31 for number in range(7))
EXCESS = 10_000_000
PER_BLOB = 131_072


def blob_base_fee(excess: int) -> int:
    """EIP-4844's own definition: fake_exponential(1, excess, 3338477)."""
    output, i, numerator = 0, 1, 3338477
    while numerator > 0:
        output += numerator
        numerator = numerator * excess // (3338477 * i)
        i += 1
    return output // 3338477


FEE = blob_base_fee(EXCESS)


def blob_transaction(count: int = 1, **changes: Any) -> str:
    fields = {"kind": 3, "blob_hashes": HASHES[:count], "max_blob_fee": FEE}
    return transaction(**{**fields, **changes})


def run(executor: Any, *raws: str, pre: Any = None, excess: int = EXCESS) -> dict[str, Any]:
    return run_block(
        executor, list(raws), pre or funded(ALICE), flavour="ethereum", excess_blob_gas=excess
    )


def statuses(result: dict[str, Any]) -> list[str]:
    return [outcome["error"] or outcome["status"] for outcome in result["transactions"]]


@pytest.mark.all_executors
def test_the_blob_fee_is_burned_whole(executor: Any) -> None:
    assert FEE > 1
    result = run(executor, blob_transaction(3, value=5, max_blob_fee=FEE + 9))
    assert statuses(result) == ["success"]
    left = int(result["account_diffs"][ALICE.address]["balance"], 16)
    assert left == ETHER - 5 - 21_000 * 1000 - 3 * PER_BLOB * FEE


@pytest.mark.all_executors
def test_an_excess_whose_price_would_not_end_stops_the_run(executor: Any) -> None:
    document = {"chain_id": hex(CHAIN_ID), "flavour": "ethereum", "pre": funded(ALICE)}
    [block] = block_file.parse(document).blocks
    batch = block_file.parse(document)
    for excess, is_taken in ((2**28 - 1, True), (2**28, False), (2**63, False)):
        forged = replace(batch, blocks=[replace(block, excess_blob_gas=excess)])
        with nullcontext() if is_taken else stops(executor, "ExcessBlobGasTooLarge"):
            Runner(ExecutorName(executor.name)).run(forged, Mode.FORWARD)


def test_the_highest_excess_has_its_price(executor: Any) -> None:
    code = "0x4a5f5260205ff3"  # BLOBBASEFEE
    pre = funded(ALICE) | {CONTRACT: {"code": code}}
    [outcome] = run(executor, transaction(to=CONTRACT), pre=pre, excess=2**28 - 1)["transactions"]
    assert int(outcome["output"], 16) == blob_base_fee(2**28 - 1)


def test_execution_sees_hashes_and_price(executor: Any) -> None:
    # BLOBHASH(0), BLOBHASH(1), BLOBHASH(2), BLOBBASEFEE
    code = "0x5f495f52600149602052600249604052" + "4a606052" + "60805ff3"
    pre = funded(ALICE) | {CONTRACT: {"code": code}}
    raws = blob_transaction(2, to=CONTRACT), transaction(nonce=1, to=CONTRACT)
    with_blobs, without = run(executor, *raws, pre=pre)["transactions"]
    expected = HASHES[0] + HASHES[1] + bytes(32) + FEE.to_bytes(32, "big")
    assert with_blobs["output"] == "0x" + expected.hex()
    assert without["output"] == "0x" + (bytes(96) + FEE.to_bytes(32, "big")).hex()


def test_blobs_that_are_invalid_are_refused(executor: Any) -> None:
    wrong_version = (b"\x02" + bytes(31),)
    for raw, error in (
        (blob_transaction(0), "BlobListInvalid"),
        (blob_transaction(7), "BlobListInvalid"),
        (blob_transaction(blob_hashes=wrong_version), "BlobListInvalid"),
        (blob_transaction(max_blob_fee=FEE - 1), "BlobFeeTooLow"),
        (blob_transaction(value=ETHER - 100_000 * 1000 - PER_BLOB * FEE + 1),
         "LackOfFundForMaxFee"),
        (blob_transaction(value=ETHER - 100_000 * 1000 - PER_BLOB * FEE), "success"),
        (blob_transaction(max_blob_fee=2**255), "OverflowPaymentInTransaction"),
    ):  # fmt: skip
        assert statuses(run(executor, raw)) == [error]


def test_a_block_holds_six_blobs(executor: Any) -> None:
    raws = [
        blob_transaction(4),
        blob_transaction(3, nonce=1),
        blob_transaction(2, nonce=1),
        blob_transaction(1, nonce=2),
    ]
    full = "CallerGasLimitMoreThanBlock"
    assert statuses(run(executor, *raws)) == ["success", full, "success", full]


def error(executor: Any, raw: str) -> str:
    outcome = decode_as_ethereum(executor, bytes.fromhex(raw[2:]), CHAIN_ID)
    return "accepted" if isinstance(outcome, dict) else ERROR_NAMES[outcome]


def test_decoding_is_strict_and_of_this_flavour_only(executor: Any) -> None:
    assert error(executor, blob_transaction(2)) == "accepted"
    assert error(executor, blob_transaction(2, to=None)) == "InvalidStructure"
    assert error(executor, blob_transaction(2, chain_id=1)) == "InvalidChainId"
    for wrong in (b"\x01" * 31, b"\x01" * 33, b"", []):
        raw = blob_transaction(blob_hashes=(HASHES[0], wrong))
        assert error(executor, raw) == "InvalidStructure"
    raw = bytes.fromhex(blob_transaction(2)[2:])
    assert ERROR_NAMES[decode(executor, raw, CHAIN_ID)] == "InvalidEncoding"
