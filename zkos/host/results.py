"""The result keeper: collects the records of a forward run, block by block.

Records come in the encodings of ``interface/results.py``; the block result is the last one of a
block. Numbers stay numbers, hashes and keys are bytes of 32.

Errors:  KernelError for a record that is unknown or malformed, or a block without its last one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zkos.host.errors import KernelError
from zkos.host.oracle.answers import BlockChanges
from zkos.interface import results as records
from zkos.interface.wire import WireError

STATUS_NAMES = {
    records.TRANSACTION_SUCCESS: "success",
    records.TRANSACTION_REVERTED: "reverted",
    records.TRANSACTION_INVALID: "invalid",
}

Record = dict[str, Any]


@dataclass
class BlockOutcome:
    """All records of one block."""

    transactions: list[Record] = field(default_factory=list)
    logs: list[Record] = field(default_factory=list)
    l2_to_l1_logs: list[Record] = field(default_factory=list)
    messages: list[Record] = field(default_factory=list)
    storage_writes: list[Record] = field(default_factory=list)
    account_diffs: list[Record] = field(default_factory=list)
    preimages: list[Record] = field(default_factory=list)
    pubdata: bytes = b""
    block: Record = field(default_factory=dict)

    @property
    def changes(self) -> BlockChanges:
        """What the block did to the state."""
        return BlockChanges(
            block_hash=int.from_bytes(self.block["block_hash"], "big"),
            writes=[(write["flat_key"], write["value"]) for write in self.storage_writes],
            preimages=[preimage["data"] for preimage in self.preimages],
        )

    @property
    def accepted(self) -> list[Record]:
        """The transactions that are part of the block: their place is their number."""
        return [
            transaction
            for transaction in self.transactions
            if transaction["status"] != records.TRANSACTION_INVALID
        ]


_LISTS = {
    records.TRANSACTION_RESULT.id: "transactions",
    records.LOG.id: "logs",
    records.L2_TO_L1_LOG.id: "l2_to_l1_logs",
    records.MESSAGE.id: "messages",
    records.STORAGE_WRITE.id: "storage_writes",
    records.ACCOUNT_DIFF.id: "account_diffs",
    records.PREIMAGE_RECORD.id: "preimages",
}


class ResultKeeper:
    """Takes the records of a run."""

    def __init__(self) -> None:
        self.blocks: list[BlockOutcome] = []
        self._open = BlockOutcome()

    def take(self, record_id: int, words: Sequence[int]) -> None:
        """Take one record."""
        record = records.RECORDS_BY_ID.get(record_id)
        if record is None:
            raise KernelError(f"the kernel handed over an unknown record ({record_id})")
        try:
            values = record.layout.decode_python(words)
        except WireError as error:
            raise KernelError(
                f"the kernel handed over a malformed {record.name}: {error}"
            ) from error
        if record_id in _LISTS:
            getattr(self._open, _LISTS[record_id]).append(values)
        elif record_id == records.PUBDATA.id:
            self._open.pubdata += values["data"]
        else:
            self._open.block = values
            self.blocks.append(self._open)
            self._open = BlockOutcome()

    def finished(self, expected: int) -> list[BlockOutcome]:
        """Give the blocks, all of which must have ended."""
        if len(self.blocks) != expected:
            raise KernelError(f"expected the results of {expected} blocks, got {len(self.blocks)}")
        return self.blocks

    def changes_of(self, index: int) -> BlockChanges:
        """Give the changes of a block that has ended."""
        if index >= len(self.blocks):
            raise KernelError(f"block {index} of the batch has not ended")
        return self.blocks[index].changes
