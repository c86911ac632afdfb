"""Whether e(A, G2)·e(B, tau·G2) = 1, for points A and B of BLS12-381's first group.

The lines of Miller's loop are constants (fixed_lines.py); its value for -x instead of x is the
inverse up to factors that the final power loses, and so does not matter here.

Source:  Vercauteren, "Optimal pairings" (2010); Hayashida, Hayasaka, Teruya, "Efficient final
         exponentiation via cyclotomic structure for pairings over families of elliptic curves"
         (2020): 3(p^4 - p^2 + 1)/r = (x - 1)²·(x + p)·(x² + p² - 1) + 3.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bls12_381.curve import (
    FP,
    AffinePoint,
    Cell,
    JacobianPoint,
    Points,
    X,
    invert_coordinate,
)
from zkos.kernel.crypto.bls12_381.fixed_lines import (
    LINES_MACHINE,
    LINES_PLAIN,
    NUMBERS_OF_LINE,
)
from zkos.kernel.crypto.pairing.cyclotomic import bits_below_top, make_final_power
from zkos.kernel.crypto.pairing.quadratic import make_quadratic
from zkos.kernel.crypto.pairing.sextic import make_sextic
from zkos.kernel.crypto.pairing.twelfth import make_twelfth
from zkos.lang import RISCV, Array, function, range, struct, u32

XI_REAL = 1
FP2 = make_quadratic(FP, invert_coordinate, XI_REAL, "Bls12381")
FP6 = make_sextic(FP2, "Bls12381")
FP12 = make_twelfth(FP, XI_REAL, FP2, FP6, "Bls12381")
Fp2: Any = FP2.element
Fp12: Any = FP12.element
Tower: Any = FP12.arithmetic
frobenius_1, frobenius_2, _ = Tower.frobenius
enter_subgroup, raise_to_x = make_final_power(FP12, X, "bls12_381")

_X_BITS = bits_below_top(X)
_X_STEPS = X.bit_length() - 1
_PAIRS = 2


@struct
class FixedPairing:
    """The memory of one check, all zero at first."""

    tower: Tower
    is_finite: Array[bool, _PAIRS]
    x_over_y: Array[Cell, _PAIRS]
    one_over_y: Array[Cell, _PAIRS]
    product: Cell
    inverse: Cell
    slope: Fp2
    constant: Fp2
    f: Fp12
    f0: Fp12
    f1: Fp12
    f2: Fp12

    def begin(self):
        """Fill the constants; first call of all."""
        self.tower.sextic.base.begin()

    def fill(self, points: Points, a: JacobianPoint, b: AffinePoint):
        """Set what the lines need of the points, with one inversion for both."""
        field = points.field
        self.is_finite[0] = not a.is_infinity
        self.is_finite[1] = not b.is_infinity
        if a.is_infinity:
            field.set_one(a.y)
        if b.is_infinity:
            field.set_one(b.y)
        field.multiply_into(self.inverse, a.y, b.y)
        invert_coordinate(field, self.inverse)
        # A is (X/Z², Y/Z³), so x/y is X·Z/Y and 1/y is Z³/Y.
        field.multiply_into(self.product, self.inverse, b.y)
        field.multiply(self.product, a.z)
        field.multiply_into(self.x_over_y[0], self.product, a.x)
        field.square(a.z)
        field.multiply_into(self.one_over_y[0], self.product, a.z)
        field.multiply_into(self.one_over_y[1], self.inverse, a.y)
        field.multiply_into(self.x_over_y[1], self.one_over_y[1], b.x)

    @function(inline=False)
    def _multiply_by_lines(self, step: u32):
        """f = f·(the lines of a step at the points)"""
        base = self.tower.sextic.base
        for k in range(_PAIRS):
            if self.is_finite[k]:
                at = (step * _PAIRS + k) * NUMBERS_OF_LINE
                self._read_number(self.slope.c0, at)
                self._read_number(self.slope.c1, at + 1)
                self._read_number(self.constant.c0, at + 2)
                self._read_number(self.constant.c1, at + 3)
                base.scale(self.slope, self.x_over_y[k])
                base.scale(self.constant, self.one_over_y[k])
                self.tower.multiply_by_line(self.f, self.constant, self.slope)

    @function(inline=False)
    def _read_number(self, r: Cell, at: u32):
        field = self.tower.sextic.base.field
        if RISCV:
            number = LINES_MACHINE[at]
            field.set_constant(r, 0, number)
        else:
            number = LINES_PLAIN[at]
            field.set_constant(r, number, 0)

    def run_loop(self):
        """f = the product of Miller's functions"""
        self.tower.set_one(self.f)
        line = u32(0)
        for step in range(_X_STEPS):
            self.tower.square(self.f)
            self._multiply_by_lines(line)
            line += 1
            if _X_BITS[step] == 1:
                self._multiply_by_lines(line)
                line += 1

    @function(inline=False)
    def _raise_to_negative(self, r: Fp12, a: Fp12):
        """r = a^(-(X + 1)), another element"""
        raise_to_x(self.tower, r, a)
        self.tower.multiply(r, a)
        self.tower.conjugate(r)

    def is_final_power_one(self) -> bool:
        """Say whether f^((p^12 - 1)/r) = 1, by its third power: 3 does not divide r."""
        tower = self.tower
        f = self.f
        enter_subgroup(tower, f)
        # with x = -X: f1 = f^((x - 1)²), f0 = f1^(x + p)
        self._raise_to_negative(self.f0, f)
        self._raise_to_negative(self.f1, self.f0)
        raise_to_x(tower, self.f0, self.f1)
        tower.conjugate(self.f0)
        frobenius_1(tower, self.f1)
        tower.multiply(self.f0, self.f1)
        # f2 = f0^(x² + p² - 1)
        raise_to_x(tower, self.f1, self.f0)
        raise_to_x(tower, self.f2, self.f1)
        tower.copy(self.f1, self.f0)
        frobenius_2(tower, self.f1)
        tower.multiply(self.f2, self.f1)
        tower.conjugate(self.f0)
        tower.multiply(self.f2, self.f0)
        # f2·f³
        tower.multiply(self.f2, f)
        tower.square_cyclotomic(f)
        tower.multiply(f, self.f2)
        return tower.is_one(f)


@function
def is_product_one(work: FixedPairing, points: Points, a: JacobianPoint, b: AffinePoint) -> bool:
    """Say whether e(a, G2)·e(b, tau·G2) = 1; the points are changed."""
    work.begin()
    work.fill(points, a, b)
    work.run_loop()
    return work.is_final_power_one()
