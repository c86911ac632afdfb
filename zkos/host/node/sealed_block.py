"""A block of the node's chain, as it is kept: its block file, and the result of its run.

What is kept of a block is what ``zkos run --json`` prints for it, and the block file that it
printed it for, apart from the 256 hashes of blocks before, which are kept once for the chain.

Header:  docs of block_header.py (kernel); written here a second time, with a library, for block 0.
Errors:  none.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import rlp

from zkos.host import block_file
from zkos.host.batch import Batch, Block, Flavour, InitialState, OfferedTransaction
from zkos.host.batch import TransactionFormat as Format
from zkos.host.block_file import BLOCK_QUANTITIES, DEFAULT_DA_SCHEME
from zkos.host.bloom import BLOOM_BYTES, bloom_of
from zkos.host.hashing import keccak256
from zkos.host.ledger import Ledger
from zkos.host.node.transactions import Transaction, read_transaction
from zkos.host.result_json import address, block_json, data

OMMERS_HASH = keccak256(rlp.encode([]))
NO_TRANSACTIONS = bytes(32)
HEADER_MIX_HASH = 1


@dataclass(frozen=True)
class SealedBlock:
    """A block that is part of the chain."""

    block: Block
    """Its context without hashes of earlier blocks, and its transactions."""
    parent_hash: bytes
    transactions_root: bytes
    """Rolling hash of the transactions."""
    senders: Sequence[int]
    public_input: str | None
    """What proving the block alone gives."""
    result: dict[str, Any]
    """As ``zkos run --json`` has it."""

    @property
    def number(self) -> int:
        """The block's number."""
        return self.block.number

    @cached_property
    def hash(self) -> bytes:
        """The block's hash."""
        return bytes.fromhex(self.result["block_hash"][2:])

    @cached_property
    def transactions(self) -> list[Transaction]:
        """The transactions' fields."""
        return [
            read_transaction(offered, sender)
            for offered, sender in zip(self.block.transactions, self.senders, strict=True)
        ]

    def hash_of(self, index: int) -> bytes:
        """Give the hash of a transaction."""
        return bytes.fromhex(self.result["transactions"][index]["hash"][2:])

    @cached_property
    def bloom(self) -> bytes:
        """Bloom filter of all logs of the block."""
        return bloom_of_logs(log for one in self.result["transactions"] for log in one["logs"])

    @cached_property
    def header(self) -> bytes:
        """The RLP of the header."""
        return header(self.block, self.parent_hash, self.transactions_root, self.gas_used)

    @property
    def gas_used(self) -> int:
        """Gas of all transactions."""
        used: int = self.result["gas_used"]
        return used

    def encode(self, chain_id: int) -> bytes:
        """Give the bytes that are kept."""
        document = {
            "block_file": block_document(self.block, chain_id),
            "parent_hash": data(self.parent_hash),
            "transactions_root": data(self.transactions_root),
            "senders": [address(sender) for sender in self.senders],
            "public_input": self.public_input,
            "result": self.result,
        }
        return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1)

    @classmethod
    def decode(cls, encoded: bytes) -> "SealedBlock":
        """Read what ``encode`` wrote."""
        document = json.loads(zlib.decompress(encoded))
        return cls(
            block=block_file.parse(document["block_file"]).blocks[0],
            parent_hash=bytes.fromhex(document["parent_hash"][2:]),
            transactions_root=bytes.fromhex(document["transactions_root"][2:]),
            senders=[int(sender, 16) for sender in document["senders"]],
            public_input=document["public_input"],
            result=document["result"],
        )


def sealed_block(ledger: Ledger, parent_hash: bytes) -> SealedBlock:
    """Make the block of a run; all its transactions are included."""
    [settled] = ledger.blocks
    transactions = [read_transaction(offered) for offered in settled.block.transactions]
    return SealedBlock(
        block=settled.block,
        parent_hash=parent_hash,
        transactions_root=settled.outcome.block["transactions_rolling_hash"],
        senders=[transaction.sender for transaction in transactions],
        public_input=None if ledger.public_input is None else data(ledger.public_input),
        result=block_json(settled),
    )


def bloom_of_logs(logs: Iterable[dict[str, Any]]) -> bytes:
    """Give the bloom filter of logs in the form of a run's result."""
    return bloom_of(
        bytes.fromhex(item[2:]) for log in logs for item in (log["address"], *log["topics"])
    )


def batch_of(block: Block, chain_id: int) -> Batch:
    """Give the batch of one block, which says nothing of the state before it."""
    return Batch(Flavour.PRODUCTION, chain_id, DEFAULT_DA_SCHEME, InitialState(), [block])


def block_document(block: Block, chain_id: int) -> dict[str, Any]:
    """Write a block as a block file, without the hashes of blocks before it and the state."""
    context = {name: hex(getattr(block, name)) for name in BLOCK_QUANTITIES}
    return {
        "chain_id": hex(chain_id),
        "block": {**context, "coinbase": address(block.coinbase)},
        "last_block_timestamp": hex(block.last_block_timestamp),
        "transactions": [_written(one) for one in block.transactions],
    }


def _written(offered: OfferedTransaction) -> Any:
    raw = data(offered.encoded)
    return {"raw": raw, "format": "abi"} if offered.format is Format.ABI else raw


def header(block: Block, parent_hash: bytes, transactions_root: bytes, gas_used: int) -> bytes:
    """Give the RLP of a block header, whose keccak256 is the block's hash."""
    zero = bytes(32)
    coinbase, mix_hash = block.coinbase.to_bytes(20, "big"), HEADER_MIX_HASH.to_bytes(32, "big")
    committed = [parent_hash, OMMERS_HASH, coinbase, zero, transactions_root, zero]
    numbers = [0, block.number, block.gas_limit, gas_used, block.timestamp]
    fields = [*committed, bytes(BLOOM_BYTES), *numbers, b"", mix_hash, bytes(8), block.base_fee]
    return bytes(rlp.encode(fields))
