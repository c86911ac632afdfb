"""Slices, tables and bytes in memory: bounds, windows, views and copies."""

import builtins
import random

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Array,
    Slice,
    Trap,
    as_bytes,
    as_words,
    byte_swap,
    copy,
    fill,
    function,
    i32,
    leading_zeros,
    load_be,
    load_le,
    local,
    population_count,
    prefetch,
    range,
    rotate_left,
    rotate_right,
    store_be,
    store_le,
    table,
    trailing_zeros,
    u8,
    u16,
    u32,
    u64,
    u128,
    u160,
    u256,
    u512,
    unroll,
)
from zkos.lang.integers import INTEGER_TYPES

pytestmark = pytest.mark.all_executors
UNSIGNED = tuple(kind for kind in INTEGER_TYPES if not kind.signed)


@function
def at(data: Slice[u16], i: u32) -> u16:
    return data[i]


@function
def at_wide(data: Slice[u16], i: u256) -> u16:
    return data[i]


@function
def at_signed(data: Slice[u16], i: i32) -> u16:
    return data[i]


@function
def put(data: Slice[u64], i: u8, value: u64):
    data[i] = value


@function
def unchecked_sum(data: Slice[u32]) -> u32:
    total = u32(0)
    for i in range(data.length):
        total += data.unchecked[i]
    return total


@function
def window(data: Slice[u8], low: u32, high: u32) -> Slice[u8]:
    return data[low:high]


@function
def tails(data: Slice[u8], n: u64) -> tuple[u32, u32, u32]:
    return data[n:].length, data[:n].length, data[:].length


@function
def array_window(low: u32, high: u32) -> u32:
    numbers = local(Array[u32, 8])
    for i in range(numbers.length):
        numbers[i] = i * i
    part = numbers[low:high]
    total = u32(0)
    for i in range(part.length):
        total += part[i]
    return total


SQUARES = table(u256, [n * n << 100 for n in (1, 2, 3, 4, 5)])
SMALL = table(u8, bytes(builtins.range(256)))
ADDRESSES = table(u160, (1 << 159, 7))


@function
def from_tables(i: u32, j: u8) -> tuple[u256, u8, u160, u32]:
    return SQUARES[i], SMALL[j], ADDRESSES[i % 2], SQUARES.length


@function
def words_and_bytes(words: Slice[u32]) -> tuple[u8, u32, u32]:
    seen = as_bytes(words)
    seen[4] = 0x7F
    again = as_words(seen[4:])
    return seen[5], again[0], again.length


@function
def odd_words(words: Slice[u32], low: u32, high: u32) -> u32:
    return as_words(as_bytes(words)[low:high]).length


@function
def move(data: Slice[u16], to: u32, start: u32, count: u32):
    copy(data[to : to + count], data[start : start + count])


@function
def lengths_differ(a: Slice[u8], b: Slice[u8]):
    copy(a, b)


def _make_fill(kind):
    @function(name=f"fill_{kind.__name__}")
    def fill_all(data: Slice[kind], value: kind):
        fill(data, value)

    return fill_all


def _make_memory(kind):
    @function(name=f"loads_{kind.__name__}")
    def loads(data: Slice[u8], offset: u32) -> tuple[kind, kind]:
        return load_le(kind, data, offset), load_be(kind, data, offset)

    @function(name=f"stores_{kind.__name__}")
    def stores(data: Slice[u8], little: u32, big: u64, value: kind):
        store_le(data, little, value)
        store_be(data, big, value)

    return loads, stores


@function
def sum_fetched_ahead(data: Slice[u32], distance: u64) -> u32:
    total = u32(0)
    for i in range(data.length):
        prefetch(data, u64(i) + distance)
        total += data[i]
    return total


def _make_bits(kind):
    @function(name=f"bits_{kind.__name__}")
    def bits(a: kind, n: u32) -> tuple[kind, kind, kind, kind, u32, u32, u32]:
        return (
            byte_swap(a), rotate_left(a, n), rotate_right(a, n), rotate_left(a, 3),
            leading_zeros(a), trailing_zeros(a), population_count(a),
        )  # fmt: skip

    return bits


FILLS = {kind: _make_fill(kind) for kind in INTEGER_TYPES}
MEMORY = {kind: _make_memory(kind) for kind in UNSIGNED}
BITS = {kind: _make_bits(kind) for kind in UNSIGNED}
KNOWN = u32(0x12345678)


@function
def known_bits() -> tuple[u32, u32, u32]:
    return byte_swap(KNOWN), leading_zeros(KNOWN), rotate_left(KNOWN, 8)


@function
def sum_of_array_bytes() -> u64:
    block = local(Array[u8, 16])
    store_be(block, 3, u64(0x0102030405060708))
    total = u64(0)
    for i in unroll(range(16)):
        total += u64(block[i])
    return total + load_le(u64, block, 3)


PROGRAM = [
    at, at_wide, at_signed, put, unchecked_sum, window, tails, array_window, from_tables,
    words_and_bytes, odd_words, move, lengths_differ, known_bits, sum_of_array_bytes,
    sum_fetched_ahead,
    *FILLS.values(), *(one for pair in MEMORY.values() for one in pair), *BITS.values(),
]  # fmt: skip


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def test_an_index_must_be_inside(compiled: Executor) -> None:
    data = [10, 20, 30]
    assert [compiled.call(at, data, i) for i in (0, 1, 2)] == data
    for i in (3, 4, 0x8000_0000, 0xFFFF_FFFF):
        with pytest.raises(Trap):
            compiled.call(at, data, i)


def test_a_wide_index_is_not_cut_off(compiled: Executor) -> None:
    assert compiled.call(at_wide, [10, 20], 1) == 20
    for i in (2, 1 << 32, (1 << 64) + 1, (1 << 256) - 1):
        with pytest.raises(Trap):
            compiled.call(at_wide, [10, 20], i)


def test_a_negative_index_traps(compiled: Executor) -> None:
    assert compiled.call(at_signed, [10, 20], 1) == 20
    with pytest.raises(Trap):
        compiled.call(at_signed, [10, 20], -1)


def test_a_store_must_be_inside(compiled: Executor) -> None:
    data = [1, 2, 3]
    compiled.call(put, data, 2, (1 << 64) - 1)
    assert data == [1, 2, (1 << 64) - 1]
    with pytest.raises(Trap):
        compiled.call(put, data, 3, 0)


def test_unchecked_reads_the_same(compiled: Executor) -> None:
    assert compiled.call(unchecked_sum, list(builtins.range(50))) == 1225


def test_windows(compiled: Executor) -> None:
    data = bytes(builtins.range(10))
    assert compiled.call(window, data, 2, 5) == data[2:5]
    assert compiled.call(window, data, 10, 10) == b""
    for low, high in ((5, 4), (0, 11), (11, 11), (0xFFFF_FFFF, 3)):
        with pytest.raises(Trap):
            compiled.call(window, data, low, high)


def test_open_windows(compiled: Executor) -> None:
    assert compiled.call(tails, bytes(10), 4) == (6, 4, 10)
    for n in (11, 1 << 32, (1 << 32) + 4):
        with pytest.raises(Trap):
            compiled.call(tails, bytes(10), n)


def test_windows_on_arrays(compiled: Executor) -> None:
    assert compiled.call(array_window, 2, 5) == 4 + 9 + 16
    with pytest.raises(Trap):
        compiled.call(array_window, 2, 9)


def test_tables(compiled: Executor) -> None:
    assert compiled.call(from_tables, 3, 200) == (16 << 100, 200, 7, 5)
    assert compiled.call(from_tables, 4, 255) == (25 << 100, 255, 1 << 159, 5)
    with pytest.raises(Trap):
        compiled.call(from_tables, 5, 0)


def test_bytes_and_words_are_one_memory(compiled: Executor) -> None:
    data = [1, 0x01020304, 5]
    assert compiled.call(words_and_bytes, data) == (3, 0x0102037F, 2)
    assert data == [1, 0x0102037F, 5]


def test_words_are_aligned_and_whole(compiled: Executor) -> None:
    assert compiled.call(odd_words, [0] * 4, 4, 12) == 2
    for low, high in ((1, 5), (0, 6), (2, 6)):
        with pytest.raises(Trap):
            compiled.call(odd_words, [0] * 4, low, high)


@pytest.mark.parametrize(("to", "start", "count"), [(0, 3, 9), (3, 0, 9), (5, 5, 4), (1, 2, 0)])
def test_copy_works_when_the_two_overlap(
    compiled: Executor, to: int, start: int, count: int
) -> None:
    data = list(builtins.range(100, 112))
    expected = list(data)
    expected[to : to + count] = data[start : start + count]
    compiled.call(move, data, to, start, count)
    assert data == expected


def test_copy_needs_equal_lengths(compiled: Executor) -> None:
    target = bytearray(4)
    compiled.call(lengths_differ, target, b"abcd")
    assert target == b"abcd"
    with pytest.raises(Trap):
        compiled.call(lengths_differ, target, b"abc")


@pytest.mark.parametrize("kind", INTEGER_TYPES, ids=lambda kind: kind.__name__)
def test_fill(compiled: Executor, kind: type) -> None:
    for value in (0, 5, kind.maximum, kind.minimum):
        data = [1, 2, 3]
        compiled.call(FILLS[kind], data, value)
        assert data == [value] * 3


@pytest.mark.parametrize("kind", UNSIGNED, ids=lambda kind: kind.__name__)
def test_loads_and_stores_at_any_alignment(compiled: Executor, kind: type) -> None:
    loads, stores = MEMORY[kind]
    size = kind.bits // 8
    data = random.Random(size).randbytes(size + 9)
    for offset in (0, 1, 2, 3, 4, 7, 9):
        part = data[offset : offset + size]
        expected = int.from_bytes(part, "little"), int.from_bytes(part, "big")
        assert compiled.call(loads, data, offset) == expected
    for offset in (10, 1 << 31, (1 << 32) - 1):
        with pytest.raises(Trap):
            compiled.call(loads, data, offset)
    target = bytearray(2 * size + 4)
    value = int.from_bytes(data[:size], "big")
    compiled.call(stores, target, 1, size + 2, value)
    little, big = value.to_bytes(size, "little"), value.to_bytes(size, "big")
    assert target == b"\0" + little + b"\0" + big + b"\0\0"
    for offset in (len(target) - size + 1, 1 << 32, (1 << 64) - 1):
        with pytest.raises(Trap):
            compiled.call(stores, target, 0, offset, value)


@pytest.mark.parametrize("kind", UNSIGNED, ids=lambda kind: kind.__name__)
def test_bit_operations(compiled: Executor, kind: type) -> None:
    bits = kind.bits
    full = (1 << bits) - 1
    for a in (0, 1, full, 1 << (bits - 1), random.Random(bits).getrandbits(bits)):
        for n in (0, 1, bits - 1, bits, bits + 5, 0xFFFF_FFFF):
            turned = n % bits
            left = (a << turned | a >> (bits - turned)) & full
            right = (a >> turned | a << (bits - turned)) & full
            swapped = int.from_bytes(a.to_bytes(bits // 8, "little"), "big")
            by_three = (a << 3 | a >> (bits - 3)) & full
            low = (a & -a).bit_length() - 1 if a else bits
            expected = (swapped, left, right, by_three, bits - a.bit_length(), low, a.bit_count())
            assert compiled.call(BITS[kind], a, n) == expected, (a, n)


def test_bits_of_constants(compiled: Executor) -> None:
    assert compiled.call(known_bits) == (0x78563412, 3, 0x34567812)


def test_bytes_of_a_local_array(compiled: Executor) -> None:
    assert compiled.call(sum_of_array_bytes) == 36 + 0x0807060504030201


def test_widths_under_test() -> None:
    assert UNSIGNED == (u8, u16, u32, u64, u128, u160, u256, u512)


@pytest.mark.parametrize("distance", [0, 8, 1 << 62, (1 << 64) - 1])
def test_fetching_ahead_changes_nothing_wherever_it_points(
    compiled: Executor, distance: int
) -> None:
    assert compiled.call(sum_fetched_ahead, [3, 4, 5], distance) == 12
    assert compiled.call(sum_fetched_ahead, [], distance) == 0
