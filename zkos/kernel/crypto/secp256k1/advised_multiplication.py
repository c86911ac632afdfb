"""u·G + v·R with an advised slope for every step: see affine.py.

The steps are those of double_multiplication.py: 2R and the odd multiples of R, then from the top
place down a doubling and up to four additions. One slope belongs to each of them that begins with
a finite point, in this order, whether or not the result is finite.

Source:  this project; interface/oracle_queries.py, SLOPE_ADVICE.
Modes:   for proving, where the oracle advises.
Errors:  a trap for slopes that are wrong, missing or too many.
"""

from typing import Any

from zkos.kernel.crypto.bigint.field import represent
from zkos.kernel.crypto.secp256k1 import constants as curve
from zkos.kernel.crypto.secp256k1.affine import AffineArithmetic, AffinePoint, Slopes
from zkos.kernel.crypto.secp256k1.scalars import Recoding
from zkos.kernel.crypto.signed_windows import entry_of
from zkos.lang import (
    RISCV,
    Array,
    U256Cell,
    as_bytes,
    as_words,
    function,
    i16,
    local,
    range,
    struct,
    trap,
    u32,
    u256,
)

_ENTRIES = 1 << (curve.WINDOW_R - 2)
_BETA = (represent(curve.P, curve.BETA, False), represent(curve.P, curve.BETA, True))
_WORDS = 8


@struct
class AffineMultiples:
    """The odd multiples R, 3R, ... and beta·x of each."""

    x: Array[U256Cell, _ENTRIES]
    y: Array[U256Cell, _ENTRIES]
    beta_x: Array[U256Cell, _ENTRIES]
    step: AffinePoint
    beta: U256Cell

    def fill(
        self,
        points: AffineArithmetic,
        slopes: Slopes,
        p: AffinePoint,
        x: U256Cell,
        y: U256Cell,
    ):
        """Compute the multiples of (x, y), with ``p`` as scratch space."""
        field = points.field
        field.copy(self.step.x, x)
        field.copy(self.step.y, y)
        points.verify_doubling(self.step, slopes)
        field.copy(p.x, x)
        field.copy(p.y, y)
        field.set_constant(self.beta, _BETA[0], _BETA[1])
        for i in range(_ENTRIES):
            if i != 0:
                points.verify_addition(p, self.step.x, self.step.y, slopes)
            field.copy(self.x[i], p.x)
            field.copy(self.y[i], p.y)
            field.multiply_into(self.beta_x[i], p.x, self.beta)


def make_advised_multiplication(advise: Any) -> Any:
    """Make the struct from ``advise(u, v, x, y, words) -> count``: it asks the slopes for these
    scalars and the point with these coordinates, and gives the number of their words.

    On the machine the words are left to be read from the CSR, elsewhere they are filled in.
    """

    @struct(name="AdvisedMultiplication")
    class AdvisedMultiplication:
        """The memory of one double multiplication, all zero at first."""

        points: AffineArithmetic
        multiples: AffineMultiples
        sum: AffinePoint
        x: U256Cell
        y: U256Cell
        digits: Recoding

        def run(self, u: u256, v: u256, x: U256Cell, y: U256Cell):
            """Set ``sum`` to u·G + v·(x, y)."""
            field = self.points.field
            slopes = local(Slopes)
            x_number, y_number = field.leave(x), field.leave(y)
            if RISCV:
                nothing = local(Array[u32, 1])
                count = advise(u, v, x_number, y_number, nothing[:0])
                self._set_sum(u, v, x, y, slopes, count)
            else:
                numbers = local(Array[u256, curve.MAXIMUM_SLOPES])
                slopes.numbers = numbers[:]
                count = advise(u, v, x_number, y_number, as_words(as_bytes(numbers[:])))
                self._set_sum(u, v, x, y, slopes, count)

        @function(inline=True)
        def _set_sum(self, u: u256, v: u256, x: U256Cell, y: U256Cell, slopes: Slopes, words: u32):
            """Do all steps; the advice must have the slopes for them and no word more."""
            slopes.count = words // _WORDS
            places = self.digits.fill(u, v)
            self.multiples.fill(self.points, slopes, self.sum, x, y)
            self.sum.is_infinity = True
            digits = self.digits
            for done in range(places):
                place = places - 1 - done  # below DIGITS, as places is at most that
                if not self.sum.is_infinity:
                    self.points.verify_doubling(self.sum, slopes)
                if digits.r.unchecked[place] != 0:
                    self._add_multiple_of_r(digits.r.unchecked[place], False, slopes)
                if digits.beta_r.unchecked[place] != 0:
                    self._add_multiple_of_r(digits.beta_r.unchecked[place], True, slopes)
                if digits.g.unchecked[place] != 0:
                    self._add_multiple_of_g(digits.g.unchecked[place], False, slopes)
                if digits.beta_g.unchecked[place] != 0:
                    self._add_multiple_of_g(digits.beta_g.unchecked[place], True, slopes)
            if slopes.used * _WORDS != words:
                trap()

        def result(self) -> tuple[bool, u256, u256]:
            """Give (True, x, y) of ``sum``, or (False, 0, 0) for infinity."""
            if self.sum.is_infinity:
                return False, 0, 0
            field = self.points.field
            return True, field.leave(self.sum.x), field.leave(self.sum.y)

        @function(inline=False)
        def _add_multiple_of_r(self, digit: i16, is_beta: bool, slopes: Slopes):
            entry = entry_of(digit)
            x = self.multiples.beta_x[entry] if is_beta else self.multiples.x[entry]
            y = self.multiples.y[entry]
            if digit < 0:
                self.points.field.copy(self.y, y)
                self.points.field.negate(self.y)
                y = self.y
            self._add(x, y, slopes)

        @function(inline=False)
        def _add_multiple_of_g(self, digit: i16, is_beta: bool, slopes: Slopes):
            curve.read_multiple_of_g(self.x, self.y, entry_of(digit), is_beta)
            if digit < 0:
                self.points.field.negate(self.y)
            self._add(self.x, self.y, slopes)

        @function(inline=True)
        def _add(self, x: U256Cell, y: U256Cell, slopes: Slopes):
            if self.sum.is_infinity:
                self.points.field.copy(self.sum.x, x)
                self.points.field.copy(self.sum.y, y)
                self.sum.is_infinity = False
            else:
                self.points.verify_addition(self.sum, x, y, slopes)

    return AdvisedMultiplication
