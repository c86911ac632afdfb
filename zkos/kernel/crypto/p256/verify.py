"""Verification of P-256 signatures. High s is accepted.

Source:  FIPS 186-5, 6.4.2; SP 800-186, 3.2.1.3 for the curve; Hankerson, Menezes, Vanstone,
         "Guide to Elliptic Curve Cryptography", algorithm 3.51, for the two multiples.
Errors:  none: an invalid signature or key is told by a False.
"""

from typing import Any

from zkos.kernel.crypto.bigint.field import represent
from zkos.kernel.crypto.bigint.power import make_power
from zkos.kernel.crypto.bigint.prime_field import make_prime_field
from zkos.kernel.crypto.jacobian import make_curve
from zkos.kernel.crypto.multiples import make_multiples
from zkos.kernel.crypto.odd_multiples import odd_multiples
from zkos.kernel.crypto.signed_windows import entry_of, recode
from zkos.lang import RISCV, Array, U256Cell, function, i16, local, range, struct, table, u32, u256

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
G_Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5
_PLACES = 257  # binary places of a scalar, recoded
_WINDOW_G, _WINDOW_KEY = 7, 5
_B = (represent(P, B, False), represent(P, B, True))

FP = make_prime_field(P, "P256Coordinates")
FN = make_prime_field(N, "P256Scalars")
Scalars: Any = FN.arithmetic
_invert_coordinate = make_power(FP, P - 2, "p256_invert_coordinate")
_invert_scalar = make_power(FN, N - 2, "p256_invert_scalar")
CURVE = make_curve(FP, _invert_coordinate, -3, "P256")
Points, JacobianPoint, AffinePoint = CURVE
KeyMultiples: Any = make_multiples(FP, CURVE, 1 << _WINDOW_KEY - 2, "P256")
# For each odd multiple of G x and y.
_NUMBERS = [
    FP.represent(number)
    for point in odd_multiples(P, -3, (G_X, G_Y), 1 << _WINDOW_G - 2)
    for number in point
]
_G_PLAIN = table(u256, [plain for plain, _ in _NUMBERS])
_G_MACHINE = table(u256, [machine for _, machine in _NUMBERS])


@struct
class Verification:
    """The memory of one verification, all zero at first."""

    points: Points
    scalars: Scalars
    key: AffinePoint
    multiples: KeyMultiples
    step: AffinePoint
    sum: JacobianPoint
    inverse: U256Cell
    u: U256Cell
    v: U256Cell
    u_digits: Array[i16, _PLACES]
    v_digits: Array[i16, _PLACES]

    def begin(self):
        """Fill the constants."""
        self.points.begin()
        self.scalars.begin()

    def enter_key(self, x: u256, y: u256) -> bool:
        """Set the key to (x, y) and say whether that is a point: y² = x³ - 3x + b."""
        if x >= P or y >= P:
            return False
        field = self.points.field
        field.enter(self.key.x, x)
        field.enter(self.key.y, y)
        field.square_into(self.u, self.key.x)
        field.multiply(self.u, self.key.x)
        for _ in range(3):
            field.subtract(self.u, self.key.x)
        field.set_constant(self.v, _B[0], _B[1])
        field.add(self.u, self.v)
        field.square_into(self.v, self.key.y)
        field.subtract(self.u, self.v)
        return field.is_zero(self.u)

    def compute_scalars(self, digest: u256, r: u256, s: u256) -> u32:
        """Recode u = digest/s and v = r/s; gives the places of the longer one."""
        scalars = self.scalars
        scalars.enter(self.inverse, s)
        _invert_scalar(scalars, self.inverse)
        scalars.enter(self.u, digest)
        scalars.multiply(self.u, self.inverse)
        places = recode(self.u_digits[:], scalars.leave(self.u), False, _WINDOW_G)
        scalars.enter(self.v, r)
        scalars.multiply(self.v, self.inverse)
        places_v = recode(self.v_digits[:], scalars.leave(self.v), False, _WINDOW_KEY)
        return places if places > places_v else places_v

    def add_multiples(self, places: u32):
        """Set ``sum`` to u·G + v·key, with one row of doublings for both."""
        points = self.points
        self.multiples.fill(points, self.sum, self.key.x, self.key.y)
        points.field.copy(self.inverse, self.multiples.scale)
        _invert_coordinate(points.field, self.inverse)
        self.multiples.unscale(points.field, self.inverse)
        self.sum.is_infinity = True
        for done in range(places):
            place = places - 1 - done
            if not self.sum.is_infinity:
                points.double(self.sum)
            if self.u_digits[place] != 0:
                self._add_multiple_of_g(self.u_digits[place])
            if self.v_digits[place] != 0:
                self._add_multiple_of_key(self.v_digits[place])

    @function(inline=False)
    def _add_multiple_of_g(self, digit: i16):
        field = self.points.field
        entry = 2 * entry_of(digit)
        if RISCV:
            self.step.x.number = _G_MACHINE[entry]
            self.step.y.number = _G_MACHINE[entry + 1]
        else:
            self.step.x.number = _G_PLAIN[entry]
            self.step.y.number = _G_PLAIN[entry + 1]
        if digit < 0:
            field.negate(self.step.y)
        self.points.add(self.sum, self.step)

    @function(inline=False)
    def _add_multiple_of_key(self, digit: i16):
        field = self.points.field
        entry = entry_of(digit)
        field.copy(self.step.x, self.multiples.x[entry])
        field.copy(self.step.y, self.multiples.y[entry])
        if digit < 0:
            field.negate(self.step.y)
        self.points.add(self.sum, self.step)

    def has_x(self, x: u256) -> bool:
        """Say whether the sum has this affine x: whether X = x·Z²."""
        field = self.points.field
        field.enter(self.u, x)
        field.square_into(self.v, self.sum.z)
        field.multiply(self.u, self.v)
        return field.is_equal(self.u, self.sum.x)


@function
def p256_verify(digest: u256, r: u256, s: u256, x: u256, y: u256) -> bool:
    """Say whether (r, s) is a signature of the digest under the key (x, y)."""
    if r == 0 or r >= N or s == 0 or s >= N:
        return False
    work = local(Verification)
    work.begin()
    if not work.enter_key(x, y):
        return False
    work.add_multiples(work.compute_scalars(digest, r, s))
    if work.sum.is_infinity:
        return False
    # Of the sum's x modulo n only r is known.
    return work.has_x(r) or (r < P - N and work.has_x(r + N))
