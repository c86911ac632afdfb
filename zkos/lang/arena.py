"""Arenas: the only way to make objects whose number is known at run time.

An arena hands out zeroed memory from one region, in order, and takes everything after a mark
back at once. There is no other allocation and no garbage collection.

Units:   bytes, as laid out for the 32-bit target (x86-64 may need more for the same objects).
Errors:  Trap when the region is exhausted.
"""

from typing import Any, ClassVar

from zkos.lang.containers import Slice, new_buffer
from zkos.lang.errors import LanguageError, Trap
from zkos.lang.integers import Integer, coerce, u32
from zkos.lang.layout import align_of, size_of
from zkos.lang.structs import is_struct_type


class Arena:
    """A region and how much of it is used. A struct to the compiler: field, or ``local(Arena)``."""

    is_struct = True
    is_value = False
    align = 8
    fields: ClassVar[dict[str, Any]] = {}  # opaque: base, size, used, dirty
    opaque_words = 3  # in memory: a pointer, then this many u32
    symbol = "zkos.lang.Arena"

    def __init__(self) -> None:
        self._size = 0
        self._used = 0

    @classmethod
    def __zero__(cls) -> "Arena":
        return cls()

    def over(self, memory: Any, is_zero: bool) -> None:
        """Begin to hand out ``memory``, a ``Slice[u8]`` aligned to 8 bytes.

        ``is_zero`` promises that the memory is all zero, so that it is cleared only when reused.
        """
        self._size = int(memory.length)
        self._used = 0

    def _take(self, size: int, align: int) -> None:
        start = (self._used + align - 1) // align * align
        if start + size > self._size:
            raise Trap(f"arena exhausted: {size} bytes wanted, {self._size - self._used} left")
        self._used = start + size

    def new(self, kind: Any) -> Any:
        """Make a zeroed struct."""
        if not is_struct_type(kind):
            raise LanguageError(f"arena.new makes structs, not {kind!r}")
        self._take(size_of(kind), align_of(kind))
        return kind()

    def slice(self, kind: Any, count: Any) -> Any:
        """Make a zeroed slice of ``count`` elements (integers, structs in place, or ``Ref[T]``)."""
        count = int(coerce(u32, count, "arena.slice"))
        self._take(size_of(kind) * count, max(align_of(kind), 4))
        return Slice[kind](new_buffer(kind, count), 0, count)

    def mark(self) -> Integer:
        """Remember how much is used now."""
        return u32(self._used)

    def release(self, mark: Any) -> None:
        """Take back everything made since the mark; nothing of it may be used any more."""
        if int(mark) > self._used:
            raise Trap(f"release to {int(mark)}, beyond the {self._used} bytes in use")
        self._used = int(mark)

    def remaining(self) -> Integer:
        """How many bytes are left."""
        return u32(self._size - self._used)
