"""The database of a chain's state: one directory, one atomic commit a block.

Tables of LMDB (keys -> values):
  meta       "format", "chain" (id, flavour), "first" (position before the first block),
             "tree" (what the file of the tree holds: be8 number of leaves, directory bits)
  blocks     be8 height -> root 32 ‖ be8 next free slot ‖ block hash 32 ‖ be8 timestamp;
             height 0 is the state before the first block
  undo       be8 height -> what the block replaced (tree_change.py), for the latest blocks only
  journal    be8 height -> the leaves that the block changed, until the tree's file has them
  preimages  blake2s hash -> the bytes

The tree is worked on in memory, over a file (tree_file.py). A block is one transaction; LMDB writes
to unused pages and then exchanges the root of the file, so that a process which is killed leaves
the state before or after a block. When the journal is long enough, and at the end, comes a
*checkpoint*: what changed is written to the tree's file, and then the journal is cut. Opening does
again what the journal has: nothing, after a clean end. One process at a time has a directory open.

Units:   heights count blocks from the first one.
Errors:  StateError naming the directory.
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lmdb

from zkos.host.batch import BLOCK_HASHES, Flavour
from zkos.host.errors import StateError
from zkos.host.hashing import blake2s256
from zkos.host.state.chain import ChainIdentity, ChainPosition
from zkos.host.state.directory import (
    CHAIN_KEY,
    DATA_FILE,
    FIRST_KEY,
    FORMAT,
    FORMAT_KEY,
    TABLES,
    TREE_FILE,
    TREE_KEY,
    BlockEntry,
    entry_of,
    fill_up,
    height_key,
    is_unused,
    lock_directory,
    make_directory,
    open_environment,
    write_tree_meta,
)
from zkos.host.state.stored_state import Past, StoredState
from zkos.host.state.tree_change import Undo, decode_journal_record
from zkos.host.state.tree_file import TreeFile
from zkos.host.state.tree_format import HASH_BYTES, LAYERS

KEPT_BLOCKS = 256
"""How many blocks back the state can be read and proved."""
JOURNAL_BYTES = 1 << 25
"""How long the journal may get: 220,000 new leaves, or a second when opening after a kill."""


class StateDatabase:
    """An open state directory."""

    def __init__(
        self,
        directory: Path,
        *,
        kept_blocks: int = KEPT_BLOCKS,
        journal_bytes: int = JOURNAL_BYTES,
    ) -> None:
        """Open a directory that ``create`` made."""
        self.directory = directory
        self._kept_blocks = kept_blocks
        self._most_journal_bytes = journal_bytes
        self.height = 0
        """How many blocks have been committed."""
        self.journal_bytes = 0
        """How much has been committed that the tree's file does not have."""
        self._readers = 0
        self._is_changing = False
        self._tree: TreeFile | None = None
        if not (directory / DATA_FILE).is_file():
            raise StateError(f"{directory} is not a state directory: it has no {DATA_FILE}")
        self._lock = lock_directory(directory)
        try:
            with self._explaining():
                self._open()
        except BaseException:
            self._release()
            raise

    @classmethod
    def create(
        cls,
        directory: Path,
        identity: ChainIdentity,
        first: ChainPosition,
        slots: Iterable[tuple[bytes, bytes]] = (),
        preimages: Iterable[bytes] = (),
        *,
        kept_blocks: int = KEPT_BLOCKS,
    ) -> "StateDatabase":
        """Make a directory with the state before a chain's first block and open it.

        ``slots`` are the leaves from index 2 on. The directory is new or empty.
        """
        if not is_unused(directory):
            raise StateError(f"{directory} is in the way of a new state directory: it is not empty")
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"cannot make {directory}: {error.strerror}") from error
        lock = lock_directory(directory)
        try:
            if not is_unused(directory):
                raise StateError(f"{directory} is in use by another process")
            make_directory(directory, identity, first, slots, preimages)
        except (OSError, lmdb.Error) as error:
            raise StateError(f"cannot make {directory}: {error}") from error
        finally:
            os.close(lock)
        return cls(directory, kept_blocks=kept_blocks)

    def close(self) -> None:
        """Give the directory free, with nothing in the journal."""
        try:
            if self._tree is not None and not self._tree.is_torn:
                self.checkpoint()
        finally:
            self._release()

    def _release(self) -> None:
        if self._tree is not None:
            self._tree.close()
            self._tree = None
        environment = getattr(self, "_environment", None)
        if environment is not None:
            environment.close()
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> "StateDatabase":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ what is in it

    @property
    def last(self) -> BlockEntry:
        """The latest block."""
        return self._entry(self.height)

    @property
    def position(self) -> ChainPosition:
        """Where the chain stands."""
        newest = [
            int.from_bytes(self._entry(height).block_hash, "big")
            for height in range(self.height, max(self.height - BLOCK_HASHES, 0), -1)
        ]
        hashes = (*newest, *self._first.block_hashes)[:BLOCK_HASHES]
        number = (self._first.number + self.height) % 2**64
        return ChainPosition(number, self.last.timestamp, hashes)

    def root_after(self, number: int) -> bytes:
        """Give the root after the block with this number; every block's is kept."""
        return self._entry(self._height_of(number)).root

    @contextmanager
    def state(self, number: int | None = None) -> Iterator[StoredState]:
        """Read the state after the block with this number, the latest by default."""
        height = self.height if number is None else self._height_of(number)
        oldest = self.height - self._kept_blocks
        if height < oldest:
            kept = (self._first.number + oldest) % 2**64
            raise StateError(f"the state after block {number} is pruned; the oldest kept is {kept}")
        self._refuse_while(self._is_changing, "changed")
        self._readers += 1
        try:
            with self._explaining(), self._environment.begin() as transaction:
                yield self._state(transaction, self._past(transaction, height))
        finally:
            self._readers -= 1

    def _past(self, transaction: Any, height: int) -> Past | None:
        if height == self.height:
            return None
        later = [
            Undo(self._get(transaction, "undo", height_key(one)))
            for one in range(self.height, height, -1)
        ]
        entry = self._entry(height)
        return Past(entry.root, entry.next_free_slot, later)

    @contextmanager
    def attempt(self) -> Iterator[StoredState]:
        """Give the latest state for changes that are dropped at the end."""
        with self._explaining(), self._changing() as transaction:
            try:
                yield self._state(transaction)
            finally:
                self._drop(transaction)

    @contextmanager
    def _changing(self) -> Iterator[Any]:
        """Begin a transaction that writes, with nothing else under way."""
        self._refuse_while(self._readers > 0, "read")
        self._refuse_while(self._is_changing, "changed")
        self._is_changing = True
        try:
            yield self._environment.begin(write=True)
        finally:
            self._is_changing = False

    def _refuse_while(self, condition: bool, done: str) -> None:
        if condition:
            raise StateError(f"{self.directory}: its state is being {done}")

    def _drop(self, transaction: Any) -> None:
        """Forget what was changed in a transaction."""
        transaction.abort()
        self._open_tree.take_back()
        if self._open_tree.is_torn:
            self._load()

    # ------------------------------------------------------------------ changing it

    def commit(
        self,
        position: ChainPosition,
        writes: Iterable[tuple[bytes, bytes]],
        preimages: Iterable[bytes],
        expected_root: bytes | None = None,
    ) -> bytes:
        """Put a block's changes in, all or nothing; ``position`` is the one after it.

        Gives the new root. Where one is expected, changes that lead to another are dropped.
        """
        height = self.height + 1
        if position.number != (self._first.number + height) % 2**64:
            raise StateError(
                f"{self.directory}: expected block {(self._first.number + height) % 2**64} "
                f"next, got {position.number}"
            )
        if self.journal_bytes > self._most_journal_bytes:
            self.checkpoint()  # before the block, so that an error means that it is not in
        with self._explaining(), self._changing() as transaction:
            try:
                state = self._state(transaction)
                state.apply(writes, preimages)
                root = state.root()
                if expected_root is not None and root != expected_root:
                    raise StateError(
                        f"{self.directory}: expected root 0x{expected_root.hex()} after block "
                        f"{position.number}, got 0x{root.hex()}"
                    )
                journal_bytes = self._put_block(transaction, height, position)
            except BaseException:
                self._drop(transaction)
                raise
            try:
                transaction.commit()
                self._open_tree.accept()
                self.height = height
            except BaseException:
                self._load()  # the database knows whether the block is in it
                raise
            self.journal_bytes += journal_bytes
        return root

    def _put_block(self, transaction: Any, height: int, position: ChainPosition) -> int:
        """Put what is kept of a block into the tables; gives the length of its journal record."""
        tree = self._open_tree
        key = height_key(height)
        entry = entry_of(tree, position)
        transaction.put(key, entry.encode(), append=True, db=self._tables["blocks"])
        undo, journal = tree.latest.undo_record(), tree.latest.journal_record()
        transaction.put(key, undo, append=True, db=self._tables["undo"])
        self._prune(transaction, height - self._kept_blocks)
        if journal:
            transaction.put(key, journal, append=True, db=self._tables["journal"])
        return len(journal)

    def checkpoint(self) -> None:
        """Put what the journal has into the tree's file, and cut the journal."""
        self._refuse_while(self._is_changing, "changed")
        if self.journal_bytes == 0:
            return
        with self._explaining():
            self._open_tree.write()
            with self._environment.begin(write=True) as transaction:
                write_tree_meta(transaction, self._tables["meta"], self._open_tree)
                transaction.drop(self._tables["journal"], delete=False)
        self.journal_bytes = 0

    def _prune(self, transaction: Any, height: int) -> None:
        """Forget what blocks up to a height replaced."""
        cursor = transaction.cursor(db=self._tables["undo"])
        while cursor.first() and cursor.key() <= height_key(max(height, 0)):
            cursor.delete()

    # ------------------------------------------------------------------ inside

    def _open(self) -> None:
        self._environment = open_environment(self.directory)
        fill_up(self.directory / DATA_FILE, self._environment)
        with self._environment.begin() as transaction:
            main = transaction.stat()["entries"]
        if main == 0:
            raise StateError(f"{self.directory} is not a state directory: its database is empty")
        self._tables = {"meta": self._environment.open_db(b"meta", create=False)}
        with self._environment.begin() as transaction:
            found = self._get(transaction, "meta", FORMAT_KEY).decode("ascii", "replace")
            if found != str(FORMAT):
                raise StateError(
                    f"{self.directory} has format {found}, and this version reads format {FORMAT}"
                )
            chain = json.loads(self._get(transaction, "meta", CHAIN_KEY))
            self.identity = ChainIdentity(chain["chain_id"], Flavour(chain["flavour"]))
            self._first = ChainPosition.decode(self._get(transaction, "meta", FIRST_KEY))
        for name in TABLES:
            self._tables[name] = self._environment.open_db(name.encode(), create=False)
        self._load()

    def _load(self) -> None:
        """Read the height and open the tree as the last block left it."""
        if self._tree is not None:
            self._tree.close()
            self._tree = None
        with self._environment.begin() as transaction:
            cursor = transaction.cursor(db=self._tables["blocks"])
            cursor.last()
            self.height = int.from_bytes(cursor.key(), "big")
            last = BlockEntry.decode(cursor.value())
            found = self._get(transaction, "meta", TREE_KEY)
            journal = [bytes(value) for _, value in transaction.cursor(db=self._tables["journal"])]
        self.journal_bytes = sum(map(len, journal))
        tree = TreeFile(self.directory / TREE_FILE, int.from_bytes(found[:8], "big"), found[8])
        try:
            tree.restore(list(map(decode_journal_record, journal)), last.next_free_slot)
            top = tree.chunk(LAYERS - 1, 0)[-2 * HASH_BYTES :]
            if {blake2s256(top), tree.root()} != {last.root}:
                raise StateError(f"{self.directory} is damaged: its tree does not have its root")
        except ValueError as error:
            tree.close()
            raise StateError(f"{self.directory} is damaged: {error}") from error
        except BaseException:
            tree.close()
            raise
        self._tree = tree

    def _get(self, transaction: Any, table: str, key: bytes) -> bytes:
        found: bytes | None = transaction.get(key, db=self._tables[table])
        if found is None:
            raise StateError(f"{self.directory} is damaged: {table} lacks 0x{key.hex()}")
        return found

    def _entry(self, height: int) -> BlockEntry:
        with self._explaining(), self._environment.begin() as transaction:
            return BlockEntry.decode(self._get(transaction, "blocks", height_key(height)))

    def _height_of(self, number: int) -> int:
        height = (number - self._first.number) % 2**64
        if height > self.height:
            raise StateError(f"{self.directory} has no block {number}")
        return height

    def _state(self, transaction: Any, past: Past | None = None) -> StoredState:
        return StoredState(self._open_tree, transaction, self._tables["preimages"], past)

    @property
    def _open_tree(self) -> TreeFile:
        if self._tree is None:
            raise StateError(f"{self.directory} is closed")
        return self._tree

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Turn the library's errors into ours."""
        try:
            yield
        except lmdb.Error as error:
            raise StateError(f"{self.directory} cannot be used: {error}") from error
