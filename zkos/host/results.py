"""The result keeper: collects the records of a forward run, block by block.

Records come in the encodings of ``interface/results.py``; the block result is the last one of a
block. Those of one kind come together; they are kept as they came, and taken apart when they are
looked at: numbers become numbers, hashes and keys bytes of 32.

Errors:  KernelError for a record that is unknown or malformed, or a block without its last one.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from struct import Struct
from typing import Any

from zkos.host.errors import KernelError
from zkos.host.oracle.answers import BlockChanges
from zkos.interface import results as records
from zkos.interface.wire_host import WireError

STATUS_NAMES = {
    records.TRANSACTION_SUCCESS: "success",
    records.TRANSACTION_REVERTED: "reverted",
    records.TRANSACTION_INVALID: "invalid",
}

Record = dict[str, Any]
_HEADER = Struct("<II")
"""Record id and number of words."""
_LAST_OF_BLOCK = records.BLOCK_RESULT.id


def _contents(record_id: int, encoded: bytes) -> Iterator[bytes]:
    """Give what each of the records holds that came together."""
    at, header, header_size = 0, _HEADER.unpack_from, _HEADER.size
    while at < len(encoded):
        if len(encoded) - at < header_size:
            raise KernelError(f"the kernel handed over half a header of a record {record_id}")
        found, words = header(encoded, at)
        if found != record_id:
            raise KernelError(f"the kernel handed over a record {found} among those of {record_id}")
        start = at + header_size
        at = start + 4 * words
        yield encoded[start:at]


class BlockOutcome:
    """All records of one block."""

    def __init__(self) -> None:
        self._encoded: defaultdict[int, list[bytes]] = defaultdict(list)

    def add(self, record_id: int, encoded: bytes) -> None:
        """Add records of one kind."""
        self._encoded[record_id].append(encoded)

    def _records(self, record: records.Record) -> list[Record]:
        try:
            return [
                record.layout.decode(content)
                for encoded in self._encoded[record.id]
                for content in _contents(record.id, encoded)
            ]
        except WireError as error:
            raise KernelError(
                f"the kernel handed over a malformed {record.name}: {error}"
            ) from error

    @cached_property
    def transactions(self) -> list[Record]:
        """Results of the transactions, in order."""
        return self._records(records.TRANSACTION_RESULT)

    @cached_property
    def logs(self) -> list[Record]:
        """Events, in order."""
        return self._records(records.LOG)

    @cached_property
    def l2_to_l1_logs(self) -> list[Record]:
        """Logs to L1, in order."""
        return self._records(records.L2_TO_L1_LOG)

    @cached_property
    def messages(self) -> list[Record]:
        """Messages to L1, in order."""
        return self._records(records.MESSAGE)

    @cached_property
    def storage_writes(self) -> list[Record]:
        """Changed slots, in the order in which new ones enter the tree."""
        return self._records(records.STORAGE_WRITE)

    @cached_property
    def account_diffs(self) -> list[Record]:
        """Accounts whose record changed."""
        return self._records(records.ACCOUNT_DIFF)

    @cached_property
    def preimages(self) -> list[Record]:
        """Preimages that the block made."""
        return self._records(records.PREIMAGE_RECORD)

    @cached_property
    def pubdata(self) -> bytes:
        """The block's pubdata."""
        return b"".join(record["data"] for record in self._records(records.PUBDATA))

    @cached_property
    def block(self) -> Record:
        """The block as a whole."""
        return self._records(records.BLOCK_RESULT)[-1]

    @cached_property
    def changes(self) -> BlockChanges:
        """What the block did to the state."""
        return BlockChanges(
            block_hash=int.from_bytes(self.block["block_hash"], "big"),
            writes=[(write["flat_key"], write["value"]) for write in self.storage_writes],
            preimages=[preimage["data"] for preimage in self.preimages],
            pubdata=self.pubdata,
        )

    @property
    def accepted(self) -> list[Record]:
        """The transactions that are part of the block: their place is their number."""
        return [
            transaction
            for transaction in self.transactions
            if transaction["status"] != records.TRANSACTION_INVALID
        ]


class ResultKeeper:
    """Takes the records of a run."""

    def __init__(self) -> None:
        self.blocks: list[BlockOutcome] = []
        self._open = BlockOutcome()

    def take(self, encoded: bytes) -> None:
        """Take records of one kind, one behind the other."""
        record_id = int.from_bytes(encoded[:4], "little")
        if record_id not in records.RECORDS_BY_ID:
            raise KernelError(f"the kernel handed over an unknown record ({record_id})")
        self._open.add(record_id, encoded)
        if record_id == _LAST_OF_BLOCK:
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
