"""The node's chain: a state directory, and the store of blocks beside it.

The store leads. A block is run, written to the store, then put into the state; each of the two is
atomic and on the disk when it returns. So a process that is killed leaves the state at the store's
last block or one before it, and opening runs what the state lacks from the store once more.

Errors:  StateError for a directory that was changed by another command, or is not of a chain that
         the node can go on with; the errors of a run.
"""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from zkos.host.batch import BLOCK_HASHES, Batch, Block, Flavour, OfferedTransaction
from zkos.host.batch_run import Runner
from zkos.host.errors import InputError, StateError
from zkos.host.executors.kernel_images import Progress
from zkos.host.ledger import Ledger
from zkos.host.node.genesis import first_block, genesis_position
from zkos.host.node.sealed_block import SealedBlock, batch_of, sealed_block
from zkos.host.node.settings import BlockSettings
from zkos.host.node.store import BlockStore, position_hash
from zkos.host.sequencer.block_builder import Verdict, build_block
from zkos.host.state.chain import ChainIdentity
from zkos.host.state.database import StateDatabase
from zkos.host.state.directory import is_unused
from zkos.host.state.state import MemoryState, State, initial_content
from zkos.host.state.stored_state import StoredState

KEPT_DECODED = 64
"""Blocks that are kept decoded: the ones that were asked for last."""


@dataclass(frozen=True)
class Sealed:
    """What became of some candidates."""

    block: SealedBlock | None
    """None where none of them was included."""
    verdicts: Sequence[Verdict]


class Chain:
    """An open chain."""

    def __init__(self, database: StateDatabase, progress: Progress | None = None) -> None:
        """Open the chain in a state directory, which is closed with it."""
        self._database = database
        self._runner = Runner(progress=progress, open_state=self._attempt)
        self.chain_id = database.identity.chain_id
        self._decoded: dict[int, SealedBlock] = {}
        self._is_behind = False
        """Whether the store has a block that the state could not take."""
        if database.identity.flavour is not Flavour.PRODUCTION:
            raise StateError(f"{database.directory}: a node is for chains of flavour production")
        self._store = BlockStore(database.directory, self.chain_id, database.position)
        try:
            self.first = first_block(
                self._store.first, database.root_after(self._store.first.number)
            )
            self.catch_up()
        except BaseException:
            self._store.close()
            raise

    def close(self) -> None:
        """Close store and state."""
        self._store.close()
        self._database.close()

    def _attempt(self, _: Batch) -> AbstractContextManager[State]:
        return self._database.attempt()

    def catch_up(self) -> None:
        """Put the blocks into the state that were written to the store only, and go on there."""
        directory, last = self._database.directory, self._store.last_number
        if self._database.position.number > last:
            raise StateError(
                f"{directory} went on without its node: the state is at block "
                f"{self._database.position.number}, the node's store at {last} "
                f"(remove {directory}/node to begin a new one there)"
            )
        for number in range(self._database.position.number + 1, last + 1):
            kept = self.need_block(number)
            block = replace(kept.block, block_hashes=self.hashes_before(number))
            ledger = self._runner.run_forward(batch_of(block, self.chain_id)).ledger
            self._commit(ledger, kept)
        if self._database.last.block_hash != self.need_block(last).hash:
            raise StateError(f"{directory}: block {last} of the node's store is not the state's")
        self.head = self.need_block(last)
        self._is_behind = False

    # ------------------------------------------------------------------ reading

    def block(self, number: int) -> SealedBlock | None:
        """Give the block with a number, None where it is not kept."""
        if number == self.first.number:
            return self.first
        found = self._decoded.pop(number, None) or self._store.block(number)
        if found is not None:
            self._keep(found)
        return found

    def need_block(self, number: int) -> SealedBlock:
        """Give the block with a number that must be there."""
        found = self.block(number)
        if found is None:
            raise StateError(f"{self._database.directory}/node is damaged: it lacks {number}")
        return found

    def _keep(self, block: SealedBlock) -> None:
        self._decoded[block.number] = block
        while len(self._decoded) > KEPT_DECODED:
            del self._decoded[next(iter(self._decoded))]

    def number_of(self, block_hash: bytes) -> int | None:
        """Give the number of the block with a hash."""
        if block_hash == self.first.hash:
            return self.first.number
        return self._store.number_of(block_hash)

    def place_of(self, transaction_hash: bytes) -> tuple[SealedBlock, int] | None:
        """Give block and index of a transaction."""
        found = self._store.place_of(transaction_hash)
        return None if found is None else (self.need_block(found[0]), found[1])

    def bloom(self, number: int) -> bytes:
        """Give the bloom filter of a block's logs."""
        found = self._store.digest(number)
        return self.first.bloom if found is None else found[1]

    def hashes_before(self, number: int) -> tuple[int, ...]:
        """Give the hashes of 256 blocks before a block, newest first."""
        first = self._store.first
        newest = []
        for earlier in range(number - 1, max(number - 1 - BLOCK_HASHES, first.number), -1):
            digest = self._store.digest(earlier)
            if digest is None:
                raise StateError(f"{self._database.directory}/node is damaged: it lacks {earlier}")
            newest.append(int.from_bytes(digest[0], "big"))
        older = first.block_hashes[max(first.number - number + 1, 0) :]
        padded = (*newest, *older, *((0,) * BLOCK_HASHES))
        return padded[:BLOCK_HASHES]

    def state(self, number: int) -> AbstractContextManager[StoredState]:
        """Read the state after a block; blocks long ago have theirs no more."""
        return self._database.state(number)

    # ------------------------------------------------------------------ going on

    def next_block(self, settings: BlockSettings) -> Block:
        """Give the context of the block that would be sealed now."""
        if self._is_behind:
            self.catch_up()
        number = self.head.number + 1
        return Block(
            number=number,
            timestamp=max(int(time.time()), self.head.block.timestamp),
            gas_limit=settings.gas_limit,
            pubdata_limit=settings.pubdata_limit,
            base_fee=settings.base_fee,
            native_price=settings.native_price,
            pubdata_price=settings.pubdata_price,
            coinbase=settings.coinbase,
            mix_hash=1,
            block_hashes=self.hashes_before(number),
            last_block_timestamp=self.head.block.timestamp,
            excess_blob_gas=0,
            parent_beacon_block_root=0,
            transactions=(),
        )

    def context_of(self, block: SealedBlock, settings: BlockSettings) -> Block:
        """Give the context of a sealed block; that of the first one is like the next one's."""
        hashes = self.hashes_before(block.number)
        if block is self.first:
            coming = self.next_block(settings)
            number, timestamp = block.number, block.block.timestamp
            return replace(coming, number=number, timestamp=timestamp, block_hashes=hashes)
        return replace(block.block, block_hashes=hashes, transactions=())

    def seal(
        self, context: Block, candidates: Sequence[OfferedTransaction], *, may_be_empty: bool
    ) -> Sealed:
        """Build the next block from candidates and make it part of the chain."""
        block = replace(context, transactions=tuple(candidates))
        built = build_block(batch_of(block, self.chain_id), self._runner)
        ledger = built.run.ledger
        if not ledger.blocks[0].block.transactions and not may_be_empty:
            return Sealed(None, built.verdicts)
        parent = position_hash(context.block_hashes or (0,))
        sealed = sealed_block(ledger, parent)
        self._store.add(sealed)
        self._is_behind = True  # from here on the block is part of the chain, whatever happens
        self._commit(ledger, sealed)
        self._is_behind = False
        self._keep(sealed)
        self.head = sealed
        return Sealed(sealed, built.verdicts)

    def _commit(self, ledger: Ledger, kept: SealedBlock) -> None:
        """Put a block of the store into the state."""
        [settled] = ledger.blocks
        changes = settled.outcome.changes
        if changes.block_hash != int.from_bytes(kept.hash, "big"):
            raise StateError(
                f"{self._database.directory}: block {kept.number} of the node's store was made by "
                f"another kernel, or on another state: its hash is 0x{kept.hash.hex()}, "
                f"now 0x{changes.block_hash:064x}"
            )
        position = self._database.position.after(changes.block_hash, settled.block.timestamp)
        self._database.commit(position, changes.writes, changes.preimages, settled.after.root)


def open_chain(
    directory: Path,
    genesis: Batch,
    *,
    must_match: bool,
    progress: Progress | None = None,
) -> Chain:
    """Open the chain in a directory; a new one begins with a genesis.

    ``must_match``: the chain that is there must have begun with this genesis.
    """
    slots, preimages = initial_content(genesis.initial_state)
    if is_unused(directory):
        if genesis.flavour is not Flavour.PRODUCTION:
            raise InputError("flavour: a node is for chains of flavour production")
        identity = ChainIdentity(genesis.chain_id, genesis.flavour)
        position = genesis_position(genesis)
        database = StateDatabase.create(directory, identity, position, slots, preimages)
    else:
        database = StateDatabase(directory)
    try:
        if must_match:
            _check_genesis(database, genesis)
        return Chain(database, progress)
    except BaseException:
        database.close()
        raise


def _check_genesis(database: StateDatabase, genesis: Batch) -> None:
    if genesis.chain_id != database.identity.chain_id:
        raise StateError(
            f"{database.directory} is of chain {database.identity.chain_id}, "
            f"and the genesis of chain {genesis.chain_id}"
        )
    number = genesis_position(genesis).number
    if database.root_after(number) != MemoryState(genesis.initial_state).root():
        raise StateError(f"{database.directory} is of a chain that began with another genesis")
