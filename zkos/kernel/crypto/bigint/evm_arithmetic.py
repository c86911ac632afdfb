"""The EVM's 256-bit arithmetic on u256 values.

Source:  Ethereum yellow paper, appendix H.2, sections 0s and 10s; EIP-145 for SAR.
Units:   numbers are two's complement where the name begins with ``s``.
Errors:  none: a zero divisor or modulus gives 0.
"""

from zkos.kernel.crypto.bigint.wide import (
    multiply_cell,
    multiply_low,
    multiply_wide,
    square_cell,
)
from zkos.lang import (
    Array,
    U256Cell,
    function,
    i256,
    leading_zeros,
    likely,
    local,
    range,
    reinterpret,
    u32,
    u64,
    u256,
    u512,
    unroll,
)

_SIGN = 1 << 255
_WORDS = (0, 1, 2, 3, 4, 5, 6, 7)


@function(inline=True)
def _are_small(a: u256, b: u256) -> bool:
    return (a | b) >> 64 == 0


@function(inline=True)
def _is_negative(a: u256) -> bool:
    return a >= _SIGN


@function(inline=True)
def _negated_if(condition: bool, a: u256) -> u256:
    return u256(0) - a if condition else a


@function
def mul(a: u256, b: u256) -> u256:
    """a·b modulo 2^256."""
    return multiply_low(a, b)


@function
def div(a: u256, b: u256) -> u256:
    """Quotient of unsigned numbers."""
    if b == 0:
        return 0
    if likely(_are_small(a, b)):
        return u256(u64(a) // u64(b))
    return a // b


@function
def mod(a: u256, b: u256) -> u256:
    """Remainder of unsigned numbers."""
    if b == 0:
        return 0
    if likely(_are_small(a, b)):
        return u256(u64(a) % u64(b))
    return a % b


@function
def sdiv(a: u256, b: u256) -> u256:
    """Quotient of signed numbers, rounded to zero; -2^255 divided by -1 wraps to -2^255."""
    quotient = div(_negated_if(_is_negative(a), a), _negated_if(_is_negative(b), b))
    return _negated_if(_is_negative(a) != _is_negative(b), quotient)


@function
def smod(a: u256, b: u256) -> u256:
    """Remainder of signed numbers, with the sign of the dividend."""
    remainder = mod(_negated_if(_is_negative(a), a), _negated_if(_is_negative(b), b))
    return _negated_if(_is_negative(a), remainder)


@function
def addmod(a: u256, b: u256, modulus: u256) -> u256:
    """(a + b) modulo ``modulus``, the sum not cut to 256 bits."""
    if modulus == 0:
        return 0
    total = a + b
    if likely(total >= a):
        return mod(total, modulus)
    reduced_a = a % modulus
    reduced_b = b % modulus
    reduced = reduced_a + reduced_b
    if reduced < reduced_a or reduced >= modulus:
        reduced -= modulus
    return reduced


@function
def mulmod(a: u256, b: u256, modulus: u256) -> u256:
    """(a · b) modulo ``modulus``, the product not cut to 256 bits."""
    if modulus == 0:
        return 0
    low, high = multiply_wide(a, b)
    if high == 0:
        return mod(low, modulus)
    product = u512(high) << 256 | u512(low)
    return u256(product % u512(modulus))


@function
def exp(base: u256, exponent: u256) -> u256:
    """``base`` to the power of ``exponent`` modulo 2^256; 0 to the power of 0 is 1."""
    if exponent == 0:
        return 1
    if base == 2:
        return u256(1) << exponent
    bits = local(Array[u32, 8])
    for i in unroll(_WORDS):
        bits[i] = u32(exponent >> 32 * i)
    result = local(U256Cell)
    factor = local(U256Cell)
    copied = local(U256Cell)
    result.number = base
    factor.number = base
    below_top = u32(255) - leading_zeros(exponent)
    for done in range(below_top):
        place = below_top - 1 - done
        square_cell(result, copied)
        if bits[place >> 5] >> (place & 31) & 1 != 0:
            multiply_cell(result, factor)
    return result.number


@function
def signextend(index: u256, a: u256) -> u256:
    """Extend the sign of the number in the lowest ``index`` + 1 bytes."""
    if index >= 31:
        return a
    unused_bits = u32(248) - u32(index) * 8
    return u256(reinterpret(i256, a << unused_bits) >> unused_bits)


@function
def byte(index: u256, a: u256) -> u256:
    """The byte at ``index``, 0 being the most significant; 0 beyond the 32nd."""
    if index >= 32:
        return 0
    return a >> (u32(248) - u32(index) * 8) & 0xFF


@function
def sar(shift: u256, a: u256) -> u256:
    """Shift a signed number to the right; from 256 on only the sign stays."""
    return u256(reinterpret(i256, a) >> shift)
