"""The files of a state directory, and how one is made.

``data.mdb``    the database (database.py); it gets this name when everything else is there
``zkos.tree``   the tree (tree_file.py)
``zkos.lock``   locked by the process that has the directory open

Errors:  StateError naming the directory.
"""

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lmdb

from zkos.host.errors import StateError
from zkos.host.state.chain import ChainIdentity, ChainPosition
from zkos.host.state.stored_state import StoredState
from zkos.host.state.tree_file import TreeFile
from zkos.host.state.tree_format import HASH_BYTES

FORMAT = 2
DATA_FILE, LOCK_FILE, TREE_FILE = "data.mdb", "zkos.lock", "zkos.tree"
_NEW_FILE = "zkos.new"
_UNFINISHED = {LOCK_FILE, TREE_FILE, _NEW_FILE, f"{_NEW_FILE}-lock"}
"""What making a directory leaves behind when it is killed; its last step names the data file."""
MAP_BYTES = 1 << 40
"""Address space for the file, which itself grows with what is in it."""
FORMAT_KEY, CHAIN_KEY, FIRST_KEY, TREE_KEY = b"format", b"chain", b"first", b"tree"
TABLES = ("meta", "blocks", "undo", "journal", "preimages")


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


def is_unused(directory: Path) -> bool:
    """Say whether a new state may be made in a directory.

    It is empty, or not there, or making one in it has not come to its end.
    """
    try:
        return all(entry.name in _UNFINISHED for entry in directory.iterdir())
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    except OSError as error:
        raise StateError(f"cannot read {directory}: {error.strerror}") from error


def height_key(height: int) -> bytes:
    """Give the key of a block; those of later ones are greater."""
    return height.to_bytes(8, "big")


def open_environment(path: Path) -> Any:
    """Open the database in a directory, or in a file."""
    return lmdb.open(str(path), subdir=path.is_dir(), map_size=MAP_BYTES, max_dbs=len(TABLES))


def make_directory(
    directory: Path,
    identity: ChainIdentity,
    first: ChainPosition,
    slots: Iterable[tuple[bytes, bytes]],
    preimages: Iterable[bytes],
) -> None:
    """Make the files; the database gets its name when everything is there."""
    new = directory / _NEW_FILE
    new.unlink(missing_ok=True)
    tree = TreeFile.create(directory / TREE_FILE)
    environment = open_environment(new)
    try:
        with environment.begin(write=True) as transaction:
            tables = {name: environment.open_db(name.encode(), txn=transaction) for name in TABLES}
            StoredState(tree, transaction, tables["preimages"]).apply(slots, preimages)
            tree.write()
            transaction.put(height_key(0), entry_of(tree, first).encode(), db=tables["blocks"])
            _write_meta(transaction, tables["meta"], identity, first)
            write_tree_meta(transaction, tables["meta"], tree)
    finally:
        environment.close()
        tree.close()
    new.replace(directory / DATA_FILE)
    (directory / f"{_NEW_FILE}-lock").unlink()
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def entry_of(tree: TreeFile, position: ChainPosition) -> BlockEntry:
    """Give what is kept of the block that led to a tree."""
    block_hash = position.block_hashes[0].to_bytes(HASH_BYTES, "big")
    return BlockEntry(tree.root(), tree.next_free_slot, block_hash, position.timestamp)


def write_tree_meta(transaction: Any, table: Any, tree: TreeFile) -> None:
    """Note what the tree's file holds."""
    content = tree.next_free_slot.to_bytes(8, "big") + bytes([tree.bits])
    transaction.put(TREE_KEY, content, db=table)


def fill_up(data: Path, environment: Any) -> None:
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
    transaction.put(FORMAT_KEY, str(FORMAT).encode(), db=table)
    transaction.put(CHAIN_KEY, json.dumps(chain).encode(), db=table)
    transaction.put(FIRST_KEY, first.encode(), db=table)


def lock_directory(directory: Path) -> int:
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
