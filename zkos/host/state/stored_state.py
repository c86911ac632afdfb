"""The state in a directory: now, or after an earlier block.

The tree is that of the latest block (tree_file.py); bytes with their hashes are a table of the
database. After an earlier block the leaves were those with smaller indices, since none is ever
removed; their values and the entries of chunks come from the records of what later blocks replaced,
and links lead over the leaves that were not there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from zkos.host.hashing import blake2s256
from zkos.host.state.accounts import AccountRecord
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, flat_key
from zkos.host.state.tree_change import Undo
from zkos.host.state.tree_core import CHUNK_ENTRIES, CHUNK_LEVELS
from zkos.host.state.tree_file import TreeFile
from zkos.host.state.tree_format import EMPTY_LEAF, HASH_BYTES, LAYERS, Leaf, siblings_in


@dataclass(frozen=True)
class Past:
    """What an earlier state has for its own."""

    root: bytes
    next_free_slot: int
    later: Sequence[Undo]
    """The records of the blocks since, the newest first."""


class StoredState:
    """The state in a transaction of the database; ``apply`` only where that may write."""

    def __init__(
        self, tree: TreeFile, transaction: Any, preimages: Any, past: Past | None = None
    ) -> None:
        self._tree = tree
        self._transaction = transaction
        self._preimages = preimages
        self._past = past

    @property
    def next_free_slot(self) -> int:
        """Index of the next new leaf."""
        return self._tree.next_free_slot if self._past is None else self._past.next_free_slot

    def root(self) -> bytes:
        """Root of the tree."""
        return self._tree.root() if self._past is None else self._past.root

    def slot(self, key: bytes) -> bytes | None:
        """Value under a tree key; None when the key is absent."""
        index = self.index_of(key)
        return None if index is None else self._value(index)

    def preimage(self, digest: bytes) -> bytes | None:
        """Bytes with this blake2s hash; None when they are unknown."""
        found: bytes | None = self._transaction.get(digest, db=self._preimages)
        return found

    def index_of(self, key: bytes) -> int | None:
        """Index of the leaf with this key; None when it is absent."""
        index = self._tree.find(key)
        return None if index is None or index >= self.next_free_slot else index

    def previous_index(self, key: bytes) -> int:
        """Index of the leaf with the greatest key below this one."""
        index = self._tree.previous_index(key)
        while index >= self.next_free_slot:
            index = self._tree.previous_index(self._tree.leaf(index).key)
        return index

    def leaf(self, index: int) -> tuple[Leaf, list[bytes]]:
        """Leaf at an index, and its 64 sibling hashes."""
        siblings: list[bytes] = []
        entry = index
        for layer in range(LAYERS):
            chunk = self._chunk(layer, entry >> CHUNK_LEVELS)
            siblings += siblings_in(chunk, entry % CHUNK_ENTRIES)
            entry >>= CHUNK_LEVELS
        if index >= self.next_free_slot:
            return EMPTY_LEAF, siblings
        present = self._tree.leaf(index)
        return Leaf(present.key, self._value(index), self._next(present)), siblings

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
        contents = ((blake2s256(content), content) for content in preimages)
        self._transaction.cursor(db=self._preimages).putmulti(contents)
        self._tree.apply(list(writes))

    @property
    def _later(self) -> Sequence[Undo]:
        return self._past.later if self._past is not None else ()

    def _value(self, index: int) -> bytes:
        value = self._tree.value(index)
        for undo in self._later:
            value = undo.value(index) or value
        return value

    def _next(self, leaf: Leaf) -> int:
        """Give the index of the leaf with the next greater key."""
        while leaf.next >= self.next_free_slot:
            leaf = self._tree.leaf(leaf.next)
        return leaf.next

    def _chunk(self, layer: int, number: int) -> bytes:
        chunk = self._tree.chunk(layer, number)
        replaced = [entry for undo in self._later for entry in undo.entries(layer, number)]
        return _refold(chunk, replaced) if replaced else chunk


def _refold(chunk: bytes, replaced: Iterable[tuple[int, bytes]]) -> bytes:
    """Give a chunk with other entries, the last one for each, and its nodes hashed again."""
    nodes = [chunk[at : at + HASH_BYTES] for at in range(0, CHUNK_ENTRIES * HASH_BYTES, HASH_BYTES)]
    for entry, digest in replaced:
        nodes[entry] = digest
    for at in range(0, 2 * CHUNK_ENTRIES - 4, 2):
        nodes.append(blake2s256(nodes[at] + nodes[at + 1]))
    return b"".join(nodes)
