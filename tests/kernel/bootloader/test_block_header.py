"""The block header against the rlp library and an independent keccak."""

from typing import Any

import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.chain import integer, keccak256
from zkos.interface.block_metadata import BlockMetadata
from zkos.interface.error_names import ERROR_CODES
from zkos.kernel.bootloader.block_header import block_hash
from zkos.lang import Status, function, u64, u256

U64 = st.integers(0, 2**64 - 1)
U256 = st.integers(0, 2**256 - 1)


@function
def ethereum_block_hash(
    metadata: BlockMetadata, rolling_hash: u256, gas_used: u64
) -> tuple[Status, u256]:
    """Do the same; built with the constant ``ethereum``."""
    return block_hash(metadata, rolling_hash, gas_used)


def expected_hash(
    metadata: BlockMetadata, rolling_hash: int, gas_used: int, mix_hash: int
) -> bytes:
    parent = 0 if metadata.number == 0 else int(metadata.block_hashes[255])
    header = [
        parent.to_bytes(32, "big"),
        keccak256(rlp.encode([])),
        int(metadata.coinbase).to_bytes(20, "big"),
        bytes(32),
        rolling_hash.to_bytes(32, "big"),
        bytes(32),
        bytes(256),
        b"",
        *(integer(int(n)) for n in (metadata.number, metadata.gas_limit, gas_used)),
        integer(int(metadata.timestamp)),
        b"",
        mix_hash.to_bytes(32, "big"),
        bytes(8),
        integer(int(metadata.base_fee)),
    ]
    return keccak256(rlp.encode(header))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_hash_is_that_of_the_rlp_list(executor: Any, data: Any) -> None:
    metadata = BlockMetadata()
    for name in ("number", "gas_limit", "timestamp", "base_fee"):
        setattr(metadata, name, data.draw(U64 | st.sampled_from([0, 1, 127, 128, 255, 256])))
    metadata.coinbase = data.draw(st.integers(0, 2**160 - 1))
    metadata.block_hashes[255] = data.draw(U256)
    metadata.block_hashes[0] = 77
    metadata.mix_hash = data.draw(U256)
    rolling_hash, gas_used = data.draw(U256), data.draw(U64)
    status, found = executor.call(block_hash, metadata, rolling_hash, gas_used)
    assert status == 0
    assert found.to_bytes(32, "big") == expected_hash(metadata, rolling_hash, gas_used, 1)
    executor.program([ethereum_block_hash], ethereum=True)
    _, found = executor.call(ethereum_block_hash, metadata, rolling_hash, gas_used)
    mix_hash = int(metadata.mix_hash)
    assert found.to_bytes(32, "big") == expected_hash(metadata, rolling_hash, gas_used, mix_hash)


def test_a_base_fee_beyond_64_bits_stops_the_run(executor: Any) -> None:
    metadata = BlockMetadata()
    metadata.base_fee = 2**64
    status, _ = executor.call(block_hash, metadata, 0, 0)
    assert status == ERROR_CODES["BaseFeeTooLarge"]
