"""memcpy and its kin against Python's byte strings, at every alignment."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.lang import Slice, copy, fill, function, u8, u32
from zkos.lang.runtime.memory import compare_bytes, copy_down, copy_up, fill_bytes

pytestmark = pytest.mark.all_executors
SIZE = 160


@function
def run_copy_up(memory: Slice[u8], to: u32, start: u32, size: u32):
    copy_up(memory[to : to + size], memory[start : start + size], to & 3, start & 3)


@function
def run_copy_down(memory: Slice[u8], to: u32, start: u32, size: u32):
    copy_down(memory[to : to + size], memory[start : start + size], to & 3, start & 3)


@function
def run_fill(memory: Slice[u8], to: u32, size: u32, byte: u32):
    fill_bytes(memory[to : to + size], byte, to & 3)


@function
def run_compare(memory: Slice[u8], a: u32, b: u32, size: u32) -> u32:
    return compare_bytes(memory[a : a + size], memory[b : b + size], a & 3, b & 3)


@function
def language_copy(memory: Slice[u8], to: u32, start: u32, size: u32):
    copy(memory[to : to + size], memory[start : start + size])


@function
def language_fill(memory: Slice[u8], to: u32, size: u32, byte: u8):
    fill(memory[to : to + size], byte)


def stretches() -> st.SearchStrategy[tuple[int, int, int]]:
    """Two starts and a size inside the memory."""
    return st.tuples(st.integers(0, 80), st.integers(0, 80), st.integers(0, SIZE - 80))


def contents() -> st.SearchStrategy[bytes]:
    return st.binary(min_size=SIZE, max_size=SIZE)


def moved(memory: bytes, to: int, start: int, size: int) -> bytes:
    return memory[:to] + memory[start : start + size] + memory[to + size :]


@given(contents(), stretches())
@example(bytes(range(SIZE)), (1, 6, 70))
@example(bytes(range(SIZE)), (0, 40, 80))
@settings(max_examples=200, deadline=None)
def test_a_copy_upwards_moves_what_lies_above(
    executor: Executor, memory: bytes, stretch: tuple[int, int, int]
) -> None:
    to, start, size = stretch
    if start < to < start + size:
        start, to = to, start
    got = bytearray(memory)
    executor.call(run_copy_up, got, to, start, size)
    assert got == moved(memory, to, start, size)


@given(contents(), stretches())
@example(bytes(range(SIZE)), (8, 4, 70))
@settings(max_examples=200, deadline=None)
def test_a_copy_downwards_moves_what_lies_below(
    executor: Executor, memory: bytes, stretch: tuple[int, int, int]
) -> None:
    to, start, size = stretch
    if to < start < to + size:
        start, to = to, start
    got = bytearray(memory)
    executor.call(run_copy_down, got, to, start, size)
    assert got == moved(memory, to, start, size)


@given(contents(), stretches())
@settings(max_examples=200, deadline=None)
def test_copy_is_right_for_any_overlap(
    executor: Executor, memory: bytes, stretch: tuple[int, int, int]
) -> None:
    got = bytearray(memory)
    executor.call(language_copy, got, *stretch)
    assert got == moved(memory, *stretch)


@given(contents(), stretches())
@settings(max_examples=200, deadline=None)
def test_fill_touches_its_stretch_only(
    executor: Executor, memory: bytes, stretch: tuple[int, int, int]
) -> None:
    to, byte, size = stretch
    want = memory[:to] + bytes([byte]) * size + memory[to + size :]
    for fill_function, given_byte in ((run_fill, byte + 0x1200), (language_fill, byte)):
        got = bytearray(memory)
        executor.call(fill_function, got, to, size, given_byte)
        assert got == want


@given(contents(), stretches(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_compare_orders_like_byte_strings(
    executor: Executor, memory: bytes, stretch: tuple[int, int, int], is_copied: bool
) -> None:
    a, b, size = stretch
    if is_copied:
        memory = moved(memory, a, b, size)  # often equal, or different late
    x, y = memory[a : a + size], memory[b : b + size]
    order = ((x > y) - (x < y)) % (1 << 32)
    assert executor.call(run_compare, memory, a, b, size) == order
