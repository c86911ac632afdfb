"""Fp6 = Fp2[v]/(v³ - xi).

Operations change their first operand, which may also be a factor.

Source:  Devegili, O hEigeartaigh, Scott, Dahab, "Multiplication and squaring on pairing-friendly
         fields" (2006), section 4.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.pairing.quadratic import Quadratic
from zkos.lang import function, struct


def make_sextic(base: Quadratic, name: str) -> Quadratic:
    """Make Fp6 from Fp2."""
    fp2: Any = base.element
    fp2_arithmetic: Any = base.arithmetic

    @struct(name=f"{name}Fp6")
    class Element:
        c0: fp2
        c1: fp2
        c2: fp2

    @struct(name=f"{name}Fp6Arithmetic")
    class Arithmetic:
        """Fp2, and scratch elements."""

        base: fp2_arithmetic
        v0: fp2
        v1: fp2
        v2: fp2
        s: fp2
        x: fp2
        y: fp2

        @function(inline=False)
        def copy(self, r: Element, a: Element):
            """r = a"""
            self.base.copy(r.c0, a.c0)
            self.base.copy(r.c1, a.c1)
            self.base.copy(r.c2, a.c2)

        @function(inline=False)
        def add(self, r: Element, b: Element):
            """r = r + b, another element"""
            self.base.add(r.c0, b.c0)
            self.base.add(r.c1, b.c1)
            self.base.add(r.c2, b.c2)

        @function(inline=False)
        def subtract(self, r: Element, b: Element):
            """r = r - b, another element"""
            self.base.subtract(r.c0, b.c0)
            self.base.subtract(r.c1, b.c1)
            self.base.subtract(r.c2, b.c2)

        def negate(self, r: Element):
            """r = -r"""
            self.base.negate(r.c0)
            self.base.negate(r.c1)
            self.base.negate(r.c2)

        @function(inline=False)
        def _mixed(self, r: fp2, a0: fp2, a1: fp2, b0: fp2, b1: fp2):
            """r = (a0 + a1)·(b0 + b1), r a scratch element"""
            self.base.copy(r, a0)
            self.base.add(r, a1)
            self.base.copy(self.s, b0)
            self.base.add(self.s, b1)
            self.base.multiply(r, r, self.s)

        @function(inline=False)
        def multiply(self, r: Element, a: Element, b: Element):
            """r = a·b, with six products of Fp2."""
            base = self.base
            base.multiply(self.v0, a.c0, b.c0)
            base.multiply(self.v1, a.c1, b.c1)
            base.multiply(self.v2, a.c2, b.c2)
            self._mixed(self.x, a.c1, a.c2, b.c1, b.c2)
            base.subtract(self.x, self.v1)
            base.subtract(self.x, self.v2)
            base.multiply_by_xi(self.x)
            base.add(self.x, self.v0)
            self._mixed(self.y, a.c0, a.c2, b.c0, b.c2)
            base.subtract(self.y, self.v0)
            base.subtract(self.y, self.v2)
            base.add(self.y, self.v1)
            base.multiply_by_xi(self.v2)
            base.subtract(self.v2, self.v0)
            base.subtract(self.v2, self.v1)
            self._mixed(self.v0, a.c0, a.c1, b.c0, b.c1)
            base.copy(r.c1, self.v0)
            base.add(r.c1, self.v2)
            base.copy(r.c0, self.x)
            base.copy(r.c2, self.y)

        @function(inline=False)
        def multiply_by_01(self, r: Element, b0: fp2, b1: fp2):
            """r = r·(b0 + b1·v)"""
            base = self.base
            base.multiply(self.v0, r.c0, b0)
            base.multiply(self.v1, r.c1, b1)
            self._mixed(self.x, r.c0, r.c1, b0, b1)
            base.subtract(self.x, self.v0)
            base.subtract(self.x, self.v1)
            base.multiply(self.y, r.c2, b1)
            base.multiply_by_xi(self.y)
            base.multiply(r.c2, r.c2, b0)
            base.add(r.c2, self.v1)
            base.copy(r.c1, self.x)
            base.copy(r.c0, self.y)
            base.add(r.c0, self.v0)

        @function(inline=False)
        def multiply_by_0(self, r: Element, b0: fp2):
            """r = r·b0"""
            self.base.multiply(r.c0, r.c0, b0)
            self.base.multiply(r.c1, r.c1, b0)
            self.base.multiply(r.c2, r.c2, b0)

        @function(inline=False)
        def multiply_by_v(self, r: Element):
            """r = v·r"""
            self.base.copy(self.x, r.c2)
            self.base.multiply_by_xi(self.x)
            self.base.copy(r.c2, r.c1)
            self.base.copy(r.c1, r.c0)
            self.base.copy(r.c0, self.x)

        def invert(self, r: Element):
            """r = 1/r, or 0 for 0"""
            base = self.base
            base.square(self.v0, r.c0)
            base.multiply(self.s, r.c1, r.c2)
            base.multiply_by_xi(self.s)
            base.subtract(self.v0, self.s)
            base.square(self.v1, r.c2)
            base.multiply_by_xi(self.v1)
            base.multiply(self.s, r.c0, r.c1)
            base.subtract(self.v1, self.s)
            base.square(self.v2, r.c1)
            base.multiply(self.s, r.c0, r.c2)
            base.subtract(self.v2, self.s)
            base.multiply(self.x, r.c2, self.v1)
            base.multiply(self.s, r.c1, self.v2)
            base.add(self.x, self.s)
            base.multiply_by_xi(self.x)
            base.multiply(self.s, r.c0, self.v0)
            base.add(self.x, self.s)
            base.invert(self.x)
            base.multiply(r.c0, self.v0, self.x)
            base.multiply(r.c1, self.v1, self.x)
            base.multiply(r.c2, self.v2, self.x)

    return Quadratic(Element, Arithmetic)
