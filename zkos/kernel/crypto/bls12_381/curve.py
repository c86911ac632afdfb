"""Points of BLS12-381's first group, of order r on y² = x³ + 4 over Fp.

Encoding (48 bytes):  x in big-endian order, and in the three bits above it: compressed (always 1),
                      infinity (then all other bits are 0), y is the larger of the two roots

Source:  Zcash protocol specification, 5.4.9.2, for encoding and parameters; Scott, "A note on
         group membership tests for G1, G2 and GT on BLS pairing-friendly curves" (2021): a point
         is in the group if the map (x, y) -> (beta·x, y) multiplies it by -x².
Errors:  none: what is no point of the group is told by a False.
"""

from typing import Any

from zkos.kernel.crypto.bigint.power import make_power
from zkos.kernel.crypto.bigint.prime_field import make_prime_field
from zkos.kernel.crypto.jacobian import make_curve
from zkos.lang import Slice, function, load_be, local, u8, u128, u256, u512

X = 0xD201000000010000
"""The curve's parameter x is -X."""
R = X**4 - X**2 + 1
P = (X + 1) ** 2 * R // 3 - X
B = 4
G_X = int(
    "17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905"
    "A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB",
    16,
)
G_Y = int(
    "08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF6"
    "00DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1",
    16,
)
BETA = 0x05F19672FDF76CE51BA69C6076A0F77EADDB3A93BE6F89688DE17D813620A00022E01FFFFFFFEFFFE
X_SQUARED = X * X

FP = make_prime_field(P, "Bls12381Coordinates")
invert_coordinate = make_power(FP, P - 2, "bls12_381_invert_coordinate")
_take_root = make_power(FP, (P + 1) // 4, "bls12_381_take_root")
Points, JacobianPoint, AffinePoint = make_curve(FP, invert_coordinate, 0, "Bls12381")
Cell: Any = FP.cell
_B = FP.represent(B)
_BETA = FP.represent(BETA)
_IS_COMPRESSED, _IS_INFINITY, _IS_LARGER = 0x80, 0x40, 0x20
_X_BITS = 125  # of x, beside those that are in the low 32 bytes


@function
def decode_point(points: Points, q: AffinePoint, data: Slice[u8]) -> bool:
    """Set q to an encoded point and say whether there is one; its group isn't checked."""
    flags = data[0]
    top = load_be(u128, data, 0)
    x = u512(top << 128 - _X_BITS >> 128 - _X_BITS) << 256 | u512(load_be(u256, data, 16))
    if flags & _IS_COMPRESSED == 0 or x >= P:
        return False
    q.is_infinity = flags & _IS_INFINITY != 0
    if q.is_infinity:
        return flags & _IS_LARGER == 0 and x == 0
    field = points.field
    field.enter(q.x, x)
    field.square_into(points.s, q.x)
    field.multiply(points.s, q.x)
    field.set_constant(points.h, _B[0], _B[1])
    field.add(points.s, points.h)
    field.copy(q.y, points.s)
    _take_root(field, q.y)
    field.square_into(points.h, q.y)
    field.subtract(points.s, points.h)
    if not field.is_zero(points.s):
        return False
    is_larger = field.leave(q.y) > (P - 1) // 2
    if is_larger != (flags & _IS_LARGER != 0):
        field.negate(q.y)
    return True


@function
def is_in_group(points: Points, q: AffinePoint) -> bool:
    """Say whether a point of the curve has order r."""
    if q.is_infinity:
        return True
    p = local(JacobianPoint)
    points.multiply(p, q, X_SQUARED)
    if p.is_infinity:
        return False
    # p must be (beta·x, -y).
    field = points.field
    field.square_into(points.s, p.z)
    field.set_constant(points.h, _BETA[0], _BETA[1])
    field.multiply(points.h, q.x)
    field.multiply(points.h, points.s)
    field.subtract(points.h, p.x)
    field.multiply(points.s, p.z)
    field.multiply(points.s, q.y)
    field.add(points.s, p.y)
    return field.is_zero(points.h) and field.is_zero(points.s)
