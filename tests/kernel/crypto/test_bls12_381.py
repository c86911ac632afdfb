"""BLS12-381's first group against py-ecc, and KZG openings against published vectors."""

import json
import lzma
import random
from pathlib import Path
from typing import Any

import pytest
from py_ecc.bls.point_compression import compress_G1
from py_ecc.optimized_bls12_381 import (
    FQ,
    FQ2,
    G1,
    G2,
    b,
    curve_order,
    field_modulus,
    is_on_curve,
    multiply,
    normalize,
)

from tests.support.executors import Executor
from zkos.kernel.crypto.bls12_381 import curve, fixed_lines
from zkos.kernel.crypto.bls12_381.curve import (
    AffinePoint,
    P,
    Points,
    R,
    decode_point,
    is_in_group,
)
from zkos.kernel.crypto.bls12_381.kzg import verify_opening
from zkos.lang import Slice, function, local, u8, u32, u512

VECTORS = Path(__file__).parents[2] / "vectors/precompiles/kzg-verify-proof.json.xz"
PYTHON_STEP, FULL_PYTHON_STEP = 200, 20
NO_POINT, OFF_GROUP, IN_GROUP, INFINITY = range(4)
INFINITY_BYTES = b"\xc0" + bytes(47)


@function
def decode(data: Slice[u8]) -> tuple[u32, u512, u512]:
    """Give what an encoding is, and its coordinates."""
    points = local(Points)
    points.begin()
    q = local(AffinePoint)
    if not decode_point(points, q, data):
        return NO_POINT, 0, 0
    if q.is_infinity:
        return INFINITY, 0, 0
    kind = u32(IN_GROUP) if is_in_group(points, q) else u32(OFF_GROUP)
    return kind, points.field.leave(q.x), points.field.leave(q.y)


def encoded(point: Any) -> bytes:
    return compress_G1(point).to_bytes(48, "big")


def point_off_the_group(rng: random.Random) -> Any:
    while True:
        x = rng.randrange(P)
        square = (x**3 + 4) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            return FQ(x), FQ(y), FQ(1)


def test_parameters_are_those_of_py_ecc() -> None:
    assert (P, R) == (field_modulus, curve_order)
    assert normalize(G1) == (FQ(curve.G_X), FQ(curve.G_Y))
    assert normalize(G2) == tuple(FQ2(parts) for parts in fixed_lines.GENERATOR)


@pytest.mark.all_executors
def test_points_of_the_group_are_decoded(executor: Executor) -> None:
    rng = random.Random(7)
    for _ in range({"python": 2, "riscv": 4, "x86_64": 40}[executor.name]):
        point = multiply(G1, rng.randrange(1, R))
        x, y = (int(c) for c in normalize(point))
        data = encoded(point)
        assert executor.call(decode, data) == (IN_GROUP, x, y)
        opposite = bytes([data[0] ^ 0x20]) + data[1:]
        assert executor.call(decode, opposite) == (IN_GROUP, x, P - y)


@pytest.mark.all_executors
def test_points_of_the_curve_and_not_of_the_group_are_told(executor: Executor) -> None:
    rng = random.Random(8)
    for _ in range({"python": 1, "riscv": 3, "x86_64": 40}[executor.name]):
        point = point_off_the_group(rng)
        assert is_on_curve(point, b)
        x, y = (int(c) for c in normalize(point))
        assert executor.call(decode, encoded(point)) == (OFF_GROUP, x, y)
    # x = 0 has order 3, which divides beta's multiplier.
    kind, x, _ = executor.call(decode, b"\x80" + bytes(47))
    assert (kind, x) == (OFF_GROUP, 0)


@pytest.mark.all_executors
def test_what_encodes_no_point_is_refused(executor: Executor) -> None:
    good = encoded(multiply(G1, 5))
    modulus = P.to_bytes(48, "big")
    without_root = next(x for x in range(1, 99) if pow(x**3 + 4, (P - 1) // 2, P) != 1)
    wrong = [
        bytes(48), bytes([good[0] & 0x7F]) + good[1:],  # not marked as compressed
        bytes([modulus[0] | 0x80]) + modulus[1:], b"\x9f" + b"\xff" * 47,  # x too large
        b"\xe0" + bytes(47), b"\xc0" + bytes(46) + b"\x01", b"\xc1" + bytes(47),
        b"\x40" + bytes(47),
        b"\x80" + without_root.to_bytes(47, "big"),
    ]  # fmt: skip
    for data in wrong:
        assert executor.call(decode, data) == (NO_POINT, 0, 0), data.hex()
    assert executor.call(decode, INFINITY_BYTES) == (INFINITY, 0, 0)


def openings() -> list[tuple[bytes, int, int, bytes, bool]]:
    """Give the published vectors that have the right lengths."""
    given = []
    for vector in json.loads(lzma.decompress(VECTORS.read_bytes())):
        commitment, z, y, proof = (
            bytes.fromhex(vector["input"][name][2:]) for name in ("commitment", "z", "y", "proof")
        )
        if [len(part) for part in (commitment, z, y, proof)] == [48, 32, 32, 48]:
            numbers = int.from_bytes(z, "big"), int.from_bytes(y, "big")
            given.append((commitment, *numbers, proof, vector["output"] is True))
    return given


@pytest.mark.all_executors
def test_published_openings(executor: Executor, request: pytest.FixtureRequest) -> None:
    vectors = openings()
    assert len(vectors) == 114
    step = 1
    if executor.name == "python":
        step = FULL_PYTHON_STEP if request.config.getoption("--full") else PYTHON_STEP
    for commitment, z, y, proof, is_right in vectors[::step]:
        assert executor.call(verify_opening, commitment, z, y, proof) == is_right


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_openings_of_constants_meet_every_infinity(executor: Executor) -> None:
    """A constant's proof is infinity, and so is zero's commitment."""
    for constant in (0, 1, 2, R - 1, 12345):
        commitment = encoded(multiply(G1, constant)) if constant else INFINITY_BYTES
        for z in (0, 1, R - 1):
            for y in (constant, (constant + 1) % R):
                outcome = executor.call(verify_opening, commitment, z, y, INFINITY_BYTES)
                assert outcome == (y == constant)
