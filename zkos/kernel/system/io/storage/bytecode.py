"""Bytecode: stored code split into what runs and what was computed about it.

Stored code = code, zero padding to a multiple of 8 bytes, artifacts. The artifacts of an EVM
contract are its jump map: bit i (least significant first) of the bytes says that code byte i is a
JUMPDEST outside push data; 8 * ceil(length / 64) bytes.

Source:  zksync-os@v0.2.5 flat_storage_model/account_cache.rs, evm_interpreter/src/lib.rs; Ethereum
         yellow paper, 9.4.3 (push data).
Units:   bytes.
Errors:  none.
"""

from zkos.lang import Slice, copy, fill, function, load_be, u8, u32, u160, value

DELEGATION_BYTES = 23  # ef0100 and the delegate's address
DELEGATION_PREFIX = (0xEF, 0x01, 0x00)

_JUMPDEST = 0x5B
_PUSH1 = 0x60
_PUSH32 = 0x7F


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
def write_jump_map(code: Slice[u8], jump_map: Slice[u8]) -> None:
    """Analyse EVM code; ``jump_map`` has ``jump_map_length(code.length)`` bytes."""
    fill(jump_map, 0)
    offset = u32(0)
    while offset < code.length:
        opcode = code.unchecked[offset]  # the loop's condition
        if opcode == _JUMPDEST:
            bits = jump_map[offset >> 3]
            jump_map[offset >> 3] = bits | u8(1) << (offset & 7)
        elif opcode >= _PUSH1 and opcode <= _PUSH32:
            offset += u32(opcode - (_PUSH1 - 1))
        offset += 1


@function
def write_stored_code(code: Slice[u8], stored: Slice[u8]) -> None:
    """Write code, padding and jump map; ``stored`` has their length."""
    padded = padded_length(code.length)
    copy(stored[: code.length], code)
    fill(stored[code.length : padded], 0)
    write_jump_map(code, stored[padded:])


@function
def delegate_of(code: Slice[u8]) -> u160:
    """Give the address that a delegation's 23 bytes name."""
    return load_be(u160, code, u32(3))
