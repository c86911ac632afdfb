"""Points of bn254's first group: y² = x³ + 3, of prime order.

Source:  EIP-196.
Units:   infinity is (0, 0).
Errors:  none: a point that is none is told by a False.
"""

from zkos.kernel.crypto.bigint.power import make_power
from zkos.kernel.crypto.bigint.prime_field import make_prime_field
from zkos.kernel.crypto.jacobian import make_curve
from zkos.lang import function, local, u256

P = 21888242871839275222246405745257275088696311157297823662689037894645226208583
FP = make_prime_field(P, "Bn254Coordinates")
invert_coordinate = make_power(FP, P - 2, "bn254_invert_coordinate")
Points, JacobianPoint, AffinePoint = make_curve(FP, invert_coordinate, 0, "Bn254")
_B = FP.represent(3)


@function
def enter_point(points: Points, q: AffinePoint, x: u256, y: u256) -> bool:
    """Set q to (x, y) and say whether that is a point."""
    q.is_infinity = x == 0 and y == 0
    if q.is_infinity:
        return True
    if x >= P or y >= P:
        return False
    field = points.field
    field.enter(q.x, x)
    field.enter(q.y, y)
    field.square_into(points.s, q.x)
    field.multiply(points.s, q.x)
    field.set_constant(points.h, _B[0], _B[1])
    field.add(points.s, points.h)
    field.square_into(points.h, q.y)
    field.subtract(points.s, points.h)
    return field.is_zero(points.s)


@function
def bn254_add(x1: u256, y1: u256, x2: u256, y2: u256) -> tuple[bool, u256, u256]:
    """Give (True, sum) of two points, or (False, 0, 0) if one is none."""
    points = local(Points)
    points.begin()
    first = local(AffinePoint)
    second = local(AffinePoint)
    total = local(JacobianPoint)
    if not enter_point(points, first, x1, y1) or not enter_point(points, second, x2, y2):
        return False, 0, 0
    points.start(total, first)
    points.add(total, second)
    x, y = points.leave(total)
    return True, x, y


@function
def bn254_multiply(x1: u256, y1: u256, scalar: u256) -> tuple[bool, u256, u256]:
    """Give (True, multiple) of a point, or (False, 0, 0) if it is none."""
    points = local(Points)
    points.begin()
    point = local(AffinePoint)
    product = local(JacobianPoint)
    if not enter_point(points, point, x1, y1):
        return False, 0, 0
    points.multiply(product, point, scalar)
    x, y = points.leave(product)
    return True, x, y
