"""Points of short Weierstrass curves of odd order: (X, Y, Z) stands for (X/Z², Y/Z³).

``make_points(field_type, power, a, name)`` makes the struct of operations for a curve with a = 0
or a = -3, over a field with the operations of bigint/field.py; ``power`` inverts in that field.

Source:  doubling scaled by 1/2: with S = Y², L = (3·X² + a·Z⁴)/2, T = X·S it is X' = L² - 2T,
         Y' = L·(T - X') - S², Z' = Y·Z; mixed addition with H = x2·Z² - X and r = y2·Z³ - Y:
         X' = r² - H³ - 2XH², Y' = r(XH² - X') - YH³, Z' = Z·H
         (Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", 3.2.2).
Errors:  none.
"""

from typing import Any

from zkos.lang import Array, U256Cell, function, range, struct, u32, u256, unroll

BITS = 256
_WORDS = (0, 1, 2, 3, 4, 5, 6, 7)


@struct
class JacobianPoint:
    """A point that computations change; the coordinates of infinity mean nothing."""

    x: U256Cell
    y: U256Cell
    z: U256Cell
    is_infinity: bool


@struct
class AffinePoint:
    """A point as it comes and goes."""

    x: U256Cell
    y: U256Cell
    is_infinity: bool


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


def make_points(field_type: Any, power: Any, a: int, name: str) -> Any:
    """Make the struct of operations on points."""
    if a not in (0, -3):
        raise ValueError(f"expected a = 0 or a = -3, got {a}")

    @function(inline=True, name=f"{name}_set_slope_square")
    def set_slope_square(field: field_type, slope: U256Cell, p: JacobianPoint, s: U256Cell):
        """slope = X² + a/3·Z⁴"""
        if a == 0:
            field.square_into(slope, p.x)
        else:
            field.square_into(s, p.z)
            field.copy(slope, p.x)
            field.subtract(slope, s)
            field.add(s, p.x)
            field.multiply(slope, s)

    @struct(name=name)
    class Points:
        """The field of coordinates, and scratch cells."""

        field: field_type
        one: U256Cell
        s: U256Cell
        slope: U256Cell
        h: U256Cell
        r: U256Cell
        bits: ScalarBits

        def begin(self):
            """Fill the constants; first call of all."""
            self.field.begin()
            self.field.enter(self.one, 1)

        def start(self, p: JacobianPoint, q: AffinePoint):
            """p = q"""
            field = self.field
            field.copy(p.x, q.x)
            field.copy(p.y, q.y)
            field.copy(p.z, self.one)
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

        @function(inline=False)
        def add(self, p: JacobianPoint, q: AffinePoint):
            """p = p + q"""
            if q.is_infinity:
                return
            if p.is_infinity:
                self.start(p, q)
                return
            field = self.field
            h = self.h
            r = self.r
            field.square_into(r, p.z)
            field.multiply_into(h, q.x, r)
            field.multiply(r, p.z)
            field.multiply(r, q.y)
            field.subtract(h, p.x)
            field.subtract(r, p.y)
            if field.is_zero(h):
                if field.is_zero(r):
                    self.double(p)
                else:
                    p.is_infinity = True
                return
            self._finish_addition(p)

        @function(inline=True)
        def _finish_addition(self, p: JacobianPoint):
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

        def multiply(self, p: JacobianPoint, q: AffinePoint, scalar: u256):
            """p = scalar·q, bit by bit from the top."""
            self.bits.fill(scalar)
            p.is_infinity = True
            for done in range(BITS):
                if not p.is_infinity:
                    self.double(p)
                if self.bits.is_set(u32(BITS - 1) - done):
                    self.add(p, q)

        def leave(self, p: JacobianPoint) -> tuple[u256, u256]:
            """Give the affine coordinates; infinity is (0, 0)."""
            if p.is_infinity:
                return 0, 0
            field = self.field
            power(field, p.z)
            field.square_into(self.s, p.z)
            field.multiply(p.x, self.s)
            field.multiply(self.s, p.z)
            field.multiply(p.y, self.s)
            return field.leave(p.x), field.leave(p.y)

    return Points
