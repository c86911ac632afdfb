"""64-bit division for the 32-bit target, under the names that LLVM calls.

Source:  the run-time interface of GCC and LLVM (libgcc, "Integer library routines"); Knuth D
         with limbs of 16 bits for the two-by-one step, as in H. S. Warren, Hacker's Delight, 9-4.
Errors:  none: the compiler has checked the divisor; for zero the result has no meaning.
"""

from zkos.lang.functions import function
from zkos.lang.integers import i64, u32, u64
from zkos.lang.intrinsics import leading_zeros


@function(inline=True)
def divide_pair(high: u32, low: u32, d: u32) -> tuple[u32, u32]:
    """Divide (high, low) by d, whose highest bit is set and which is above ``high``."""
    d1 = d >> 16
    d0 = d & 0xFFFF
    q1 = high // d1
    r = high - q1 * d1
    while q1 > 0xFFFF or q1 * d0 > (r << 16 | low >> 16):
        q1 -= 1
        r += d1
        if r > 0xFFFF:
            break
    middle = (high << 16) + (low >> 16) - q1 * d
    q0 = middle // d1
    r = middle - q0 * d1
    while q0 > 0xFFFF or q0 * d0 > (r << 16 | low & 0xFFFF):
        q0 -= 1
        r += d1
        if r > 0xFFFF:
            break
    return (q1 << 16) + q0, (middle << 16) + (low & 0xFFFF) - q0 * d


@function(inline=True)
def divide_by_word(n: u64, d: u32) -> tuple[u64, u64]:
    """Divide by a divisor of at most 32 bits."""
    high = u32(n >> 32)
    if high == 0:
        # The operands fit the machine's own division.
        q = u32(n) // d
        return u64(q), u64(u32(n) - q * d)
    shift = leading_zeros(d)
    q_high = high // d
    # The rest is below d, so the shifted one still fits 64 bits.
    rest = (u64(high - q_high * d) << 32 | u64(u32(n))) << shift
    q_low, r = divide_pair(u32(rest >> 32), u32(rest), d << shift)
    return u64(q_high) << 32 | u64(q_low), u64(r >> shift)


@function(inline=True)
def divide_by_pair(n: u64, d: u64) -> tuple[u64, u64]:
    """Divide by a divisor above 32 bits: the quotient is one word."""
    if n < d:
        return u64(0), n
    shift = leading_zeros(u32(d >> 32))
    # The top word of the divisor gives a digit that is at most one too large (after q -= 1: too
    # small), since n is halved first so that it stays below the shifted top.
    half = n >> 1
    estimate, _ = divide_pair(u32(half >> 32), u32(half), u32((d << shift) >> 32))
    q = u64(estimate) << shift >> 31
    if q != 0:
        q -= 1
    r = n - q * d
    if r >= d:
        q += 1
        r -= d
    return q, r


@function(inline=False)
def divide_u64(n: u64, d: u64) -> tuple[u64, u64]:
    """Give quotient and remainder."""
    if d >> 32 == 0:
        q, r = divide_by_word(n, u32(d))
    else:
        q, r = divide_by_pair(n, d)
    return q, r


@function(inline=True)
def magnitude(n: i64) -> u64:
    """Give the absolute value; that of the smallest number is 2**63."""
    return u64(-n) if n < 0 else u64(n)


@function(export="__udivdi3")
def udivdi3(n: u64, d: u64) -> u64:
    """Unsigned quotient."""
    q, _ = divide_u64(n, d)
    return q


@function(export="__umoddi3")
def umoddi3(n: u64, d: u64) -> u64:
    """Unsigned remainder."""
    _, r = divide_u64(n, d)
    return r


@function(export="__divdi3")
def divdi3(n: i64, d: i64) -> i64:
    """Signed quotient, rounded towards zero."""
    q, _ = divide_u64(magnitude(n), magnitude(d))
    return -i64(q) if (n < 0) != (d < 0) else i64(q)


@function(export="__moddi3")
def moddi3(n: i64, d: i64) -> i64:
    """Signed remainder, with the sign of the dividend."""
    _, r = divide_u64(magnitude(n), magnitude(d))
    return -i64(r) if n < 0 else i64(r)


ROOTS = (udivdi3, umoddi3, divdi3, moddi3)
