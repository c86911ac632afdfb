"""Precompiles reached by transactions and calls: results, prices, and what has none."""

import hashlib
from typing import Any

import pytest
from Crypto.Hash import RIPEMD160

from tests.support.chain import ALICE, ORDER, funded, keccak256, run_block, transaction

CONTRACT = "0x00000000000000000000000000000000000c0de0"


def at(number: int) -> str:
    return f"0x{number:040x}"


def direct(executor: Any, number: int, data: bytes, **options: Any) -> dict[str, Any]:
    """Send a transaction to a precompile."""
    gas_limit = options.pop("gas_limit", 1_000_000)
    raw = transaction(to=at(number), data=data, gas_limit=gas_limit)
    outcome: dict[str, Any]
    outcome = run_block(executor, [raw], funded(ALICE), **options)["transactions"][0]
    return outcome


def intrinsic_gas(data: bytes) -> int:
    return 21_000 + sum(16 if byte else 4 for byte in data)


def padded(digest: bytes) -> str:
    return "0x" + digest.rjust(32, b"\0").hex()


@pytest.mark.parametrize("length", [0, 1, 31, 32, 33, 55, 56, 64, 119, 120, 200])
def test_hashes_and_identity_match_their_libraries_and_prices(executor: Any, length: int) -> None:
    data = bytes(range(256))[:length]
    words = (length + 31) // 32
    blocks = length // 64 + (1 if length % 64 <= 55 else 2)
    # an empty call of the precompile's absent account, by the table of a plain call
    base = 30_000 + length + 131_100 + 4000 + 522_000 + 5000 + 5000 + 4000 + 250_240
    for number, output, gas, native in (
        (2, padded(hashlib.sha256(data).digest()), 60 + 12 * words, 1600 + 4200 * blocks),
        (3, padded(RIPEMD160.new(data).digest()), 600 + 120 * words, 1600 + 4200 * blocks),
        (4, "0x" + data.hex(), 15 + 3 * words, 20 + 10 * length),
    ):
        outcome = direct(executor, number, data)
        assert (outcome["status"], outcome["output"]) == ("success", output), number
        assert outcome["gas_used"] == intrinsic_gas(data) + gas
        raw = transaction(to=at(number), data=data, gas_limit=1_000_000)
        tx_rounds = max(1, -(-(len(raw) // 2 - 1) // 136))
        hashing = 2 * (2500 + 17_500 * tx_rounds)
        assert outcome["native_used"] == base + hashing + native


def signed_input(parity_offset: int = 27) -> bytes:
    digest = keccak256(b"message")
    r, s, parity = ALICE.sign(digest)
    return b"".join([digest, *(n.to_bytes(32, "big") for n in (parity + parity_offset, r, s))])


def test_ecrecover_gives_the_signer_for_low_and_high_s(executor: Any) -> None:
    signer = "0x" + ALICE.address[2:].rjust(64, "0")
    data = signed_input()
    assert direct(executor, 1, data)["output"] == signer
    assert direct(executor, 1, data + b"\xff" * 7)["output"] == signer  # cut to 128 bytes
    s = int.from_bytes(data[96:], "big")
    v = 55 - int.from_bytes(data[32:64], "big")
    high = data[:32] + v.to_bytes(32, "big") + data[64:96] + (ORDER - s).to_bytes(32, "big")
    outcome = direct(executor, 1, high)
    assert (outcome["output"], outcome["gas_used"]) == (signer, intrinsic_gas(high) + 3000)


def test_ecrecover_of_what_has_no_signer_is_empty(executor: Any) -> None:
    good = signed_input()
    zero, order = bytes(32), ORDER.to_bytes(32, "big")
    wrong_v = [good[:32] + v.to_bytes(32, "big") + good[64:] for v in (0, 1, 26, 29, 27 + 2**248)]
    wrong = [*wrong_v, good[:64] + zero + good[96:], good[:96] + zero, good[:96] + order, b""]
    for data in wrong:
        outcome = direct(executor, 1, data)
        assert (outcome["status"], outcome["output"]) == ("success", "0x"), data.hex()
        assert outcome["gas_used"] == intrinsic_gas(data) + 3000


def test_too_little_gas_burns_what_was_passed(executor: Any) -> None:
    data = b"\x01" * 32
    outcome = direct(executor, 2, data, gas_limit=intrinsic_gas(data) + 71)
    assert (outcome["status"], outcome["output"]) == ("reverted", "0x")
    assert outcome["gas_used"] == intrinsic_gas(data) + 71
    assert direct(executor, 2, data, gas_limit=intrinsic_gas(data) + 72)["status"] == "success"


@pytest.mark.parametrize("kind", ["f1", "f2", "f4", "fa"])
def test_every_kind_of_call_reaches_a_precompile(executor: Any, kind: str) -> None:
    value = "5f" if kind in ("f1", "f2") else ""
    # CALLDATACOPY(0, 0, 4); call 0x04 with it, output to 32; return 32..36
    code = "60045f5f37" + "600460206004" + "5f" + value + "6004" + "5a" + kind + "60046020f3"
    pre = funded(ALICE) | {CONTRACT: {"code": "0x" + code}}
    raw = transaction(to=CONTRACT, data=b"abcd")
    outcome = run_block(executor, [raw], pre)["transactions"][0]
    assert outcome["output"] == "0x" + b"abcd".hex()


def test_addresses_without_hook_are_empty_accounts(executor: Any) -> None:
    for number, flavour in (
        (9, "production"),
        (10, "production"),
        (0x100, "ethereum"),
        (11, "ethereum"),
    ):
        outcome = direct(executor, number, b"", flavour=flavour)
        assert (outcome["status"], outcome["gas_used"]) == ("success", 21_000)
