"""Memory of a transaction: the heap that its frames share, and the return data that they leave.

Frames take windows of one heap, each behind that of its caller; only the innermost frame grows.
Return data of finished frames and hooks accumulates for the length of the transaction.

Source:  zksync-os@v0.2.5 zk_ee/src/memory/, basic_bootloader/src/bootloader/runner.rs;
         transactions reference, 9.6.
Units:   bytes.
Errors:  MEMORY_LIMIT (the frame halts); RETURN_DATA_LIMIT (as native exhaustion).
"""

from zkos.kernel.errors import MEMORY_LIMIT, OK, RETURN_DATA_LIMIT
from zkos.lang import Arena, Slice, Status, copy, fill, struct, u8, u32

HEAP_BYTES = 2**27
RETURN_DATA_BYTES = 2**28
WINDOW_ALIGN = 32


@struct
class Memory:
    """The two buffers and how much of them is in use."""

    heap: Slice[u8]
    heap_used: u32  # end of the innermost window
    heap_dirty: u32  # bytes from here on are zero
    return_data: Slice[u8]
    return_data_used: u32

    def start(self, arena: Arena) -> None:
        """Take both buffers from the arena, once per block."""
        self.heap = arena.slice(u8, HEAP_BYTES)
        self.return_data = arena.slice(u8, RETURN_DATA_BYTES)

    def begin_transaction(self) -> None:
        """Give everything back."""
        self.heap_used = u32(0)
        self.return_data_used = u32(0)

    def start_frame_heap(self) -> u32:
        """Give the offset in the heap where the window of a new innermost frame begins."""
        return self.heap_used

    def grow_frame_heap(self, base: u32, length: u32, new_length: u32) -> tuple[Status, Slice[u8]]:
        """Grow the innermost window, new bytes zero; at least one byte of the heap stays free.

        Lengths are multiples of 32; ``new_length`` is not below ``length``.
        """
        if new_length >= self.heap.length - base:
            return MEMORY_LIMIT, self.heap[base : base + length]
        start = base + length
        end = base + new_length
        dirty = self.heap_dirty
        if start < dirty:
            fill(self.heap[start : (end if end < dirty else dirty)], u8(0))
        self.heap_dirty = end if end > dirty else dirty
        self.heap_used = end
        return OK, self.heap[base:end]

    def release_frame_heap(self, base: u32) -> None:
        """Drop the innermost window, and everything behind ``base``."""
        self.heap_used = base

    def reserve_return_data(self, length: u32) -> tuple[Status, Slice[u8]]:
        """Take space for return data, to be filled by the caller."""
        used = self.return_data_used
        if length > self.return_data.length - used:
            return RETURN_DATA_LIMIT, self.return_data[:0]
        self.return_data_used = used + length
        return OK, self.return_data[used : used + length]

    def keep_return_data(self, data: Slice[u8]) -> tuple[Status, Slice[u8]]:
        """Copy the output of a frame out of its window, before that is released."""
        status, target = self.reserve_return_data(data.length)
        if status == OK:
            copy(target, data)
        return status, target
