"""Verification of P-256 signatures. High s is accepted.

Source:  FIPS 186-5, 6.4.2; SP 800-186, 3.2.1.3 for the curve.
Errors:  none: an invalid signature or key is told by a False.
"""

from typing import Any

from zkos.kernel.crypto.bigint.field import represent
from zkos.kernel.crypto.bigint.power import make_power
from zkos.kernel.crypto.bigint.prime_field import make_prime_field
from zkos.kernel.crypto.jacobian import ScalarBits, make_curve
from zkos.lang import U256Cell, function, local, range, struct, u32, u256

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
G_Y = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5
_BITS = 256
_B = (represent(P, B, False), represent(P, B, True))
_G_X = (represent(P, G_X, False), represent(P, G_X, True))
_G_Y = (represent(P, G_Y, False), represent(P, G_Y, True))

FP = make_prime_field(P, "P256Coordinates")
FN = make_prime_field(N, "P256Scalars")
Scalars: Any = FN.arithmetic
_invert_coordinate = make_power(FP, P - 2, "p256_invert_coordinate")
_invert_scalar = make_power(FN, N - 2, "p256_invert_scalar")
Points, JacobianPoint, AffinePoint = make_curve(FP, _invert_coordinate, -3, "P256")


@struct
class Verification:
    """The memory of one verification, all zero at first."""

    points: Points
    scalars: Scalars
    key: AffinePoint
    generator: AffinePoint
    sum: JacobianPoint
    inverse: U256Cell
    u: U256Cell
    v: U256Cell
    u_bits: ScalarBits
    v_bits: ScalarBits

    def begin(self):
        """Fill the constants."""
        self.points.begin()
        self.scalars.begin()
        self.points.field.set_constant(self.generator.x, _G_X[0], _G_X[1])
        self.points.field.set_constant(self.generator.y, _G_Y[0], _G_Y[1])

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

    def compute_scalars(self, digest: u256, r: u256, s: u256):
        """Set the bits of u = digest/s and v = r/s."""
        scalars = self.scalars
        scalars.enter(self.inverse, s)
        _invert_scalar(scalars, self.inverse)
        scalars.enter(self.u, digest)
        scalars.multiply(self.u, self.inverse)
        self.u_bits.fill(scalars.leave(self.u))
        scalars.enter(self.v, r)
        scalars.multiply(self.v, self.inverse)
        self.v_bits.fill(scalars.leave(self.v))

    def add_multiples(self):
        """Set ``sum`` to u·G + v·key, with one row of doublings for both."""
        points = self.points
        self.sum.is_infinity = True
        for done in range(_BITS):
            place = u32(_BITS - 1) - done
            if not self.sum.is_infinity:
                points.double(self.sum)
            if self.u_bits.is_set(place):
                points.add(self.sum, self.generator)
            if self.v_bits.is_set(place):
                points.add(self.sum, self.key)


@function
def p256_verify(digest: u256, r: u256, s: u256, x: u256, y: u256) -> bool:
    """Say whether (r, s) is a signature of the digest under the key (x, y)."""
    if r == 0 or r >= N or s == 0 or s >= N:
        return False
    work = local(Verification)
    work.begin()
    if not work.enter_key(x, y):
        return False
    work.compute_scalars(digest, r, s)
    work.add_multiples()
    if work.sum.is_infinity:
        return False
    found, _y = work.points.leave(work.sum)
    return found % N == r
