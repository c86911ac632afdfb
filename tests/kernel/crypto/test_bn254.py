"""bn254's first group against py-ecc."""

import random
from typing import Any

import pytest
from py_ecc.optimized_bn128 import FQ, G1, add, curve_order, multiply, normalize

from tests.support.executors import Executor
from zkos.kernel.crypto.bn254.curve import P, bn254_add, bn254_multiply

COUNTS = {"python": 2, "riscv": 4, "x86_64": 60}
INFINITY = (0, 0)


def plain(point: Any) -> tuple[int, int]:
    if point[2] == FQ(0):
        return INFINITY
    x, y = normalize(point)
    return int(x), int(y)


@pytest.mark.all_executors
def test_sums_and_multiples(executor: Executor) -> None:
    rng = random.Random(3)
    for _ in range(COUNTS[executor.name]):
        first, second = (multiply(G1, rng.randrange(1, curve_order)) for _ in range(2))
        total = plain(add(first, second))
        assert executor.call(bn254_add, *plain(first), *plain(second)) == (True, *total)
        scalar = rng.getrandbits(rng.choice((2, 64, 256)))
        product = plain(multiply(first, scalar % curve_order))
        assert executor.call(bn254_multiply, *plain(first), scalar) == (True, *product)


def test_infinity_doubles_and_opposites(executor: Executor) -> None:
    x, y = plain(multiply(G1, 77))
    double = plain(multiply(G1, 154))
    assert executor.call(bn254_add, x, y, x, y) == (True, *double)
    assert executor.call(bn254_add, x, y, x, P - y) == (True, 0, 0)
    assert executor.call(bn254_add, 0, 0, x, y) == (True, x, y)
    assert executor.call(bn254_add, x, y, 0, 0) == (True, x, y)
    assert executor.call(bn254_add, 0, 0, 0, 0) == (True, 0, 0)
    for scalar, expected in ((0, INFINITY), (1, (x, y)), (curve_order, INFINITY)):
        assert executor.call(bn254_multiply, x, y, scalar) == (True, *expected)
    assert executor.call(bn254_multiply, 0, 0, 5) == (True, 0, 0)


def test_what_is_no_point_is_refused(executor: Executor) -> None:
    for x, y in ((1, 1), (P, 0), (0, P), (1 + P, 2), (1, 2 + P), (0, 1), (2**256 - 1, 2)):
        assert executor.call(bn254_add, x, y, 1, 2) == (False, 0, 0)
        assert executor.call(bn254_add, 1, 2, x, y) == (False, 0, 0)
        assert executor.call(bn254_multiply, x, y, 1) == (False, 0, 0)
