"""Hash functions against hashlib and pycryptodome, at every length around their block sizes."""

import hashlib
import random

import pytest
from Crypto.Hash import RIPEMD160, keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.kernel.crypto.blake2s import Blake2s256, blake2s256
from zkos.kernel.crypto.keccak256 import Keccak256, keccak256
from zkos.kernel.crypto.ripemd160 import ripemd160
from zkos.kernel.crypto.sha256 import sha256
from zkos.lang import Slice, function, local, u8, u32, u256


def keccak_by_pycryptodome(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def blake2s_by_hashlib(data: bytes) -> bytes:
    return hashlib.blake2s(data).digest()


@function
def keccak256_in_parts(data: Slice[u8], step: u32) -> u256:
    """Hash with ``absorb`` calls of ``step`` bytes, after a first hash has used the hasher."""
    hasher = local(Keccak256)
    hasher.absorb(data)
    first = hasher.finish()
    hasher.begin()
    rest = data
    while rest.length > step:
        hasher.absorb(rest[:step])
        rest = rest[step:]
    hasher.absorb(rest)
    return hasher.finish() if first != 0 else u256(0)


@function
def blake2s256_in_parts(data: Slice[u8], step: u32) -> u256:
    """Hash with ``absorb`` calls of ``step`` bytes, after a first hash has used the hasher."""
    hasher = local(Blake2s256)
    hasher.begin()
    hasher.absorb(data)
    first = hasher.finish()
    hasher.begin()
    rest = data
    while rest.length > step:
        hasher.absorb(rest[:step])
        rest = rest[step:]
    hasher.absorb(rest)
    return hasher.finish() if first != 0 else u256(0)


HASHES = {
    "keccak256": (keccak256, keccak256_in_parts, keccak_by_pycryptodome, 136),
    "blake2s256": (blake2s256, blake2s256_in_parts, blake2s_by_hashlib, 64),
}


def sample(length: int) -> bytes:
    return random.Random(length).randbytes(length)


def test_digests_of_the_empty_string_are_the_published_ones(executor: Executor) -> None:
    assert executor.call(keccak256, b"") == int(
        "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470", 16
    )
    assert executor.call(blake2s256, b"") == int(
        "69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9", 16
    )


@pytest.mark.all_executors
@pytest.mark.parametrize("name", HASHES)
def test_digest_is_right_at_every_length_around_a_block(executor: Executor, name: str) -> None:
    hash_function, _, expected, block = HASHES[name]
    for length in (0, 1, 3, 31, 32, 55, 56, 72, *range(block - 9, block + 10), 2 * block, 1000):
        data = sample(length)
        assert executor.call(hash_function, data) == int.from_bytes(expected(data), "big"), length


@pytest.mark.parametrize("name", HASHES)
def test_parts_hash_like_the_whole(executor: Executor, name: str) -> None:
    _, in_parts, expected, block = HASHES[name]
    for step in (1, 7, 64, block - 1, block, block + 1):
        for length in (0, 1, block - 1, block, block + 1, 2 * block):
            data = sample(length)
            assert executor.call(in_parts, data, step) == int.from_bytes(expected(data), "big")


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.parametrize("name", HASHES)
@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=700), step=st.integers(1, 200))
def test_any_message_in_any_parts(executor: Executor, name: str, data: bytes, step: int) -> None:
    hash_function, in_parts, expected, _ = HASHES[name]
    digest = int.from_bytes(expected(data), "big")
    assert executor.call(hash_function, data) == digest
    assert executor.call(in_parts, data, step) == digest


ONE_CALL_HASHES = {
    "sha256": (sha256, lambda data: hashlib.sha256(data).digest()),
    "ripemd160": (ripemd160, lambda data: RIPEMD160.new(data).digest()),
}


@pytest.mark.all_executors
@pytest.mark.parametrize("name", ONE_CALL_HASHES)
def test_padding_is_right_at_every_length_around_a_block(executor: Executor, name: str) -> None:
    hash_function, expected = ONE_CALL_HASHES[name]
    for length in (0, 1, 3, 31, 32, *range(54, 67), 119, 120, 127, 128, 129, 500):
        data = sample(length)
        assert executor.call(hash_function, data) == int.from_bytes(expected(data), "big"), length


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.parametrize("name", ONE_CALL_HASHES)
@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=700))
def test_any_message(executor: Executor, name: str, data: bytes) -> None:
    hash_function, expected = ONE_CALL_HASHES[name]
    assert executor.call(hash_function, data) == int.from_bytes(expected(data), "big")
