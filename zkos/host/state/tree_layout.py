"""Where a state tree lies in its buffer: leaves, chunks of every layer, directory.

Everything has a fixed place for a given room, so that a file of a tree never has to be arranged
anew: places that are not used yet are holes in the file, or memory that was never touched.

The directory of 2^b entries begins at word 2^b of its region, so that a greater one can be made
beside the one in use.

Units:   bytes, where nothing else is said; room in leaves.
Errors:  StateError for more leaves than fit.
"""

from dataclasses import dataclass

from zkos.host.errors import StateError
from zkos.host.state import tree_core
from zkos.host.state.tree_format import CHUNK_BYTES, LAYERS

WORD = 4
ALIGNMENT = 1 << 21
"""Of each region: a huge page."""
MOST_LEAVES = (1 << 32) // tree_core.LEAF_WORDS
"""Compiled code counts the words of a region in 32 bits."""
FEWEST_BITS = 4
"""Of a directory."""


@dataclass(frozen=True)
class Region:
    """A part of the buffer with items of one kind."""

    start: int
    item_bytes: int
    items: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + self.item_bytes * self.items


class Layout:
    """The places of everything in a tree with room for so many leaves."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._end = 0
        self.leaves = self._region(tree_core.LEAF_BYTES, room)
        layers = []
        # The last one's first entry is the root.
        chunks = room
        for _ in range(LAYERS + 1):
            chunks = chunks_of(chunks)
            layers.append(self._region(CHUNK_BYTES, chunks))
        self.layers = tuple(layers)
        self.directory = self._region(WORD, 2 << directory_bits(room))
        self.size = self._end

    @property
    def regions(self) -> tuple[Region, ...]:
        """All of them."""
        return self.leaves, *self.layers, self.directory

    def _region(self, item_bytes: int, items: int) -> Region:
        region = Region(self._end, item_bytes, items)
        self._end += -(-item_bytes * items // ALIGNMENT) * ALIGNMENT
        return region


def chunks_of(entries: int) -> int:
    """Give the number of chunks that so many entries make."""
    return -(-entries // tree_core.CHUNK_ENTRIES)


def directory_bits(leaves: int) -> int:
    """Give the size of a directory with an entry or two a leaf, as a power of two."""
    if leaves > MOST_LEAVES:
        raise StateError(f"a state has at most {MOST_LEAVES} slots, not {leaves}")
    return max((leaves - 1).bit_length(), FEWEST_BITS)
