"""bn254's optimal ate pairing, as far as a check of products needs it.

The second group is on y² = x³ + 3/xi over Fp2. Lines are evaluated on homogeneous coordinates;
a factor of a line in a proper subfield is lost in the final power.

Source:  Vercauteren, "Optimal pairings" (2010); Aranha, Karabina, Longa, Gebotys, Lopez, "Faster
         explicit formulas for computing pairings over ordinary curves" (2011) for the steps;
         Fuentes-Castaneda, Knapp, Rodriguez-Henriquez, "Faster hashing to G2" (2011), section 5,
         for the final power, a multiple of (p^4 - p^2 + 1)/r.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bn254.curve import (
    FP,
    AffinePoint,
    P,
    Points,
    enter_point,
    invert_coordinate,
)
from zkos.kernel.crypto.pairing.cyclotomic import bits_below_top, make_final_power
from zkos.kernel.crypto.pairing.quadratic import make_quadratic
from zkos.kernel.crypto.pairing.sextic import make_sextic
from zkos.kernel.crypto.pairing.twelfth import make_twelfth, power_of_xi
from zkos.lang import (
    Arena,
    Slice,
    U256Cell,
    function,
    load_be,
    local,
    range,
    struct,
    u8,
    u32,
    u256,
)

X = 4965661367192848881
XI_REAL = 9
PAIR_BYTES = 192
LOOP = 6 * X + 2
EIGENVALUE = 6 * X * X  # of the twisted Frobenius map on the group of order r

FP2 = make_quadratic(FP, invert_coordinate, XI_REAL, "Bn254")
FP6 = make_sextic(FP2, "Bn254")
FP12 = make_twelfth(FP, XI_REAL, FP2, FP6, "Bn254")
Fp2: Any = FP2.element
Fp12: Any = FP12.element
Tower: Any = FP12.arithmetic
frobenius_1, frobenius_2, frobenius_3 = Tower.frobenius
enter_subgroup, raise_to_x = make_final_power(FP12, X, "bn254")

_LOOP_BITS = bits_below_top(LOOP)
_EIGENVALUE_BITS = bits_below_top(EIGENVALUE)
_LOOP_STEPS, _EIGENVALUE_STEPS = (number.bit_length() - 1 for number in (LOOP, EIGENVALUE))


def _represented(pair: tuple[int, int]) -> tuple[int, ...]:
    return (*FP.represent(pair[0]), *FP.represent(pair[1]))


_TWIST_X = _represented(power_of_xi(P, XI_REAL, (P - 1) // 3))
_TWIST_Y = _represented(power_of_xi(P, XI_REAL, (P - 1) // 2))
_INVERSE_XI = power_of_xi(P, XI_REAL, P * P - 2)
_B = _represented((3 * _INVERSE_XI[0] % P, 3 * _INVERSE_XI[1] % P))


@struct
class TwistPoint:
    """A finite point of the twist, affine while z is 1."""

    x: Fp2
    y: Fp2
    z: Fp2


@struct
class Pair:
    """Finite points of both groups."""

    x: U256Cell
    y: U256Cell
    q: TwistPoint
    t: TwistPoint


@struct
class Pairing:
    """The tower, and scratch elements."""

    tower: Tower
    a: Fp2
    b: Fp2
    c: Fp2
    e: Fp2
    g: Fp2
    h: Fp2
    i: Fp2
    j: Fp2
    twist_b: Fp2
    moved: TwistPoint
    f: Fp12
    f0: Fp12
    f1: Fp12
    f2: Fp12
    f3: Fp12
    copied: Fp12

    def begin(self):
        """Fill the constants; first call of all."""
        base = self.tower.sextic.base
        base.begin()
        base.set_constant(self.twist_b, _B[0], _B[1], _B[2], _B[3])
        self.tower.set_one(self.f)

    def is_on_twist(self, q: TwistPoint) -> bool:
        """Say whether y² = x³ + 3/xi, for an affine point."""
        base = self.tower.sextic.base
        base.square(self.a, q.x)
        base.multiply(self.a, self.a, q.x)
        base.add(self.a, self.twist_b)
        base.square(self.b, q.y)
        base.subtract(self.a, self.b)
        return base.is_zero(self.a)

    def _move(self, q: TwistPoint):
        """moved = the twisted Frobenius map of the affine q"""
        base = self.tower.sextic.base
        base.copy(self.moved.x, q.x)
        base.copy(self.moved.y, q.y)
        base.conjugate(self.moved.x)
        base.conjugate(self.moved.y)
        base.set_constant(self.a, _TWIST_X[0], _TWIST_X[1], _TWIST_X[2], _TWIST_X[3])
        base.multiply(self.moved.x, self.moved.x, self.a)
        base.set_constant(self.a, _TWIST_Y[0], _TWIST_Y[1], _TWIST_Y[2], _TWIST_Y[3])
        base.multiply(self.moved.y, self.moved.y, self.a)

    @function(inline=False)
    def start(self, t: TwistPoint, q: TwistPoint):
        """t = q, for an affine q"""
        base = self.tower.sextic.base
        base.copy(t.x, q.x)
        base.copy(t.y, q.y)
        base.set_one(t.z)

    def is_in_group(self, q: TwistPoint, t: TwistPoint) -> bool:
        """Say whether an affine point of the twist has order r: the map multiplies it by 6x².

        The map satisfies m² - t·m + p = 0 on the whole twist, with t = 6x² + 1 and
        r = p + 1 - t, so that such a point has order r.
        """
        base = self.tower.sextic.base
        self.start(t, q)
        for step in range(_EIGENVALUE_STEPS):
            self.double(t)
            if base.is_zero(t.z):
                return False
            if _EIGENVALUE_BITS[step] == 1:
                self.add(t, q)
                if base.is_zero(t.z):
                    return False
        self._move(q)
        base.multiply(self.moved.x, self.moved.x, t.z)
        base.subtract(self.moved.x, t.x)
        base.multiply(self.moved.y, self.moved.y, t.z)
        base.subtract(self.moved.y, t.y)
        return base.is_zero(self.moved.x) and base.is_zero(self.moved.y)

    @function(inline=False)
    def double(self, t: TwistPoint):
        """t = 2t; leaves the line in h (of y), j (of x) and i."""
        base = self.tower.sextic.base
        base.multiply(self.a, t.x, t.y)
        base.halve(self.a)
        base.square(self.b, t.y)
        base.square(self.c, t.z)
        base.copy(self.h, t.y)
        base.add(self.h, t.z)
        base.square(self.h, self.h)
        base.subtract(self.h, self.b)
        base.subtract(self.h, self.c)
        base.copy(self.e, self.c)
        base.double(self.e)
        base.add(self.e, self.c)
        base.multiply(self.e, self.e, self.twist_b)
        base.square(self.j, t.x)
        base.copy(self.g, self.e)
        base.double(self.g)
        base.add(self.g, self.e)  # 3e
        base.copy(t.x, self.b)
        base.subtract(t.x, self.g)
        base.multiply(t.x, t.x, self.a)
        base.add(self.g, self.b)
        base.halve(self.g)
        base.square(t.y, self.g)
        base.square(self.a, self.e)
        base.subtract(t.y, self.a)
        base.subtract(t.y, self.a)
        base.subtract(t.y, self.a)
        base.multiply(t.z, self.b, self.h)
        base.copy(self.i, self.e)
        base.subtract(self.i, self.b)
        base.negate(self.h)
        base.copy(self.a, self.j)
        base.double(self.j)
        base.add(self.j, self.a)

    @function(inline=False)
    def add(self, t: TwistPoint, q: TwistPoint):
        """t = t + q for an affine q other than t; leaves the line as ``double`` does."""
        base = self.tower.sextic.base
        base.multiply(self.a, q.y, t.z)
        base.copy(self.j, t.y)
        base.subtract(self.j, self.a)  # theta
        base.multiply(self.a, q.x, t.z)
        base.copy(self.h, t.x)
        base.subtract(self.h, self.a)  # lambda
        base.square(self.c, self.j)
        base.square(self.b, self.h)
        base.multiply(self.e, self.b, self.h)
        base.multiply(self.c, self.c, t.z)
        base.multiply(self.g, t.x, self.b)
        base.copy(self.a, self.e)
        base.add(self.a, self.c)
        base.subtract(self.a, self.g)
        base.subtract(self.a, self.g)
        base.multiply(t.x, self.h, self.a)
        base.subtract(self.g, self.a)
        base.multiply(self.g, self.g, self.j)
        base.multiply(t.y, t.y, self.e)
        base.subtract(self.g, t.y)
        base.copy(t.y, self.g)
        base.multiply(t.z, t.z, self.e)
        base.multiply(self.i, self.j, q.x)
        base.multiply(self.a, self.h, q.y)
        base.subtract(self.i, self.a)
        base.negate(self.j)

    @function(inline=False)
    def _evaluate(self, pair: Pair):
        """f = f·(the line at the point of the first group)"""
        self.tower.sextic.base.scale(self.h, pair.y)
        self.tower.sextic.base.scale(self.j, pair.x)
        self.tower.multiply_by_034(self.f, self.h, self.j, self.i)

    def run_loop(self, pairs: Slice[Pair]):
        """f = product of Miller's functions"""
        for k in range(pairs.length):
            self.start(pairs[k].t, pairs[k].q)
        for step in range(_LOOP_STEPS):
            self.tower.square(self.f)
            for k in range(pairs.length):
                self.double(pairs[k].t)
                self._evaluate(pairs[k])
                if _LOOP_BITS[step] == 1:
                    self.add(pairs[k].t, pairs[k].q)
                    self._evaluate(pairs[k])
        base = self.tower.sextic.base
        for k in range(pairs.length):
            pair = pairs[k]
            self._move(pair.q)
            base.copy(pair.q.x, self.moved.x)
            base.copy(pair.q.y, self.moved.y)
            self.add(pair.t, pair.q)
            self._evaluate(pair)
            self._move(pair.q)
            base.negate(self.moved.y)
            base.copy(pair.q.x, self.moved.x)
            base.copy(pair.q.y, self.moved.y)
            self.add(pair.t, pair.q)
            self._evaluate(pair)

    def is_final_power_one(self) -> bool:
        """Say whether f^((p^12 - 1)/r) = 1."""
        tower = self.tower
        f = self.f
        enter_subgroup(tower, f)
        # f0 = 2x, f1 = 6x, f2 = 6x², f3 = 12x³
        raise_to_x(tower, self.f0, f)
        tower.square_cyclotomic(self.f0)
        tower.copy(self.f1, self.f0)
        tower.square_cyclotomic(self.f1)
        tower.multiply(self.f1, self.f0)
        raise_to_x(tower, self.f2, self.f1)
        tower.copy(self.copied, self.f2)
        tower.square_cyclotomic(self.copied)
        raise_to_x(tower, self.f3, self.copied)
        # f1 = 12x³ + 6x² + 6x, f0 = f1 - 2x, f2 = f1 + 6x² + 1
        tower.multiply(self.f1, self.f2)
        tower.multiply(self.f1, self.f3)
        tower.conjugate(self.f0)
        tower.multiply(self.f0, self.f1)
        tower.multiply(self.f2, self.f1)
        tower.multiply(self.f2, f)
        # f0^(p) · f1^(p²) · (f0/f)^(p³) · f2
        tower.conjugate(f)
        tower.multiply(f, self.f0)
        frobenius_3(tower, f)
        frobenius_1(tower, self.f0)
        frobenius_2(tower, self.f1)
        tower.multiply(f, self.f0)
        tower.multiply(f, self.f1)
        tower.multiply(f, self.f2)
        return tower.is_one(f)


@function
def _read_pair(work: Pairing, pair: Pair, data: Slice[u8]) -> tuple[bool, bool]:
    """Read a pair; gives whether it is valid, and whether both points are finite."""
    points = local(Points)
    points.begin()
    first = local(AffinePoint)
    if not enter_point(points, first, load_be(u256, data, 0), load_be(u256, data, 32)):
        return False, False
    field = work.tower.sextic.base.field
    x1 = load_be(u256, data, 64)
    x0 = load_be(u256, data, 96)
    y1 = load_be(u256, data, 128)
    y0 = load_be(u256, data, 160)
    if x0 >= P or x1 >= P or y0 >= P or y1 >= P:
        return False, False
    if x0 | x1 | y0 | y1 == 0:
        return True, False
    field.enter(pair.q.x.c0, x0)
    field.enter(pair.q.x.c1, x1)
    field.enter(pair.q.y.c0, y0)
    field.enter(pair.q.y.c1, y1)
    if not work.is_on_twist(pair.q) or not work.is_in_group(pair.q, pair.t):
        return False, False
    field.copy(pair.x, first.x)
    field.copy(pair.y, first.y)
    return True, not first.is_infinity


@function
def bn254_pairing_check(data: Slice[u8], arena: Arena) -> tuple[bool, bool]:
    """Give whether all points are valid, and whether the product of the pairings is one."""
    count = data.length // PAIR_BYTES
    work = local(Pairing)
    work.begin()
    pairs = arena.slice(Pair, count)
    used = u32(0)
    for k in range(count):
        encoded = data[k * PAIR_BYTES : (k + 1) * PAIR_BYTES]
        is_valid, is_finite = _read_pair(work, pairs[used], encoded)
        if not is_valid:
            return False, False
        if is_finite:
            used += 1
    work.run_loop(pairs[:used])
    return True, work.is_final_power_one()
