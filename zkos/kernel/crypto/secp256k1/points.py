"""Points of secp256k1 in Jacobian coordinates: (X, Y, Z) stands for (X/Z², Y/Z³).

All formulas work in the memory of ``PointArithmetic``, since the machine's delegation wants its
operands in aligned RAM. They use the fewest field operations of any kind, not only products: on
the machine an addition costs a quarter of a product.

Source:  doubling for a = 0 with the result scaled by 1/2: with S = Y², L = 3/2·X², T = X·S it is
         X' = L² - 2T, Y' = L·(T - X') - S², Z' = Y·Z; mixed addition with H = x2·Z² - X and
         r = y2·Z³ - Y: X' = r² - H³ - 2XH², Y' = r(XH² - X') - YH³, Z' = Z·H
         (Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", 3.2.2).
Errors:  none.
"""

from zkos.kernel.crypto.bigint.field import make_field
from zkos.kernel.crypto.secp256k1.constants import P
from zkos.lang import U256Cell, function, struct

Coordinates = make_field(P, "Secp256k1Coordinates")


@struct
class JacobianPoint:
    """A point that computations change; the coordinates of infinity mean nothing."""

    x: U256Cell
    y: U256Cell
    z: U256Cell
    is_infinity: bool


@struct
class PointArithmetic:
    """The field of coordinates, and scratch cells."""

    field: Coordinates
    a: U256Cell
    b: U256Cell
    h: U256Cell  # after ``subtract_coordinates``: H
    r: U256Cell  # after ``subtract_coordinates``: r

    @function(inline=False)
    def double(self, p: JacobianPoint):
        """p = 2p; never infinity, as the group has odd order."""
        field = self.field
        s = self.a
        slope = self.b
        field.multiply(p.z, p.y)
        field.square_into(s, p.y)
        field.square_into(slope, p.x)
        field.copy(self.h, slope)
        field.halve(self.h)
        field.add(slope, self.h)
        field.multiply(p.x, s)
        field.square_into(p.y, s)
        field.square_into(s, slope)
        field.subtract(s, p.x)
        field.subtract(s, p.x)
        field.subtract(p.x, s)
        field.multiply(p.x, slope)
        field.subtract_from(p.y, p.x)
        field.copy(p.x, s)

    @function(inline=True)
    def subtract_coordinates(self, p: JacobianPoint, x: U256Cell, y: U256Cell, z: U256Cell):
        """Set H and r for the addition of the affine (x, y) to p, whose Z is ``z``."""
        field = self.field
        field.square_into(self.r, z)
        field.multiply_into(self.h, x, self.r)
        field.multiply(self.r, z)
        field.multiply(self.r, y)
        field.subtract(self.h, p.x)
        field.subtract(self.r, p.y)

    @function(inline=True)
    def finish_addition(self, p: JacobianPoint):
        """Make p the sum, when H is not zero."""
        field = self.field
        h = self.h
        s = self.a
        field.multiply(p.z, h)
        field.square_into(s, h)
        field.multiply(h, s)
        field.multiply(p.x, s)
        field.multiply(p.y, h)
        field.square_into(s, self.r)
        field.subtract(s, h)
        field.subtract(s, p.x)
        field.subtract(s, p.x)
        field.subtract(p.x, s)
        field.multiply(p.x, self.r)
        field.subtract_from(p.y, p.x)
        field.copy(p.x, s)

    @function(inline=False)
    def add(self, p: JacobianPoint, x: U256Cell, y: U256Cell, z: U256Cell):
        """p = p + (x, y) for a finite p; ``z`` is p.z, or p.z scaled to where (x, y) is affine."""
        self.subtract_coordinates(p, x, y, z)
        if self.field.is_zero(self.h):
            if self.field.is_zero(self.r):
                self.double(p)
            else:
                p.is_infinity = True
            return
        self.finish_addition(p)
