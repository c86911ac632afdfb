"""The memory of a machine, seen from the host: what a live oracle may look at.

Units:   addresses and sizes in bytes; words are little-endian u32.
Errors:  MachineError for a range that is not all memory.
"""

import mmap

from zkos.host.errors import MachineError

MAP_NORESERVE = 0x4000  # Linux; Python names it from 3.13 on


class GuestMemory:
    """ROM and RAM of one machine; pages that were never written take no space."""

    def __init__(self, size: int) -> None:
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE
        self.size = size
        self.map = mmap.mmap(-1, size, flags=flags)

    def _check(self, address: int, size: int) -> None:
        if address < 0 or size < 0 or address + size > self.size:
            raise MachineError(
                f"{size} bytes at {address:#x} are not in the memory of {self.size:#x} bytes"
            )

    def read(self, address: int, size: int) -> bytes:
        """Copy bytes out."""
        self._check(address, size)
        return self.map[address : address + size]

    def write(self, address: int, data: bytes) -> None:
        """Copy bytes in, also to ROM."""
        self._check(address, len(data))
        self.map[address : address + len(data)] = data

    def read_words(self, address: int, count: int) -> list[int]:
        """Copy words out."""
        data = self.read(address, 4 * count)
        return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]

    def clear(self, start: int) -> None:
        """Make everything from ``start`` (a whole page) zero and give the space back."""
        self.map.madvise(mmap.MADV_DONTNEED, start, self.size - start)
