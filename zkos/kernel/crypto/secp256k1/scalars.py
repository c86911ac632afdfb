"""Scalars of secp256k1: splitting by the endomorphism, and signed windows.

Source:  see constants.py for the split.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.prime_field import make_prime_field
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
from zkos.kernel.crypto.signed_windows import recode
from zkos.lang import Array, Slice, function, i16, struct, u32, u256

FN = make_prime_field(N, "Secp256k1Scalars")
Scalars: Any = FN.arithmetic
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


@function(inline=True)
def _recode(digits: Slice[i16], scalar: u256, width: u32) -> u32:
    """Recode a short scalar in two's complement."""
    is_negative = scalar >> 255 != 0
    return recode(digits, u256(0) - scalar if is_negative else scalar, is_negative, width)


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
        places = _recode(self.g[:], u1, WINDOW_G)
        places = _larger(places, _recode(self.beta_g[:], u2, WINDOW_G))
        places = _larger(places, _recode(self.r[:], v1, WINDOW_R))
        return _larger(places, _recode(self.beta_r[:], v2, WINDOW_R))


@function(inline=True)
def _larger(a: u32, b: u32) -> u32:
    return a if a > b else b
