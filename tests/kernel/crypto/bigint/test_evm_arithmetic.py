"""EVM arithmetic against Python's integers, with the edge values of two's complement."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.kernel.crypto.bigint import evm_arithmetic as evm
from zkos.lang.functions import Function

M = 1 << 256
EDGES = (
    0, 1, 2, 3, 7, 31, 32, 33, 255, 256, 257, (1 << 32) - 1, 1 << 32, (1 << 64) - 1, 1 << 64,
    (1 << 128) - 1, 1 << 128, (1 << 192) + 12345, (1 << 255) - 1, 1 << 255, (1 << 255) + 1,
    M - 2, M - 1,
)  # fmt: skip


def signed(a: int) -> int:
    return a - M if a >> 255 else a


def truncated_division(a: int, b: int) -> tuple[int, int]:
    if b == 0:
        return 0, 0
    quotient = abs(a) // abs(b)
    quotient = -quotient if (a < 0) != (b < 0) else quotient
    return quotient, a - quotient * b


def sign_extended(index: int, a: int) -> int:
    if index >= 31:
        return a
    low = a % (1 << 8 * (index + 1))
    return low - (1 << 8 * (index + 1)) if low >> (8 * index + 7) else low


BINARY = {
    evm.mul: lambda a, b: a * b,
    evm.div: lambda a, b: a // b if b else 0,
    evm.mod: lambda a, b: a % b if b else 0,
    evm.sdiv: lambda a, b: truncated_division(signed(a), signed(b))[0],
    evm.smod: lambda a, b: truncated_division(signed(a), signed(b))[1],
    evm.exp: lambda a, b: pow(a, b, M),
    evm.signextend: sign_extended,
    evm.byte: lambda index, a: a.to_bytes(32, "big")[index] if index < 32 else 0,
    evm.sar: lambda shift, a: signed(a) >> min(shift, 256),
}
TERNARY = {
    evm.addmod: lambda a, b, n: (a + b) % n if n else 0,
    evm.mulmod: lambda a, b, n: a * b % n if n else 0,
}


def random_numbers(count: int, seed: int) -> list[int]:
    rng = random.Random(seed)
    return [rng.getrandbits(rng.choice((8, 32, 64, 65, 128, 160, 255, 256))) for _ in range(count)]


@pytest.mark.all_executors
@pytest.mark.parametrize("operation", BINARY, ids=lambda operation: operation.__name__)
def test_two_operands_at_the_edges(executor: Executor, operation: Function) -> None:
    for a in EDGES:
        for b in EDGES:
            assert executor.call(operation, a, b) == BINARY[operation](a, b) % M, (a, b)


@pytest.mark.all_executors
@pytest.mark.parametrize("operation", TERNARY, ids=lambda operation: operation.__name__)
def test_three_operands_at_the_edges(executor: Executor, operation: Function) -> None:
    for a in EDGES[::3]:
        for b in EDGES[::2]:
            for n in EDGES[::2]:
                assert executor.call(operation, a, b, n) == TERNARY[operation](a, b, n), (a, b, n)


@pytest.mark.executors("x86_64")
def test_thousands_of_random_operands(executor: Executor) -> None:
    numbers = random_numbers(6000, 1)
    for a, b, n in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
        for operation, expected in BINARY.items():
            assert executor.call(operation, a, b) == expected(a, b) % M, (operation, a, b)
        for operation, expected in TERNARY.items():
            assert executor.call(operation, a, b, n) == expected(a, b, n), (operation, a, b, n)


NUMBERS = st.one_of(
    st.integers(0, M - 1),
    st.sampled_from(EDGES),
    st.builds(lambda high, low: (1 << high) - low & M - 1, st.integers(0, 256), st.integers(0, 3)),
)


@settings(max_examples=300, deadline=None)
@given(a=NUMBERS, b=NUMBERS, n=NUMBERS)
def test_quotient_and_remainder_belong_together(executor: Executor, a: int, b: int, n: int) -> None:
    quotient, remainder = executor.call(evm.div, a, b), executor.call(evm.mod, a, b)
    assert b == 0 or (quotient * b + remainder == a and remainder < b)
    assert executor.call(evm.mulmod, a, b, n) == (a * b % n if n else 0)
    assert executor.call(evm.addmod, a, b, n) == ((a + b) % n if n else 0)
