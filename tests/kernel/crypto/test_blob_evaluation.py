"""Values of blobs' polynomials against ckzg."""

import random

import ckzg
import pytest

from tests.support.executors import Executor
from zkos.host.blobs import encode_blob, trusted_setup
from zkos.interface.blobs import DATA_BYTES, ELEMENTS
from zkos.kernel.crypto.bls12_381.blob import ROOT, evaluate_blob
from zkos.kernel.crypto.bls12_381.curve import R
from zkos.lang import Arena, Slice, function, local, u8, u256

ARENA_BYTES = 1 << 18
LENGTHS = {
    "python": (1, 84, 2000),
    "riscv": (1, 84, 2000, DATA_BYTES),
    "x86_64": (1, 31, 32, 84, 93, 126_945, DATA_BYTES - 1, DATA_BYTES),
}


@function
def evaluate(data: Slice[u8], point: u256, memory: Slice[u8]) -> u256:
    """Call with an arena over ``memory``."""
    arena = local(Arena)
    arena.over(memory, True)
    return evaluate_blob(data, point, arena)


def test_the_root_of_unity_has_its_order() -> None:
    assert pow(ROOT, ELEMENTS, R) == 1
    assert pow(ROOT, ELEMENTS // 2, R) == R - 1


@pytest.mark.all_executors
def test_values_at_points_of_all_kinds(executor: Executor) -> None:
    rng = random.Random(11)
    for length in LENGTHS[executor.name]:
        data = rng.randbytes(length)
        blob = encode_blob(data)
        root = pow(ROOT, rng.randrange(ELEMENTS), R)
        for point in (rng.getrandbits(128), rng.randrange(R), 0, root):
            _, value = ckzg.compute_kzg_proof(blob, point.to_bytes(32, "big"), trusted_setup())
            found = executor.call(evaluate, data, point, bytearray(ARENA_BYTES))
            assert found == int.from_bytes(value, "big")
