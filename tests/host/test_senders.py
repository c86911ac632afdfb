"""Sender recovery: signed bytes of every type, and bytes that hold no signature."""

import coincurve
import pytest
import rlp
from hypothesis import given
from hypothesis import strategies as st

from zkos.host.hashing import keccak256
from zkos.host.senders import recover_address, recover_sender, recover_senders

KEY = coincurve.PrivateKey((0xB0B).to_bytes(32, "big"))
ADDRESS = int.from_bytes(keccak256(KEY.public_key.format(compressed=False)[1:])[12:], "big")
FIELDS = [3, 1000, 100000, b"\x66" * 20, 7, b"\x01"]

# Signed with key 0xB0B: state-and-commitments.md, 8.
SIGNED = [
    "f862038203e8830186a094666666666666666666666666666666666666666607016ea0614e829d4c840c346fd9931d"
    "82dec7f7216770eddc15d957e59dde8e88676b5ba00ac6089eb048226add203e2a0c50c9e4b15dd2afea979a5ef067"
    "2c43f5b3f379",
    "f862038203e8830186a0946666666666666666666666666666666666666666070"
    "11ba0bd86fe9697ce01f08b6d44043a705d950be4811c4272aec235fcdc29a2f1db97a05442ffdaa16b9a187973446"
    "11dedcb60bb17213ce4fee44e5bb8f194ca6a2124",
    "01f89d25038203e8830186a09466666666666666666666666666666666666666660701f838f7945555555555555555"
    "555555555555555555555555e1a00000000000000000000000000000000000000000000000000000000000000009"
    "01a0eb7487ae3470bbbfb2dcb750ed5fa3ececeaaed8555268c34c139cb953381b27a04ae482e387cfed287f20b02b"
    "28fd31bb67c71d7257ca9bb4fc1ca036d19cd035",
    "02f8652503058203e8830186a09466666666666666666666666666666666666666660701c001a09c588bf951cb1bb8"
    "59f7a84a18413680981b8c9019022c7edc17c295793378b9a05617e3741a302f4c003acf258e35cb6a94779f8c8414"
    "b770bd08422523be3b17",
]


def signed(fields, prefix=b"", chain_id=None):
    """Sign a transaction with coincurve and rlp."""
    signable = fields if chain_id is None or prefix else [*fields, chain_id, 0, 0]
    signature = KEY.sign_recoverable(keccak256(prefix + rlp.encode(signable)), hasher=None)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    v = signature[64]
    if not prefix:
        v += 27 if chain_id is None else 35 + 2 * chain_id
    return prefix + rlp.encode([*fields, v, r, s])


@pytest.mark.parametrize("transaction", SIGNED, ids=["0", "0 without chain id", "1", "2"])
def test_the_reference_transactions_recover_their_signer(transaction):
    assert recover_sender(bytes.fromhex(transaction)) == ADDRESS


def test_the_transfer_example_recovers_its_sender():
    transaction = (
        "02f86825808203e88203e882753094424200000000000000000000000000000000000082303980c080a084f504c8"
        "63a942384a866f61ebad6de99c02a69a7769eaf86e2a941f346dcaaea07f1b369a6e0b64fc747f0c6a976e584d07"
        "aa6ffc09d85131cb84f277c80feaf6"
    )
    expected = 0x63F9725F107358C9115BC9D86C72DD5823E9B1E6
    assert recover_sender(bytes.fromhex(transaction)) == expected


@given(st.sampled_from([None, 1, 37, 2**40]), st.binary(max_size=300))
def test_a_legacy_signature_recovers_with_and_without_chain_id(chain_id, data):
    assert recover_sender(signed([*FIELDS[:5], data], chain_id=chain_id)) == ADDRESS


def test_a_length_with_leading_zeros_recovers_the_same_signer():
    transaction = bytes.fromhex(SIGNED[0])
    assert transaction[0] == 0xF8
    longer = b"\xf9\x00" + transaction[1:]
    assert recover_sender(longer) == ADDRESS


@given(st.binary(max_size=200))
def test_any_bytes_give_an_address_or_zero(data):
    assert 0 <= recover_sender(data) < 2**160


@given(st.integers(0, 110), st.integers(1, 255))
def test_a_bent_transaction_never_recovers_the_signer(place, change):
    bent = bytearray.fromhex(SIGNED[3])
    place %= len(bent)
    bent[place] ^= change
    assert recover_sender(bytes(bent)) != ADDRESS


@pytest.mark.parametrize(
    ("y_parity", "r", "s"),
    [(2, 1, 1), (0, 0, 1), (0, 1, 0), (1, 2**256 - 1, 1), (0, 2**256, 1), (0, 5, 1)],
)
def test_impossible_signatures_recover_nothing(y_parity, r, s):
    assert recover_address(bytes(31) + b"\x01", y_parity, r, s) == 0


def test_many_transactions_keep_their_order():
    one, other = signed(FIELDS), b"\xc0"
    assert recover_senders([one, other] * 100) == [ADDRESS, 0] * 100
