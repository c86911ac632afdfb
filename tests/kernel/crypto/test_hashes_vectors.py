"""Digests that the standards and papers themselves print."""

import pytest

from tests.support.executors import Executor
from zkos.kernel.crypto.blake2s import blake2s256
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.crypto.ripemd160 import ripemd160
from zkos.kernel.crypto.sha256 import sha256
from zkos.lang import Function

LETTERS = b"abcdefghijklmnopqrstuvwxyz"
TWO_BLOCKS = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

# FIPS 180-4 examples (sha256); the RIPEMD-160 paper, appendix B; RFC 7693, appendix B (blake2s);
# Ethereum yellow paper, the hashes of nothing and of the empty RLP string (keccak256).
PUBLISHED = (
    (sha256, b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (sha256, TWO_BLOCKS, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    (ripemd160, b"", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
    (ripemd160, b"abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"),
    (ripemd160, LETTERS, "f71c27109c692c1b56bbdceb5b9d2865b3708dbc"),
    (ripemd160, TWO_BLOCKS, "12a053384a9c0c88e405a06c27dcf49ada62eb2b"),
    (blake2s256, b"abc", "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"),
    (keccak256, b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
    (keccak256, b"\x80", "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
)


@pytest.mark.all_executors
@pytest.mark.parametrize(("function", "message", "digest"), PUBLISHED)
def test_a_published_message_has_the_published_digest(
    executor: Executor, function: Function, message: bytes, digest: str
) -> None:
    assert executor.call(function, message) == int(digest, 16)
