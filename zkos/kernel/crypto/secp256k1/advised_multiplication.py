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
    Array,
    U256Cell,
    as_bytes,
    as_words,
    function,
    i16,
    range,
    struct,
    trap,
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
        points.verify_doubling(self.step, slopes.take())
        field.copy(p.x, x)
        field.copy(p.y, y)
        field.set_constant(self.beta, _BETA[0], _BETA[1])
        for i in range(_ENTRIES):
            if i != 0:
                points.verify_addition(p, self.step.x, self.step.y, slopes.take())
            field.copy(self.x[i], p.x)
            field.copy(self.y[i], p.y)
            field.multiply_into(self.beta_x[i], p.x, self.beta)


def make_advised_multiplication(advise: Any) -> Any:
    """Make the struct from ``advise(u, v, x, y, words) -> count``: it fills in the slopes' words
    for these scalars and the point with these coordinates, and gives their number."""

    @struct(name="AdvisedMultiplication")
    class AdvisedMultiplication:
        """The memory of one double multiplication, all zero at first."""

        points: AffineArithmetic
        slopes: Slopes
        multiples: AffineMultiples
        sum: AffinePoint
        x: U256Cell
        y: U256Cell
        digits: Recoding

        def run(self, u: u256, v: u256, x: U256Cell, y: U256Cell):
            """Set ``sum`` to u·G + v·(x, y)."""
            places = self.digits.fill(u, v)
            field = self.points.field
            words = as_words(as_bytes(self.slopes.numbers[:]))
            count = advise(u, v, field.leave(x), field.leave(y), words)
            self.slopes.count = count // _WORDS
            self.multiples.fill(self.points, self.slopes, self.sum, x, y)
            self.sum.is_infinity = True
            digits = self.digits
            for done in range(places):
                place = places - 1 - done  # below DIGITS, as places is at most that
                if not self.sum.is_infinity:
                    self.points.verify_doubling(self.sum, self.slopes.take())
                if digits.r.unchecked[place] != 0:
                    self._add_multiple_of_r(digits.r.unchecked[place], False)
                if digits.beta_r.unchecked[place] != 0:
                    self._add_multiple_of_r(digits.beta_r.unchecked[place], True)
                if digits.g.unchecked[place] != 0:
                    self._add_multiple_of_g(digits.g.unchecked[place], False)
                if digits.beta_g.unchecked[place] != 0:
                    self._add_multiple_of_g(digits.beta_g.unchecked[place], True)
            if self.slopes.used * _WORDS != count:
                trap()

        def result(self) -> tuple[bool, u256, u256]:
            """Give (True, x, y) of ``sum``, or (False, 0, 0) for infinity."""
            if self.sum.is_infinity:
                return False, 0, 0
            field = self.points.field
            return True, field.leave(self.sum.x), field.leave(self.sum.y)

        @function(inline=False)
        def _add_multiple_of_r(self, digit: i16, is_beta: bool):
            entry = entry_of(digit)
            x = self.multiples.beta_x[entry] if is_beta else self.multiples.x[entry]
            y = self.multiples.y[entry]
            if digit < 0:
                self.points.field.copy(self.y, y)
                self.points.field.negate(self.y)
                y = self.y
            self._add(x, y)

        @function(inline=False)
        def _add_multiple_of_g(self, digit: i16, is_beta: bool):
            curve.read_multiple_of_g(self.x, self.y, entry_of(digit), is_beta)
            if digit < 0:
                self.points.field.negate(self.y)
            self._add(self.x, self.y)

        @function(inline=True)
        def _add(self, x: U256Cell, y: U256Cell):
            if self.sum.is_infinity:
                self.points.field.copy(self.sum.x, x)
                self.points.field.copy(self.sum.y, y)
                self.sum.is_infinity = False
            else:
                self.points.verify_addition(self.sum, x, y, self.slopes.take())

    return AdvisedMultiplication
