"""Fp12 = Fp6[w]/(w² - v).

Operations change their first operand, which may also be a factor.

Source:  Devegili, O hEigeartaigh, Scott, Dahab, "Multiplication and squaring on pairing-friendly
         fields" (2006); Granger, Scott, "Faster squaring in the cyclotomic subgroup of sixth degree
         extensions" (2010).
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.prime_field import PrimeField
from zkos.kernel.crypto.pairing.quadratic import Quadratic
from zkos.lang import function, struct, unroll

# The coefficients of w^0 to w^5: part of Fp12, part of Fp6.
_PLACES = (("c0", "c0"), ("c1", "c0"), ("c0", "c1"), ("c1", "c1"), ("c0", "c2"), ("c1", "c2"))


def power_of_xi(p: int, xi_real: int, exponent: int) -> tuple[int, int]:
    """Give xi^exponent in Fp2 at import time."""
    result, base = (1, 0), (xi_real, 1)
    while exponent:
        if exponent & 1:
            result = _product(p, result, base)
        base = _product(p, base, base)
        exponent >>= 1
    return result


def _product(p: int, a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return (a[0] * b[0] - a[1] * b[1]) % p, (a[0] * b[1] + a[1] * b[0]) % p


def make_twelfth(
    prime_field: PrimeField, xi_real: int, fp2: Quadratic, fp6: Quadratic, name: str
) -> Quadratic:
    """Make Fp12 from Fp6."""
    p = prime_field.modulus
    fp2_element: Any = fp2.element
    fp6_element: Any = fp6.element
    fp6_arithmetic: Any = fp6.arithmetic

    def factors(times: int) -> Any:
        powers = [power_of_xi(p, xi_real, i * (p**times - 1) // 6) for i in (0, 1, 2, 3, 4, 5)]
        represent = prime_field.represent
        numbers = [(*represent(real), *represent(imaginary)) for real, imaginary in powers]
        return tuple((*place, *four) for place, four in zip(_PLACES, numbers, strict=True))

    frobenius_factors = (factors(1), factors(2), factors(3))

    @struct(name=f"{name}Fp12")
    class Element:
        c0: fp6_element
        c1: fp6_element

    @struct(name=f"{name}Fp12Arithmetic")
    class Arithmetic:
        """Fp6, and scratch elements."""

        sextic: fp6_arithmetic
        v0: fp6_element
        s: fp6_element
        x: fp2_element
        y: fp2_element
        z: fp2_element

        def copy(self, r: Element, a: Element):
            """r = a"""
            self.sextic.copy(r.c0, a.c0)
            self.sextic.copy(r.c1, a.c1)

        def set_one(self, r: Element):
            """r = 1, for an r that is all zero"""
            self.sextic.base.set_one(r.c0.c0)

        def is_one(self, r: Element) -> bool:
            """Say whether r = 1."""
            base = self.sextic.base
            base.set_one(self.x)
            base.subtract(self.x, r.c0.c0)
            is_one = base.is_zero(self.x)
            for part, place in unroll(_PLACES[1:]):
                is_one = is_one and base.is_zero(getattr(getattr(r, part), place))
            return is_one

        @function(inline=False)
        def conjugate(self, r: Element):
            """r = r^(p^6), the inverse in the cyclotomic subgroup"""
            self.sextic.negate(r.c1)

        @function(inline=False)
        def multiply(self, r: Element, b: Element):
            """r = r·b, another element"""
            sextic = self.sextic
            sextic.copy(self.s, b.c0)
            sextic.add(self.s, b.c1)
            sextic.multiply(self.v0, r.c0, b.c0)
            sextic.add(r.c0, r.c1)
            sextic.multiply(r.c1, r.c1, b.c1)
            sextic.multiply(self.s, r.c0, self.s)
            sextic.subtract(self.s, self.v0)
            sextic.subtract(self.s, r.c1)
            sextic.copy(r.c0, r.c1)
            sextic.multiply_by_v(r.c0)
            sextic.add(r.c0, self.v0)
            sextic.copy(r.c1, self.s)

        @function(inline=False)
        def square(self, r: Element):
            """r = r²"""
            sextic = self.sextic
            sextic.copy(self.s, r.c1)
            sextic.multiply_by_v(self.s)
            sextic.add(self.s, r.c0)
            sextic.add(r.c0, r.c1)
            sextic.copy(self.v0, r.c0)
            sextic.subtract(self.v0, r.c1)
            sextic.multiply(r.c1, r.c1, self.v0)
            sextic.multiply(r.c0, r.c0, self.s)
            sextic.copy(self.s, r.c1)
            sextic.subtract(r.c0, self.s)
            sextic.multiply_by_v(self.s)
            sextic.subtract(r.c0, self.s)
            sextic.copy(self.s, r.c1)
            sextic.add(r.c1, self.s)

        @function(inline=False)
        def multiply_by_034(self, r: Element, b0: fp2_element, b3: fp2_element, b4: fp2_element):
            """r = r·(b0 + w·(b3 + b4·v))"""
            sextic = self.sextic
            sextic.copy(self.v0, r.c0)
            sextic.multiply_by_0(self.v0, b0)
            sextic.add(r.c0, r.c1)
            sextic.multiply_by_01(r.c1, b3, b4)
            sextic.base.copy(self.x, b0)
            sextic.base.add(self.x, b3)
            sextic.multiply_by_01(r.c0, self.x, b4)
            sextic.copy(self.s, r.c1)
            sextic.copy(r.c1, r.c0)
            sextic.subtract(r.c1, self.v0)
            sextic.subtract(r.c1, self.s)
            sextic.multiply_by_v(self.s)
            sextic.copy(r.c0, self.s)
            sextic.add(r.c0, self.v0)

        @function(inline=False)
        def multiply_by_line(self, r: Element, b0: fp2_element, b1: fp2_element):
            """r = r·(b0 + b1·w² + w³)"""
            sextic = self.sextic
            sextic.copy(self.v0, r.c0)
            sextic.multiply_by_01(r.c0, b0, b1)
            sextic.copy(self.s, r.c1)
            sextic.multiply_by_01(r.c1, b0, b1)
            sextic.multiply_by_v(self.v0)
            sextic.add(r.c1, self.v0)
            sextic.multiply_by_v(self.s)
            sextic.multiply_by_v(self.s)
            sextic.add(r.c0, self.s)

        @function(inline=False)
        def _square_fourth(self, a: fp2_element, b: fp2_element):
            """(x, y) = (a² + xi·b², 2ab): a square in Fp4"""
            base = self.sextic.base
            base.square(self.x, a)
            base.square(self.z, b)
            base.copy(self.y, a)
            base.add(self.y, b)
            base.square(self.y, self.y)
            base.subtract(self.y, self.x)
            base.subtract(self.y, self.z)
            base.multiply_by_xi(self.z)
            base.add(self.x, self.z)

        @function(inline=False)
        def _triple_less(self, r: fp2_element, t: fp2_element):
            """r = 3t - 2r; t is changed"""
            base = self.sextic.base
            base.subtract_from(r, t)
            base.double(r)
            base.add(r, t)

        @function(inline=False)
        def _triple_more(self, r: fp2_element, t: fp2_element):
            """r = 3t + 2r; t is changed"""
            base = self.sextic.base
            base.add(r, t)
            base.double(r)
            base.add(r, t)

        @function(inline=False)
        def square_cyclotomic(self, r: Element):
            """r = r² for an r whose order divides p^4 - p^2 + 1: three squares in Fp4"""
            base = self.sextic.base
            self._square_fourth(r.c0.c0, r.c1.c1)
            self._triple_less(r.c0.c0, self.x)
            self._triple_more(r.c1.c1, self.y)
            self._square_fourth(r.c0.c1, r.c1.c2)
            base.copy(self.v0.c0, self.x)
            base.copy(self.v0.c1, self.y)
            self._square_fourth(r.c1.c0, r.c0.c2)
            self._triple_less(r.c0.c1, self.x)
            self._triple_more(r.c1.c2, self.y)
            self._triple_less(r.c0.c2, self.v0.c0)
            base.multiply_by_xi(self.v0.c1)
            self._triple_more(r.c1.c0, self.v0.c1)

        def invert(self, r: Element):
            """r = 1/r, or 0 for 0"""
            sextic = self.sextic
            sextic.multiply(self.v0, r.c0, r.c0)
            sextic.multiply(self.s, r.c1, r.c1)
            sextic.multiply_by_v(self.s)
            sextic.subtract(self.v0, self.s)
            sextic.invert(self.v0)
            sextic.multiply(r.c0, r.c0, self.v0)
            sextic.multiply(r.c1, r.c1, self.v0)
            sextic.negate(r.c1)

    def make_frobenius(times: int) -> Any:
        rows = frobenius_factors[times - 1]
        is_odd = times % 2 == 1

        @function(name=f"{name}_frobenius_{times}", inline=False)
        def frobenius(field: Arithmetic, r: Element):
            base = field.sextic.base
            for part, place, plain_0, machine_0, plain_1, machine_1 in unroll(rows):
                coefficient = getattr(getattr(r, part), place)
                if is_odd:
                    base.conjugate(coefficient)
                base.set_constant(field.y, plain_0, machine_0, plain_1, machine_1)
                base.multiply(coefficient, coefficient, field.y)

        return frobenius

    Arithmetic.frobenius = tuple(make_frobenius(times) for times in (1, 2, 3))
    return Quadratic(Element, Arithmetic)
