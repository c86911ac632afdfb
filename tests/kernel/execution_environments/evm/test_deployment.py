"""Addresses of new contracts are those of Ethereum."""

import pytest
import rlp
from Crypto.Hash import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.kernel.execution_environments.evm.deployment import create2_address, create_address

addresses = st.integers(0, 2**160 - 1)
words = st.integers(0, 2**256 - 1)


def address_of(data: bytes) -> int:
    return int.from_bytes(keccak.new(digest_bits=256, data=data).digest()[12:], "big")


@given(addresses, st.one_of(st.integers(0, 300), st.integers(0, 2**64 - 1)))
@settings(max_examples=50, deadline=None)
def test_create_hashes_the_rlp_of_deployer_and_nonce(
    executor: Executor, deployer: int, nonce: int
) -> None:
    encoded = rlp.encode([deployer.to_bytes(20, "big"), nonce])
    assert executor.call(create_address, deployer, nonce) == address_of(encoded)


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 256, 2**16, 2**32, 2**56, 2**64 - 1])
def test_create_at_the_borders_of_rlp(executor: Executor, nonce: int) -> None:
    encoded = rlp.encode([bytes(20), nonce])
    assert executor.call(create_address, 0, nonce) == address_of(encoded)


@given(addresses, words, words)
@settings(max_examples=30, deadline=None)
def test_create2_hashes_its_85_bytes(
    executor: Executor, deployer: int, salt: int, digest: int
) -> None:
    data = b"\xff" + deployer.to_bytes(20, "big") + salt.to_bytes(32, "big")
    expected = address_of(data + digest.to_bytes(32, "big"))
    assert executor.call(create2_address, deployer, salt, digest) == expected


def test_create2_of_the_eip(executor: Executor) -> None:
    """Example 6 of EIP-1014."""
    deployer, initcode = 0x00000000000000000000000000000000DEADBEEF, bytes.fromhex("deadbeef")
    digest = int(keccak.new(digest_bits=256, data=initcode).hexdigest(), 16)
    salt = 0xCAFEBABE
    expected = 0x60F3F640A8508FC6A86D45DF051962668E1E8AC7
    assert executor.call(create2_address, deployer, salt, digest) == expected
