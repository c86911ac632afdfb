"""Arithmetic of RV32IM: what each operation computes from two register values.

Docs:    docs/machine.md, "Instructions".
Source:  The RISC-V Instruction Set Manual, Volume I, 2.4 and 7 (version 2.1, 2.0).

Every function takes the two operands as u32 and gives a u32. Shifts use the low five bits.
"""

from zkos.lang import function, i32, i64, u32, u64


@function(inline=True)
def add(a: u32, b: u32) -> u32:
    """Add."""
    return a + b


@function(inline=True)
def sub(a: u32, b: u32) -> u32:
    """Subtract."""
    return a - b


@function(inline=True)
def sll(a: u32, b: u32) -> u32:
    """Shift left."""
    return a << (b & 31)


@function(inline=True)
def srl(a: u32, b: u32) -> u32:
    """Shift right, zeros coming in."""
    return a >> (b & 31)


@function(inline=True)
def sra(a: u32, b: u32) -> u32:
    """Shift right, the sign coming in."""
    return u32(i32(a) >> (b & 31))


@function(inline=True)
def slt(a: u32, b: u32) -> u32:
    """1 if less, signed."""
    return u32(i32(a) < i32(b))


@function(inline=True)
def sltu(a: u32, b: u32) -> u32:
    """1 if less, unsigned."""
    return u32(a < b)


@function(inline=True)
def xor(a: u32, b: u32) -> u32:
    """Exclusive or."""
    return a ^ b


@function(inline=True)
def or_(a: u32, b: u32) -> u32:
    """Or."""
    return a | b


@function(inline=True)
def and_(a: u32, b: u32) -> u32:
    """And."""
    return a & b


@function(inline=True)
def mul(a: u32, b: u32) -> u32:
    """Low half of the product."""
    return a * b


@function(inline=True)
def mulh(a: u32, b: u32) -> u32:
    """High half of the product of two signed numbers."""
    return u32(u64(i64(i32(a)) * i64(i32(b))) >> 32)


@function(inline=True)
def mulhsu(a: u32, b: u32) -> u32:
    """High half of the product of a signed and an unsigned number."""
    return u32(u64(i64(i32(a)) * i64(b)) >> 32)


@function(inline=True)
def mulhu(a: u32, b: u32) -> u32:
    """High half of the product of two unsigned numbers."""
    return u32((u64(a) * u64(b)) >> 32)


@function(inline=True)
def magnitude(a: u32) -> u32:
    """Absolute value of a signed number, as an unsigned one (2^31 for the least)."""
    return u32(0) - a if i32(a) < 0 else a


@function(inline=True)
def div(a: u32, b: u32) -> u32:
    """Quotient of signed numbers, rounded to zero; -1 for a zero divisor."""
    if b == 0:
        return u32(0xFFFFFFFF)
    quotient = magnitude(a) // magnitude(b)
    return u32(0) - quotient if i32(a ^ b) < 0 else quotient


@function(inline=True)
def divu(a: u32, b: u32) -> u32:
    """Quotient; all ones for a zero divisor."""
    return u32(0xFFFFFFFF) if b == 0 else a // b


@function(inline=True)
def rem(a: u32, b: u32) -> u32:
    """Remainder of signed numbers, with the dividend's sign; the dividend for a zero divisor."""
    if b == 0:
        return a
    rest = magnitude(a) % magnitude(b)
    return u32(0) - rest if i32(a) < 0 else rest


@function(inline=True)
def remu(a: u32, b: u32) -> u32:
    """Remainder; the dividend for a zero divisor."""
    return a if b == 0 else a % b


@function(inline=True)
def beq(a: u32, b: u32) -> bool:
    """Branch if equal."""
    return a == b


@function(inline=True)
def bne(a: u32, b: u32) -> bool:
    """Branch if different."""
    return a != b


@function(inline=True)
def blt(a: u32, b: u32) -> bool:
    """Branch if less, signed."""
    return i32(a) < i32(b)


@function(inline=True)
def bge(a: u32, b: u32) -> bool:
    """Branch if greater or equal, signed."""
    return i32(a) >= i32(b)


@function(inline=True)
def bltu(a: u32, b: u32) -> bool:
    """Branch if less, unsigned."""
    return a < b


@function(inline=True)
def bgeu(a: u32, b: u32) -> bool:
    """Branch if greater or equal, unsigned."""
    return a >= b
