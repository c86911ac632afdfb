"""The state tree: leaves linked in key order under a binary blake2s tree of depth 64.

Leaf i is (key, value, index of the leaf with the next greater key). Leaves 0 and 1 are the guards
00..00 and ff..ff; new leaves are appended. Leaf hash = blake2s(key ‖ value ‖ next as 8 bytes
little-endian); node = blake2s(left ‖ right); an empty position is the all-zero leaf.

Only the nodes above existing leaves are kept. Changes mark leaves; the nodes above them are
hashed again when a root or a path is asked for.

Source:  zksync-os v0.2.5 flat_storage_model/simple_growable_storage.rs.
Errors:  KeyError, IndexError for what is not in the tree.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass

from zkos.host.hashing import blake2s256

DEPTH = 64
FIRST_KEY = bytes(32)
LAST_KEY = b"\xff" * 32
ZERO_VALUE = bytes(32)


def _empty_hashes() -> tuple[bytes, ...]:
    hashes = [blake2s256(bytes(72))]
    for _ in range(DEPTH):
        hashes.append(blake2s256(hashes[-1] + hashes[-1]))
    return tuple(hashes)


EMPTY_HASHES = _empty_hashes()
"""Hash of the subtree without leaves, by height."""


@dataclass
class Leaf:
    """One slot of the state."""

    key: bytes
    value: bytes
    next: int

    def digest(self) -> bytes:
        """Give the hash of the leaf."""
        return blake2s256(self.key + self.value + self.next.to_bytes(8, "little"))


class StateTree:
    """A tree with its guards and whatever slots were put in."""

    def __init__(self, slots: Iterable[tuple[bytes, bytes]] = ()) -> None:
        """Make the tree with these slots in index order from 2 on."""
        self._leaves = [Leaf(FIRST_KEY, ZERO_VALUE, 1), Leaf(LAST_KEY, ZERO_VALUE, 1)]
        for key, value in slots:
            self._leaves.append(Leaf(key, value, 0))
        self._indices = {leaf.key: index for index, leaf in enumerate(self._leaves)}
        if len(self._indices) != len(self._leaves):
            raise ValueError("a key stands twice in the tree")
        self._keys = sorted(self._indices)
        for key, following in zip(self._keys, self._keys[1:], strict=False):
            self._leaves[self._indices[key]].next = self._indices[following]
        self._levels: list[list[bytes]] = [[] for _ in range(DEPTH + 1)]
        self._changed = set(range(len(self._leaves)))

    @property
    def next_free_slot(self) -> int:
        """Index that the next new key gets: the number of leaves."""
        return len(self._leaves)

    def get(self, key: bytes) -> bytes | None:
        """Give the value under a key, None when the key is absent."""
        index = self._indices.get(key)
        return None if index is None else self._leaves[index].value

    def leaf(self, index: int) -> Leaf:
        """Give a leaf; positions after the last one hold the all-zero leaf."""
        if index < len(self._leaves):
            return self._leaves[index]
        return Leaf(FIRST_KEY, ZERO_VALUE, 0)

    def index_of(self, key: bytes) -> int:
        """Give the index of the leaf with this key."""
        return self._indices[key]

    def previous_index(self, key: bytes) -> int:
        """Give the index of the leaf with the greatest key below this one (0 at the least)."""
        return self._indices[self._keys[max(bisect_left(self._keys, key) - 1, 0)]]

    def put(self, key: bytes, value: bytes) -> None:
        """Set the value under a key; a new key becomes a new leaf."""
        index = self._indices.get(key)
        if index is not None:
            self._leaves[index].value = value
            self._changed.add(index)
            return
        before = self.previous_index(key)
        index = len(self._leaves)
        self._leaves.append(Leaf(key, value, self._leaves[before].next))
        self._leaves[before].next = index
        self._indices[key] = index
        insort(self._keys, key)
        self._changed.update((before, index))

    def root(self) -> bytes:
        """Give the root hash."""
        self._hash_changes()
        return self._levels[DEPTH][0]

    def path(self, index: int) -> list[bytes]:
        """Give the 64 sibling hashes of a leaf, from the leaf upwards."""
        self._hash_changes()
        return [self._node(height, (index >> height) ^ 1) for height in range(DEPTH)]

    def _node(self, height: int, position: int) -> bytes:
        level = self._levels[height]
        return level[position] if position < len(level) else EMPTY_HASHES[height]

    def _hash_changes(self) -> None:
        if not self._changed:
            return
        positions = sorted(self._changed)
        for position in positions:
            self._store(0, position, self._leaves[position].digest())
        for height in range(1, DEPTH + 1):
            positions = sorted({position >> 1 for position in positions})
            for position in positions:
                left = self._node(height - 1, 2 * position)
                right = self._node(height - 1, 2 * position + 1)
                self._store(height, position, blake2s256(left + right))
        self._changed.clear()

    def _store(self, height: int, position: int, digest: bytes) -> None:
        level = self._levels[height]
        if position < len(level):
            level[position] = digest
        else:
            level.append(digest)  # positions come in order, so this one is the next
