"""Inverses and square roots for secp256k1, as powers with fixed exponents.

p - 2 and (p + 1)/4 begin with runs of 223 and 22 ones; a run of j + k ones is a run of j ones
squared k times, times a run of k ones, which saves most of the products.

Source:  Fermat: a^-1 = a^(p-2); p = 3 modulo 4: a root of a square a is a^((p+1)/4).
Errors:  none.
"""

from typing import NamedTuple

from zkos.kernel.crypto.bigint.power import make_power
from zkos.kernel.crypto.secp256k1.constants import N
from zkos.kernel.crypto.secp256k1.coordinates import Coordinates
from zkos.kernel.crypto.secp256k1.scalars import FN, Scalars
from zkos.lang import Function, U256Cell, function, local, struct, u256

_raise_to_inverse = make_power(FN, N - 2, "raise_to_inverse")


@struct
class Runs:
    """Powers of a whose exponents are so many ones in binary."""

    ones_2: U256Cell
    ones_3: U256Cell
    ones_22: U256Cell
    ones_44: U256Cell
    ones_88: U256Cell
    longest: U256Cell


@function(inline=False)
def _fill(runs: Runs, field: Coordinates, a: U256Cell):
    """Compute the runs, the longest with 223 ones."""
    field.square_into(runs.ones_2, a)
    field.multiply(runs.ones_2, a)
    field.square_into(runs.ones_3, runs.ones_2)
    field.multiply(runs.ones_3, a)
    x = runs.longest
    field.copy(x, runs.ones_3)
    field.square_times(x, 3)
    field.multiply(x, runs.ones_3)  # 6
    field.square_times(x, 3)
    field.multiply(x, runs.ones_3)  # 9
    field.square_times(x, 2)
    field.multiply(x, runs.ones_2)  # 11
    field.copy(runs.ones_22, x)
    field.square_times(runs.ones_22, 11)
    field.multiply(runs.ones_22, x)
    field.copy(runs.ones_44, runs.ones_22)
    field.square_times(runs.ones_44, 22)
    field.multiply(runs.ones_44, runs.ones_22)
    field.copy(runs.ones_88, runs.ones_44)
    field.square_times(runs.ones_88, 44)
    field.multiply(runs.ones_88, runs.ones_44)
    field.copy(x, runs.ones_88)
    field.square_times(x, 88)
    field.multiply(x, runs.ones_88)  # 176
    field.square_times(x, 44)
    field.multiply(x, runs.ones_44)  # 220
    field.square_times(x, 3)
    field.multiply(x, runs.ones_3)  # 223


@function
def square_root(field: Coordinates, root: U256Cell, a: U256Cell) -> bool:
    """Set ``root`` to a square root of ``a`` and say whether it has one: exponent (p + 1)/4,
    1^223 0 1^22 0000 11 00."""
    runs = local(Runs)
    _fill(runs, field, a)
    field.copy(root, runs.longest)
    field.square_times(root, 23)
    field.multiply(root, runs.ones_22)
    field.square_times(root, 6)
    field.multiply(root, runs.ones_2)
    field.square_times(root, 2)
    difference = runs.longest
    field.square_into(difference, root)
    field.subtract(difference, a)
    return field.is_zero(difference)


@function
def invert_coordinate(field: Coordinates, r: U256Cell):
    """r = 1/r: exponent p - 2, 1^223 0 1^22 0000 1 0 11 0 1."""
    runs = local(Runs)
    a = local(U256Cell)
    field.copy(a, r)
    _fill(runs, field, a)
    field.copy(r, runs.longest)
    field.square_times(r, 23)
    field.multiply(r, runs.ones_22)
    field.square_times(r, 5)
    field.multiply(r, a)
    field.square_times(r, 3)
    field.multiply(r, runs.ones_2)
    field.square_times(r, 2)
    field.multiply(r, a)


@function
def invert_scalar(field: Scalars, inverse: U256Cell, number: u256):
    """Set ``inverse`` to 1/number: exponent n - 2."""
    field.enter(inverse, number)
    _raise_to_inverse(field, inverse)


class Roots(NamedTuple):
    """How a recovery gets roots and inverses: computed, or advised and verified."""

    square_root: Function
    invert_scalar: Function


COMPUTED = Roots(square_root, invert_scalar)
