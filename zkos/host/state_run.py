"""Running a batch on a state directory, which it moves on block by block.

An unused directory becomes that of the chain whose first blocks the batch has. A run that fails
leaves the directory as it was; a process that is killed leaves it before or after a block.

Errors:  StateError, BlockFileError for a batch that does not continue the chain; those of a run.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from zkos.host.batch import Batch
from zkos.host.batch_run import memory_state
from zkos.host.block_file import load
from zkos.host.errors import BlockFileError, StateError, reading
from zkos.host.ledger import Ledger
from zkos.host.state.chain import ChainIdentity, ChainPosition, position_before
from zkos.host.state.database import StateDatabase
from zkos.host.state.directory import is_unused
from zkos.host.state.state import State, initial_content


@dataclass(frozen=True)
class StateSession:
    """A batch and the state directory that it is to be run on."""

    directory: Path
    batch: Batch
    database: StateDatabase | None
    """None: the directory is unused so far."""

    def open_state(self, batch: Batch) -> AbstractContextManager[State]:
        """Give the state before the batch, for a ``Runner``."""
        return memory_state(batch) if self.database is None else self.database.attempt()

    def commit(self, ledger: Ledger) -> None:
        """Put the blocks of a run into the directory."""
        if self.database is not None:
            _commit(self.database, ledger)
            return
        with create_database(self.directory, self.batch) as database:
            _commit(database, ledger)


@contextmanager
def open_session(directory: Path, block: Path) -> Iterator[StateSession]:
    """Read a block file that is to be run on a state directory, which stays open meanwhile."""
    if is_unused(directory):
        batch = _load(block)
        check_continuation(batch, position_before(batch), block)
        yield StateSession(directory, batch, None)
        return
    with StateDatabase(directory) as database:
        batch = _load(block, database.position)
        _check_identity(batch, database)
        check_continuation(batch, database.position, block)
        yield StateSession(directory, batch, database)


def create_database(directory: Path, batch: Batch) -> StateDatabase:
    """Make the state directory of a chain out of what its first batch begins with."""
    slots, preimages = initial_content(batch.initial_state)
    identity = ChainIdentity(batch.chain_id, batch.flavour)
    return StateDatabase.create(directory, identity, position_before(batch), slots, preimages)


def _load(block: Path, after: ChainPosition | None = None) -> Batch:
    with reading(block):
        return load(block, after)


def _check_identity(batch: Batch, database: StateDatabase) -> None:
    given = ChainIdentity(batch.chain_id, batch.flavour)
    if given != database.identity:
        raise StateError(
            f"{database.directory} is of {_describe(database.identity)}, "
            f"and the batch is of {_describe(given)}"
        )


def _describe(identity: ChainIdentity) -> str:
    return f"chain {identity.chain_id} ({identity.flavour.value})"


def check_continuation(batch: Batch, position: ChainPosition, block: Path) -> None:
    """Raise BlockFileError unless the blocks follow a position one after the other."""
    number, timestamp = position.number, position.timestamp
    for at, one in enumerate(batch.blocks):
        path = f"blocks[{at}]." if len(batch.blocks) > 1 else ""
        number = (number + 1) % 2**64
        _expect(f"{path}block.number", number, one.number, block)
        _expect(f"{path}last_block_timestamp", timestamp, one.last_block_timestamp, block)
        expected = position.block_hashes if at == 0 else None
        if one.block_hashes != expected:
            raise _refuse(
                f"{path}block.block_hashes", "differ from those of the chain; leave them out", block
            )
        timestamp = one.timestamp


def _expect(path: str, expected: int, given: int, block: Path) -> None:
    if given != expected:
        raise _refuse(path, f"expected {expected} to continue the chain, got {given}", block)


def _refuse(path: str, problem: str, block: Path) -> BlockFileError:
    error = BlockFileError(path, problem)
    error.context = str(block)
    return error


def _commit(database: StateDatabase, ledger: Ledger) -> None:
    for settled in ledger.blocks:
        changes = settled.outcome.changes
        position = database.position.after(changes.block_hash, settled.block.timestamp)
        database.commit(position, changes.writes, changes.preimages, settled.after.root)
