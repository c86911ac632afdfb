"""The last step of a pairing: the power that makes its value unique.

Source:  Scott, Benger, Charlemagne, Dominguez Perez, Kachisa, "On the final exponentiation for
         calculating pairings on ordinary elliptic curves" (2009).
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.pairing.quadratic import Quadratic
from zkos.lang import function, local, range, table, u8


def bits_below_top(number: int) -> Any:
    """Give the binary digits after the first one as a table."""
    return table(u8, [int(bit) for bit in f"{number:b}"[1:]])


def make_final_power(twelfth: Quadratic, exponent: int, name: str) -> tuple[Any, Any]:
    """Make ``enter`` and ``raise_to_x`` for the cyclotomic subgroup of Fp12."""
    element: Any = twelfth.element
    arithmetic: Any = twelfth.arithmetic
    frobenius_2 = arithmetic.frobenius[1]
    bits = bits_below_top(exponent)
    steps = exponent.bit_length() - 1

    @function(name=f"{name}_enter_cyclotomic_subgroup")
    def enter(tower: arithmetic, r: element):
        """r = r^((p^6 - 1)(p^2 + 1))"""
        other = local(element)
        tower.copy(other, r)
        tower.conjugate(other)
        tower.invert(r)
        tower.multiply(r, other)
        tower.copy(other, r)
        frobenius_2(tower, r)
        tower.multiply(r, other)

    @function(name=f"{name}_raise_to_x", inline=False)
    def raise_to_x(tower: arithmetic, r: element, a: element):
        """r = a^exponent in the subgroup, another element"""
        tower.copy(r, a)
        for step in range(steps):
            tower.square_cyclotomic(r)
            if bits[step] == 1:
                tower.multiply(r, a)

    return enter, raise_to_x
