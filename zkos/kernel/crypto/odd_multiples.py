"""Odd multiples of a fixed point, at import time.

Source:  Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", 3.1.2.
Errors:  none.
"""

Point = tuple[int, int]


def odd_multiples(p: int, a: int, point: Point, count: int) -> list[Point]:
    """Give so many odd multiples of a point of y² = x³ + a·x + b modulo p, from one on."""
    x, y = point
    double = _follow(p, point, point, (3 * x * x + a) * pow(2 * y, -1, p))
    multiples = [point]
    while len(multiples) < count:
        x, y = multiples[-1]
        slope = (double[1] - y) * pow(double[0] - x, -1, p)
        multiples.append(_follow(p, multiples[-1], double, slope))
    return multiples


def _follow(p: int, first: Point, second: Point, slope: int) -> Point:
    """Give the sum of two points from the slope of the line through them."""
    x = (slope * slope - first[0] - second[0]) % p
    return x, (slope * (first[0] - x) - first[1]) % p
