"""The quadratic extension Fp2 = Fp[u]/(u² + 1), and the element xi = n + u that is no cube in it.

Operations change their first operand, which may also be a factor.

Source:  Devegili, O hEigeartaigh, Scott, Dahab, "Multiplication and squaring on pairing-friendly
         fields" (2006).
Errors:  none.
"""

from typing import Any, NamedTuple

from zkos.kernel.crypto.bigint.prime_field import PrimeField
from zkos.lang import function, struct, unroll


class Quadratic(NamedTuple):
    """What is made for a field: the type of elements and that of their arithmetic."""

    element: Any
    arithmetic: Any


def make_quadratic(prime_field: PrimeField, invert: Any, xi_real: int, name: str) -> Quadratic:
    """Make Fp2 from a field and its inversion; xi is ``xi_real`` + u."""
    field_type: Any = prime_field.arithmetic
    cell: Any = prime_field.cell
    number: Any = prime_field.number
    bits = tuple(bit == "1" for bit in f"{xi_real:b}"[1:])

    @struct(name=f"{name}Fp2")
    class Element:
        c0: cell
        c1: cell

    @struct(name=f"{name}Fp2Arithmetic")
    class Arithmetic:
        """The field, and scratch cells."""

        field: field_type
        a: cell
        b: cell
        c: cell

        def begin(self):
            """Fill the constants; first call of all."""
            self.field.begin()

        @function(inline=True)
        def copy(self, r: Element, a: Element):
            """r = a"""
            self.field.copy(r.c0, a.c0)
            self.field.copy(r.c1, a.c1)

        @function(inline=True)
        def add(self, r: Element, b: Element):
            """r = r + b, another element"""
            self.field.add(r.c0, b.c0)
            self.field.add(r.c1, b.c1)

        @function(inline=True)
        def subtract(self, r: Element, b: Element):
            """r = r - b, another element"""
            self.field.subtract(r.c0, b.c0)
            self.field.subtract(r.c1, b.c1)

        @function(inline=True)
        def subtract_from(self, r: Element, b: Element):
            """r = b - r, another element"""
            self.field.subtract_from(r.c0, b.c0)
            self.field.subtract_from(r.c1, b.c1)

        @function(inline=True)
        def double(self, r: Element):
            """r = 2r"""
            self.field.double(r.c0)
            self.field.double(r.c1)

        @function(inline=True)
        def halve(self, r: Element):
            """r = r / 2"""
            self.field.halve(r.c0)
            self.field.halve(r.c1)

        @function(inline=True)
        def negate(self, r: Element):
            """r = -r"""
            self.field.negate(r.c0)
            self.field.negate(r.c1)

        @function(inline=True)
        def conjugate(self, r: Element):
            """r = r^p"""
            self.field.negate(r.c1)

        @function(inline=True)
        def is_zero(self, r: Element) -> bool:
            """Say whether r = 0."""
            return self.field.is_zero(r.c0) and self.field.is_zero(r.c1)

        @function(inline=True)
        def set_zero(self, r: Element):
            """r = 0"""
            self.field.set_zero(r.c0)
            self.field.set_zero(r.c1)

        @function(inline=True)
        def set_one(self, r: Element):
            """r = 1"""
            self.field.set_one(r.c0)
            self.field.set_zero(r.c1)

        @function(inline=True)
        def set_constant(
            self, r: Element, plain_0: number, machine_0: number, plain_1: number, machine_1: number
        ):
            """Set r to a constant, given as ``represent`` gives its parts."""
            self.field.set_constant(r.c0, plain_0, machine_0)
            self.field.set_constant(r.c1, plain_1, machine_1)

        @function(inline=False)
        def multiply(self, r: Element, a: Element, b: Element):
            """r = a·b, with three products of the field."""
            field = self.field
            field.multiply_into(self.a, a.c0, b.c0)
            field.multiply_into(self.b, a.c1, b.c1)
            field.copy(self.c, b.c0)
            field.add(self.c, b.c1)
            if r is a:
                field.add(r.c1, r.c0)
            else:
                field.copy(r.c1, a.c1)
                field.add(r.c1, a.c0)
            field.multiply(r.c1, self.c)
            field.subtract(r.c1, self.a)
            field.subtract(r.c1, self.b)
            field.copy(r.c0, self.a)
            field.subtract(r.c0, self.b)

        @function(inline=False)
        def square(self, r: Element, a: Element):
            """r = a²"""
            field = self.field
            field.copy(self.a, a.c0)
            field.add(self.a, a.c1)
            field.copy(self.b, a.c0)
            field.subtract(self.b, a.c1)
            field.multiply_into(self.c, a.c0, a.c1)
            field.multiply_into(r.c0, self.a, self.b)
            field.double(self.c)
            field.copy(r.c1, self.c)

        @function(inline=True)
        def scale(self, r: Element, factor: cell):
            """r = factor·r for a factor of the field"""
            self.field.multiply(r.c0, factor)
            self.field.multiply(r.c1, factor)

        @function(inline=False)
        def multiply_by_xi(self, r: Element):
            """r = (n + u)·r"""
            field = self.field
            field.copy(self.a, r.c0)
            field.copy(self.b, r.c1)
            for is_one in unroll(bits):
                field.double(r.c0)
                field.double(r.c1)
                if is_one:
                    field.add(r.c0, self.a)
                    field.add(r.c1, self.b)
            field.subtract(r.c0, self.b)
            field.add(r.c1, self.a)

        def invert(self, r: Element):
            """r = 1/r, or 0 for 0"""
            field = self.field
            field.square_into(self.a, r.c0)
            field.square_into(self.b, r.c1)
            field.add(self.a, self.b)
            invert(field, self.a)
            field.multiply(r.c0, self.a)
            field.multiply(r.c1, self.a)
            field.negate(r.c1)

    return Quadratic(Element, Arithmetic)
