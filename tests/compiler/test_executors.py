"""The executors take and give the same things."""

import pytest

from tests.support.executors import Executor
from zkos.lang import Slice, Trap, function, range, u8, u32, u64, u256

pytestmark = pytest.mark.all_executors


@function
def add_wide(a: u256, b: u256) -> u256:
    return a + b


@function
def divide_both(a: u64, b: u64) -> tuple[u64, u64]:
    return a // b, a % b


@function
def invert(data: Slice[u8]):
    for i in range(data.length):
        data[i] = ~data[i]


@function
def double_words(words: Slice[u32]) -> u32:
    total = u32(0)
    for i in range(words.length):
        words[i] = words[i] * 2
        total += words[i]
    return total


@function
def element(data: Slice[u8], index: u32) -> u8:
    return data[index]


def test_wide_integers_go_in_and_out(executor: Executor) -> None:
    assert executor.call(add_wide, (1 << 256) - 1, 3) == 2


def test_a_tuple_result_is_a_tuple(executor: Executor) -> None:
    assert executor.call(divide_both, 1 << 40, 7) == divmod(1 << 40, 7)


def test_a_bytearray_is_written_back(executor: Executor) -> None:
    data = bytearray(range_bytes(5))
    assert executor.call(invert, data) is None
    assert data == bytes(255 - i for i in range_bytes(5))


def test_bytes_are_not_changed(executor: Executor) -> None:
    data = bytes(3)
    executor.call(invert, data)
    assert data == bytes(3)


def test_a_list_is_written_back(executor: Executor) -> None:
    words = [1, 2, 1 << 31]
    assert executor.call(double_words, words) == 6
    assert words == [2, 4, 0]


def test_a_trap_is_raised(executor: Executor) -> None:
    with pytest.raises(Trap):
        executor.call(element, b"abc", 3)
    assert executor.call(element, b"abc", 2) == ord("c")


def range_bytes(count: int) -> bytes:
    return bytes(i for i in range(count))
