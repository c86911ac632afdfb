"""Scalars of secp256k1: splitting by the endomorphism, and signed windows.

Source:  see constants.py for the split; Solinas, "Efficient arithmetic on Koblitz curves" (2000),
         for the width-w non-adjacent form.
Errors:  none.
"""

from zkos.kernel.crypto.bigint.field import make_field
from zkos.kernel.crypto.bigint.wide import multiply_low, multiply_wide
from zkos.kernel.crypto.secp256k1.constants import (
    A1,
    A2,
    B1,
    B2,
    DIGITS,
    FACTOR_1,
    FACTOR_2,
    IS_NEGATIVE_1,
    IS_NEGATIVE_2,
    ROUND_BITS,
    WINDOW_G,
    WINDOW_R,
    N,
)
from zkos.lang import Array, Slice, function, i16, local, struct, u32, u128, u256

Scalars = make_field(N, "Secp256k1Scalars")


_WORDS_256 = 1 << 256


@function(inline=True)
def _rounded_product(k: u256, factor: u256) -> u256:
    """k·factor / 2^384, rounded to the nearest."""
    _, high = multiply_wide(k, factor)
    return (high >> (ROUND_BITS - 256)) + (high >> (ROUND_BITS - 257) & 1)


@function
def split(k: u256) -> tuple[u256, u256]:
    """Give (k1, k2) in two's complement with k = k1 + k2·lambda modulo n, both short."""
    c1 = _rounded_product(k, FACTOR_1)
    if IS_NEGATIVE_1:
        c1 = u256(0) - c1
    c2 = _rounded_product(k, FACTOR_2)
    if IS_NEGATIVE_2:
        c2 = u256(0) - c2
    k1 = k - multiply_low(c1, A1 % _WORDS_256) - multiply_low(c2, A2 % _WORDS_256)
    k2 = u256(0) - multiply_low(c1, B1 % _WORDS_256) - multiply_low(c2, B2 % _WORDS_256)
    return k1, k2


@function
def recode(digits: Slice[i16], scalar: u256, width: u32) -> u32:
    """Write a short two's complement scalar as signed odd digits of ``width`` bits or zeros.

    ``digits`` is zero at first; gives the number of places up to the last digit.
    """
    is_negative = scalar >> 255 != 0
    magnitude = u128(u256(0) - scalar) if is_negative else u128(scalar)
    words = local(Array[u32, 6])
    words[0] = u32(magnitude)
    words[1] = u32(magnitude >> 32)
    words[2] = u32(magnitude >> 64)
    words[3] = u32(magnitude >> 96)
    mask = (u32(1) << width) - 1
    carry = u32(0)
    place = u32(0)
    used = u32(0)
    while place < DIGITS:
        word = place >> 5
        shift = place & 31
        window = words[word] >> shift | words[word + 1] << 1 << (31 - shift)
        if window & 1 == carry:
            place += 1
        else:
            digit = (window & mask) + carry
            carry = digit >> (width - 1)
            signed = i16(digit) - (i16(carry) << width)
            digits[place] = -signed if is_negative else signed
            used = place + 1
            place += width
    return used


@struct
class Recoding:
    """The four halves of two scalars as digits; all zero at first."""

    g: Array[i16, DIGITS]
    beta_g: Array[i16, DIGITS]
    r: Array[i16, DIGITS]
    beta_r: Array[i16, DIGITS]

    def fill(self, u: u256, v: u256) -> u32:
        """Recode u (for G) and v (for R); gives the places of the longest half."""
        u1, u2 = split(u)
        v1, v2 = split(v)
        places = recode(self.g[:], u1, WINDOW_G)
        places = _larger(places, recode(self.beta_g[:], u2, WINDOW_G))
        places = _larger(places, recode(self.r[:], v1, WINDOW_R))
        return _larger(places, recode(self.beta_r[:], v2, WINDOW_R))


@function(inline=True)
def _larger(a: u32, b: u32) -> u32:
    return a if a > b else b


@function(inline=True)
def entry_of(digit: i16) -> u32:
    """Give the index of the odd number |digit| among the odd multiples."""
    magnitude = -digit if digit < 0 else digit
    return u32(magnitude) >> 1
