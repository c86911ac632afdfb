"""base^exponent modulo a modulus, all of any length, for the precompile at address 5.

An even modulus is 2^k·m with m odd: the power is computed modulo both factors, and Garner's
formula joins x1 (modulo m) and x2 (modulo 2^k): x1 + m·((x2 - x1)/m modulo 2^k).

Source:  Menezes, van Oorschot, Vanstone, "Handbook of Applied Cryptography", algorithms 14.82
         (windows of fixed width) and 14.71 (Garner).
Units:   numbers are big-endian; 0 to the power of 0 is 1.
Errors:  a trap when the arena is exhausted.
"""

from typing import Any

from zkos.kernel.crypto.bigint.digits import (
    add_product,
    copy_digits,
    digits_of,
    load_digits,
    multiply_truncated,
    set_zero,
    shift_right,
    store_digits,
    subtract_digits,
)
from zkos.kernel.crypto.modexp.odd_modulus import OddModulus
from zkos.kernel.crypto.modexp.power_of_two import PowerOfTwo
from zkos.lang import (
    Arena,
    Slice,
    U256Cell,
    function,
    local,
    range,
    trailing_zeros,
    u8,
    u32,
    u256,
)

_WIDTH = 4
_LONG_BYTES = 16  # of exponents for which a table of powers pays


def _make_power(ring_type: Any, name: str) -> Any:
    """Make the power in a ring with ``one``, ``enter`` and ``multiply``."""

    @function(name=f"{name}_short_power")
    def short_power(ring: ring_type, r: Slice[U256Cell], base: Slice[U256Cell], bits: Slice[u8]):
        for at in range(bits.length):
            for below in range(8):
                ring.multiply(r, r, r)
                if bits[at] >> (7 - below) & 1 != 0:
                    ring.multiply(r, r, base)

    @function(name=f"{name}_window_power")
    def window_power(
        ring: ring_type, r: Slice[U256Cell], base: Slice[u8], exponent: Slice[u8], arena: Arena
    ):
        count = ring.one.length
        entries = u32(1 << _WIDTH)
        powers = arena.slice(U256Cell, count * entries)
        copy_digits(powers[:count], ring.one)
        ring.enter(powers[count : 2 * count], base)
        for i in range(2, entries):
            before = powers[(i - 1) * count : i * count]
            ring.multiply(powers[i * count : (i + 1) * count], before, powers[count : 2 * count])
        for half in range(2 * exponent.length):
            for _ in range(_WIDTH):
                ring.multiply(r, r, r)
            shift = u32(4) if half & 1 == 0 else u32(0)
            window = u32(exponent[half >> 1]) >> shift & 15
            if window != 0:
                ring.multiply(r, r, powers[window * count : (window + 1) * count])

    @function(name=f"{name}_power")
    def power(
        ring: ring_type, r: Slice[U256Cell], base: Slice[u8], exponent: Slice[u8], zeros: u32,
        arena: Arena,
    ):  # fmt: skip
        copy_digits(r, ring.one)
        if exponent.length < _LONG_BYTES:
            only = arena.slice(U256Cell, ring.one.length)
            ring.enter(only, base)
            short_power(ring, r, only, exponent)
        else:
            window_power(ring, r, base, exponent, arena)
        for _ in range(zeros):
            for _ in range(8):
                ring.multiply(r, r, r)

    return power


_power_modulo_odd = _make_power(OddModulus, "modulo_odd")
_power_modulo_power_of_two = _make_power(PowerOfTwo, "modulo_power_of_two")


@function
def _without_zeros(number: Slice[u8]) -> Slice[u8]:
    """Drop leading zero bytes."""
    start = u32(0)
    while start < number.length and number[start] == 0:
        start += 1
    return number[start:]


@function
def _zeros_below(number: Slice[U256Cell]) -> u32:
    """Count the trailing zero bits of a number that is not zero."""
    at = u32(0)
    while number[at].number == 0:
        at += 1
    return at * 256 + trailing_zeros(number[at].number)


@function
def _without_zero_digits(number: Slice[U256Cell]) -> Slice[U256Cell]:
    """Drop leading zero digits of a number that is not zero."""
    count = number.length
    while number[count - 1].number == 0:
        count -= 1
    return number[:count]


@function
def _join(
    r: Slice[U256Cell], x1: Slice[U256Cell], odd: Slice[U256Cell], twos: u32, x2: Slice[U256Cell],
    arena: Arena,
):  # fmt: skip
    """r = x1 + odd·((x2 - x1)/odd modulo 2^twos), where r is zero; x2 is changed."""
    count = x2.length
    ring = local(PowerOfTwo)
    ring.begin(x2, arena)
    resized = arena.slice(U256Cell, count)
    shared = count if count < x1.length else x1.length
    copy_digits(resized[:shared], x1[:shared])
    _ = subtract_digits(x2, resized)
    set_zero(resized)
    copy_digits(resized[:shared], odd[:shared])
    quotient = arena.slice(U256Cell, count)
    multiply_truncated(quotient, x2, ring.invert(resized))
    bits = twos & 255
    if bits != 0:
        quotient[count - 1].number = quotient[count - 1].number & ((u256(1) << bits) - 1)
    # The sum is below the modulus, so nothing is lost above its digits.
    copy_digits(r[: x1.length], x1)
    for i in range(odd.length):
        end = i + count if i + count < r.length else r.length
        carry = add_product(r[i:end], odd[i].number, quotient)
        while carry != 0 and end < r.length:
            r[end].number = r[end].number + carry
            carry = u256(1) if r[end].number < carry else u256(0)
            end += 1


@function
def modexp(
    base: Slice[u8], exponent: Slice[u8], zeros: u32, modulus: Slice[u8], output: Slice[u8],
    arena: Arena,
):  # fmt: skip
    """Write the power to ``output``, as long as the modulus; for a modulus of 0 or 1 that is 0.

    So many zero bytes follow the exponent's. The arena gives about 30 bytes a byte of modulus.
    """
    count = digits_of(modulus.length)
    result = arena.slice(U256Cell, count)
    odd = arena.slice(U256Cell, count)
    load_digits(odd, modulus)
    significant = _without_zeros(modulus)
    if significant.length != 0:
        base = _without_zeros(base)
        exponent = _without_zeros(exponent)
        if exponent.length == 0:
            zeros = u32(0)
        twos = _zeros_below(odd)
        shift_right(odd, twos)
        odd = _without_zero_digits(odd)
        if odd.length != 1 or odd[0].number != 1:
            ring = local(OddModulus)
            ring.begin(odd, arena)
            _power_modulo_odd(ring, result[: odd.length], base, exponent, zeros, arena)
            ring.leave(result[: odd.length])
        if twos != 0:
            low = arena.slice(U256Cell, digits_of((twos + 7) >> 3))
            binary = local(PowerOfTwo)
            binary.begin(low, arena)
            _power_modulo_power_of_two(binary, low, base, exponent, zeros, arena)
            x1 = arena.slice(U256Cell, odd.length)
            copy_digits(x1, result[: odd.length])
            set_zero(result)
            _join(result, x1, odd, twos, low, arena)
    store_digits(output, result)
