"""Points of short Weierstrass curves of odd order: (X, Y, Z) stands for (X/Z², Y/Z³).

``make_curve(field, invert, a, name)`` makes the types for a curve with a = 0 or a = -3;
``invert`` inverts in the field. All formulas work in the memory of the struct of operations,
since the machine's delegation wants its operands in aligned RAM. They use the fewest field
operations of any kind, not only products: on the machine an addition costs a quarter of a product.

Source:  doubling scaled by 1/2: with S = Y², L = (3·X² + a·Z⁴)/2, T = X·S it is X' = L² - 2T,
         Y' = L·(T - X') - S², Z' = Y·Z; mixed addition with H = x2·Z² - X and r = y2·Z³ - Y:
         X' = r² - H³ - 2XH², Y' = r(XH² - X') - YH³, Z' = Z·H
         (Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", 3.2.2).
Errors:  none.
"""

from typing import Any, NamedTuple

from zkos.kernel.crypto.bigint.prime_field import PrimeField
from zkos.lang import Array, function, range, struct, u32, u256, unroll

BITS = 256
_WORDS = (0, 1, 2, 3, 4, 5, 6, 7)


@struct
class ScalarBits:
    """A scalar of which single bits are read."""

    words: Array[u32, 8]

    def fill(self, scalar: u256):
        """Take a scalar."""
        for i in unroll(_WORDS):
            self.words[i] = u32(scalar >> 32 * i)

    @function(inline=True)
    def is_set(self, place: u32) -> bool:
        """Say whether the bit is one."""
        return self.words[place >> 5] >> (place & 31) & 1 != 0


class Curve(NamedTuple):
    """What is made for a curve: its points, and the struct of operations on them."""

    points: Any
    jacobian: Any
    """A point that computations change; the coordinates of infinity mean nothing."""
    affine: Any
    """A point as it comes and goes."""


def make_curve(prime_field: PrimeField, invert: Any, a: int, name: str) -> Curve:
    """Make the types of a curve."""
    if a not in (0, -3):
        raise ValueError(f"expected a = 0 or a = -3, got {a}")
    field_type: Any = prime_field.arithmetic
    cell: Any = prime_field.cell
    number: Any = prime_field.number

    @struct(name=f"{name}JacobianPoint")
    class JacobianPoint:
        x: cell
        y: cell
        z: cell
        is_infinity: bool

    @struct(name=f"{name}AffinePoint")
    class AffinePoint:
        x: cell
        y: cell
        is_infinity: bool

    @function(inline=True, name=f"{name}_set_slope_square")
    def set_slope_square(field: field_type, slope: cell, p: JacobianPoint, s: cell):
        """slope = X² + a/3·Z⁴"""
        if a == 0:
            field.square_into(slope, p.x)
        else:
            field.square_into(s, p.z)
            field.copy(slope, p.x)
            field.subtract(slope, s)
            field.add(s, p.x)
            field.multiply(slope, s)

    @struct(name=f"{name}Points")
    class Points:
        """The field of coordinates, and scratch cells."""

        field: field_type
        s: cell
        slope: cell
        h: cell  # after ``subtract_coordinates``: H
        r: cell  # after ``subtract_coordinates``: r
        bits: ScalarBits

        def begin(self):
            """Fill the constants; first call of all."""
            self.field.begin()

        def start(self, p: JacobianPoint, q: AffinePoint):
            """p = q"""
            field = self.field
            field.copy(p.x, q.x)
            field.copy(p.y, q.y)
            field.set_one(p.z)
            p.is_infinity = q.is_infinity

        @function(inline=False)
        def double(self, p: JacobianPoint):
            """p = 2p for a finite p, which is never infinity."""
            field = self.field
            s = self.s
            slope = self.slope
            set_slope_square(field, slope, p, s)
            field.multiply(p.z, p.y)
            field.square_into(s, p.y)
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
        def subtract_coordinates(self, p: JacobianPoint, x: cell, y: cell, z: cell):
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
            s = self.s
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
        def add_to_finite(self, p: JacobianPoint, x: cell, y: cell, z: cell):
            """p = p + (x, y) for a finite p; z is p.z, or p.z scaled to where (x, y) is affine."""
            self.subtract_coordinates(p, x, y, z)
            if self.field.is_zero(self.h):
                if self.field.is_zero(self.r):
                    self.double(p)
                else:
                    p.is_infinity = True
                return
            self.finish_addition(p)

        def add(self, p: JacobianPoint, q: AffinePoint):
            """p = p + q"""
            if q.is_infinity:
                return
            if p.is_infinity:
                self.start(p, q)
            else:
                self.add_to_finite(p, q.x, q.y, p.z)

        def multiply(self, p: JacobianPoint, q: AffinePoint, scalar: u256):
            """p = scalar·q, bit by bit from the top."""
            self.bits.fill(scalar)
            p.is_infinity = True
            for done in range(BITS):
                if not p.is_infinity:
                    self.double(p)
                if self.bits.is_set(u32(BITS - 1) - done):
                    self.add(p, q)

        def leave(self, p: JacobianPoint) -> tuple[number, number]:
            """Give the affine coordinates; infinity is (0, 0)."""
            if p.is_infinity:
                return 0, 0
            field = self.field
            invert(field, p.z)
            field.square_into(self.s, p.z)
            field.multiply(p.x, self.s)
            field.multiply(self.s, p.z)
            field.multiply(p.y, self.s)
            return field.leave(p.x), field.leave(p.y)

    return Curve(Points, JacobianPoint, AffinePoint)
