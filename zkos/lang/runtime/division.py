"""Division of wide unsigned integers: what ``//`` and ``%`` of u128 and wider become.

Source:  D. E. Knuth, The Art of Computer Programming 2, 4.3.1, Algorithm D; quotient digits by
         N. Möller, T. Granlund, "Improved division by invariant integers" (2011), Algorithm 4.
Units:   limbs of 32 bits on RISC-V and of 64 bits elsewhere, least significant first; one
         source for both.
Errors:  the divisor is not zero: the compiler has checked it.
"""

import builtins
from typing import Any

from zkos.lang.build import RISCV
from zkos.lang.containers import Array, Slice
from zkos.lang.functions import Function, function
from zkos.lang.integers import u32, u64, u128, u256, u512
from zkos.lang.intrinsics import leading_zeros, likely, local, range, unlikely, unroll


def _make_reciprocal(limb: Any) -> Function:
    half = limb.bits // 2
    low = (1 << half) - 1

    @function(name=f"reciprocal_{limb.bits}", inline=False)
    def reciprocal(d: limb) -> limb:
        """Give floor((B * B - 1) / d) - B for a limb whose highest bit is set; B = 2**bits."""
        # Two half-limb digits of (~d, ~0) / d, each from a native division.
        high = d >> half
        rest = d & low
        q1 = ~d // high
        r = ~d - q1 * high
        while q1 > low or q1 * rest > (r << half | limb(low)):
            q1 -= 1
            r += high
            if r > low:
                break
        middle = (~d << half) + limb(low) - q1 * d
        q0 = middle // high
        r = middle - q0 * high
        while q0 > low or q0 * rest > (r << half | limb(low)):
            q0 -= 1
            r += high
            if r > low:
                break
        return (q1 << half) + q0

    return reciprocal


def _make_limb_functions(limb: Any, double: Any) -> tuple[Function, ...]:
    bits = limb.bits

    @function(name=f"divide_two_limbs_{bits}", inline=True)
    def divide_two(high: limb, low: limb, d: limb, v: limb) -> tuple[limb, limb]:
        """Divide (high, low) by d, where high < d and v is the reciprocal of d."""
        q = double(v) * double(high) + (double(high) << bits | double(low))
        digit = limb(q >> bits) + 1
        rest = low - digit * d
        if rest > limb(q):
            digit -= 1
            rest += d
        if unlikely(rest >= d):
            digit += 1
            rest -= d
        return digit, rest

    @function(name=f"divide_by_limb_{bits}", inline=True)
    def divide_by_limb(u: Slice[limb], q: Slice[limb], d: limb, v: limb) -> limb:
        """Divide u, whose top limb is below d, by d into q; gives the remainder."""
        i = u.length - 1
        rest = u.unchecked[i]
        while i != 0:
            i -= 1
            # q has one limb less than u and i counts down from there.
            digit, rest = divide_two(rest, u.unchecked[i], d, v)
            q.unchecked[i] = digit
        return rest

    @function(name=f"estimate_{bits}", inline=True)
    def estimate(u2: limb, u1: limb, u0: limb, top: limb, second: limb, v: limb) -> limb:
        """Estimate a quotient digit from three limbs over two; at most one too large."""
        digit = ~limb(0)
        rest = u1 + top
        is_open = rest >= top
        if likely(u2 < top):
            digit, rest = divide_two(u2, u1, top, v)
            is_open = True
        while is_open and double(digit) * double(second) > (double(rest) << bits | double(u0)):
            digit -= 1
            rest += top
            is_open = rest >= top
        return digit

    @function(name=f"subtract_multiple_{bits}", inline=True)
    def subtract_multiple(u: Slice[limb], vn: Slice[limb], m: u32, digit: limb) -> limb:
        """Subtract digit * vn from the limbs of u above it; gives the corrected digit."""
        borrow = limb(0)
        # u has m + 1 limbs and vn has m.
        for i in range(m):
            product = double(digit) * double(vn.unchecked[i]) + double(borrow)
            before = u.unchecked[i]
            low = limb(product)
            u.unchecked[i] = before - low
            borrow = limb(product >> bits) + limb(before < low)
        before = u.unchecked[m]
        u.unchecked[m] = before - borrow
        if unlikely(before < borrow):
            digit -= 1
            carry = limb(0)
            for i in range(m):
                total = double(u.unchecked[i]) + double(vn.unchecked[i]) + double(carry)
                u.unchecked[i] = limb(total)
                carry = limb(total >> bits)
            u.unchecked[m] = u.unchecked[m] + carry
        return digit

    return divide_by_limb, estimate, subtract_multiple


_PARTS = {
    limb: (_make_reciprocal(limb), *_make_limb_functions(limb, double))
    for limb, double in ((u32, u64), (u64, u128))
}


def _make_divide(limb: Any, number: Any) -> Function:
    bits, count = limb.bits, number.bits // limb.bits
    top_shift = number.bits - bits
    indices = tuple(builtins.range(count))
    downwards = indices[-2::-1]
    reciprocal, divide_by_limb, estimate, subtract_multiple = _PARTS[limb]

    @function(name=f"take_{number.__name__}_{bits}", inline=True)
    def take(limbs: Slice[limb]) -> number:
        value = number(limbs.unchecked[count - 1])
        for i in unroll(downwards):
            value = value << bits | number(limbs.unchecked[i])
        return value

    @function(name=f"divide_{number.__name__}_{bits}", inline=False)
    def divide(a: number, b: number) -> tuple[number, number]:
        if a < b:
            return number(0), a
        if a >> 64 == 0:
            quotient = u64(a) // u64(b)
            return number(quotient), number(u64(a) - quotient * u64(b))
        un = local(Array[limb, count + 1])
        vn = local(Array[limb, count])
        q = local(Array[limb, count])
        zeros = leading_zeros(b)
        m = u32(count) - zeros // bits
        shift = zeros % bits
        shifted_a = a << shift
        # b << shift fills exactly m limbs, the highest bit of the last one set.
        shifted_b = b << shift
        for i in unroll(indices):
            un[i] = limb(shifted_a >> (i * bits))
            vn[i] = limb(shifted_b >> (i * bits))
        un[count] = limb((a >> top_shift) >> (u32(bits) - shift))
        top = vn.unchecked[m - 1]
        v = reciprocal(top)
        if m == 1:
            rest = divide_by_limb(un[:], q[:], top, v)
            return take(q[:]), number(rest >> shift)
        second = vn.unchecked[m - 2]
        j = u32(count) - m + 1
        while j != 0:
            j -= 1
            # j + m is at most count, the last index of un.
            digit = estimate(
                un.unchecked[j + m],
                un.unchecked[j + m - 1],
                un.unchecked[j + m - 2],
                top,
                second,
                v,
            )
            q.unchecked[j] = subtract_multiple(un[j:], vn[:], m, digit)
        low = take(un[:])
        return take(q[:]), low >> shift | number(un[count]) << top_shift << (u32(bits) - shift)

    return divide


_DIVIDE = {
    (limb, number): _make_divide(limb, number)
    for limb in (u32, u64)
    for number in (u128, u256, u512)
}
_divide_u128_32, _divide_u128_64 = _DIVIDE[u32, u128], _DIVIDE[u64, u128]
_divide_u256_32, _divide_u256_64 = _DIVIDE[u32, u256], _DIVIDE[u64, u256]
_divide_u512_32, _divide_u512_64 = _DIVIDE[u32, u512], _DIVIDE[u64, u512]


@function(inline=True)
def divide_u128(a: u128, b: u128) -> tuple[u128, u128]:
    """Give quotient and remainder."""
    if RISCV:
        q, r = _divide_u128_32(a, b)
    else:
        q, r = _divide_u128_64(a, b)
    return q, r


@function(inline=True)
def divide_u256(a: u256, b: u256) -> tuple[u256, u256]:
    """Give quotient and remainder."""
    if RISCV:
        q, r = _divide_u256_32(a, b)
    else:
        q, r = _divide_u256_64(a, b)
    return q, r


@function(inline=True)
def divide_u512(a: u512, b: u512) -> tuple[u512, u512]:
    """Give quotient and remainder."""
    if RISCV:
        q, r = _divide_u512_32(a, b)
    else:
        q, r = _divide_u512_64(a, b)
    return q, r
