"""Numbers of secp256k1, all computed at import time from the curve's definition.

They stand at the border because host and kernel must cut scalars into the same windows: the host
advises the slope of every step that a proving kernel takes (oracle_queries.py, SLOPE_ADVICE).

The endomorphism: p and n are 1 modulo 3, so beta (a cube root of 1 modulo p) and lambda (one
modulo n) exist, and lambda·(x, y) = (beta·x, y). A scalar k becomes k1 + k2·lambda modulo n with
|k1|, |k2| below 2^128 by the short vectors (a, b) of the lattice a + b·lambda = 0 modulo n: (k, 0)
minus its nearest lattice point, found by rounding k·b2/n and -k·b1/n. The short vectors are two
neighbours in Euclid's algorithm on (n, lambda), the ones around sqrt(n).

Source:  SEC 2, 2.4.1 (p, n, G); Gallant, Lambert, Vanstone, "Faster point multiplication on
         elliptic curves with efficient endomorphisms" (2001), section 4.
Errors:  none.
"""

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
B = 7
G = (
    0x79BE667E_F9DCBBAC_55A06295_CE870B07_029BFCDB_2DCE28D9_59F2815B_16F81798,
    0x483ADA77_26A3C465_5DA4FBFC_0E1108A8_FD17B448_A6855419_9C47D08F_FB10D4B8,
)

WINDOW_R = 5
"""Width of the signed windows for the point of the signature: 8 odd multiples made each time."""
WINDOW_G = 10
"""Width of the signed windows for G: 256 odd multiples in a constant table."""
DIGITS = 129
"""Binary places of a recoded scalar: one more than the 128 bits of its absolute value."""
MAXIMUM_SLOPES = 224
"""Doublings and additions of a double multiplication: 128 + 78, and 8 for the multiples of R."""

Point = tuple[int, int]


def add_points(a: Point, b: Point) -> Point:
    """Add two affine points at import time; neither is the other's negative."""
    if a == b:
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply_point(scalar: int, point: Point) -> Point:
    """Multiply an affine point at import time; the scalar is between 1 and n - 1."""
    result = point
    for bit in f"{scalar:b}"[1:]:
        result = add_points(result, result)
        if bit == "1":
            result = add_points(result, point)
    return result


def _cube_root_of_one(prime: int) -> int:
    candidate = 2
    while pow(candidate, (prime - 1) // 3, prime) == 1:
        candidate += 1
    return pow(candidate, (prime - 1) // 3, prime)


def _find_endomorphism() -> tuple[int, int]:
    """Pair the smaller cube root modulo n with the one modulo p that does the same to G."""
    root = _cube_root_of_one(N)
    scalar = min(root, root * root % N)
    factor = _cube_root_of_one(P)
    if multiply_point(scalar, G) != (factor * G[0] % P, G[1]):
        factor = factor * factor % P
    return scalar, factor


LAMBDA, BETA = _find_endomorphism()


def _short_vectors() -> tuple[Point, Point]:
    """Give two short vectors (a, b) with a + b·lambda = 0 modulo n and determinant n."""
    rows = [(N, 0), (LAMBDA, 1)]
    while rows[-1][0] != 0:
        (r0, t0), (r1, t1) = rows[-2:]
        quotient = r0 // r1
        rows.append((r0 - quotient * r1, t0 - quotient * t1))
    small = next(i for i, (r, _) in enumerate(rows) if r * r < N)
    before, first, after = ((r, -t) for r, t in rows[small - 1 : small + 2])
    second = min(before, after, key=lambda vector: vector[0] ** 2 + vector[1] ** 2)
    if first[0] * second[1] - second[0] * first[1] < 0:
        second = (-second[0], -second[1])
    return first, second


(A1, B1), (A2, B2) = _short_vectors()

ROUND_BITS = 384


def _rounded_quotient(numerator: int) -> tuple[int, bool]:
    """Give |numerator|·2^384 / n, rounded, and whether the numerator is negative."""
    return (2 * (abs(numerator) << ROUND_BITS) + N) // (2 * N), numerator < 0


FACTOR_1, IS_NEGATIVE_1 = _rounded_quotient(B2)
FACTOR_2, IS_NEGATIVE_2 = _rounded_quotient(-B1)
