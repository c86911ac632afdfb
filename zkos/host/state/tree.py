"""The state tree in memory.

All of it lies in a few buffers that compiled code (tree_core.py) works on; they double when they
are full. A change costs in proportion to the leaves that it touches.

Units:   room in leaves.
Errors:  KeyError, IndexError for what is not in the tree; ValueError for a key that stands twice
         among the first slots, and for more leaves than fit.
"""

import mmap
from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from zkos.compiler.backend.loader import Entry
from zkos.host.state import tree_core
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
from zkos.host.typed_library import TypedLibrary

LIBRARY = TypedLibrary(
    "state-tree",
    {
        "find_at_or_before": tree_core.find_at_or_before,
        "fill_directory": tree_core.fill_directory,
        "put_leaves": tree_core.put_leaves,
        "list_entries": tree_core.list_entries,
        "hash_leaves": tree_core.hash_leaves,
        "fold_layer": tree_core.fold_layer,
    },
    ("host/state/tree_core.py", "kernel/crypto"),
)
FIRST_ROOM = 16
HUGE_PAGE = 1 << 21
MOST_LEAVES = (1 << 32) // tree_core.LEAF_BYTES
"""Compiled code counts the bytes of a buffer in 32 bits."""
_DIRECTORY_BITS = 32
_WORD = 4


@cache
def compiled_functions() -> dict[str, Entry]:
    """Load the compiled functions, once a process."""
    return LIBRARY.load()


class _Layer:
    """The chunks of one layer, and which of them changed."""

    def __init__(self, empty: bytes) -> None:
        self._empty = empty
        self.chunks = _buffer(empty)
        self.masks = bytearray(_WORD)
        self.changed = bytearray(_WORD)

    def grow(self, room: int) -> None:
        """Have room for so many chunks."""
        missing = room - len(self.chunks) // CHUNK_BYTES
        if missing > 0:
            self.chunks = _buffer(self.chunks, self._empty * missing)
            self.masks += bytes(_WORD * missing)
            self.changed += bytes(_WORD * missing)


class StateTree:
    """A tree with its guards and whatever slots were put in."""

    def __init__(self, slots: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Make the tree with these slots in index order from 2 on."""
        self._compiled = compiled_functions()
        self._count = len(GUARDS)
        self._room = 0
        self._leaves = _buffer(bytes(tree_core.LEAF_BYTES))
        self._directory = _buffer(bytes(_WORD))
        # The last one's first entry is the root.
        self._layers = [_Layer(empty) for empty in (*EMPTY_CHUNKS, bytes(CHUNK_BYTES))]
        self._grow(FIRST_ROOM)
        for index, guard in enumerate(GUARDS):
            self._leaves[_place(index)] = guard.encode()
        self._fill_directory()
        given = list(slots)
        self.apply([*((guard.key, guard.value) for guard in GUARDS), *given])
        if self._count != len(given) + len(GUARDS):
            raise ValueError("a key stands twice in the tree")

    @property
    def next_free_slot(self) -> int:
        """Index that the next new key gets: the number of leaves."""
        return self._count

    def get(self, key: bytes) -> bytes | None:
        """Give the value under a key, None when the key is absent."""
        index = self.find(key)
        return None if index is None else self.leaf(index).value

    def leaf(self, index: int) -> Leaf:
        """Give a leaf; positions after the last one hold the all-zero leaf."""
        if index >= self._count:
            return EMPTY_LEAF
        encoded = bytes(self._leaves[_place(index)])
        return Leaf(encoded[:32], encoded[32:64], int.from_bytes(encoded[64:], "little"))

    def find(self, key: bytes) -> int | None:
        """Give the index of the leaf with this key, None when the key is absent."""
        index = self._at_or_before(key)
        return index if self.leaf(index).key == key else None

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

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under a key; a new key becomes a new leaf."""
        self.apply([(key, value)])

    def apply(self, writes: Sequence[tuple[bytes, bytes]]) -> None:
        """Set values under keys, one after the other."""
        self._grow(self._count + len(writes))
        joined = b"".join(chain.from_iterable(writes))
        lowest = self._layers[0]
        self._count, changed = self._compiled["put_leaves"](
            self._leaves, self._count, self._directory, self._shift, joined,
            lowest.masks, lowest.changed,
        )  # fmt: skip
        self._hash(changed)

    def root(self) -> bytes:
        """Give the root hash."""
        return bytes(self._layers[LAYERS].chunks[:HASH_BYTES])

    def path(self, index: int) -> list[bytes]:
        """Give the 64 sibling hashes of a leaf, from the leaf upwards."""
        siblings: list[bytes] = []
        entry = index
        for layer, empty in zip(self._layers, EMPTY_CHUNKS, strict=False):
            start = (entry >> tree_core.CHUNK_LEVELS) * CHUNK_BYTES
            chunk = bytes(layer.chunks[start : start + CHUNK_BYTES]) or empty
            siblings += siblings_in(chunk, entry % tree_core.CHUNK_ENTRIES)
            entry >>= tree_core.CHUNK_LEVELS
        return siblings

    def _at_or_before(self, key: bytes) -> int:
        number = int.from_bytes(key, "big")
        found: int = self._compiled["find_at_or_before"](
            self._leaves, self._directory, self._shift, number
        )
        return found

    def _hash(self, changed: int) -> None:
        """Hash what is above the changed entries of the lowest layer, in so many chunks."""
        lowest = self._layers[0]
        chunks = memoryview(lowest.changed)[: _WORD * changed]
        ordered = array("I", chunks.tobytes())
        chunks[:] = array("I", sorted(ordered)).tobytes()
        entries = bytearray(_WORD * tree_core.CHUNK_ENTRIES * changed)
        count = self._compiled["list_entries"](lowest.masks, chunks, entries)
        places = memoryview(entries)[: _WORD * count]
        self._compiled["hash_leaves"](self._leaves, places, places, lowest.chunks)
        fold = self._compiled["fold_layer"]
        for layer, above in zip(self._layers, self._layers[1:], strict=False):
            chunks = memoryview(layer.changed)[: _WORD * changed]
            changed = fold(
                layer.chunks, layer.masks, chunks, chunks,
                above.chunks, above.masks, above.changed,
            )  # fmt: skip
        self._layers[LAYERS].masks[:_WORD] = bytes(_WORD)

    def _grow(self, needed: int) -> None:
        """Have room for so many leaves, and a directory with an entry or two a leaf."""
        if needed <= self._room:
            return
        if needed > MOST_LEAVES:
            raise ValueError(f"a tree in memory has at most {MOST_LEAVES} leaves, not {needed}")
        bits = (needed - 1).bit_length()
        self._room = 1 << bits
        self._leaves = _buffer(
            self._leaves, bytes(self._room * tree_core.LEAF_BYTES - len(self._leaves))
        )
        chunks = self._room
        for layer in self._layers:
            chunks = -(-chunks // tree_core.CHUNK_ENTRIES)
            layer.grow(chunks)
        self._shift = _DIRECTORY_BITS - bits
        self._fill_directory()

    def _fill_directory(self) -> None:
        self._directory = _buffer(bytes(_WORD * self._room))
        self._compiled["fill_directory"](self._leaves, self._count, self._directory, self._shift)


def _buffer(*parts: "bytes | mmap.mmap") -> mmap.mmap:
    """Make a buffer of these parts, in huge pages: a batch reads and writes all over it."""
    made = mmap.mmap(-1, sum(len(part) for part in parts))
    if len(made) >= HUGE_PAGE:
        made.madvise(mmap.MADV_HUGEPAGE)
    at = 0
    for part in parts:
        made[at : at + len(part)] = part
        at += len(part)
    return made


def _place(index: int) -> slice:
    """Where a leaf lies in the buffer."""
    start = index * tree_core.LEAF_BYTES
    return slice(start, start + tree_core.LEAF_BYTES)
