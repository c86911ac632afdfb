"""The value of a blob's polynomial at a point.

A blob has 4096 numbers: 0 ‖ 31 bytes of data each, zeros behind the data. They are the polynomial's
values at the 4096th roots of unity in bit-reversed order, so that neighbours belong to w and -w:
f(z) = e(z²) + z·o(z²) with e(w²) = (f(w) + f(-w))/2 and o(w²) = (f(w) - f(-w))/(2w). That halves
the numbers twelve times; the twos are divided out at the end. The factor 1/w of pair j is the same
at every level. This needs no inversion, and a root of unity for z is no exception.

Source:  EIP-4844 for the order of the values; Cooley, Tukey, "An algorithm for the machine
         calculation of complex Fourier series" (1965).
Units:   bytes.
Errors:  none.
"""

import builtins
from typing import Any

from zkos.interface.blobs import ELEMENT_BYTES, ELEMENTS
from zkos.kernel.crypto.bigint.prime_field import make_prime_field
from zkos.kernel.crypto.bls12_381.curve import R
from zkos.lang import (
    Arena,
    Array,
    Slice,
    U256Cell,
    copy,
    function,
    load_be,
    local,
    range,
    table,
    u8,
    u32,
    u128,
    u256,
)

GENERATOR = 7  # of the multiplicative group; EIP-4844, PRIMITIVE_ROOT_OF_UNITY
ROOT = pow(GENERATOR, (R - 1) // ELEMENTS, R)
_LEVELS = 12

FR = make_prime_field(R, "Bls12381Scalars")
Scalars: Any = FR.arithmetic
_INVERSE_OF_ELEMENTS = FR.represent(pow(ELEMENTS, -1, R))
# 1/w of pair 2^m: the eleven bits of the pair's number reversed are 2^(10 - m).
_STEP_NUMBERS = [FR.represent(pow(ROOT, -(1 << 10 - m), R)) for m in builtins.range(_LEVELS - 1)]
_STEPS_PLAIN = table(u256, [plain for plain, _ in _STEP_NUMBERS])
_STEPS_MACHINE = table(u256, [machine for _, machine in _STEP_NUMBERS])


@function
def _read_values(values: Slice[U256Cell], data: Slice[u8]):
    """Cut data into numbers, the last one filled up with zeros."""
    whole = data.length // ELEMENT_BYTES
    for k in range(whole):
        at = k * ELEMENT_BYTES
        high = u256(load_be(u128, data, at)) << 120
        # The last 15 bytes, read with the one before them.
        values[k].number = high | u256(load_be(u128, data, at + 15)) & ((1 << 120) - 1)
    if whole != values.length:
        padded = local(Array[u8, 32])
        rest = data[whole * ELEMENT_BYTES :]
        copy(padded[1 : 1 + rest.length], rest)
        values[whole].number = load_be(u256, padded[:], 0)


@function
def _set_factors(field: Scalars, factors: Slice[U256Cell]):
    """Set 1/w for the first pairs: pair 2^m + j has that of pair j times that of pair 2^m."""
    field.set_one(factors[0])
    step = local(U256Cell)
    level = u32(0)
    block = u32(1)
    while block < factors.length:
        field.set_constant(step, _STEPS_PLAIN[level], _STEPS_MACHINE[level])
        end = factors.length - block
        for j in range(end if end < block else block):
            field.multiply_into(factors[block + j], factors[j], step)
        level += 1
        block = 2 * block


@function
def _halve(
    field: Scalars, values: Slice[U256Cell], factors: Slice[U256Cell], z: U256Cell
) -> Slice[U256Cell]:
    """Go from f to e + z·o, both doubled; a missing last number is zero."""
    pairs = (values.length + 1) >> 1
    odd = local(U256Cell)
    for j in range(pairs):
        first = values[2 * j]
        is_paired = 2 * j + 1 < values.length
        field.copy(odd, first)
        if is_paired:
            field.subtract(odd, values[2 * j + 1])
        field.multiply(odd, factors[j])
        field.multiply(odd, z)
        if is_paired:
            field.add(odd, values[2 * j + 1])
        field.add(odd, first)
        field.copy(values[j], odd)
    return values[:pairs]


@function
def evaluate_blob(data: Slice[u8], point: u256, arena: Arena) -> u256:
    """Give the value at a point below the order, for at least one byte of data.

    The numbers stay as they are: one as it is, times one in the field's representation, is their
    product as it is.
    """
    field = local(Scalars)
    field.begin()
    z = local(U256Cell)
    field.enter(z, point)
    values = arena.slice(U256Cell, (data.length + ELEMENT_BYTES - 1) // ELEMENT_BYTES)
    _read_values(values, data)
    factors = arena.slice(U256Cell, (values.length + 1) >> 1)
    _set_factors(field, factors)
    for _ in range(_LEVELS):
        values = _halve(field, values, factors, z)
        field.square(z)
    field.set_constant(z, _INVERSE_OF_ELEMENTS[0], _INVERSE_OF_ELEMENTS[1])
    field.multiply(z, values[0])
    return z.number
