"""Decoding against Ethereum's own TransactionTests."""

import json
from pathlib import Path
from typing import Any

import coincurve
import pytest
from Crypto.Hash import keccak

from tests.kernel.bootloader.transaction.decoding import decode, decode_as_ethereum
from zkos.interface.error_names import ERROR_NAMES

FILE = Path(__file__).parents[3] / "vectors/ethereum-transaction-tests/transaction_tests.json"
VECTORS: dict[str, dict[str, str]] = json.loads(FILE.read_text())
VALID = {name: row for name, row in VECTORS.items() if "exception" not in row}
INVALID = {name: row for name, row in VECTORS.items() if "exception" in row}

# Well-formed transactions that later steps refuse: signature, fees, gas, nonce.
REFUSED_LATER = {
    "EC_RECOVERY_FAIL", "GASLIMIT_PRICE_PRODUCT_OVERFLOW", "INITCODE_SIZE_EXCEEDED",
    "INTRINSIC_GAS_TOO_LOW", "INVALID_SIGNATURE_VRS", "NONCE_TOO_BIG",
    "PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2",
}  # fmt: skip
# Leading zero bytes in a long length: the reference accepts them (transactions.md 1.1).
ACCEPTED = {"ttWrongRLP/RLPArrayLengthWithFirstZeros", "ttWrongRLP/RLPListLengthWithFirstZeros"}


def keccak256(data: bytes) -> bytes:
    return bytes(keccak.new(digest_bits=256, data=data).digest())


def recover(fields: dict[str, int]) -> str:
    signature = b"".join(fields[name].to_bytes(32, "big") for name in ("r", "s"))
    signature += bytes([fields["y_parity"]])
    digest = fields["signing_hash"].to_bytes(32, "big")
    key = coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)
    return "0x" + keccak256(key.format(compressed=False)[1:])[12:].hex()


@pytest.mark.all_executors
def test_valid_transactions_give_hash_sender_and_intrinsic_gas(executor: Any) -> None:
    assert len(VALID) == 50
    for name, row in VALID.items():
        fields = decode(executor, bytes.fromhex(row["txbytes"][2:]))
        assert isinstance(fields, dict), (name, ERROR_NAMES[fields])
        assert f"0x{fields['hash']:064x}" == row["hash"], name
        assert recover(fields) == row["sender"], name
        if fields["access_list"] == 0:
            gas = 21000 + fields["calldata_gas"]
            gas += fields["deployment_gas"] if fields["is_deployment"] else 0
            assert gas == int(row["intrinsicGas"], 16), name


@pytest.mark.all_executors
def test_malformed_transactions_are_refused_by_the_decoder(executor: Any) -> None:
    refused = 0
    for name, row in INVALID.items():
        raw = bytes.fromhex(row["txbytes"].removeprefix("0x"))
        status = decode(executor, raw)
        if isinstance(status, dict):
            reason = row["exception"].removeprefix("TransactionException.")
            assert name in ACCEPTED or reason in REFUSED_LATER, (name, reason)
            continue
        assert ERROR_NAMES[status] in ("InvalidEncoding", "InvalidStructure"), name
        refused += 1
    assert refused == 134


@pytest.mark.all_executors
def test_the_ethereum_flavour_refuses_leading_zeros_in_lengths(executor: Any) -> None:
    for name in ACCEPTED:
        raw = bytes.fromhex(VECTORS[name]["txbytes"][2:])
        assert ERROR_NAMES[decode_as_ethereum(executor, raw)] == "InvalidStructure"
