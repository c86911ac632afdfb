"""bn254's pairing: products that py-ecc's groups say are one, and some that are not."""

import random
from typing import Any

import pytest
from py_ecc.optimized_bn128 import G1, G2, curve_order, multiply, normalize

from tests.support.executors import Executor
from zkos.kernel.crypto.bn254.pairing import bn254_pairing_check
from zkos.lang import Arena, Slice, function, local, u8

ARENA_BYTES = 1 << 14
COUNTS = {"riscv": 1, "x86_64": 10}


@function
def pairing_check(data: Slice[u8], memory: Slice[u8]) -> tuple[bool, bool]:
    """Call with an arena over ``memory``."""
    arena = local(Arena)
    arena.over(memory, True)
    is_valid, is_one = bn254_pairing_check(data, arena)
    return is_valid, is_one


def encoded(first: Any, second: Any) -> bytes:
    x, y = normalize(first)
    (x0, x1), (y0, y1) = (c.coeffs for c in normalize(second))
    return b"".join(int(n).to_bytes(32, "big") for n in (x, y, x1, x0, y1, y0))


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_products_of_multiples_are_one_if_their_exponents_cancel(executor: Executor) -> None:
    rng = random.Random(6)
    for _ in range(COUNTS[executor.name]):
        a, b, c = (rng.randrange(1, curve_order) for _ in range(3))
        last = -a * b * pow(c, -1, curve_order) % curve_order
        first = encoded(multiply(G1, a), multiply(G2, b))
        for exponent, is_one in ((last, True), (last + 1, False)):
            data = first + encoded(multiply(G1, c), multiply(G2, exponent))
            assert executor.call(pairing_check, data, bytearray(ARENA_BYTES)) == (True, is_one)


@pytest.mark.executors("x86_64")
def test_no_pairs_and_infinity_give_one(executor: Executor) -> None:
    point = encoded(G1, G2)
    for data in (b"", bytes(192), bytes(64) + point[64:], point[:64] + bytes(128)):
        assert executor.call(pairing_check, data, bytearray(ARENA_BYTES)) == (True, True)
    assert executor.call(pairing_check, point, bytearray(ARENA_BYTES)) == (True, False)
