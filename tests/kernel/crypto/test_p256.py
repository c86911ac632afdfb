"""P-256 signatures against OpenSSL (cryptography)."""

import hashlib
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.executors import Executor
from zkos.kernel.crypto.p256.verify import G_X, G_Y, N, P, p256_verify

COUNTS = {"python": 1, "riscv": 2, "x86_64": 100}
Signature = tuple[int, int, int, int, int]


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
