"""Prices of the arithmetic precompiles in production, and what P-256 verification answers.

Native is compared with a call of the identity precompile with the same input.
"""

import hashlib
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.chain import ALICE, funded, run_block, transaction

IDENTITY = 4


def intrinsic_gas(data: bytes) -> int:
    return 21_000 + sum(16 if byte else 4 for byte in data)


def call(
    executor: Any, number: int, data: bytes, gas: int = 1_000_000, **options: Any
) -> dict[str, Any]:
    raw = transaction(to=f"0x{number:040x}", data=data, gas_limit=gas)
    outcome: dict[str, Any]
    pre = funded(ALICE, balance=1 << 120)
    outcome = run_block(executor, [raw], pre, **options)["transactions"][0]
    return outcome


def prices(executor: Any, number: int, data: bytes) -> tuple[int, int]:
    """Give gas and native of a precompile."""
    outcome = call(executor, number, data)
    assert outcome["status"] == "success"
    native = outcome["native_used"] - call(executor, IDENTITY, data)["native_used"]
    return outcome["gas_used"] - intrinsic_gas(data), native + 20 + 10 * len(data)


def words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def test_point_arithmetic(executor: Any) -> None:
    assert prices(executor, 6, words(1, 2, 1, 2)) == (150, 52_600)
    assert prices(executor, 7, words(1, 2, 9)) == (6000, 764_000)


@pytest.mark.parametrize(
    ("base", "exponent", "modulus", "gas", "native_gas"),
    [
        (b"\x03", b"\x02", b"\x05", 200, 200),
        (b"", b"", b"", 200, 200),
        (b"\x03" * 64, b"\xff" * 32, b"\x05" * 64, 64 * 255 // 3, 64 * 255 // 3),
        # A modulus of 33 bytes is 5 words for gas and 8 for native.
        (b"\x03", b"\xff" * 8, b"\x05" * 33, 25 * 63 // 3, 64 * 63 // 3),
    ],
)
def test_modexp(
    executor: Any, base: bytes, exponent: bytes, modulus: bytes, gas: int, native_gas: int
) -> None:
    data = words(len(base), len(exponent), len(modulus)) + base + exponent + modulus
    assert prices(executor, 5, data) == (gas, 300 * native_gas)


@pytest.mark.parametrize("lengths", [(2**32, 0, 1), (1, 2**32, 1), (1, 1, 2**32), (2**255, 1, 1)])
def test_modexp_of_lengths_beyond_32_bits_is_refused(
    executor: Any, lengths: tuple[int, int, int]
) -> None:
    outcome = call(executor, 5, words(*lengths), 60_000)
    assert (outcome["status"], outcome["gas_used"]) == ("reverted", 60_000)


def calls_modexp(base_length: int, exponent_length: int, modulus_length: int) -> bytes:
    """Give code that calls modexp with 100,000 gas, stores 1, and returns what it pushed."""
    head = [base_length, exponent_length, modulus_length]
    stores = b"".join(
        b"\x63" + number.to_bytes(4, "big") + bytes([0x60, 32 * place, 0x52])
        for place, number in enumerate(head)
    )
    return stores + bytes.fromhex("5f5f60605f5f6005620186a0f1" + "60015f55" + "5f5260205ff3")


@pytest.mark.parametrize(
    ("base_length", "status"),
    [
        # A base of n words costs n * n / 3 gas; native is 300 times that, at most 2^64 - 1.
        (8 * 429_496_700, "reverted"),  # 6.1489e16 gas: 2^64 native is just not reached
        (8 * 429_496_800, "reverted"),  # beyond: the native stays at 2^64 - 1 and runs out
        (8 * 464_943_848, "reverted"),  # just below 2^56 gas
        (8 * 464_943_849, "success"),  # ergs do not fit u64: the call alone fails
        (2**32 - 1, "success"),
    ],
)
def test_modexp_whose_native_does_not_fit_64_bits_runs_out_of_it(
    executor: Any, base_length: int, status: str
) -> None:
    caller = "0x" + "ca" * 20
    pre = funded(ALICE, balance=1 << 120) | {
        caller: {"code": "0x" + calls_modexp(base_length, 0, 0).hex()}
    }
    raw = transaction(to=caller, gas_limit=1_000_000)
    outcome = run_block(executor, [raw], pre)["transactions"][0]
    assert outcome["status"] == status
    assert outcome["output"] == ("0x" + bytes(32).hex() if status == "success" else "0x")


ETHEREUM = {"flavour": "ethereum", "gas_limit": 1 << 62}


@pytest.mark.all_executors
def test_modexp_needs_no_memory_for_an_exponent_that_is_not_there(executor: Any) -> None:
    length = 1 << 27  # zeros, twice as many as a transaction's scratch memory has bytes
    data = words(1, length, 1) + b"\x03" + bytes(9)
    outcome = call(executor, 5, data, 1 << 62, **ETHEREUM)
    assert (outcome["status"], outcome["output"]) == ("success", "0x00")
    assert outcome["gas_used"] == intrinsic_gas(data) + 8 * (length - 32) // 3


def test_modexp_of_lengths_beyond_memory_burns_the_gas_of_the_call(executor: Any) -> None:
    limit = 1 << 20
    for lengths in ((limit + 1, 1, 1), (1, 1, limit + 1), (2**32 - 1, 0, 1)):
        outcome = call(executor, 5, words(*lengths), 1 << 62, **ETHEREUM)
        assert (outcome["status"], outcome["output"]) == ("reverted", "0x")
        assert outcome["gas_used"] == 1 << 62
    outcome = call(executor, 5, words(2**32 - 1, 0, 0), 1 << 62, **ETHEREUM)
    assert (outcome["status"], outcome["output"]) == ("success", "0x")


def signed_input() -> bytes:
    key = ec.derive_private_key(0xBEEF, ec.SECP256R1())
    digest = hashlib.sha256(b"message").digest()
    der = key.sign(digest, ec.ECDSA(utils.Prehashed(SHA256())))
    public = key.public_key().public_numbers()
    return digest + words(*utils.decode_dss_signature(der), public.x, public.y)


def test_p256_answers_1_or_nothing_for_its_price(executor: Any) -> None:
    good = signed_input()
    for data, output in (
        (good, "0x" + words(1).hex()),
        (good[:-1] + bytes([good[-1] ^ 1]), "0x"),
        (bytes(1) + good[1:], "0x"),
        (good[:-1], "0x"),
        (good + bytes(1), "0x"),
        (bytes(160), "0x"),
    ):
        outcome = call(executor, 0x100, data)
        assert (outcome["status"], outcome["output"]) == ("success", output)
        assert outcome["gas_used"] == intrinsic_gas(data) + 6900
    assert call(executor, 0x100, good, intrinsic_gas(good) + 6899)["status"] == "reverted"
