"""The state tree: in one buffer that compiled code (tree_core.py) works on.

``Tree`` is all that a tree can do; where its buffer is, and what happens when it is full, is the
matter of those that derive from it: ``StateTree`` in memory, ``TreeFile`` (tree_file.py) over a
file. A change costs in proportion to the leaves that it touches.

Units:   room in leaves.
Errors:  KeyError, IndexError for what is not in the tree; ValueError for a key that stands twice
         among the first slots; StateError for more leaves than fit.
"""

import ctypes
import mmap
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from zkos.compiler.backend.loader import Entry
from zkos.host.state import tree_core
from zkos.host.state.tree_change import Change, Section, no_change, section_of_values
from zkos.host.state.tree_format import (
    CHUNK_BYTES,
    EMPTY_CHUNKS,
    EMPTY_LEAF,
    GUARDS,
    HASH_BYTES,
    LAYERS,
    Leaf,
    siblings_in,
)
from zkos.host.state.tree_layout import (
    ALIGNMENT,
    MOST_LEAVES,
    WORD,
    Layout,
    Region,
    chunks_of,
    directory_bits,
)
from zkos.host.typed_library import TypedLibrary

LIBRARY = TypedLibrary(
    "state-tree",
    {
        "find_at_or_before": tree_core.find_at_or_before,
        "fill_directory": tree_core.fill_directory,
        "enter_leaves": tree_core.enter_leaves,
        "put_leaves": tree_core.put_leaves,
        "remove_leaves": tree_core.remove_leaves,
        "set_values": tree_core.set_values,
        "set_leaves": tree_core.set_leaves,
        "list_entries": tree_core.list_entries,
        "hash_leaves": tree_core.hash_leaves,
        "fold_layer": tree_core.fold_layer,
        "note_pages": tree_core.note_pages,
        "note_buckets": tree_core.note_buckets,
    },
    ("host/state/tree_core.py", "kernel/crypto"),
)
NO_RESERVE = 0x4000
"""MAP_NORESERVE of Linux: address space is not memory."""
_KEY_BITS = 32
_EMPTY_CHUNKS = (*EMPTY_CHUNKS, bytes(CHUNK_BYTES))

Place = tuple[int, int]
"""What compiled code is given of a buffer: address and number of elements."""


@cache
def compiled_functions() -> dict[str, Entry]:
    """Load the compiled functions, once a process."""
    return LIBRARY.load()


class Tree(ABC):
    """A tree with its guards and whatever slots were put in."""

    def __init__(self, memory: mmap.mmap, layout: Layout) -> None:
        """Make a tree without leaves in this buffer."""
        self._compiled = compiled_functions()
        self._count = 0
        self._use(memory, layout)
        self._bits = directory_bits(1)

    def _use(self, memory: mmap.mmap, layout: Layout) -> None:
        """Lie in this buffer."""
        self._memory, self._layout = memory, layout
        self._address = _address(memory)
        self._leaves = self._place(layout.leaves)
        self._chunks = [self._place(layer) for layer in layout.layers]
        self._mask_memory = anonymous(sum(WORD * layer.items for layer in layout.layers))
        self._masks = []
        at = _address(self._mask_memory)
        for layer in layout.layers:
            self._masks.append((at, layer.items))
            at += WORD * layer.items

    def _place(self, region: Region) -> Place:
        return self._address + region.start, region.item_bytes * region.items // WORD

    @property
    def next_free_slot(self) -> int:
        """Index that the next new key gets: the number of leaves."""
        return self._count

    # ------------------------------------------------------------------ reading

    def get(self, key: bytes) -> bytes | None:
        """Give the value under a key, None when the key is absent."""
        index = self.find(key)
        return None if index is None else self.value(index)

    def value(self, index: int) -> bytes:
        """Give the value of a leaf that is there."""
        start = self._layout.leaves.start + index * tree_core.LEAF_BYTES
        return self._memory[start + tree_core.VALUE_BYTE : start + tree_core.NEXT_BYTE]

    def leaf(self, index: int) -> Leaf:
        """Give a leaf; positions after the last one hold the all-zero leaf."""
        if index >= self._count:
            return EMPTY_LEAF
        start = self._layout.leaves.start + index * tree_core.LEAF_BYTES
        encoded = self._memory[start : start + tree_core.LEAF_BYTES]
        return Leaf(encoded[:32], encoded[32:64], int.from_bytes(encoded[64:], "little"))

    def find(self, key: bytes) -> int | None:
        """Give the index of the leaf with this key, None when the key is absent."""
        # without a call of compiled code, which would take longer than these two or three reads
        memory, leaves = self._memory, self._layout.leaves.start
        bucket = int.from_bytes(key[: _KEY_BITS // 8], "big") >> self._shift
        at = self._layout.directory.start + WORD * ((1 << self._bits) + bucket)
        place = int.from_bytes(memory[at : at + WORD], "little")
        while place != 0:
            start = leaves + (place - 1) * tree_core.LEAF_BYTES
            found = memory[start : start + len(key)]
            if found >= key:
                return place - 1 if found == key else None
            link = start + tree_core.NEXT_BYTE
            place = int.from_bytes(memory[link : link + WORD], "little") + 1
        return None

    def index_of(self, key: bytes) -> int:
        """Give the index of the leaf with this key, which must be there."""
        index = self.find(key)
        if index is None:
            raise KeyError(key)
        return index

    def previous_index(self, key: bytes) -> int:
        """Give the index of the leaf with the greatest key below this one (0 at the least)."""
        number = max(int.from_bytes(key, "big") - 1, 0)
        return self._at_or_before(number.to_bytes(32, "big"))

    def root(self) -> bytes:
        """Give the root hash."""
        start = self._layout.layers[LAYERS].start
        return self._memory[start : start + HASH_BYTES]

    def chunk(self, layer: int, number: int) -> bytes:
        """Give a chunk."""
        if number << tree_core.CHUNK_LEVELS * (layer + 1) >= self._count:
            return EMPTY_CHUNKS[layer]
        start = self._layout.layers[layer].start + number * CHUNK_BYTES
        return self._memory[start : start + CHUNK_BYTES]

    def path(self, index: int) -> list[bytes]:
        """Give the 64 sibling hashes of a leaf, from the leaf upwards."""
        siblings: list[bytes] = []
        entry = index
        for layer in range(LAYERS):
            chunk = self.chunk(layer, entry >> tree_core.CHUNK_LEVELS)
            siblings += siblings_in(chunk, entry % tree_core.CHUNK_ENTRIES)
            entry >>= tree_core.CHUNK_LEVELS
        return siblings

    def _at_or_before(self, key: bytes) -> int:
        number = int.from_bytes(key, "big")
        found: int = self._compiled["find_at_or_before"](
            self._leaves, self._directory, self._shift, number
        )
        return found

    # ------------------------------------------------------------------ changing

    def _put(self, writes: Sequence[tuple[bytes, bytes]], is_kept: bool) -> Change:
        """Set values under keys, one after the other; the change is empty if it is not kept."""
        existed = self._count
        self._have_room(existed + len(writes))
        joined = b"".join(chain.from_iterable(writes))
        changed = bytearray(2 * WORD * len(writes))
        replaced, values = bytearray(WORD * len(writes)), bytearray(HASH_BYTES * len(writes))
        self._count, chunks, found = self._compiled["put_leaves"](
            self._leaves, existed, self._directory, self._shift, joined,
            self._masks[0], changed, replaced, values,
        )  # fmt: skip
        layers, leaves = self._hash(changed, chunks, existed, is_kept)
        if not is_kept:
            return no_change(existed)
        indices = memoryview(replaced)[: WORD * found].cast("I")
        return Change(existed, layers, section_of_values(indices, bytes(values)), leaves)

    def _restore(self, records: Sequence[Section], count: int) -> tuple[Section, ...]:
        """Make leaves what they were once; there are ``count`` with them."""
        existed, self._count = self._count, count
        changed = bytearray(sum(len(record.numbers) for record in records))
        chunks = 0
        for record in records:
            chunks = self._compiled["set_leaves"](
                self._leaves, record.numbers, record.contents, self._masks[0], changed, chunks
            )
        self._have_room(count)
        self._compiled["enter_leaves"](self._leaves, existed, count, self._directory, self._shift)
        return self._hash(changed, chunks, existed, True)[0]

    def _take_back(self, changes: Sequence[Change]) -> None:
        """Be as before some changes, the latest ones."""
        first = changes[0].existed
        touched = self._count - first + sum(len(one.values.numbers) for one in changes)
        changed = bytearray(2 * WORD * touched)
        chunks = self._compiled["remove_leaves"](
            self._leaves, first, self._count, self._directory, self._shift, self._masks[0], changed
        )
        for change in reversed(changes):
            chunks = self._compiled["set_values"](
                self._leaves, first, change.values.numbers, change.values.contents,
                self._masks[0], changed, chunks,
            )  # fmt: skip
        self._hash(changed, chunks, self._count, False)
        self._count = first

    def _hash(
        self, changed: bytearray, count: int, existed: int, is_kept: bool
    ) -> tuple[tuple[Section, ...], bytes]:
        """Hash what is above the changed entries of the lowest layer, in so many chunks.

        Gives the changed entries of each layer with their old hashes, and the changed leaves.
        """
        if count == 0:
            return (), b""
        chunks = memoryview(array("I", sorted(memoryview(changed)[: WORD * count].cast("I"))))
        room = bytearray(WORD * tree_core.CHUNK_ENTRIES * count)
        listed = self._compiled["list_entries"](self._masks[0], chunks, room)
        numbers = memoryview(room)[: WORD * listed]
        before = bytearray(HASH_BYTES * listed if is_kept else 0)
        after = bytearray(tree_core.LEAF_BYTES * listed if is_kept else 0)
        self._compiled["hash_leaves"](
            self._leaves, numbers, existed, _EMPTY_CHUNKS[0], self._chunks[0], before, after
        )
        sections = [Section(bytes(numbers), bytes(before))]
        for layer in range(LAYERS):
            existed = chunks_of(existed)
            before = bytearray(HASH_BYTES * count if is_kept else 0)
            room = bytearray(WORD * count)
            numbers = chunks
            count = self._compiled["fold_layer"](
                self._chunks[layer], self._masks[layer], numbers, existed,
                _EMPTY_CHUNKS[layer + 1], self._chunks[layer + 1], self._masks[layer + 1],
                room, before,
            )  # fmt: skip
            chunks = memoryview(room)[: WORD * count]
            sections.append(Section(bytes(numbers), bytes(before)))
        self._mask_memory[-WORD:] = bytes(WORD)
        # the root is an entry by itself, and no layer of a record
        return tuple(sections[:LAYERS]), bytes(after)

    # ------------------------------------------------------------------ room

    @property
    def _bits(self) -> int:
        return _KEY_BITS - self._shift

    @_bits.setter
    def _bits(self, bits: int) -> None:
        """Use the directory with 2^bits entries."""
        start = self._layout.directory.start + (WORD << bits)
        self._directory = self._address + start, 1 << bits
        self._shift = _KEY_BITS - bits

    @abstractmethod
    def _have_room(self, leaves: int) -> None:
        """Have room for so many leaves, and a directory of their size."""

    def _fill_directory(self, bits: int) -> None:
        self._bits = bits
        self._compiled["fill_directory"](self._leaves, self._count, self._directory, self._shift)


class StateTree(Tree):
    """A tree in memory."""

    def __init__(self, slots: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Make the tree with these slots in index order from 2 on."""
        layout = Layout(1 << directory_bits(1))
        super().__init__(anonymous(layout.size), layout)
        self._restore([guard_section()], len(GUARDS))
        given = list(slots)
        self.apply(given)
        if self._count != len(given) + len(GUARDS):
            raise ValueError("a key stands twice in the tree")

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under a key; a new key becomes a new leaf."""
        self.apply([(key, value)])

    def apply(self, writes: Sequence[tuple[bytes, bytes]]) -> None:
        """Set values under keys, one after the other."""
        self._put(writes, False)

    def _have_room(self, leaves: int) -> None:
        bits = directory_bits(leaves)
        if bits > self._bits:
            if leaves > self._layout.room:
                self._move(Layout(min(1 << bits, MOST_LEAVES)))
            self._fill_directory(bits)

    def _move(self, layout: Layout) -> None:
        """Move to a greater buffer, in huge pages: a batch reads and writes all over it."""
        memory = anonymous(layout.size)
        old = memoryview(self._memory)
        for source, target in zip(self._layout.regions, layout.regions, strict=True):
            size = source.end - source.start
            if target.end - target.start >= ALIGNMENT:
                memory.madvise(mmap.MADV_HUGEPAGE, target.start, target.end - target.start)
            if source is not self._layout.directory:  # which is made anew
                memory[target.start : target.start + size] = old[source.start : source.end]
        self._use(memory, layout)


def guard_section() -> Section:
    """Give the leaves that every tree has."""
    numbers = array("I", range(len(GUARDS))).tobytes()
    return Section(numbers, b"".join(guard.encode() for guard in GUARDS))


def anonymous(size: int) -> mmap.mmap:
    """Make memory of zeros, of which nothing is there until it is touched."""
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | NO_RESERVE)


def _address(memory: mmap.mmap) -> int:
    return ctypes.addressof(ctypes.c_char.from_buffer(memory))
