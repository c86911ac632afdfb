"""The 512-bit product of two 256-bit numbers.

Source:  schoolbook multiplication; airbender-machine.md 4 for the delegation.
Modes:   on the RISC-V machine two delegation calls; elsewhere 64-bit limbs.
Errors:  none.
"""

from zkos.lang import RISCV, U256Cell, function, local, u64, u128, u256, u256_delegation, unlikely

MUL_LOW = 8
MUL_HIGH = 16
COPY = 128


@function(inline=True)
def _limb_product(a: u64, b: u64, addend: u64, carry: u64) -> tuple[u64, u64]:
    """Give (low, high) of a·b + addend + carry, which always fits 128 bits."""
    product = u128(a) * u128(b) + u128(addend) + u128(carry)
    return u64(product), u64(product >> 64)


@function(inline=True)
def _row(x: u64, b: u256, r0: u64, r1: u64, r2: u64, r3: u64) -> tuple[u64, u64, u64, u64, u64]:
    """Give the five limbs of x·b + r."""
    s0, carry0 = _limb_product(x, u64(b), r0, 0)
    s1, carry1 = _limb_product(x, u64(b >> 64), r1, carry0)
    s2, carry2 = _limb_product(x, u64(b >> 128), r2, carry1)
    s3, s4 = _limb_product(x, u64(b >> 192), r3, carry2)
    return s0, s1, s2, s3, s4


@function(inline=True)
def join(w0: u64, w1: u64, w2: u64, w3: u64) -> u256:
    """Put four limbs together, least significant first."""
    return u256(w0) | u256(w1) << 64 | u256(w2) << 128 | u256(w3) << 192


@function(inline=True)
def _multiply_by_limbs(a: u256, b: u256) -> tuple[u256, u256]:
    p0, q1, q2, q3, q4 = _row(u64(a), b, 0, 0, 0, 0)
    p1, r2, r3, r4, r5 = _row(u64(a >> 64), b, q1, q2, q3, q4)
    p2, s3, s4, s5, s6 = _row(u64(a >> 128), b, r2, r3, r4, r5)
    p3, p4, p5, p6, p7 = _row(u64(a >> 192), b, s3, s4, s5, s6)
    return join(p0, p1, p2, p3), join(p4, p5, p6, p7)


@function(inline=True)
def square_wide(a: u256) -> tuple[u256, u256]:
    """Give the low and the high 256 bits of a² by limbs: the six mixed products count twice."""
    a0 = u64(a)
    a1 = u64(a >> 64)
    a2 = u64(a >> 128)
    a3 = u64(a >> 192)
    m1, carry = _limb_product(a0, a1, 0, 0)
    m2, carry = _limb_product(a0, a2, 0, carry)
    m3, m4 = _limb_product(a0, a3, 0, carry)
    m3, carry = _limb_product(a1, a2, m3, 0)
    m4, m5 = _limb_product(a1, a3, m4, carry)
    m5, m6 = _limb_product(a2, a3, m5, 0)
    low_mixed = join(0, m1, m2, m3)
    high_mixed = join(m4, m5, m6, 0)
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
    s0, s1, s2, s3, overflow = _row(
        complement, high, u64(low), u64(low >> 64), u64(low >> 128), u64(low >> 192)
    )
    # overflow is below 2^64 and so is complement: the second fold carries at most once more,
    # and then the sum is so small that adding complement cannot carry again.
    addend = u256(u128(overflow) * u128(complement))
    total = join(s0, s1, s2, s3) + addend
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
        return _multiply_by_limbs(a, b)


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
