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


# One transaction of each type, signed by key 0xB0B for chain 37 (state-and-commitments 8).
EXAMPLES = (
    (0,
        "f862038203e8830186a094666666666666666666666666666666666666666607016ea0614e829d4c840c"
        "346fd9931d82dec7f7216770eddc15d957e59dde8e88676b5ba00ac6089eb048226add203e2a0c50c9e4"
        "b15dd2afea979a5ef0672c43f5b3f379",
        "4922956f4de8f1a5725093834c791b6b70ea53385c95f4eb6a2edfd95860a17f"),
    (0,
        "f862038203e8830186a094666666666666666666666666666666666666666607011ba0bd86fe9697ce01"
        "f08b6d44043a705d950be4811c4272aec235fcdc29a2f1db97a05442ffdaa16b9a18797344611dedcb60"
        "bb17213ce4fee44e5bb8f194ca6a2124",
        "2c64410346ba7a371c0a22b7f86ba654c2098e1685f076354a4130a41900db66"),
    (1,
        "01f89d25038203e8830186a09466666666666666666666666666666666666666660701f838f794555555"
        "5555555555555555555555555555555555e1a00000000000000000000000000000000000000000000000"
        "00000000000000000901a0eb7487ae3470bbbfb2dcb750ed5fa3ececeaaed8555268c34c139cb953381b"
        "27a04ae482e387cfed287f20b02b28fd31bb67c71d7257ca9bb4fc1ca036d19cd035",
        "cc2c0fefb771c502bd892141a91378cadaf3531933a140783c40c5ab61e98036"),
    (2,
        "02f8652503058203e8830186a09466666666666666666666666666666666666666660701c001a09c588b"
        "f951cb1bb859f7a84a18413680981b8c9019022c7edc17c295793378b9a05617e3741a302f4c003acf25"
        "8e35cb6a94779f8c8414b770bd08422523be3b17",
        "b5017a8f08eb096f81db4536a0abb70c099c65ab9c89917d5f00f883d27d7ac1"),
    (4,
        "04f8c32503058203e8830186a09466666666666666666666666666666666666666660701c0f85cf85a80"
        "9411111111111111111111111111111111111111118001a020a306cedf9a67e47854235d8f8efdb9eb44"
        "860c34861e0a116670343d9a325ea01a5570027ceb9179bfc27f65b2427058c4a0d29ee0c1d05cc63225"
        "b1ff99e26b01a06015bd2bbd62a0f760d5143876d7a1aa45561602bb315a71e81b90cccd74ab4ea07416"
        "397cb6138543be90b35f5e17596f6c0f6dad184059c24c61ed550c96451e",
        "e71bae12331c8228ef8d411e02cc2b7819f3f72e3dda4351b43ee5358fcc12d9"),
)  # fmt: skip
SIGNER = "0x0376aac07ad725e01357b1725b5cec61ae10473c"


def test_each_type_has_the_reference_s_hash_and_its_signer(executor: Any) -> None:
    for kind, raw, expected in EXAMPLES:
        fields = decode(executor, bytes.fromhex(raw), 37)
        assert (fields["type"], f"{fields['hash']:064x}") == (kind, expected)
        assert recover(fields) == SIGNER
