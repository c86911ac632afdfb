"""Affine points of secp256k1 with advised slopes: a step costs three or four products.

Affine formulas want a quotient, the slope of the line through the points. Whoever advises it has
divided; here a product checks it. So an addition takes three products instead of the eleven of
Jacobian coordinates, and a doubling four instead of seven.

Source:  Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", 3.1.2: a slope m
         gives x3 = m² - x1 - x2 and y3 = m(x1 - x3) - y1.
Modes:   for proving, where the oracle advises.
Errors:  a trap for a slope that is wrong or missing.
"""

from zkos.kernel.crypto.secp256k1.coordinates import Coordinates
from zkos.lang import (
    RISCV,
    Slice,
    U256Cell,
    Unverified,
    csr_read,
    function,
    struct,
    trap,
    u32,
    u256,
    unroll,
)

_WORDS = (0, 1, 2, 3, 4, 5, 6, 7)


@struct
class AffinePoint:
    """A point that computations change; the coordinates of infinity mean nothing."""

    x: U256Cell
    y: U256Cell
    is_infinity: bool


@struct
class Slopes:
    """Advised slopes in the order of their use, in Montgomery form.

    On the machine they stay in the oracle's CSR until they are taken: nothing else is asked in
    between. Elsewhere ``numbers`` holds them.
    """

    numbers: Slice[u256]
    count: u32
    used: u32

    @function(inline=True)
    def take(self) -> Unverified[u256]:
        """Give the next slope; stop when there is none."""
        if self.used >= self.count:
            trap()
        slope = u256(0)
        if RISCV:
            for i in unroll(_WORDS):
                slope |= u256(csr_read()) << 32 * i
        else:
            slope = self.numbers[self.used]
        self.used += 1
        return Unverified[u256](slope)


@struct
class AffineArithmetic:
    """The field of coordinates, and scratch cells."""

    field: Coordinates
    slope: U256Cell
    a: U256Cell
    b: U256Cell

    @function(inline=True)
    def _require_equal_a_b(self):
        if not self.field.is_equal(self.a, self.b):
            trap()

    @function(inline=True)
    def _follow(self, p: AffinePoint, x: U256Cell):
        """Make p the third point, negated, on the line through it and a point with this x."""
        field = self.field
        field.square_into(self.a, self.slope)
        field.subtract(self.a, p.x)
        field.subtract(self.a, x)
        field.subtract(p.x, self.a)
        field.multiply(p.x, self.slope)
        field.subtract_from(p.y, p.x)
        field.copy(p.x, self.a)

    @function(inline=False)
    def verify_doubling(self, p: AffinePoint, slopes: Slopes):
        """p = 2p for a finite p."""
        self.field.enter_montgomery(self.slope, slopes.take().unverified_value)
        self._verify_tangent(p)

    @function(inline=True)
    def _verify_tangent(self, p: AffinePoint):
        """p = 2p for a finite p, which no y of 0 can have: slope·2y must be 3x²."""
        field = self.field
        field.copy(self.a, p.x)
        field.add(self.a, p.x)
        field.add(self.a, p.x)
        field.copy(self.b, p.y)
        field.add(self.b, p.y)
        if not field.is_product_equal(self.a, p.x, self.b, self.slope):
            trap()
        self._follow(p, p.x)

    @function(inline=False, cold=True)
    def _verify_equal_points(self, p: AffinePoint):
        """The rare addition that is a doubling."""
        self._verify_tangent(p)

    @function(inline=False)
    def verify_addition(self, p: AffinePoint, x: U256Cell, y: U256Cell, slopes: Slopes):
        """p = p + (x, y) for a finite p: slope·(x - p.x) must be y - p.y.

        For p itself the slope is that of the tangent, for -p it is ignored.
        """
        field = self.field
        field.enter_montgomery(self.slope, slopes.take().unverified_value)
        field.copy(self.a, x)
        field.subtract(self.a, p.x)
        field.copy(self.b, y)
        field.subtract(self.b, p.y)
        # Equal x make any slope pass if y are equal too.
        if field.is_zero(self.a):
            if field.is_zero(self.b):
                self._verify_equal_points(p)
            else:
                p.is_infinity = True
            return
        field.multiply(self.a, self.slope)
        self._require_equal_a_b()
        self._follow(p, x)
