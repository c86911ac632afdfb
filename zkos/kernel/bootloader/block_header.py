"""The block header and its hash.

A list of 16 fields in Ethereum's order. State, receipts and blooms are not committed here but in
the state commitment, so their fields are zero; the transactions root is the rolling hash of the
accepted transactions.

  parent_hash ‖ ommers_hash ‖ beneficiary ‖ state_root = 0 ‖ transactions_root ‖ receipts_root = 0 ‖
  logs_bloom = 0 ‖ difficulty = 0 ‖ number ‖ gas_limit ‖ gas_used ‖ timestamp ‖ extra_data = "" ‖
  mix_hash ‖ nonce = 8 zero bytes ‖ base_fee

Source:  transactions.md 8.1; zksync-os@v0.2.5 block_header.rs; yellow paper 4.3, EIP-1559,
         EIP-4399.
Modes:   mix_hash is 1 in production and the metadata's value in the ethereum flavour.
Errors:  BASE_FEE_TOO_LARGE for a base fee of 2^64 or more.
"""

from zkos.interface.block_metadata import BLOCK_HASHES, BlockMetadata
from zkos.kernel.bootloader.transaction.rlp import (
    EMPTY_ITEM,
    LONG_STRING,
    MAX_HEADER_BYTES,
    write_list_header,
    write_number,
    write_string,
)
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import BASE_FEE_TOO_LARGE, OK
from zkos.kernel.modes import ETHEREUM
from zkos.lang import Array, Slice, Status, function, local, u8, u32, u64, u256

OMMERS_HASH = 0x1DCC4DE8DEC75D7AAB85B567B6CCD41AD312451B948A7413F0A142FD40D49347  # keccak(c0)
PRODUCTION_MIX_HASH = 1
BLOOM_BYTES = 256
NONCE_BYTES = 8
MAX_CONTENT_BYTES = 640  # 6 hashes, an address, the bloom and 7 numbers take at most 552


@function
def parent_hash(metadata: BlockMetadata) -> u256:
    """Give the hash of the block before this one; zero for block 0."""
    if metadata.number == 0:
        return 0
    return metadata.block_hashes[BLOCK_HASHES - 1]


@function
def mix_hash(metadata: BlockMetadata) -> u256:
    """Give the header's mix hash, which is also PREVRANDAO."""
    if ETHEREUM:
        return metadata.mix_hash
    return PRODUCTION_MIX_HASH


@function
def _write_bloom(output: Slice[u8], at: u32) -> u32:
    output[at] = LONG_STRING + 1
    output[at + 1] = BLOOM_BYTES >> 8
    output[at + 2] = BLOOM_BYTES & 0xFF
    return at + 3 + BLOOM_BYTES


@function
def _write_fields(
    output: Slice[u8], metadata: BlockMetadata, rolling_hash: u256, gas_used: u64
) -> u32:
    """Write the fields into zeroed memory; give their length."""
    at = write_string(output, 0, parent_hash(metadata), 32)
    at = write_string(output, at, OMMERS_HASH, 32)
    at = write_string(output, at, u256(metadata.coinbase), 20)
    at = write_string(output, at, 0, 32)
    at = write_string(output, at, rolling_hash, 32)
    at = write_string(output, at, 0, 32)
    at = _write_bloom(output, at)
    output[at] = EMPTY_ITEM
    at = write_number(output, at + 1, u256(metadata.number))
    at = write_number(output, at, u256(metadata.gas_limit))
    at = write_number(output, at, u256(gas_used))
    at = write_number(output, at, u256(metadata.timestamp))
    output[at] = EMPTY_ITEM
    at = write_string(output, at + 1, mix_hash(metadata), 32)
    at = write_string(output, at, 0, NONCE_BYTES)
    return write_number(output, at, metadata.base_fee)


@function
def block_hash(metadata: BlockMetadata, rolling_hash: u256, gas_used: u64) -> tuple[Status, u256]:
    """Hash the header of a finished block."""
    if metadata.base_fee >> 64 != 0:
        return BASE_FEE_TOO_LARGE, 0
    fields = local(Array[u8, MAX_CONTENT_BYTES])
    length = _write_fields(fields[:], metadata, rolling_hash, gas_used)
    header = local(Array[u8, MAX_HEADER_BYTES])
    header_length = write_list_header(header[:], 0, length)
    hasher = local(Keccak256)
    hasher.absorb(header[:header_length])
    hasher.absorb(fields[:length])
    return OK, hasher.finish()
