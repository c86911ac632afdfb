"""The fields of a decoded instruction (laid out in ``operations``).

Docs:    docs/machine.md, "Decoded instructions".
"""

from zkos.lang import function, u8, u32, u64


@function(inline=True)
def operation(word: u64) -> u8:
    """Number of the operation."""
    return u8(word)


@function(inline=True)
def target(word: u64) -> u8:
    """Register that is written: 1 to 31, or the sink."""
    return u8(word >> 8)


@function(inline=True)
def first(word: u64) -> u32:
    """Register rs1."""
    return u32(word) >> 24


@function(inline=True)
def second(word: u64) -> u64:
    """Register rs2 of a register form."""
    return word >> 56


@function(inline=True)
def source(word: u64) -> u8:
    """Register rs2 of a branch or a store."""
    return u8(word >> 8)


@function(inline=True)
def immediate(word: u64) -> u32:
    """Immediate of 32 bits."""
    return u32(word >> 32)


@function(inline=True)
def pack(number: u32, low: u32, rs1: u32, upper: u32) -> u64:
    """Put a decoded instruction together."""
    return u64(number) | u64(low) << 8 | u64(rs1) << 24 | u64(upper) << 32
