"""Bytecode: stored code split into what runs and what was computed about it.

Stored code = code, zero padding to a multiple of 8 bytes, artifacts. The artifacts of an EVM
contract are its jump map: bit i (least significant first) of the bytes says that code byte i is a
JUMPDEST outside push data; 8 * ceil(length / 64) bytes.

Source:  zksync-os@v0.2.5 flat_storage_model/account_cache.rs, evm_interpreter/src/lib.rs.
Units:   bytes.
Errors:  none.
"""

from zkos.lang import Slice, function, load_be, u8, u32, u160, value

DELEGATION_BYTES = 23  # ef0100 and the delegate's address
DELEGATION_PREFIX = 0xEF0100


@value
class Bytecode:
    """Code ready to run. ``jump_map`` is empty for code version 0, whose code includes padding."""

    code: Slice[u8]
    jump_map: Slice[u8]
    version: u8
    ee: u8


@function(inline=True)
def padded_length(length: u32) -> u32:
    """Give the length rounded up to 8 bytes."""
    return length + 7 & ~u32(7)


@function(inline=True)
def jump_map_length(length: u32) -> u32:
    """Give the length of the jump map of so many code bytes."""
    return (length + 63) // 64 * 8


@function
def delegate_of(code: Slice[u8]) -> u160:
    """Give the address that a delegation's 23 bytes name."""
    return load_be(u160, code, u32(3))
