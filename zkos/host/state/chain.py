"""Where a chain stands between two blocks, and which chain it is.

Units:   block hashes as numbers, newest first.
"""

import json
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

    def encode(self) -> bytes:
        """Give the position as JSON."""
        hashes = [hex(one) for one in self.block_hashes]
        document = {"number": self.number, "timestamp": self.timestamp, "block_hashes": hashes}
        return json.dumps(document).encode()

    @classmethod
    def decode(cls, encoded: bytes) -> "ChainPosition":
        """Read what ``encode`` gave."""
        document = json.loads(encoded)
        hashes = tuple(int(one, 16) for one in document["block_hashes"])
        return cls(document["number"], document["timestamp"], hashes)


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
