"""The arena hands out zeroed memory, takes it back at a mark, and traps when it is exhausted."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Arena,
    Array,
    Ref,
    Slice,
    Trap,
    U256Cell,
    function,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
    u256,
)

pytestmark = pytest.mark.all_executors


@struct
class Item:
    number: u64
    small: u8


@struct
class Heap:
    arena: Arena
    made: u32

    def item(self, number: u64) -> Item:
        item = self.arena.new(Item)
        item.number += number
        self.made += 1
        return item


@function
def reused(memory: Slice[u8], is_zero: bool) -> tuple[u64, u64, u8]:
    heap = local(Heap)
    heap.arena.over(memory, is_zero)
    first = heap.item(5)
    mark = heap.arena.mark()
    second = heap.item(7)
    second.small = 0xFF
    before = second.number
    heap.arena.release(mark)
    third = heap.item(9)
    return first.number * 100 + before, third.number, third.small


@function
def numbers(memory: Slice[u8], count: u32) -> tuple[u256, u32, u32]:
    arena = local(Arena)
    arena.over(memory, False)
    words = arena.slice(u32, 3)
    wide = arena.slice(u256, count)
    items = arena.slice(Item, 4)
    for i in range(count):
        wide[i] += u256(i) << 130
    words[2] = 5
    items[3].small = 3
    total = u256(words[0]) + u256(words[2])
    for i in range(count):
        total += wide[i]
    for i in range(items.length):
        total += u256(items[i].small) + u256(items[i].number)
    return total, wide.length, arena.remaining()


@function
def references(memory: Slice[u8], i: u32) -> u64:
    arena = local(Arena)
    arena.over(memory, True)
    items = arena.slice(Ref[Item], 3)
    items[1] = arena.new(Item)
    items[1].number = 77
    return items[i].number


@function
def aligned(memory: Slice[u8]) -> u256:
    arena = local(Arena)
    arena.over(memory, True)
    _ = arena.slice(u8, 3)
    cell = arena.new(U256Cell)
    cell.number = 5
    return cell.number


@function
def exhausted(memory: Slice[u8], count: u32) -> u32:
    arena = local(Arena)
    arena.over(memory, True)
    return arena.slice(u64, count).length


@function
def released_too_far(memory: Slice[u8]):
    arena = local(Arena)
    arena.over(memory, True)
    arena.release(1)


@function
def on_the_stack() -> u32:
    memory = local(Array[u8, 64])
    arena = local(Arena)
    arena.over(memory[:], True)
    first = arena.slice(u8, 10)
    second = arena.slice(u32, 5)
    first[9] = 1
    second[4] = 2
    return u32(first[9]) + second[4] + arena.remaining()


PROGRAM = [
    reused, numbers, references, aligned, exhausted, released_too_far, on_the_stack,
]  # fmt: skip


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def test_memory_is_zero_again_after_a_release(compiled: Executor) -> None:
    assert compiled.call(reused, bytearray(256), True) == (507, 9, 0)


def test_memory_that_was_not_zero_is_cleared(compiled: Executor) -> None:
    assert compiled.call(reused, bytearray(b"\xaa" * 256), False) == (507, 9, 0)


def test_slices_of_numbers_and_structs(compiled: Executor) -> None:
    memory = bytearray(b"\x55" * 512)
    expected = 5 + 3 + sum(i << 130 for i in (0, 1, 2, 3))
    used = (12 + 4) + 4 * 32 + 4 * 16
    assert compiled.call(numbers, memory, 4) == (expected, 4, 512 - used)


def test_references_in_a_slice_start_unset(compiled: Executor) -> None:
    assert compiled.call(references, bytearray(256), 1) == 77
    with pytest.raises(Trap):
        compiled.call(references, bytearray(256), 0)


def test_a_struct_may_ask_for_alignment(compiled: Executor) -> None:
    assert compiled.call(aligned, bytearray(256)) == 5


def test_an_exhausted_arena_traps(compiled: Executor) -> None:
    assert compiled.call(exhausted, bytearray(128), 16) == 16
    for count in (17, 1 << 29, (1 << 32) - 1):
        with pytest.raises(Trap):
            compiled.call(exhausted, bytearray(128), count)


def test_a_release_beyond_what_is_used_traps(compiled: Executor) -> None:
    with pytest.raises(Trap):
        compiled.call(released_too_far, bytearray(128))


def test_an_arena_may_use_memory_of_the_frame(compiled: Executor) -> None:
    assert compiled.call(on_the_stack) == 1 + 2 + 64 - (12 + 20)
