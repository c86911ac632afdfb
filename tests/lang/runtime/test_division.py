"""Division of wide and of 64-bit integers against Python's own."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.lang import Function, Trap, function, i64, u32, u64, u128, u256, u512
from zkos.lang.runtime.division import _DIVIDE
from zkos.lang.runtime.division64 import divdi3, moddi3, udivdi3, umoddi3

pytestmark = pytest.mark.all_executors


@function
def divide_64(a: u64, b: u64) -> tuple[u64, u64]:
    return a // b, a % b


@function
def divide_128(a: u128, b: u128) -> tuple[u128, u128]:
    return a // b, a % b


@function
def divide_256(a: u256, b: u256) -> tuple[u256, u256]:
    return a // b, a % b


@function
def divide_512(a: u512, b: u512) -> tuple[u512, u512]:
    return a // b, a % b


BY_BITS = {64: divide_64, 128: divide_128, 256: divide_256, 512: divide_512}


def numbers(bits: int) -> Any:
    """Numbers of every length, with long runs of ones and zeros, where digits are misjudged."""
    runs = st.lists(st.tuples(st.booleans(), st.integers(1, bits)), min_size=1, max_size=8).map(
        lambda parts: spell(parts, bits)
    )
    short = st.integers(0, bits).flatmap(lambda size: st.integers(0, (1 << size) - 1))
    return st.one_of(short, runs, st.integers(0, (1 << bits) - 1))


def spell(parts: list[tuple[bool, int]], bits: int) -> int:
    value = 0
    for is_one, size in parts:
        value = value << size | (((1 << size) - 1) if is_one else 0)
    return value & ((1 << bits) - 1)


@st.composite
def divisions(draw: Any) -> tuple[int, int, int]:
    bits = draw(st.sampled_from(sorted(BY_BITS)))
    return bits, draw(numbers(bits)), draw(numbers(bits).filter(bool))


@given(divisions())
@example((256, (1 << 256) - 1, 1))
@example((256, (1 << 256) - 1, (1 << 128) + 1))
@example((512, (1 << 512) - 1, (1 << 257) - 1))
@example((128, 1 << 127, (1 << 64) - 1))
@example((256, (0x7FFF_FFFF << 224) - 1, 0x8000_0000 << 96 | 1))
@settings(max_examples=300, deadline=None)
def test_quotient_and_remainder_are_those_of_python(
    executor: Executor, case: tuple[int, int, int]
) -> None:
    bits, a, b = case
    assert executor.call(BY_BITS[bits], a, b) == divmod(a, b)


@pytest.mark.parametrize("limb", [u32, u64])
@pytest.mark.parametrize("number", [u128, u256, u512])
@pytest.mark.executors("python")
@given(st.data())
@settings(max_examples=150, deadline=None)
def test_both_limb_sizes_divide_alike(
    executor: Executor, limb: type, number: type, data: st.DataObject
) -> None:
    bits: int = number.bits  # type: ignore[attr-defined]
    a, b = data.draw(numbers(bits)), data.draw(numbers(bits).filter(bool))
    divide: Function = _DIVIDE[limb, number]
    assert executor.call(divide, a, b) == divmod(a, b)


@pytest.mark.parametrize("bits", sorted(BY_BITS))
def test_division_by_zero_traps(executor: Executor, bits: int) -> None:
    with pytest.raises(Trap):
        executor.call(BY_BITS[bits], 1, 0)


@given(numbers(64), numbers(64).filter(bool))
@settings(max_examples=200, deadline=None)
def test_the_library_routines_for_unsigned_numbers(executor: Executor, a: int, b: int) -> None:
    got = executor.call(UNSIGNED[0], a, b), executor.call(UNSIGNED[1], a, b)
    assert got == divmod(a, b)


@given(st.integers(-(1 << 63), (1 << 63) - 1), numbers(64).filter(bool))
@example(-(1 << 63), 1)
@example(-7, 1 << 64 - 1)
@settings(max_examples=200, deadline=None)
def test_the_library_routines_for_signed_numbers(executor: Executor, a: int, b: int) -> None:
    b = i64(u64(b))
    if (a, b) == (-(1 << 63), -1):
        return  # the quotient does not exist
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    got = executor.call(SIGNED[0], a, b), executor.call(SIGNED[1], a, b)
    assert got == (quotient, a - quotient * int(b))


def renamed(original: Function) -> Function:
    """The routine under another symbol: the first one is the C library's."""

    @function(name="as_" + original.__name__)
    def wrapper(n: u64, d: u64) -> u64:
        return original(n, d)

    @function(name="as_" + original.__name__)
    def signed_wrapper(n: i64, d: i64) -> i64:
        return original(n, d)

    return wrapper if original.signature[1] is u64 else signed_wrapper


UNSIGNED = (renamed(udivdi3), renamed(umoddi3))
SIGNED = (renamed(divdi3), renamed(moddi3))
