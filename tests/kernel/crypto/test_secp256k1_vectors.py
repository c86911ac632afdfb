"""Project Wycheproof's signatures: edge cases of the scalars, of the key and of the encodings.

Its question is whether a signature verifies under a key; here that is whether one of the two
parities recovers this key.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.executors import Executor
from zkos.kernel.crypto.secp256k1 import constants as curve
from zkos.kernel.crypto.secp256k1.recovery import recover

VECTORS = Path(__file__).parents[2] / "vectors/wycheproof-secp256k1/ecdsa.json"
SIGNATURE_BYTES = 64
TESTS: list[dict[str, Any]] = json.loads(VECTORS.read_text(encoding="utf-8"))


def is_recovered(executor: Executor, test: dict[str, Any]) -> bool:
    signature = bytes.fromhex(test["signature"])
    digest = hashlib.sha256(bytes.fromhex(test["message"])).digest()
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = (True, int(test["x"], 16), int(test["y"], 16))
    number = int.from_bytes(digest, "big")
    return key in [executor.call(recover, number, r, s, parity) for parity in (False, True)]


def x_exceeds_the_order(test: dict[str, Any]) -> bool:
    """Say whether R's x is r + n: such a signature has no recovery in Ethereum."""
    r = int(test["signature"][:64], 16)
    s = int(test["signature"][64:], 16)
    digest = hashlib.sha256(bytes.fromhex(test["message"])).digest()
    inverse = pow(s, -1, curve.N)
    u = int.from_bytes(digest, "big") * inverse % curve.N
    v = r * inverse % curve.N
    point = curve.multiply_point(v, (int(test["x"], 16), int(test["y"], 16)))
    if u:
        point = curve.add_points(point, curve.multiply_point(u, curve.G))
    return point[0] >= curve.N


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_a_signature_recovers_the_key_exactly_if_it_is_valid(executor: Executor) -> None:
    tests = [test for test in TESTS if len(test["signature"]) == 2 * SIGNATURE_BYTES]
    assert len(tests) > 200
    others = [test for test in tests if is_recovered(executor, test) != test["is_valid"]]
    assert [test["comment"] for test in others if not x_exceeds_the_order(test)] == []
    assert len(others) == 2
