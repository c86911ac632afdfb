"""The heap that frames share, and return data; limits of the transactions reference, 9.6."""

import pytest

from zkos.kernel.system.memory import HEAP_BYTES, RETURN_DATA_BYTES, Memory
from zkos.lang import Arena, Slice, Status, check, function, load_be, local, store_be, u8, u32, u256

MEMORY_LIMIT, RETURN_DATA_LIMIT = 0x108, 0x201


@function
def reuse_heap(region: Slice[u8], out: Slice[u256]) -> Status:
    """Grow two frames, release the inner one, and use its place again."""
    arena = local(Arena)
    arena.over(region, True)
    memory = local(Memory)
    memory.heap = arena.slice(u8, 256)
    memory.return_data = arena.slice(u8, 64)
    outer = memory.start_frame_heap()
    window = check(memory.grow_frame_heap(outer, 0, 32))
    store_be(window, 0, u256(1))
    inner = memory.start_frame_heap()
    out[0] = u256(inner)
    window = check(memory.grow_frame_heap(inner, 0, 64))
    store_be(window, 32, u256(2))
    kept = check(memory.keep_return_data(window[32:64]))
    memory.release_frame_heap(inner)
    window = check(memory.grow_frame_heap(outer, 32, 160))
    out[1] = load_be(u256, window, 0)
    out[2] = load_be(u256, window, 64)
    out[3] = load_be(u256, kept, 0)
    return check_limits(memory, outer)


@function
def check_limits(memory: Memory, outer: u32) -> Status:
    """The last byte of the heap is never given; return data may be full."""
    status, _ = memory.grow_frame_heap(outer, 160, 256)
    if status == Status(0):
        return Status(1)
    _ = check(memory.grow_frame_heap(outer, 160, 224))
    _ = check(memory.reserve_return_data(32))
    last, _ = memory.reserve_return_data(1)
    if u32(status) != MEMORY_LIMIT or u32(last) != RETURN_DATA_LIMIT:
        return Status(2)
    memory.begin_transaction()
    _ = check(memory.reserve_return_data(64))
    return Status(0)


@pytest.mark.all_executors
def test_a_window_grows_with_zeros_over_what_an_inner_frame_left(executor):
    out = bytearray(128)
    assert executor.call(reuse_heap, bytearray(4096), out) == 0
    numbers = [int.from_bytes(out[i : i + 32], "little") for i in range(0, 128, 32)]
    assert numbers == [32, 1, 0, 2]


def test_sizes_are_the_reference_ones():
    assert (HEAP_BYTES, RETURN_DATA_BYTES) == (2**27, 2**28)
