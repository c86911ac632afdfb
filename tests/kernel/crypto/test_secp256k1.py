"""Public key recovery against libsecp256k1 (coincurve), and its edges."""

import random
from collections.abc import Iterator

import coincurve
import pytest
from Crypto.Hash import keccak

from tests.support.executors import Executor
from zkos.kernel.crypto.secp256k1 import constants as curve
from zkos.kernel.crypto.secp256k1.recovery import recover, recover_address
from zkos.kernel.crypto.secp256k1.scalars import split

NOTHING = (0, 0, 0)
Signature = tuple[int, int, int, bool]


def point_of(key: coincurve.PublicKey) -> tuple[int, int]:
    encoded = key.format(compressed=False)
    return int.from_bytes(encoded[1:33], "big"), int.from_bytes(encoded[33:], "big")


def signatures(count: int, seed: int) -> Iterator[tuple[Signature, tuple[int, int]]]:
    """Give ((digest, r, s, y is odd), public key); every other one with high s."""
    rng = random.Random(seed)
    for number in range(count):
        key = coincurve.PrivateKey(rng.randbytes(32))
        digest = rng.randbytes(32)
        signature = key.sign_recoverable(digest, hasher=None)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
        y_is_odd = bool(signature[64] & 1)
        if number % 2:
            s, y_is_odd = curve.N - s, not y_is_odd
        if signature[64] < 2:
            yield (int.from_bytes(digest, "big"), r, s, y_is_odd), point_of(key.public_key)


def counts(executor: Executor, on_x86_64: int, on_riscv: int) -> int:
    return {"python": 2, "x86_64": on_x86_64, "riscv": on_riscv}[executor.name]


@pytest.mark.all_executors
def test_key_of_a_signature_is_recovered(executor: Executor) -> None:
    for signature, key in signatures(counts(executor, 3000, 30), 1):
        assert executor.call(recover, *signature) == (True, *key), signature


@pytest.mark.all_executors
def test_address_is_the_end_of_the_keys_hash(executor: Executor) -> None:
    for signature, (x, y) in signatures(counts(executor, 20, 4), 2):
        key = x.to_bytes(32, "big") + y.to_bytes(32, "big")
        address = keccak.new(digest_bits=256, data=key).digest()[12:]
        found = executor.call(recover_address, *signature)
        assert found == (True, int.from_bytes(address, "big"))


def test_r_and_s_outside_1_to_n_recover_nothing(executor: Executor) -> None:
    digest, r, s, y_is_odd = next(signatures(1, 3))[0]
    for bad in (0, curve.N, curve.N + 1, (1 << 256) - 1):
        assert executor.call(recover, digest, bad, s, y_is_odd) == NOTHING
        assert executor.call(recover, digest, r, bad, y_is_odd) == NOTHING


def test_x_without_a_point_recovers_nothing(executor: Executor) -> None:
    without = [x for x in range(1, 40) if pow(x**3 + 7, (curve.P - 1) // 2, curve.P) != 1]
    assert without[0] == 5
    for x in without[: counts(executor, 20, 2)]:
        assert executor.call(recover, 1, x, 1, False) == NOTHING
        assert executor.call(recover_address, 1, x, 1, True) == (0, 0)


def test_key_at_infinity_recovers_nothing(executor: Executor) -> None:
    """With R = k·G and s·k = z the key is (s·R - z·G)/r = 0."""
    cases = [(k, s) for k in (1, 2, 3, 12345) for s in (1, 7, curve.N - 1)]
    for k, s in cases[: counts(executor, 12, 6)]:
        x, y = curve.multiply_point(k, curve.G)
        assert executor.call(recover, s * k % curve.N, x, s, bool(y & 1)) == NOTHING


def special_cases() -> list[tuple[Signature, tuple[int, int, int]]]:
    """R = ±k·G and small scalars: equal and opposite points meet in the sum."""
    n, cases = curve.N, []
    for k in (1, 2, 3, 5, 1 << 10, curve.LAMBDA, n - 1):
        x, y = curve.multiply_point(k, curve.G)
        for s in (1, 2, 3, n - 1, curve.LAMBDA):
            for z in (0, 1, 2, n - 1, n, curve.LAMBDA, (1 << 256) - 1):
                secret = (s * k - z) * pow(x, -1, n) % n
                key = (True, *curve.multiply_point(secret, curve.G)) if secret else NOTHING
                cases.append(((z, x, s, bool(y & 1)), key))
    return cases


@pytest.mark.all_executors
def test_small_multiples_meet_the_special_cases_of_addition(executor: Executor) -> None:
    cases = special_cases()
    for signature, key in cases[:: len(cases) // counts(executor, len(cases), 12)]:
        assert executor.call(recover, *signature) == key, signature


def test_digests_differ_only_modulo_n(executor: Executor) -> None:
    digest, r, s, y_is_odd = 5, *next(signatures(1, 4))[0][1:]
    assert executor.call(recover, digest, r, s, y_is_odd) == executor.call(
        recover, digest + curve.N, r, s, y_is_odd
    )


@pytest.mark.all_executors
def test_halves_of_a_split_scalar_are_short_and_make_it_up(executor: Executor) -> None:
    rng = random.Random(5)
    edges = [0, 1, curve.N - 1, curve.LAMBDA, curve.N // 2, (1 << 128) - 1, 1 << 128]
    for k in edges + [rng.randrange(curve.N) for _ in range(counts(executor, 3000, 30))]:
        k1, k2 = (v - (1 << 256) if v >> 255 else v for v in executor.call(split, k))
        assert (k1 + k2 * curve.LAMBDA - k) % curve.N == 0
        assert max(abs(k1), abs(k2)) < 1 << 128


def test_derived_numbers_are_the_published_ones() -> None:
    """libsecp256k1's header has these; here they come out of the derivation."""
    assert curve.LAMBDA == 0x5363AD4CC05C30E0A5261C028812645A122E22EA20816678DF02967C1B23BD72
    assert curve.BETA == 0x7AE96A2B657C07106E64479EAC3434E99CF0497512F58995C1396C28719501EE
    assert point_of(coincurve.PrivateKey(bytes(31) + b"\x01").public_key) == curve.G
