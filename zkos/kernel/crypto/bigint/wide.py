"""The 512-bit product of two 256-bit numbers.

Source:  schoolbook multiplication; airbender-machine.md 4 for the delegation.
Modes:   on the RISC-V machine two delegation calls; elsewhere wide numbers, and limbs of 64 bits
         where they are faster: squares and folding.
Errors:  none.
"""

from zkos.lang import (
    RISCV,
    U256Cell,
    function,
    local,
    u64,
    u128,
    u256,
    u256_delegation,
    u512,
    unlikely,
)

MUL_LOW = 8
MUL_HIGH = 16
COPY = 128
CARRY_PLACE = 6  # of the carry-in in the delegation's control word


@function(inline=True)
def join(w0: u64, w1: u64, w2: u64, w3: u64) -> u256:
    """Put four limbs together, least significant first."""
    return u256(w0) | u256(w1) << 64 | u256(w2) << 128 | u256(w3) << 192


@function(inline=True)
def square_wide(a: u256) -> tuple[u256, u256]:
    """Give the low and the high 256 bits of a² by limbs: the six mixed products count twice."""
    a0 = u64(a)
    a1 = u64(a >> 64)
    a2 = u64(a >> 128)
    a3 = u64(a >> 192)
    m1 = u128(a0) * u128(a1)
    m2 = u128(a0) * u128(a2) + (m1 >> 64)
    m3 = u128(a0) * u128(a3) + (m2 >> 64)
    n3 = u128(a1) * u128(a2) + u128(u64(m3))
    m4 = u128(a1) * u128(a3) + (m3 >> 64) + (n3 >> 64)
    m5 = u128(a2) * u128(a3) + (m4 >> 64)
    low_mixed = join(0, u64(m1), u64(m2), u64(n3))
    high_mixed = join(u64(m4), u64(m5), u64(m5 >> 64), 0)
    low_squares = u256(u128(a0) * u128(a0)) | u256(u128(a1) * u128(a1)) << 128
    high_squares = u256(u128(a2) * u128(a2)) | u256(u128(a3) * u128(a3)) << 128
    low = (low_mixed << 1) + low_squares
    high = (high_mixed << 1 | low_mixed >> 255) + high_squares
    if low < low_squares:
        high += 1
    return low, high


@function(inline=True)
def fold_wide(low: u256, high: u256, complement: u64) -> u256:
    """Give a number below 2^256 congruent to high·2^256 + low modulo 2^256 - ``complement``."""
    c = u128(complement)
    s0 = u128(u64(high)) * c + u128(u64(low))
    s1 = u128(u64(high >> 64)) * c + u128(u64(low >> 64)) + (s0 >> 64)
    s2 = u128(u64(high >> 128)) * c + u128(u64(low >> 128)) + (s1 >> 64)
    s3 = u128(u64(high >> 192)) * c + u128(u64(low >> 192)) + (s2 >> 64)
    # What is left above and the complement are below 2^64: the second fold carries at most once
    # more, and then the sum is so small that adding the complement cannot carry again.
    addend = u256((s3 >> 64) * c)
    total = join(u64(s0), u64(s1), u64(s2), u64(s3)) + addend
    if unlikely(total < addend):
        total += u256(complement)
    return total


@function(inline=True)
def multiply_wide(a: u256, b: u256) -> tuple[u256, u256]:
    """Give the low and the high 256 bits of a·b."""
    if RISCV:
        low = local(U256Cell)
        high = local(U256Cell)
        factor = local(U256Cell)
        low.number = a
        high.number = a
        factor.number = b
        u256_delegation(low, factor, MUL_LOW)
        u256_delegation(high, factor, MUL_HIGH)
        return low.number, high.number
    else:
        product = u512(a) * u512(b)
        return u256(product), u256(product >> 256)


@function(inline=True)
def multiply_low(a: u256, b: u256) -> u256:
    """Give the low 256 bits of a·b."""
    if RISCV:
        low = local(U256Cell)
        factor = local(U256Cell)
        low.number = a
        factor.number = b
        u256_delegation(low, factor, MUL_LOW)
        return low.number
    else:
        return a * b


@function(inline=True)
def multiply_cell(r: U256Cell, b: U256Cell):
    """r = r·b modulo 2^256, for two cells."""
    if RISCV:
        u256_delegation(r, b, MUL_LOW)
    else:
        r.number = r.number * b.number


@function(inline=True)
def square_cell(r: U256Cell, copied: U256Cell):
    """r = r² modulo 2^256, with another cell for scratch."""
    if RISCV:
        u256_delegation(copied, r, COPY)
        u256_delegation(r, copied, MUL_LOW)
    else:
        r.number = r.number * r.number
