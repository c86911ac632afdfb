"""The database of a chain's state: one directory, one atomic commit a block.

Besides the tables of the state (stored_state.py) it has:
  meta    "format", "chain" (id, flavour), "first" (position before the first block)
  blocks  be8 height -> root 32 ‖ be8 next free slot ‖ block hash 32 ‖ be8 timestamp;
          height 0 is the state before the first block
  undo    be8 height -> what the block replaced (undo.py), for the latest blocks only

LMDB writes a commit to unused pages and then exchanges the root of the file, so that a process
which is killed leaves the state before or after a block. Opening reads a few pages whatever the
size. One process at a time has a directory open.

Units:   heights count blocks from the first one.
Errors:  StateError naming the directory.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lmdb

from zkos.host.batch import BLOCK_HASHES, Flavour
from zkos.host.errors import StateError
from zkos.host.hashing import blake2s256
from zkos.host.state.chain import ChainIdentity, ChainPosition
from zkos.host.state.stored_state import TABLES, StoredState, chunk_key
from zkos.host.state.tree_format import GUARDS, HASH_BYTES, LAYERS, ZERO_VALUE
from zkos.host.state.undo import Undo, encode_undo

FORMAT = 1
KEPT_BLOCKS = 256
"""How many blocks back the state can be read and proved."""
DATA_FILE, LOCK_FILE = "data.mdb", "zkos.lock"
MAP_BYTES = 1 << 40
"""Address space for the file, which itself grows with what is in it."""
_FORMAT_KEY, _CHAIN_KEY, _FIRST_KEY = b"format", b"chain", b"first"


@dataclass(frozen=True)
class BlockEntry:
    """What is kept of every block."""

    root: bytes
    next_free_slot: int
    block_hash: bytes
    timestamp: int

    def encode(self) -> bytes:
        """Give the 80 bytes."""
        numbers = [number.to_bytes(8, "big") for number in (self.next_free_slot, self.timestamp)]
        return self.root + numbers[0] + self.block_hash + numbers[1]

    @classmethod
    def decode(cls, encoded: bytes) -> "BlockEntry":
        """Read the 80 bytes."""
        return cls(
            encoded[:32],
            int.from_bytes(encoded[32:40], "big"),
            encoded[40:72],
            int.from_bytes(encoded[72:], "big"),
        )


class StateDatabase:
    """An open state directory."""

    def __init__(self, directory: Path, *, kept_blocks: int = KEPT_BLOCKS) -> None:
        """Open a directory that ``create`` made."""
        self.directory = directory
        self._kept_blocks = kept_blocks
        self.height = 0
        """How many blocks have been committed."""
        if not (directory / DATA_FILE).is_file():
            raise StateError(f"{directory} is not a state directory: it has no {DATA_FILE}")
        self._lock = _lock(directory)
        try:
            with self._explaining():
                self._open()
        except BaseException:
            self.close()
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
        lock = _lock(directory)
        try:
            environment = _open_environment(directory)
            with environment.begin(write=True) as transaction:
                tables = {
                    name: environment.open_db(name.encode(), txn=transaction)
                    for name in _ALL_TABLES
                }
                state = StoredState(transaction, tables, bytes(HASH_BYTES), 0)
                guards = [(guard.key, ZERO_VALUE) for guard in GUARDS]
                state.apply([*guards, *slots], preimages)
                entry = BlockEntry(
                    state.root(),
                    state.next_free_slot,
                    first.block_hashes[0].to_bytes(HASH_BYTES, "big"),
                    first.timestamp,
                )
                transaction.put(_height_key(0), entry.encode(), db=tables["blocks"])
                _write_meta(transaction, tables["meta"], identity, first)
            environment.close()
        finally:
            os.close(lock)
        return cls(directory, kept_blocks=kept_blocks)

    def close(self) -> None:
        """Give the directory free."""
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
        with self._explaining(), self._environment.begin() as transaction:
            later = [
                Undo(self._get(transaction, "undo", _height_key(one)))
                for one in range(self.height, height, -1)
            ]
            entry = self._entry(height)
            yield StoredState(transaction, self._tables, entry.root, entry.next_free_slot, later)

    @contextmanager
    def attempt(self) -> Iterator[StoredState]:
        """Give the latest state for changes that are dropped at the end."""
        with self._explaining():
            transaction = self._environment.begin(write=True)
            try:
                yield self._latest(transaction)
            finally:
                transaction.abort()

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
        with self._explaining(), self._environment.begin(write=True) as transaction:
            state = self._latest(transaction)
            state.apply(writes, preimages)
            root = state.root()
            if expected_root is not None and root != expected_root:
                raise StateError(
                    f"{self.directory}: expected root 0x{expected_root.hex()} after block "
                    f"{position.number}, got 0x{root.hex()}"
                )
            entry = BlockEntry(
                root,
                state.next_free_slot,
                position.block_hashes[0].to_bytes(HASH_BYTES, "big"),
                position.timestamp,
            )
            key = _height_key(height)
            transaction.put(key, entry.encode(), append=True, db=self._tables["blocks"])
            record = encode_undo(state.replaced)
            transaction.put(key, record, append=True, db=self._tables["undo"])
            self._prune(transaction, height - self._kept_blocks)
        self.height = height
        return root

    def _prune(self, transaction: Any, height: int) -> None:
        """Forget what blocks up to a height replaced."""
        cursor = transaction.cursor(db=self._tables["undo"])
        while cursor.first() and cursor.key() <= _height_key(max(height, 0)):
            cursor.delete()

    # ------------------------------------------------------------------ inside

    def _open(self) -> None:
        self._environment = _open_environment(self.directory)
        _fill_up(self.directory / DATA_FILE, self._environment)
        with self._environment.begin() as transaction:
            main = transaction.stat()["entries"]
        if main == 0:
            raise StateError(f"{self.directory} is not a state directory: its database is empty")
        self._tables = {
            name: self._environment.open_db(name.encode(), create=False) for name in _ALL_TABLES
        }
        with self._environment.begin() as transaction:
            found = self._get(transaction, "meta", _FORMAT_KEY).decode("ascii", "replace")
            if found != str(FORMAT):
                raise StateError(
                    f"{self.directory} has format {found}, and this version reads format {FORMAT}"
                )
            chain = json.loads(self._get(transaction, "meta", _CHAIN_KEY))
            self.identity = ChainIdentity(chain["chain_id"], Flavour(chain["flavour"]))
            first = json.loads(self._get(transaction, "meta", _FIRST_KEY))
            hashes = tuple(int(one, 16) for one in first["block_hashes"])
            self._first = ChainPosition(first["number"], first["timestamp"], hashes)
            cursor = transaction.cursor(db=self._tables["blocks"])
            cursor.last()
            self.height = int.from_bytes(cursor.key(), "big")
            top = self._get(transaction, "chunks", chunk_key(LAYERS - 1, 0))
        if blake2s256(top[-2 * HASH_BYTES :]) != self.last.root:
            raise StateError(f"{self.directory} is damaged: its tree does not have its root")

    def _get(self, transaction: Any, table: str, key: bytes) -> bytes:
        found: bytes | None = transaction.get(key, db=self._tables[table])
        if found is None:
            raise StateError(f"{self.directory} is damaged: {table} lacks 0x{key.hex()}")
        return found

    def _entry(self, height: int) -> BlockEntry:
        with self._explaining(), self._environment.begin() as transaction:
            return BlockEntry.decode(self._get(transaction, "blocks", _height_key(height)))

    def _height_of(self, number: int) -> int:
        height = (number - self._first.number) % 2**64
        if height > self.height:
            raise StateError(f"{self.directory} has no block {number}")
        return height

    def _latest(self, transaction: Any) -> StoredState:
        entry = self.last
        return StoredState(transaction, self._tables, entry.root, entry.next_free_slot)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Turn the library's errors into ours."""
        try:
            yield
        except lmdb.Error as error:
            raise StateError(f"{self.directory} cannot be used: {error}") from error


_ALL_TABLES: Sequence[str] = ("meta", "blocks", "undo", *TABLES)


def is_unused(directory: Path) -> bool:
    """Say whether a new state may be made in a directory: it is empty, or not there."""
    try:
        return not any(directory.iterdir())
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    except OSError as error:
        raise StateError(f"cannot read {directory}: {error.strerror}") from error


def _height_key(height: int) -> bytes:
    return height.to_bytes(8, "big")


def _open_environment(directory: Path) -> Any:
    return lmdb.open(str(directory), map_size=MAP_BYTES, max_dbs=len(_ALL_TABLES))


def _fill_up(data: Path, environment: Any) -> None:
    """Make a file that was cut off as long as it was.

    Reading past its end would end this process; the zeros that are read now are an error of the
    library. A whole file may lack pages that nothing refers to.
    """
    expected = (environment.info()["last_pgno"] + 1) * environment.stat()["psize"]
    if data.stat().st_size < expected:
        os.truncate(data, expected)


def _write_meta(
    transaction: Any, table: Any, identity: ChainIdentity, first: ChainPosition
) -> None:
    chain = {"chain_id": identity.chain_id, "flavour": identity.flavour.value}
    start = {
        "number": first.number,
        "timestamp": first.timestamp,
        "block_hashes": [hex(one) for one in first.block_hashes],
    }
    transaction.put(_FORMAT_KEY, str(FORMAT).encode(), db=table)
    transaction.put(_CHAIN_KEY, json.dumps(chain).encode(), db=table)
    transaction.put(_FIRST_KEY, json.dumps(start).encode(), db=table)


def _lock(directory: Path) -> int:
    """Take the directory for this process; the system gives it back when the process ends."""
    try:
        lock = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StateError(f"cannot use {directory}: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise StateError(f"{directory} is in use by another process") from error
    return lock
