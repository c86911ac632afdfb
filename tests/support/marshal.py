"""Typed objects to memory and back: how tests hand structs and slices to compiled code.

Every object that the arguments reach is laid out as ``zkos.lang.layout`` says, the call runs, and
everything is read back into the same objects. References and slices that compiled code made are
followed too: into known memory they become windows on the known objects, elsewhere new objects
(what an arena handed out).
"""

import mmap
from typing import Any

from zkos.compiler.frontend import types
from zkos.lang import Slice, Status
from zkos.lang.containers import element_bytes, is_flat, new_buffer
from zkos.lang.integers import is_integer
from zkos.lang.layout import align_of, size_of, sum_fields

SMALL_BYTES = 1 << 16  # up to here memory is cleared by writing, above by giving pages back


class Region:
    """Memory that arguments are laid out in, zero between calls.

    It begins ``start`` bytes (whole pages) into a map, and there compiled code sees ``base``.
    """

    def __init__(self, memory: mmap.mmap, start: int, base: int, pointer: int) -> None:
        self.map = memory
        self.view = memoryview(memory)[start:]
        self.start = start
        self.base = base
        self.pointer = pointer

    def clear(self, used: int) -> None:
        """Zero the first bytes again."""
        if used <= SMALL_BYTES:
            self.view[:used] = bytes(used)
            return
        size = (used + mmap.PAGESIZE - 1) // mmap.PAGESIZE * mmap.PAGESIZE
        self.map.madvise(mmap.MADV_DONTNEED, self.start, size)


class Marshal:
    """The objects of one call."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self._top = region.base
        self._structs: dict[tuple[int, Any], Any] = {}  # (address, type) -> object
        self._addresses: dict[int, int] = {}  # id of a struct -> address
        self._buffers: dict[int, tuple[int, int, Any, Any]] = {}  # id -> address, size, type, it
        self._read: set[tuple[int, Any]] = set()

    # ------------------------------------------------------------------ writing

    def allocate(self, size: int, align: int) -> int:
        """Reserve zeroed memory."""
        start = (self._top + align - 1) // align * align
        self._top = start + size
        if self._top - self.region.base > len(self.region.view):
            raise MemoryError("the arguments do not fit the memory for tests")
        return start

    def _put(self, address: int, data: Any) -> None:
        at = address - self.region.base
        self.region.view[at : at + len(data)] = data

    def write_slot(self, address: int, number: int) -> None:
        """Write an 8-byte slot."""
        self._put(address, number.to_bytes(8, "little"))

    def get(self, address: int, size: int) -> bytes:
        """Read bytes."""
        at = address - self.region.base
        if not 0 <= at <= len(self.region.view) - size:
            raise MemoryError(f"the program left a pointer to {address:#x}, outside its memory")
        return bytes(self.region.view[at : at + size])

    def _number(self, address: int, size: int) -> int:
        return int.from_bytes(self.get(address, size), "little")

    def place(self, value: Any) -> int:
        """Lay out a struct, unless it is already; gives its address."""
        known = self._addresses.get(id(value))
        if known is not None:
            return known
        kind = type(value)
        address = self.allocate(size_of(kind, self.region.pointer), align_of(kind, 4))
        self._write_struct(value, address)
        return address

    def _write_struct(self, value: Any, address: int) -> None:
        kind = type(value)
        self._addresses[id(value)] = address
        self._structs[address, kind] = value
        if types.is_arena(kind):
            self._write_arena(value, address)
            return
        offsets, _ = sum_fields(kind, self.region.pointer)
        for name, field in kind.fields.items():
            self.write(field, getattr(value, "_" + name), address + offsets[name])

    def _write_arena(self, arena: Any, address: int) -> None:
        base = self.allocate(arena._size, 4096)
        words = (arena._size, arena._used, arena._used)
        self._put(address, base.to_bytes(self.region.pointer, "little"))
        for index, word in enumerate(words):
            self._put(address + self.region.pointer + 4 * index, word.to_bytes(4, "little"))

    def write(self, kind: Any, value: Any, address: int) -> None:
        """Write a value of a type."""
        pointer = self.region.pointer
        if is_integer(kind) or kind is bool or types.is_status(kind):
            size = size_of(kind)
            self._put(address, (int(value) & ((1 << 8 * size) - 1)).to_bytes(size, "little"))
        elif types.is_reference(kind):
            target = 0 if value is None else self.place(value)
            self._put(address, target.to_bytes(pointer, "little"))
        elif types.is_slice(kind):
            start, length = self.slice_parts(value)
            self._put(address, start.to_bytes(pointer, "little"))
            self._put(address + pointer, length.to_bytes(4, "little"))
        elif types.is_array(kind):
            self._write_buffer(kind.element, value.buffer, address)
        elif types.is_value(kind):
            offsets, _ = sum_fields(kind, pointer)
            for name, field in kind.fields.items():
                self.write(field, getattr(value, name), address + offsets[name])
        else:
            self._write_struct(value, address)

    def slice_parts(self, value: Slice) -> tuple[int, int]:
        """Lay out what a slice shows; gives address and length."""
        if value.buffer is None:
            return 0, 0
        element = type(value).element
        known = self._buffers.get(id(value.buffer))
        if known is None:
            if is_flat(element):
                size = len(value.buffer)
            else:
                size = len(value.buffer) * size_of(element, self.region.pointer)
            address = self.allocate(size, 4096 if size >= 4096 else 16)
            self._write_buffer(element, value.buffer, address)
        else:
            address = known[0]
        step = size_of(element, self.region.pointer)
        return address + value.start * step, value.size

    def _write_buffer(self, element: Any, buffer: Any, address: int) -> None:
        size = size_of(element, self.region.pointer)
        total = len(buffer) if is_flat(element) else len(buffer) * size
        self._buffers[id(buffer)] = (address, total, element, buffer)
        if is_flat(element):
            self._put(address, buffer[:])
            return
        for index, item in enumerate(buffer):
            self.write(element, item, address + index * size)

    def clear(self) -> None:
        """Zero everything that the call could have used."""
        self.region.clear(self._top - self.region.base)

    # ------------------------------------------------------------------ reading

    def read_back(self) -> None:
        """Read everything that was laid out into the same objects."""
        for address, _, element, buffer in list(self._buffers.values()):
            self._read_buffer(element, buffer, address)
        for (address, _), value in list(self._structs.items()):
            self._read_struct(value, address)

    def _read_buffer(self, element: Any, buffer: Any, address: int) -> None:
        if is_flat(element):
            buffer[:] = self.get(address, len(buffer))
            return
        size = size_of(element, self.region.pointer)
        for index, item in enumerate(buffer):
            buffer[index] = self.read(element, address + index * size, item)

    def _read_struct(self, value: Any, address: int) -> None:
        kind = type(value)
        if (address, kind) in self._read:
            return
        self._read.add((address, kind))
        if types.is_arena(kind):
            value._size = self._number(address + self.region.pointer, 4)
            value._used = self._number(address + self.region.pointer + 4, 4)
            return
        offsets, _ = sum_fields(kind, self.region.pointer)
        for name, field in kind.fields.items():
            slot = "_" + name
            found = self.read(field, address + offsets[name], getattr(value, slot), kind)
            object.__setattr__(value, slot, found)

    def read(self, kind: Any, address: int, present: Any, owner: Any = None) -> Any:
        """Read a value of a type; ``present`` is the object that an in-place type fills."""
        pointer = self.region.pointer
        if is_integer(kind):
            number = self._number(address, size_of(kind))
            sign = kind.signed and number >> (kind.bits - 1)
            return int.__new__(kind, number - (1 << kind.bits) if sign else number)
        if kind is bool:
            return self._number(address, 1) != 0
        if types.is_status(kind):
            return Status(self._number(address, 4))
        if types.is_reference(kind):
            return self.object_at(types.target_of(kind, owner), self._number(address, pointer))
        if types.is_slice(kind):
            start, length = self._number(address, pointer), self._number(address + pointer, 4)
            return self.slice_at(kind, start, length)
        if types.is_array(kind):
            self._read_buffer(kind.element, present.buffer, address)
            return present
        if types.is_value(kind):
            offsets, _ = sum_fields(kind, pointer)
            parts = (
                self.read(field, address + offsets[name], None, kind)
                for name, field in kind.fields.items()
            )
            return kind(*parts)
        self._read_struct(present, address)
        return present

    def object_at(self, kind: Any, address: int) -> Any:
        """Give the struct at an address: the known one, or a new one with what lies there."""
        if address == 0:
            return None
        known = self._structs.get((address, kind))
        if known is None:
            known = self._structs[address, kind] = kind()
            self._read_struct(known, address)
        return known

    def slice_at(self, kind: Any, address: int, length: int) -> Any:
        """Give a slice of what lies at an address."""
        element = kind.element
        step = element_bytes(element) if is_flat(element) else size_of(element, self.region.pointer)
        for start, total, own, buffer in self._buffers.values():
            same = own is element or (is_flat(own) and is_flat(element))
            if same and start <= address and address + length * step <= start + total:
                if (address - start) % step == 0:
                    return kind(buffer, (address - start) // step, length)
        if length == 0:
            return kind()
        if is_flat(element):
            buffer = new_buffer(element, length)
            buffer[:] = self.get(address, length * step)
            return kind(buffer, 0, length)
        items = new_buffer(element, length)
        for index in range(length):
            here = address + index * step
            if types.is_struct(element):
                items[index] = self.object_at(element, here)
            else:
                items[index] = self.read(element, here, items[index])
        return kind(items, 0, length)
