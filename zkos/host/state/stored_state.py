"""A state in the database, as one of its transactions sees it: now, or after an earlier block.

Tables (keys -> values):
  leaves     be8 index                -> key ‖ value
  keys       key                      -> be8 index
  chunks     layer, be8 chunk         -> the 30 hashes of a chunk (tree_core.py)
  preimages  blake2s hash             -> the bytes

A leaf's link is not stored: the next leaf is the next one in ``keys``. After an earlier block the
leaves were those with smaller indices, since none is ever removed; their values and the entries of
chunks come from the records of what later blocks replaced.

Errors:  IndexError for a leaf that is not there.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zkos.host.hashing import blake2s256
from zkos.host.state.accounts import AccountRecord
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, flat_key
from zkos.host.state.tree import compiled_functions
from zkos.host.state.tree_core import CHUNK_ENTRIES, CHUNK_LEVELS
from zkos.host.state.tree_format import (
    CHUNK_BYTES,
    EMPTY_CHUNKS,
    EMPTY_LEAF,
    HASH_BYTES,
    LAST_KEY,
    LAYERS,
    Leaf,
    siblings_in,
)
from zkos.host.state.undo import Replaced, Undo

TABLES = ("leaves", "keys", "chunks", "preimages")


@dataclass
class _Fetched:
    """Chunks of a layer, side by side in one buffer."""

    numbers: list[int]
    targets: "array[int]"
    """Where the changed entries lie in the buffer."""
    chunks: bytearray
    masks: bytearray


class StoredState:
    """The state in a transaction; ``apply`` only where that may write."""

    def __init__(
        self,
        transaction: Any,
        tables: dict[str, Any],
        root: bytes,
        next_free_slot: int,
        later: Sequence[Undo] = (),
    ) -> None:
        """See the state with this root and so many leaves.

        ``later`` are the records of the blocks since, the newest first.
        """
        self._transaction = transaction
        self._tables = tables
        self._root = root
        self._count = next_free_slot
        self._later = later
        self.replaced: list[Replaced] = []
        """What the last ``apply`` replaced: the sections of undo.py."""

    @property
    def next_free_slot(self) -> int:
        """Index of the next new leaf."""
        return self._count

    def root(self) -> bytes:
        """Root of the tree."""
        return self._root

    def slot(self, key: bytes) -> bytes | None:
        """Value under a tree key; None when the key is absent."""
        index = self.index_of(key)
        return None if index is None else self._record(index)[1]

    def preimage(self, digest: bytes) -> bytes | None:
        """Bytes with this blake2s hash; None when they are unknown."""
        return self._get("preimages", digest)

    def index_of(self, key: bytes) -> int | None:
        """Index of the leaf with this key; None when it is absent."""
        found = self._get("keys", key)
        if found is None:
            return None
        index = _index(found)
        return index if index < self._count else None

    def previous_index(self, key: bytes) -> int:
        """Index of the leaf with the greatest key below this one."""
        cursor = self._cursor("keys")
        found = cursor.prev() if cursor.set_range(key) else cursor.last()
        while found:
            index = _index(cursor.value())
            if index < self._count:
                return index
            found = cursor.prev()
        return 0

    def leaf(self, index: int) -> tuple[Leaf, list[bytes]]:
        """Leaf at an index, and its 64 sibling hashes."""
        siblings: list[bytes] = []
        entry = index
        for layer in range(LAYERS):
            chunk = self._chunk(layer, entry >> CHUNK_LEVELS)
            siblings += siblings_in(chunk, entry % CHUNK_ENTRIES)
            entry >>= CHUNK_LEVELS
        if index >= self._count:
            return EMPTY_LEAF, siblings
        key, value = self._record(index)
        return Leaf(key, value, self._next(key)), siblings

    def account(self, address: int) -> AccountRecord | None:
        """Record of an account; None when its slot is absent or zero."""
        value = self.slot(flat_key(ACCOUNT_PROPERTIES_ADDRESS, address))
        if value is None or value == bytes(32):
            return None
        record = self.preimage(value)
        if record is None:
            raise KeyError(value)
        return AccountRecord.decode(record)

    def apply(self, writes: Iterable[tuple[bytes, bytes]], preimages: Iterable[bytes]) -> None:
        """Put the changes of a block in: tree keys with values, in the order of the block."""
        self.replaced = []
        contents = ((blake2s256(content), content) for content in preimages)
        self._cursor("preimages").putmulti(contents)
        leaves = self._put_leaves(writes)
        values = self.replaced.pop()
        if leaves:
            self._root = self._hash(leaves)
            self.replaced.append(values)

    # ------------------------------------------------------------------ reading

    def _get(self, table: str, key: bytes) -> bytes | None:
        found: bytes | None = self._transaction.get(key, db=self._tables[table])
        return found

    def _record(self, index: int) -> tuple[bytes, bytes]:
        """Give key and value of a leaf."""
        found = self._get("leaves", index.to_bytes(8, "big"))
        if found is None:
            raise IndexError(index)
        value = found[32:]
        for undo in self._later:
            value = undo.value(index) or value
        return found[:32], value

    def _next(self, key: bytes) -> int:
        """Give the index of the leaf with the next greater key."""
        if key == LAST_KEY:
            return 1
        cursor = self._cursor("keys")
        cursor.set_key(key)
        while cursor.next():
            index = _index(cursor.value())
            if index < self._count:
                return index
        raise IndexError(key)

    def _chunk(self, layer: int, number: int) -> bytes:
        chunk = self._get("chunks", chunk_key(layer, number)) or EMPTY_CHUNKS[layer]
        replaced = [entry for undo in self._later for entry in undo.entries(layer, number)]
        return _refold(chunk, replaced) if replaced else chunk

    # ------------------------------------------------------------------ writing

    def _cursor(self, table: str) -> Any:
        return self._transaction.cursor(db=self._tables[table])

    def _put_leaves(self, writes: Iterable[tuple[bytes, bytes]]) -> dict[int, bytes]:
        """Write leaves and keys; gives the 72 bytes of each leaf whose hash changes, by index."""
        values = dict(writes)
        found = dict(self._cursor("keys").getmulti(sorted(values)))
        places = {place: key for key, place in found.items()}
        before = self._cursor("leaves").getmulti(sorted(places))
        self.replaced.append(
            Replaced([_index(place) for place, _ in before], [leaf[32:] for _, leaf in before])
        )
        added = {}
        for key in values:
            if key not in found:
                added[key] = self._count.to_bytes(8, "big")
                self._count += 1
        leaves = self._cursor("leaves")
        leaves.putmulti([(place, places[place] + values[places[place]]) for place, _ in before])
        leaves.putmulti([(place, key + values[key]) for key, place in added.items()], append=True)
        self._cursor("keys").putmulti(sorted(added.items()))
        return self._linked_leaves([*found, *added])

    def _linked_leaves(self, keys: Iterable[bytes]) -> dict[int, bytes]:
        """Give the 72 bytes of these leaves and of the ones before them, by index."""
        links: dict[bytes, bytes] = {}
        cursor = self._cursor("keys")
        for key in sorted(keys):
            cursor.set_key(key)
            place = cursor.value()
            if cursor.prev():
                links[cursor.value()] = place
                cursor.next()
            links[place] = cursor.value() if cursor.next() else place
        leaves = self._cursor("leaves").getmulti(sorted(links))
        return {_index(place): leaf + links[place][::-1] for place, leaf in leaves}

    def _hash(self, leaves: dict[int, bytes]) -> bytes:
        """Hash the changed leaves and what is above them; gives the root."""
        compiled = compiled_functions()
        lower = self._fetch(0, list(leaves))
        compiled["hash_leaves"](
            b"".join(leaves.values()),
            array("I", range(len(leaves))), lower.targets, lower.chunks,
        )  # fmt: skip
        masks = memoryview(lower.masks).cast("I")
        for target in lower.targets:
            masks[target // CHUNK_ENTRIES] |= 1 << target % CHUNK_ENTRIES
        masks.release()
        for layer in range(LAYERS):
            upper = self._fetch(layer + 1, lower.numbers)
            compiled["fold_layer"](
                lower.chunks, lower.masks, array("I", range(len(lower.numbers))), upper.targets,
                upper.chunks, upper.masks, bytearray(len(upper.masks)),
            )  # fmt: skip
            chunks = bytes(lower.chunks)
            self._cursor("chunks").putmulti(
                [
                    (chunk_key(layer, number), chunks[at : at + CHUNK_BYTES])
                    for number, at in zip(
                        lower.numbers, range(0, len(chunks), CHUNK_BYTES), strict=True
                    )
                ]
            )
            lower = upper
        return bytes(lower.chunks[:HASH_BYTES])

    def _fetch(self, layer: int, entries: Sequence[int]) -> _Fetched:
        """Get the chunks of these entries, in ascending order, and note the entries' hashes."""
        numbers = list(dict.fromkeys(entry >> CHUNK_LEVELS for entry in entries))
        places = {number: place for place, number in enumerate(numbers)}
        targets = array(
            "I",
            [
                places[entry >> CHUNK_LEVELS] * CHUNK_ENTRIES + entry % CHUNK_ENTRIES
                for entry in entries
            ],
        )
        masks = bytearray(4 * len(numbers))
        if layer == LAYERS:
            return _Fetched(numbers, targets, bytearray(CHUNK_BYTES), masks)
        keys = [chunk_key(layer, number) for number in numbers]
        there = dict(self._cursor("chunks").getmulti(keys))
        chunks = b"".join([there.get(key, EMPTY_CHUNKS[layer]) for key in keys])
        starts = [
            target // CHUNK_ENTRIES * CHUNK_BYTES + target % CHUNK_ENTRIES * HASH_BYTES
            for target in targets
        ]
        hashes = [chunks[start : start + HASH_BYTES] for start in starts]
        self.replaced.append(Replaced(entries, hashes))
        return _Fetched(numbers, targets, bytearray(chunks), masks)


def chunk_key(layer: int, number: int) -> bytes:
    """Give the key of a chunk."""
    return (layer << 64 | number).to_bytes(9, "big")


def _index(place: bytes) -> int:
    return int.from_bytes(place, "big")


def _refold(chunk: bytes, replaced: Iterable[tuple[int, bytes]]) -> bytes:
    """Give a chunk with other entries, the last one for each, and its nodes hashed again."""
    nodes = [chunk[at : at + HASH_BYTES] for at in range(0, CHUNK_ENTRIES * HASH_BYTES, HASH_BYTES)]
    for entry, digest in replaced:
        nodes[entry] = digest
    for at in range(0, 2 * CHUNK_ENTRIES - 4, 2):
        nodes.append(blake2s256(nodes[at] + nodes[at + 1]))
    return b"".join(nodes)
