"""The node's store: the blocks with their transactions, results and logs, beside the state.

An LMDB database in the folder ``node`` of the state directory. Tables (keys -> values):
  meta          "format", "first" (the position before the first block that is kept)
  blocks        be8 number       -> the block (sealed_block.py)
  digests       be8 number       -> block hash 32 ‖ bloom of its logs 256
  hashes        block hash       -> be8 number
  transactions  transaction hash -> be8 number ‖ be4 index

A block is one transaction of the database. The store leads: a block is written here first, then
to the state; opening carries on what was left between the two (chain.py).

Errors:  StateError naming the folder.
"""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lmdb

from zkos.host.errors import InputError, StateError
from zkos.host.node.sealed_block import SealedBlock
from zkos.host.state.chain import ChainPosition
from zkos.host.state.directory import DATA_FILE, MAP_BYTES, fill_up

FOLDER = "node"
FORMAT = b"1"
TABLES = ("meta", "blocks", "digests", "hashes", "transactions")
HASH_BYTES = 32


class BlockStore:
    """The open store of a chain."""

    def __init__(self, directory: Path, chain_id: int, position: ChainPosition) -> None:
        """Open the store of a state directory; a new one begins at ``position``."""
        self._folder = directory / FOLDER
        self._chain_id = chain_id
        with self._explaining():
            self._folder.mkdir(exist_ok=True)
            self._environment = lmdb.open(
                str(self._folder), map_size=MAP_BYTES, max_dbs=len(TABLES)
            )
            fill_up(self._folder / DATA_FILE, self._environment)
            self._tables = {name: self._environment.open_db(name.encode()) for name in TABLES}
            if self._get("meta", b"format") is None:
                self._begin(position)
        if self._get("meta", b"format") != FORMAT:
            raise StateError(f"{self._folder} is of another version: expected format {FORMAT!r}")
        self.first = ChainPosition.decode(self._need("meta", b"first"))

    def close(self) -> None:
        """Close the database."""
        self._environment.close()

    @property
    def last_number(self) -> int:
        """Number of the latest block; the one before the first where there is none."""
        with self._explaining(), self._environment.begin() as transaction:
            cursor = transaction.cursor(db=self._tables["blocks"])
            return int.from_bytes(cursor.key(), "big") if cursor.last() else self.first.number

    def block(self, number: int) -> SealedBlock | None:
        """Give the block with a number."""
        found = self._get("blocks", _number_key(number))
        try:
            return None if found is None else SealedBlock.decode(found)
        except (zlib.error, ValueError, KeyError, InputError) as error:
            raise StateError(f"{self._folder} is damaged: block {number}: {error}") from error

    def digest(self, number: int) -> tuple[bytes, bytes] | None:
        """Give the hash of a block and the bloom filter of its logs."""
        found = self._get("digests", _number_key(number))
        return None if found is None else (found[:HASH_BYTES], found[HASH_BYTES:])

    def number_of(self, block_hash: bytes) -> int | None:
        """Give the number of the block with a hash."""
        found = self._get("hashes", block_hash)
        return None if found is None else int.from_bytes(found, "big")

    def place_of(self, transaction_hash: bytes) -> tuple[int, int] | None:
        """Give number of the block and index in it of the transaction with a hash."""
        found = self._get("transactions", transaction_hash)
        if found is None:
            return None
        return int.from_bytes(found[:8], "big"), int.from_bytes(found[8:], "big")

    def add(self, block: SealedBlock) -> None:
        """Put a block behind the others."""
        key = _number_key(block.number)
        with self._explaining(), self._environment.begin(write=True) as transaction:

            def put(table: str, at: bytes, value: bytes) -> None:
                transaction.put(at, value, db=self._tables[table])

            put("blocks", key, block.encode(self._chain_id))
            put("digests", key, block.hash + block.bloom)
            put("hashes", block.hash, key)
            for index in range(len(block.block.transactions)):
                put("transactions", block.hash_of(index), key + index.to_bytes(4, "big"))

    def _begin(self, position: ChainPosition) -> None:
        with self._environment.begin(write=True) as transaction:
            transaction.put(b"first", position.encode(), db=self._tables["meta"])
            transaction.put(b"format", FORMAT, db=self._tables["meta"])

    def _get(self, table: str, key: bytes) -> bytes | None:
        with self._explaining(), self._environment.begin() as transaction:
            found: bytes | None = transaction.get(key, db=self._tables[table])
            return found

    def _need(self, table: str, key: bytes) -> bytes:
        found = self._get(table, key)
        if found is None:
            raise StateError(f"{self._folder} is damaged: {table} lacks {key!r}")
        return found

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except (lmdb.Error, OSError) as error:
            raise StateError(f"{self._folder} cannot be used: {error}") from error


def _number_key(number: int) -> bytes:
    return number.to_bytes(8, "big")


def position_hash(hashes: Sequence[int]) -> bytes:
    """Give the newest of some block hashes as bytes."""
    return hashes[0].to_bytes(HASH_BYTES, "big")
