"""Inverses and square roots that somebody else computed, verified by one product each.

A proving run asks the oracle, since a product costs a three-hundredth of the power that would
compute the same. ``advise(kind, number)`` gives what the oracle said; a lie stops the run.

Where a number has no root, its negative has one (p = 3 modulo 4, so -1 is no square): the advice
is then the root of the negative, and proves the absence.

Source:  this project; interface/oracle_queries.py, FIELD_ADVICE.
Modes:   for proving; a forward run computes (roots.py).
Errors:  a trap for advice that is wrong.
"""

from typing import Any

from zkos.interface.oracle_queries import (
    ADVICE_INVERSE_MODULO_N,
    ADVICE_ROOT_MODULO_P,
)
from zkos.kernel.crypto.secp256k1.coordinates import Coordinates
from zkos.kernel.crypto.secp256k1.roots import Roots
from zkos.kernel.crypto.secp256k1.scalars import Scalars
from zkos.lang import U256Cell, Unverified, function, local, trap, u256


@function
def verify_inverse(field: Scalars, inverse: U256Cell, number: u256, advice: Unverified[u256]):
    """Set ``inverse`` to the advice, and stop unless number·advice = 1."""
    field.enter(inverse, advice.unverified_value)
    # A number as it is, times a represented one, is their product as it is.
    product = local(U256Cell)
    one = local(U256Cell)
    product.number = number
    one.number = 1
    field.multiply(product, inverse)
    field.subtract(product, one)
    if not field.is_zero(product):
        trap()


@function
def verify_root(field: Coordinates, root: U256Cell, a: U256Cell, advice: Unverified[u256]) -> bool:
    """Set ``root`` to the advice and say whether it is a root of a; else it must be one of -a."""
    field.enter(root, advice.unverified_value)
    difference = local(U256Cell)
    field.square_into(difference, root)
    field.subtract(difference, a)
    if field.is_zero(difference):
        return True
    field.add(difference, a)
    field.add(difference, a)
    if not field.is_zero(difference):
        trap()
    return False


def make_advised_roots(advise: Any) -> Roots:
    """Make the operations from ``advise(kind: u32, number: u256) -> Unverified[u256]``."""

    @function(name="advised_square_root")
    def square_root(field: Coordinates, root: U256Cell, a: U256Cell) -> bool:
        return verify_root(field, root, a, advise(ADVICE_ROOT_MODULO_P, field.leave(a)))

    @function(name="advised_scalar_inverse")
    def invert_scalar(field: Scalars, inverse: U256Cell, number: u256):
        advice = advise(ADVICE_INVERSE_MODULO_N, number)
        verify_inverse(field, inverse, number, advice)

    return Roots(square_root, invert_scalar)
