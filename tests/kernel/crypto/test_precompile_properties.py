"""Hypothesis: what each precompile computes, against an independent library.

Each test states its property once; the executors differ in the number of examples, and the slow
ones have more of them with --full. modexp's is in modexp/, blob polynomials' in
test_blob_evaluation.py.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import coincurve
import pytest
from Crypto.Hash import RIPEMD160, keccak
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from py_ecc import optimized_bn128 as bn

from tests.kernel.crypto.test_bn254 import plain
from tests.kernel.crypto.test_bn254_pairing import ARENA_BYTES, encoded, pairing_check
from tests.support.executors import Executor
from tests.support.kzg import opening_of, verifies
from zkos.kernel.crypto.blake2f import blake2f
from zkos.kernel.crypto.bls12_381.curve import R as BLS_R
from zkos.kernel.crypto.bls12_381.kzg import verify_opening
from zkos.kernel.crypto.bn254.curve import bn254_add, bn254_multiply
from zkos.kernel.crypto.p256.verify import N as P256_N
from zkos.kernel.crypto.p256.verify import p256_verify
from zkos.kernel.crypto.ripemd160 import ripemd160
from zkos.kernel.crypto.secp256k1.constants import N as SECP256K1_N
from zkos.kernel.crypto.secp256k1.recovery import recover_address
from zkos.kernel.crypto.sha256 import sha256

WORDS = st.integers(0, 2**256 - 1)
BN_SCALARS = st.integers(0, bn.curve_order - 1)
"""Scalars of points: 0 makes infinity."""


@pytest.fixture
def examples(executor: Executor, request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Give the decorator that sets how often a property is tried."""

    def decorator(*, python: float, riscv: int, x86_64: int) -> Any:
        count = {"python": python, "riscv": riscv, "x86_64": x86_64}[executor.name]
        if request.config.getoption("--full"):
            count *= 10
        return settings(
            max_examples=round(count),
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
            phases=[Phase.explicit, Phase.generate],
        )

    return decorator


def number(digest: bytes) -> int:
    return int.from_bytes(digest, "big")


@pytest.mark.all_executors
def test_hashes(executor: Executor, examples: Callable[..., Any]) -> None:
    @examples(python=3, riscv=20, x86_64=100)
    @given(st.binary(max_size=300))
    def check(data: bytes) -> None:
        assert executor.call(sha256, data) == number(hashlib.sha256(data).digest())
        assert executor.call(ripemd160, data) == number(RIPEMD160.new(data).digest())

    check()


@pytest.mark.all_executors
def test_blake2f(executor: Executor, examples: Callable[..., Any]) -> None:
    """Whole hashes of hashlib's, from single compressions."""

    @examples(python=1, riscv=10, x86_64=50)
    @given(st.binary(max_size=400), st.integers(1, 64))
    def check(data: bytes, digest_bytes: int) -> None:
        first = 0x6A09E667F3BCC908 ^ 0x01010000 ^ digest_bytes
        state = [
            first, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
            0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
        ]  # fmt: skip
        blocks = [data[at : at + 128] for at in range(0, len(data), 128)] or [b""]
        for place, block in enumerate(blocks):
            padded = block.ljust(128, b"\0")
            words = [int.from_bytes(padded[at : at + 8], "little") for at in range(0, 128, 8)]
            is_last = place == len(blocks) - 1
            done = 128 * place + len(block)
            executor.call(blake2f, 12, state, words, done, 0, is_last)
        digest = b"".join(word.to_bytes(8, "little") for word in state)[:digest_bytes]
        assert digest == hashlib.blake2b(data, digest_size=digest_bytes).digest()

    check()


@pytest.mark.all_executors
def test_ecrecover(executor: Executor, examples: Callable[..., Any]) -> None:
    @examples(python=1, riscv=4, x86_64=100)
    @given(WORDS, st.integers(0, SECP256K1_N), st.integers(0, SECP256K1_N), st.booleans())
    @example(0, 1, 1, False)
    def check(digest: int, r: int, s: int, is_odd: bool) -> None:
        found = executor.call(recover_address, digest, r, s, is_odd)
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([is_odd])
        try:
            key = coincurve.PublicKey.from_signature_and_message(
                signature, digest.to_bytes(32, "big"), hasher=None
            )
        except Exception:  # coincurve's errors have no common class
            assert found == (False, 0)
            return
        hashed = keccak.new(digest_bits=256, data=key.format(compressed=False)[1:])
        assert found == (True, number(hashed.digest()[12:]))

    check()


@pytest.mark.all_executors
def test_bn254_addition_and_multiplication(
    executor: Executor, examples: Callable[..., Any]
) -> None:
    @examples(python=1, riscv=3, x86_64=30)
    @given(BN_SCALARS, BN_SCALARS, WORDS)
    @example(5, 5, 0)
    @example(5, bn.curve_order - 5, bn.curve_order)
    @example(0, 7, 1)
    def check(first: int, second: int, scalar: int) -> None:
        p, q = bn.multiply(bn.G1, first), bn.multiply(bn.G1, second)
        assert executor.call(bn254_add, *plain(p), *plain(q)) == (True, *plain(bn.add(p, q)))
        product = plain(bn.multiply(p, scalar % bn.curve_order))
        assert executor.call(bn254_multiply, *plain(p), scalar) == (True, *product)

    check()


@pytest.mark.all_executors
def test_bn254_points_are_those_of_the_curve(
    executor: Executor, examples: Callable[..., Any]
) -> None:
    coordinates = st.one_of(st.integers(0, 3), WORDS, st.just(bn.field_modulus))

    @examples(python=5, riscv=10, x86_64=100)
    @given(coordinates, coordinates)
    def check(x: int, y: int) -> None:
        p = bn.field_modulus
        is_point = (x, y) == (0, 0) or (x < p and y < p and (y * y - x**3 - 3) % p == 0)
        assert executor.call(bn254_add, x, y, 0, 0)[0] == is_point
        assert executor.call(bn254_multiply, x, y, 1)[0] == is_point

    check()


@pytest.mark.all_executors
def test_bn254_pairing(
    executor: Executor, examples: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    """A product is one if the products of the exponents sum up to a multiple of the order."""
    if executor.name == "python" and not request.config.getoption("--full"):
        pytest.skip("a pairing as Python takes long; --full has it")

    @examples(python=0.1, riscv=1, x86_64=6)
    @given(st.lists(st.tuples(BN_SCALARS, BN_SCALARS), max_size=2), st.booleans())
    @example([(3, 5)], True)
    @example([(3, 5)], False)
    def check(pairs: list[tuple[int, int]], is_balanced: bool) -> None:
        total = sum(a * b for a, b in pairs)
        if is_balanced:
            pairs = [*pairs, (-total % bn.curve_order, 1)]
            total = 0
        data = b"".join(
            encoded_or_zero(bn.multiply(bn.G1, a), bn.multiply(bn.G2, b)) for a, b in pairs
        )
        found = executor.call(pairing_check, data, bytearray(ARENA_BYTES))
        assert found == (True, total % bn.curve_order == 0)

    check()


def encoded_or_zero(first: Any, second: Any) -> bytes:
    """Encode a pair in which infinity is zeros."""
    data = encoded(bn.G1 if bn.is_inf(first) else first, bn.G2 if bn.is_inf(second) else second)
    left = bytes(64) if bn.is_inf(first) else data[:64]
    return left + (bytes(128) if bn.is_inf(second) else data[64:])


@pytest.mark.all_executors
def test_p256(executor: Executor, examples: Callable[..., Any]) -> None:
    @examples(python=1, riscv=2, x86_64=60)
    @given(st.integers(1, P256_N - 1), st.binary(max_size=40), st.integers(0, 4), WORDS)
    @example(1, b"", 5, 0)
    @example(P256_N - 1, b"", 5, 0)
    def check(secret: int, message: bytes, changed: int, value: int) -> None:
        key = ec.derive_private_key(secret, ec.SECP256R1())
        digest = hashlib.sha256(message).digest()
        der = key.sign(digest, ec.ECDSA(utils.Prehashed(SHA256())))
        public = key.public_key().public_numbers()
        inputs = [number(digest), *utils.decode_dss_signature(der), public.x, public.y]
        assert executor.call(p256_verify, *inputs)
        if changed < len(inputs):
            inputs[changed] = value
            assert executor.call(p256_verify, *inputs) == openssl_verifies(inputs)

    check()


def openssl_verifies(inputs: list[int]) -> bool:
    digest, r, s, x, y = inputs
    try:
        key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        der = utils.encode_dss_signature(r, s)
        key.verify(der, digest.to_bytes(32, "big"), ec.ECDSA(utils.Prehashed(SHA256())))
    except Exception:  # a refused key and a wrong signature have no common class
        return False
    return True


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_point_evaluation(executor: Executor, examples: Callable[..., Any]) -> None:
    @examples(python=1, riscv=3, x86_64=20)
    @given(st.binary(max_size=200), st.integers(0, BLS_R - 1), st.integers(0, 5), WORDS)
    @example(b"", 0, 0, 0)
    @example(b"\x01", 1, 3, 0)  # numbers that are congruent and too large
    @example(b"\x01", 1, 4, 0)
    def check(data: bytes, z: int, changed: int, value: int) -> None:
        commitment, y, proof = opening_of(data, z)
        assert executor.call(verify_opening, commitment, z, y, proof)
        if changed == 0:
            z = value
        elif changed == 1:
            y = value
        elif changed == 2:
            place = value % len(proof)
            proof = proof[:place] + bytes([proof[place] ^ 1]) + proof[place + 1 :]
        elif changed == 3:
            z += BLS_R
        elif changed == 4:
            y += BLS_R
        else:
            commitment = bytes([commitment[0] ^ 0x20]) + commitment[1:]
        assert executor.call(verify_opening, commitment, z, y, proof) == verifies(
            commitment, z, y, proof
        )

    check()
