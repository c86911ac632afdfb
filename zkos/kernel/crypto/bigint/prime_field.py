"""A prime field of whatever width, for code that is generic over it.

Source:  this project: field.py up to 256 bits, double_field.py above.
Errors:  none.
"""

from typing import Any, NamedTuple

from zkos.kernel.crypto.bigint import double_field, field
from zkos.kernel.crypto.bigint.double_field import DoubleCell, make_double_field
from zkos.kernel.crypto.bigint.field import make_field
from zkos.lang import U256Cell, u256, u512


class PrimeField(NamedTuple):
    """The types that make up a field."""

    modulus: int
    arithmetic: Any
    """The struct with the operations."""
    cell: Any
    """Where an element lives."""
    number: Any
    """What ``enter`` takes and ``leave`` gives."""

    def represent(self, number: int) -> tuple[int, int]:
        """Give the arguments of ``set_constant`` at import time."""
        width = field if self.cell is U256Cell else double_field
        return width.represent(self.modulus, number, False), width.represent(
            self.modulus, number, True
        )


def make_prime_field(modulus: int, name: str) -> PrimeField:
    """Make the field of an odd prime."""
    if modulus.bit_length() <= 256:
        return PrimeField(modulus, make_field(modulus, name), U256Cell, u256)
    return PrimeField(modulus, make_double_field(modulus, name), DoubleCell, u512)
