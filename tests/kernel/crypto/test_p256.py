"""P-256 signatures against OpenSSL (cryptography)."""

import hashlib
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.executors import Executor
from zkos.kernel.crypto.p256.verify import G_X, G_Y, B, N, P, p256_verify

COUNTS = {"python": 1, "riscv": 2, "x86_64": 100}
Signature = tuple[int, int, int, int, int]
Point = tuple[int, int]


def signature(rng: random.Random) -> Signature:
    key = ec.derive_private_key(rng.randrange(1, N), ec.SECP256R1())
    digest = hashlib.sha256(rng.randbytes(20)).digest()
    der = key.sign(digest, ec.ECDSA(utils.Prehashed(SHA256())))
    public = key.public_key().public_numbers()
    return (int.from_bytes(digest, "big"), *utils.decode_dss_signature(der), public.x, public.y)


@pytest.mark.all_executors
def test_signatures_are_valid_for_their_digest_only(executor: Executor) -> None:
    rng = random.Random(4)
    for _ in range(COUNTS[executor.name]):
        digest, r, s, x, y = signature(rng)
        assert executor.call(p256_verify, digest, r, s, x, y)
        assert executor.call(p256_verify, digest, r, N - s, x, y)
        assert not executor.call(p256_verify, digest ^ 1, r, s, x, y)


@pytest.mark.executors("x86_64", "riscv")
def test_numbers_out_of_range_and_points_off_the_curve_are_refused(executor: Executor) -> None:
    digest, r, s, x, y = signature(random.Random(5))
    wrong = [
        (0, s, x, y), (r, 0, x, y), (N, s, x, y), (r, N, x, y), (r, s, P, y), (r, s, x, P),
        (r, s, x, y ^ 1), (r, s, 0, 0), (r, s, x, P - y), (s, r, x, y),
    ]  # fmt: skip
    for case in wrong:
        assert not executor.call(p256_verify, digest, *case), case


@pytest.mark.executors("x86_64")
def test_keys_that_are_the_generator_or_its_negative(executor: Executor) -> None:
    # u + v = 0 gives infinity; with key -G that is u = v, digest = r.
    assert not executor.call(p256_verify, 5, 5, 7, G_X, P - G_Y)
    # The secret key 1: s = (digest + r)/k with k = 1, so r = x of G modulo n.
    r = G_X % N
    assert executor.call(p256_verify, 99, r, (99 + r) % N, G_X, G_Y)


def added(p: Point, q: Point) -> Point:
    """Add two points that are neither opposite nor infinity."""
    x, y = p
    if p == q:
        slope = (3 * x * x - 3) * pow(2 * y, -1, P)
    else:
        slope = (q[1] - y) * pow(q[0] - x, -1, P)
    third = (slope * slope - x - q[0]) % P
    return third, (slope * (x - third) - y) % P


def multiplied(p: Point, scalar: int) -> Point:
    product: Point | None = None
    for bit in f"{scalar:b}":
        if product is not None:
            product = added(product, product)
        if bit == "1":
            product = p if product is None else added(product, p)
    assert product is not None
    return product


def root(square: int) -> int | None:
    y = pow(square, (P + 1) // 4, P)
    return y if y * y % P == square else None


@pytest.mark.all_executors
def test_x_of_the_sum_is_taken_modulo_the_order(executor: Executor) -> None:
    """With a sum whose x is between n and p, r is x - n: no chance finds such a signature."""
    x = next(x for x in range(N, P) if root((x**3 - 3 * x + B) % P) is not None)
    total = (x, root((x**3 - 3 * x + B) % P) or 0)
    r, u, v = x - N, 12345, 67890
    g_x, g_y = multiplied((G_X, G_Y), u)
    key = multiplied(added(total, (g_x, P - g_y)), pow(v, -1, N))
    s = r * pow(v, -1, N) % N
    digest = u * s % N
    assert executor.call(p256_verify, digest, r, s, *key)
    assert not executor.call(p256_verify, digest, r + 1, s, *key)
