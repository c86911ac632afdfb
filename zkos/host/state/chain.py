"""Where a chain stands between two blocks, and which chain it is.

Units:   block hashes as numbers, newest first.
"""

from dataclasses import dataclass

from zkos.host.batch import BLOCK_HASHES, Batch, Flavour


@dataclass(frozen=True)
class ChainPosition:
    """The last block of a chain."""

    number: int
    timestamp: int
    block_hashes: tuple[int, ...]
    """The 256 last ones, that of this block first."""

    def after(self, block_hash: int, timestamp: int) -> "ChainPosition":
        """Give the position after another block."""
        hashes = (block_hash, *self.block_hashes[: BLOCK_HASHES - 1])
        return ChainPosition((self.number + 1) % 2**64, timestamp, hashes)


@dataclass(frozen=True)
class ChainIdentity:
    """What stays the same from block to block."""

    chain_id: int
    flavour: Flavour


def position_before(batch: Batch) -> ChainPosition:
    """Give the position that the first block of a batch says it continues."""
    first = batch.blocks[0]
    return ChainPosition(
        (first.number - 1) % 2**64,
        first.last_block_timestamp,
        first.block_hashes or (0,) * BLOCK_HASHES,
    )
