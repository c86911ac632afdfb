"""A batch of blocks as the host holds it: what a block file says, with all defaults filled in.

Docs:    docs/block-file.md.
Units:   prices and fees in wei; hashes of earlier blocks newest first, as in the file (the
         oracle sends them oldest first).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, IntEnum

BLOCK_HASHES = 256
"""How many earlier block hashes a block knows."""


class Flavour(Enum):
    """Which kernel images run the batch (architecture, "flavour")."""

    PRODUCTION = "production"
    ETHEREUM = "ethereum"


class TransactionFormat(IntEnum):
    """How the bytes of a transaction are encoded (oracle query 0x40060002)."""

    ABI = 0
    RLP = 1


@dataclass(frozen=True)
class OfferedTransaction:
    """A transaction as the oracle offers it."""

    encoded: bytes
    format: TransactionFormat = TransactionFormat.RLP
    stated_sender: int | None = None
    """What the oracle claims; None: the address recovered from the signature."""


@dataclass(frozen=True)
class Block:
    """One block of a batch."""

    number: int
    timestamp: int
    gas_limit: int
    pubdata_limit: int
    base_fee: int
    native_price: int
    pubdata_price: int
    coinbase: int
    mix_hash: int
    block_hashes: tuple[int, ...] | None
    """Newest first; None: those of the block before, shifted by its computed hash."""
    last_block_timestamp: int
    excess_blob_gas: int
    parent_beacon_block_root: int
    transactions: tuple[OfferedTransaction, ...]


@dataclass(frozen=True)
class PreAccount:
    """An address of the initial state."""

    record: bytes | None
    """The 124-byte account record; None: the address has no account slot."""
    full_code: bytes
    """Code, padding and artifacts; empty when there is none."""
    storage: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class InitialState:
    """The state before the first block."""

    accounts: dict[int, PreAccount] = field(default_factory=dict)
    leaves: tuple[tuple[bytes, bytes], ...] | None = None
    """Key and value of every leaf from index 2 on; None: the implied slots in key order."""
    preimages: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Blocks that are run, and proved, together."""

    flavour: Flavour
    chain_id: int
    da_commitment_scheme: int
    initial_state: InitialState
    blocks: Sequence[Block]
