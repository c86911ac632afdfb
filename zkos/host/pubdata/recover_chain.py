"""A chain rebuilt from genesis and pubdata: in memory, or into a state directory.

Errors:  PubdataError, StateError.
"""

from collections.abc import Sequence
from pathlib import Path

from zkos.host.batch import Batch
from zkos.host.commitments import ChainState
from zkos.host.pubdata.decoder import BlockPubdata
from zkos.host.pubdata.recover import KnownCodes, changes_of
from zkos.host.state.chain import ChainPosition, position_before
from zkos.host.state.database import StateDatabase
from zkos.host.state.state import MemoryState, State
from zkos.host.state_run import create_database


def recover_chain(
    genesis: Batch, blocks: Sequence[BlockPubdata], codes: KnownCodes, directory: Path | None = None
) -> ChainState:
    """Rebuild the state from what ``genesis`` begins with; its own blocks do not matter.

    With a directory it is made there, block by block. Gives where the chain stands.
    """
    position = position_before(genesis)
    if directory is None:
        state = MemoryState(genesis.initial_state)
        for block in blocks:
            state.apply(*changes_of(block, state, codes))
            position = _after(position, block)
        return _chain_state(position, state)
    database = create_database(directory, genesis)
    try:
        with database:
            for block in blocks:
                _commit(database, block, codes)
            with database.state() as stored:
                return _chain_state(database.position, stored)
    except BaseException:
        for file in directory.iterdir():  # it was new or empty, and may be used for another try
            file.unlink()
        raise


def _commit(database: StateDatabase, block: BlockPubdata, codes: KnownCodes) -> None:
    with database.state() as state:
        writes, preimages = changes_of(block, state, codes)
    database.commit(_after(database.position, block), writes, preimages)


def _after(position: ChainPosition, block: BlockPubdata) -> ChainPosition:
    return position.after(int.from_bytes(block.block_hash, "big"), block.timestamp)


def _chain_state(position: ChainPosition, state: State) -> ChainState:
    return ChainState(
        root=state.root(),
        next_free_slot=state.next_free_slot,
        number=position.number,
        block_hashes=position.block_hashes,
        timestamp=position.timestamp,
    )
