"""The state a run starts from and changes: slots in a tree, preimages beside it.

``MemoryState`` holds all of it in dictionaries; a database that offers the same methods can take
its place. Between two blocks of a batch the writes of the first are applied.

Units:   addresses as numbers of 160 bits, slot keys of 256; keys and values of the tree as bytes.
"""

from collections.abc import Iterable
from typing import Protocol

from zkos.host.batch import InitialState
from zkos.host.hashing import blake2s256
from zkos.host.state.accounts import AccountRecord
from zkos.host.state.tree import StateTree
from zkos.host.state.tree_format import Leaf

ACCOUNT_PROPERTIES_ADDRESS = 0x8003
"""The address whose slots hold the hashes of the account records."""


def flat_key(address: int, key: int) -> bytes:
    """Give the tree key of a slot: blake2s(address padded to 32 bytes ‖ key)."""
    return blake2s256(address.to_bytes(32, "big") + key.to_bytes(32, "big"))


class State(Protocol):
    """What the oracle and the results need of a state."""

    @property
    def next_free_slot(self) -> int:
        """Index of the next new leaf."""
        ...

    def root(self) -> bytes:
        """Root of the tree."""
        ...

    def slot(self, key: bytes) -> bytes | None:
        """Value under a tree key; None when the key is absent."""
        ...

    def preimage(self, digest: bytes) -> bytes | None:
        """Bytes with this blake2s hash; None when they are unknown."""
        ...

    def index_of(self, key: bytes) -> int | None:
        """Index of the leaf with this key; None when it is absent."""
        ...

    def previous_index(self, key: bytes) -> int:
        """Index of the leaf with the greatest key below this one."""
        ...

    def leaf(self, index: int) -> tuple[Leaf, list[bytes]]:
        """Leaf at an index, and its 64 sibling hashes."""
        ...

    def account(self, address: int) -> AccountRecord | None:
        """Record of an account; None when its slot is absent or zero."""
        ...

    def apply(self, writes: Iterable[tuple[bytes, bytes]], preimages: Iterable[bytes]) -> None:
        """Put the changes of a block in: tree keys with values, in the order of the block."""
        ...


class MemoryState:
    """A state in memory."""

    def __init__(self, initial: InitialState | None = None) -> None:
        slots, preimages = initial_content(initial or InitialState())
        self._preimages: dict[bytes, bytes] = {}
        self._tree = StateTree(slots)
        # values are asked far more often than paths: a dictionary beside the tree
        self._values = dict(slots)
        self._keep(preimages)

    def _keep(self, preimages: Iterable[bytes]) -> None:
        for content in preimages:
            self._preimages[blake2s256(content)] = content

    @property
    def next_free_slot(self) -> int:
        """Index of the next new leaf."""
        return self._tree.next_free_slot

    def root(self) -> bytes:
        """Root of the tree."""
        return self._tree.root()

    def slot(self, key: bytes) -> bytes | None:
        """Value under a tree key; None when the key is absent."""
        return self._values.get(key)

    def preimage(self, digest: bytes) -> bytes | None:
        """Bytes with this blake2s hash; None when they are unknown."""
        return self._preimages.get(digest)

    def index_of(self, key: bytes) -> int | None:
        """Index of the leaf with this key; None when it is absent."""
        return self._tree.find(key)

    def previous_index(self, key: bytes) -> int:
        """Index of the leaf with the greatest key below this one."""
        return self._tree.previous_index(key)

    def leaf(self, index: int) -> tuple[Leaf, list[bytes]]:
        """Leaf at an index, and its 64 sibling hashes."""
        return self._tree.leaf(index), self._tree.path(index)

    def account(self, address: int) -> AccountRecord | None:
        """Record of an account; None when its slot is absent or zero."""
        value = self.slot(flat_key(ACCOUNT_PROPERTIES_ADDRESS, address))
        if value is None or value == bytes(32):
            return None
        return AccountRecord.decode(self._preimages[value])

    def apply(self, writes: Iterable[tuple[bytes, bytes]], preimages: Iterable[bytes]) -> None:
        """Put the changes of a block in: tree keys with values, in the order of the block."""
        changed = list(writes)
        self._tree.apply(changed)
        self._values.update(changed)
        self._keep(preimages)


def initial_content(initial: InitialState) -> tuple[list[tuple[bytes, bytes]], list[bytes]]:
    """Give the leaves of an initial state in index order from 2 on, and its preimages."""
    slots = implied_slots(initial)
    preimages = []
    for account in initial.accounts.values():
        if account.record is not None:
            preimages += [account.record, account.full_code]
    ordered = sorted(slots.items()) if initial.leaves is None else list(initial.leaves)
    return ordered, [*preimages, *initial.preimages]


def implied_slots(initial: InitialState) -> dict[bytes, bytes]:
    """Give tree key and value of every slot that the accounts of a block file imply."""
    slots: dict[bytes, bytes] = {}
    for address, account in initial.accounts.items():
        if account.record is not None:
            slots[flat_key(ACCOUNT_PROPERTIES_ADDRESS, address)] = blake2s256(account.record)
        for key, value in account.storage.items():
            slots[flat_key(address, key)] = value.to_bytes(32, "big")
    return slots
