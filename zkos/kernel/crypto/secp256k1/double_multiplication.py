"""u·G + v·R for a constant G and any R, the costly part of a signature recovery.

Both scalars are split by the endomorphism and the four halves recoded to signed windows, so that
128 doublings serve all. The odd multiples of R are brought to one common Z and then count as
affine, on the curve that is isomorphic by this Z (the scaled curve: (x, y) becomes (x·Z², y·Z³)).
The accumulator lives there too; multiples of G are affine on the original curve, and are added
with the accumulator's Z scaled.

Source:  Strauss's interleaving: Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve
         Cryptography", algorithm 3.51; constants.py for the endomorphism.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.field import represent
from zkos.kernel.crypto.jacobian import make_curve
from zkos.kernel.crypto.multiples import make_multiples
from zkos.kernel.crypto.secp256k1 import constants as curve
from zkos.kernel.crypto.secp256k1.constants import read_multiple_of_g
from zkos.kernel.crypto.secp256k1.coordinates import FP
from zkos.kernel.crypto.secp256k1.roots import invert_coordinate
from zkos.kernel.crypto.secp256k1.scalars import Recoding
from zkos.kernel.crypto.signed_windows import entry_of
from zkos.lang import Array, U256Cell, function, i16, range, struct, u256

_ENTRIES = 1 << (curve.WINDOW_R - 2)
_BETA = (represent(curve.P, curve.BETA, False), represent(curve.P, curve.BETA, True))

CURVE = make_curve(FP, invert_coordinate, 0, "Secp256k1")
Points, JacobianPoint, _ = CURVE
Multiples: Any = make_multiples(FP, CURVE, _ENTRIES, "Secp256k1")


@struct
class DoubleMultiplication:
    """The memory of one double multiplication, all zero at first."""

    points: Points
    multiples: Multiples
    beta_x: Array[U256Cell, _ENTRIES]  # beta·x of each multiple
    sum: JacobianPoint
    x: U256Cell
    y: U256Cell
    z: U256Cell
    digits: Recoding

    def run(self, u: u256, v: u256, x: U256Cell, y: U256Cell):
        """Set ``sum`` to u·G + v·(x, y), its coordinates on the original curve."""
        places = self.digits.fill(u, v)
        field = self.points.field
        self.multiples.fill(self.points, self.sum, x, y)
        field.set_constant(self.x, _BETA[0], _BETA[1])
        for i in range(_ENTRIES):
            field.multiply_into(self.beta_x[i], self.multiples.x[i], self.x)
        self.sum.is_infinity = True
        for done in range(places):
            place = places - 1 - done
            if not self.sum.is_infinity:
                self.points.double(self.sum)
            if self.digits.r[place] != 0:
                self._add_multiple_of_r(self.digits.r[place], False)
            if self.digits.beta_r[place] != 0:
                self._add_multiple_of_r(self.digits.beta_r[place], True)
            if self.digits.g[place] != 0:
                self._add_multiple_of_g(self.digits.g[place], False)
            if self.digits.beta_g[place] != 0:
                self._add_multiple_of_g(self.digits.beta_g[place], True)
        self.points.field.multiply(self.sum.z, self.multiples.scale)

    def result(self) -> tuple[bool, u256, u256]:
        """Give (True, x, y) of ``sum``, or (False, 0, 0) for infinity."""
        if self.sum.is_infinity:
            return False, 0, 0
        x, y = self.points.leave(self.sum)
        return True, x, y

    @function(inline=False)
    def _add_multiple_of_r(self, digit: i16, is_beta: bool):
        field = self.points.field
        entry = entry_of(digit)
        if is_beta:
            field.copy(self.x, self.beta_x[entry])
        else:
            field.copy(self.x, self.multiples.x[entry])
        field.copy(self.y, self.multiples.y[entry])
        if digit < 0:
            field.negate(self.y)
        if self.sum.is_infinity:
            self._begin_sum()
        else:
            self.points.add_to_finite(self.sum, self.x, self.y, self.sum.z)

    @function(inline=False)
    def _add_multiple_of_g(self, digit: i16, is_beta: bool):
        field = self.points.field
        read_multiple_of_g(self.x, self.y, entry_of(digit), is_beta)
        if digit < 0:
            field.negate(self.y)
        scale = self.multiples.scale
        if self.sum.is_infinity:
            field.square_into(self.z, scale)
            field.multiply(self.x, self.z)
            field.multiply(self.z, scale)
            field.multiply(self.y, self.z)
            self._begin_sum()
        else:
            field.multiply_into(self.z, self.sum.z, scale)
            self.points.add_to_finite(self.sum, self.x, self.y, self.z)

    @function(inline=True)
    def _begin_sum(self):
        field = self.points.field
        field.copy(self.sum.x, self.x)
        field.copy(self.sum.y, self.y)
        field.set_one(self.sum.z)
        self.sum.is_infinity = False
