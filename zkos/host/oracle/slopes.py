"""The slopes of a double multiplication on secp256k1, step by step as the kernel takes them.

The kernel verifies each; a wrong one only stops its run. Steps and order are those of
kernel/crypto/secp256k1/advised_multiplication.py, written here once more in plain integers.

Source:  interface/secp256k1.py for windows and the endomorphism.
Errors:  OracleError for a point that is not on the curve.
"""

from zkos.host.errors import OracleError
from zkos.interface import secp256k1 as curve
from zkos.interface.secp256k1 import P, Point

_R = 1 << 256


def slope_advice(u: int, v: int, point: Point) -> list[int]:
    """Give the slopes of u·G + v·point in Montgomery form."""
    if (point[0] ** 3 + curve.B - point[1] ** 2) % P:
        raise OracleError(f"slope advice for {point}, which is not on the curve")
    table = _Walk()
    multiples_of_r = table.odd_multiples(point, 1 << (curve.WINDOW_R - 2))
    walk = _ProjectiveWalk()
    u1, u2 = split(u)
    v1, v2 = split(v)
    streams = (
        (recode(v1, curve.WINDOW_R), multiples_of_r, 1),
        (recode(v2, curve.WINDOW_R), multiples_of_r, curve.BETA),
        (recode(u1, curve.WINDOW_G), _MULTIPLES_OF_G, 1),
        (recode(u2, curve.WINDOW_G), _MULTIPLES_OF_G, curve.BETA),
    )
    for place in range(
        max((place for digits, _, _ in streams for place in digits), default=-1), -1, -1
    ):
        walk.double()
        for digits, multiples, factor in streams:
            digit = digits.get(place, 0)
            if digit:
                entry = multiples[abs(digit) >> 1]
                y = entry[1] if digit > 0 else P - entry[1]
                walk.add((entry[0] * factor % P, y))
    return [slope * _R % P for slope in (*table.slopes, *walk.slopes())]


class _Walk:
    """Additions that remember their slopes."""

    def __init__(self) -> None:
        self.slopes: list[int] = []

    def double(self, point: Point) -> Point:
        """Give 2·point."""
        x, y = point
        return self._follow(3 * x * x * pow(2 * y, -1, P) % P, point, x)

    def add(self, total: Point | None, point: Point) -> Point | None:
        """Give total + point; None is infinity, and a step to it has a slope that means nothing."""
        if total is None:
            return point
        if total == point:
            return self.double(total)
        if total[0] == point[0]:
            self.slopes.append(0)
            return None
        slope = (point[1] - total[1]) * pow(point[0] - total[0], -1, P) % P
        return self._follow(slope, total, point[0])

    def odd_multiples(self, point: Point, count: int) -> list[Point]:
        """Give point, 3·point, ..."""
        double, multiples = self.double(point), [point]
        while len(multiples) < count:
            following = self.add(multiples[-1], double)
            assert following is not None  # small multiples of a point of large order
            multiples.append(following)
        return multiples

    def _follow(self, slope: int, point: Point, other_x: int) -> Point:
        self.slopes.append(slope)
        x = (slope * slope - point[0] - other_x) % P
        return x, (slope * (point[0] - x) - point[1]) % P


class _ProjectiveWalk:
    """The same in Jacobian coordinates (x = X/Z², y = Y/Z³), so that one inversion serves all.

    A step from (X, Y, Z) to a point with Z' has the slope M/Z' after a doubling, with M = 3X² and
    Z' = 2YZ, and S/Z' after an addition, with S = y₂Z³ - Y and Z' = Z(x₂Z² - X).
    """

    def __init__(self) -> None:
        self._total: tuple[int, int, int] | None = None
        self._fractions: list[tuple[int, int]] = []

    def double(self) -> None:
        """Double the total; infinity takes no step."""
        if self._total is None:
            return
        x, y, z = self._total
        square = y * y % P
        product = 4 * x * square % P
        rise = 3 * x * x % P
        new_x = (rise * rise - 2 * product) % P
        new_z = 2 * y * z % P
        self._total = new_x, (rise * (product - new_x) - 8 * square * square) % P, new_z
        self._fractions.append((rise, new_z))

    def add(self, point: Point) -> None:
        """Add a point; a step to infinity has a slope that means nothing."""
        if self._total is None:
            self._total = *point, 1
            return
        x, y, z = self._total
        square = z * z % P
        run = (point[0] * square - x) % P
        rise = (point[1] * square * z - y) % P
        if run == 0 and rise == 0:
            self.double()
        elif run == 0:
            self._fractions.append((0, 1))
            self._total = None
        else:
            run_square = run * run % P
            run_cube = run * run_square % P
            product = x * run_square % P
            new_x = (rise * rise - run_cube - 2 * product) % P
            new_z = z * run % P
            self._total = new_x, (rise * (product - new_x) - y * run_cube) % P, new_z
            self._fractions.append((rise, new_z))

    def slopes(self) -> list[int]:
        """Give the slopes of all steps."""
        products = [1]
        for _, below in self._fractions:
            products.append(products[-1] * below % P)
        inverse = pow(products.pop(), -1, P)
        slopes = []
        for (above, below), product in zip(
            reversed(self._fractions), reversed(products), strict=True
        ):
            slopes.append(above * inverse * product % P)
            inverse = inverse * below % P
        return slopes[::-1]


def split(k: int) -> tuple[int, int]:
    """Give short (k1, k2) with k = k1 + k2·lambda modulo n, rounded as the kernel rounds."""

    def rounded(factor: int, is_negative: bool) -> int:
        quotient = (k * factor >> (curve.ROUND_BITS - 1)) + 1 >> 1
        return -quotient if is_negative else quotient

    c1 = rounded(curve.FACTOR_1, curve.IS_NEGATIVE_1)
    c2 = rounded(curve.FACTOR_2, curve.IS_NEGATIVE_2)
    return k - c1 * curve.A1 - c2 * curve.A2, -c1 * curve.B1 - c2 * curve.B2


def recode(scalar: int, width: int) -> dict[int, int]:
    """Give place -> signed odd digit of at most ``width`` bits."""
    rest, place, digits = abs(scalar), 0, {}
    while rest:
        if rest & 1:
            digit = rest & ((1 << width) - 1)
            if digit >> (width - 1):
                digit -= 1 << width
            rest -= digit
            digits[place] = digit if scalar > 0 else -digit
        rest >>= 1
        place += 1
    return digits


_MULTIPLES_OF_G = _Walk().odd_multiples(curve.G, 1 << (curve.WINDOW_G - 2))
