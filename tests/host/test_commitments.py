"""Commitments against the official program's values (oracle.md 8, state-and-commitments.md 4-6)."""

import pytest

from zkos.host.commitments import (
    ZERO,
    BatchContent,
    ChainState,
    da_commitment,
    public_input,
    rolling_hash,
)
from zkos.host.hashing import keccak256

NO_HASHES = (0,) * 256
EMPTY_ROOT = bytes.fromhex("90a83ead2ba2194fbbb0f7cd2a017e36cfb4891513546d943a7282c2844d4b6b")
TRANSFER = {
    "before": ("1aa3001f455a220eeca8a8f12e9f3678d7d14c3b4c94a9f094ff06ba62f4a849", 3),
    "after": ("8be90a29f2e3e0443f6bce17684646e053ceafa9d57dcba2966eca2a67474827", 5),
    "hash": "30873f05062ceb379d52d7d6bff5f1de051346fecdc3a678e2d9d436a4067f03",
    "pubdata": (
        "0130873f05062ceb379d52d7d6bff5f1de051346fecdc3a678e2d9d436a4067f03000000000000002a00000003"
        "c1198a72505f46d722ed8e0ca0f9bfe42ba3a2d868a618d9d55a80ba9255f761142101406f40"
        "cbc660322978b9dd829e3c793d3dec1375aab645bbc257f32f7637371fd117ef14113039"
        "0908ba005859673c9bf69a3e34ce2c6d3727ea3006551e7f031c61a07d4684641c09012201409f79"
        "0000000000000000"
    ),
}


def chain(root, slot, number, hashes, timestamp):
    return ChainState(bytes.fromhex(root), slot, number, hashes, timestamp)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (3, "eb02fd26773756d1dd86062d7d7c9b875ab04e0d5ff2a15332e59a1ed53540dd"),
        (1, "de59a272cae5b633991ae422d7f2ca657a46566773d98d452b0eff688787f016"),
    ],
)
def test_the_empty_block_has_the_official_public_input(scheme, expected):
    block_hash = "456229d4dbd8905f5ac5ef1a113d11d15eaae5ca027e7f1984d1442da8c42927"
    before = ChainState(EMPTY_ROOT, 2, 0, NO_HASHES, 0).commitment()
    after = ChainState(EMPTY_ROOT, 2, 1, (int(block_hash, 16), *NO_HASHES[1:]), 42).commitment()
    assert before.hex() == "cc97d649ab6333df65a1ff08e76ac04fc5a80143979fae3375b35c918ef9d489"
    assert after.hex() == "d1e07c72be6a1d0fb5648dbbe697269df15dfae8c57e8a27300dafd8cd519f78"
    pubdata = bytes.fromhex("01" + block_hash + "000000000000002a" + "00" * 12)
    content = BatchContent(37, 42, 42, scheme, pubdata, [], [])
    assert public_input(before, after, content.output()).hex() == expected


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        (3, "debd3d571b5586baa3e0dca02ccd71d38eb7480cf495d5f1dab400a0a15177bb"),
        (1, "01897b59108efa35923e42757527b761927b381b5721c0242118feec1b88d504"),
    ],
)
def test_the_transfer_block_has_the_official_public_input(scheme, expected):
    before = chain(*TRANSFER["before"], 0, NO_HASHES, 0).commitment()
    hashes = (int(TRANSFER["hash"], 16), *NO_HASHES[1:])
    after = chain(*TRANSFER["after"], 1, hashes, 42).commitment()
    assert before.hex() == "2584b6009b535586a200fef730fb833b2477c89bec48c8287d9cbe43c5c508cc"
    assert after.hex() == "c0e575ef73f578fb0e5244993e38c6feb8cf6aae1021cd7db0d1d9fa67ad1295"
    content = BatchContent(37, 42, 42, scheme, bytes.fromhex(TRANSFER["pubdata"]), [], [])
    assert public_input(before, after, content.output()).hex() == expected


def test_rolling_hashes_are_those_of_the_reference():
    assert rolling_hash([b"\xaa" * 32, b"\xbb" * 32]).hex() == (
        "5a3796172fe281d0caa0bacaeb99d54d09ef721cf75a7f455f89a117425c07f0"
    )
    assert rolling_hash([b"\xab" * 32] * 2, keccak256(b"")).hex() == (
        "a072fa1886320e0dff740af5f0842ce9b9dc2fbdf19bf444151561a36869e612"
    )


def test_a_scheme_without_commitment_is_refused():
    assert da_commitment(1, b"x") == ZERO
    with pytest.raises(ValueError, match="scheme 2"):
        da_commitment(2, b"")
