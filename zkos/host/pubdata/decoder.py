"""Pubdata to blocks: slot changes, logs, messages.

The first byte of a block is the version of the encoding and picks the decoder; pubdata of several
blocks is joined without anything between.

Source:  zksync-os v0.2.5 system/pubdata.rs; state reference, 7.1, 7.3.
Errors:  PubdataError.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zkos.host.logs import LOG_BYTES, LogToL1
from zkos.host.pubdata.diffs import AccountDiff, ValueDiff, read_diff
from zkos.host.pubdata.reader import Reader


@dataclass(frozen=True)
class SlotChange:
    """A changed slot: its tree key, and how it changed."""

    key: bytes
    diff: ValueDiff | AccountDiff


@dataclass(frozen=True)
class BlockPubdata:
    """What one block published; its number isn't part of it."""

    block_hash: bytes
    timestamp: int
    changes: Sequence[SlotChange]
    """In the order in which new leaves are appended."""
    logs: Sequence[LogToL1]
    messages: Sequence[bytes]


def decode_pubdata(data: bytes) -> list[BlockPubdata]:
    """Read the pubdata of any number of blocks."""
    reader = Reader(data)
    blocks = []
    while not reader.is_at_end:
        version = reader.number(1, "the version")
        decoder = DECODERS.get(version)
        if decoder is None:
            reader.at -= 1
            known = ", ".join(map(str, DECODERS))
            raise reader.refuse(f"expected an encoding of version {known}, got {version}")
        blocks.append(decoder(reader))
    return blocks


def _version_1(reader: Reader) -> BlockPubdata:
    block_hash = reader.take(32, "the block hash")
    timestamp = reader.number(8, "the timestamp")
    changes = [
        SlotChange(reader.take(32, "a tree key"), read_diff(reader))
        for _ in range(reader.number(4, "the number of slots"))
    ]
    logs = [_log(reader) for _ in range(reader.number(4, "the number of logs"))]
    messages = [
        reader.take(reader.number(4, "a message's length"), "a message")
        for _ in range(reader.number(4, "the number of messages"))
    ]
    return BlockPubdata(block_hash, timestamp, changes, logs, messages)


def _log(reader: Reader) -> LogToL1:
    encoded = reader.take(LOG_BYTES, "a log")
    if encoded[:2] != b"\x00\x01":
        raise reader.refuse(f"expected a log of shard 0 and service 1, got {encoded[:2].hex()}")
    return LogToL1(
        transaction_number=int.from_bytes(encoded[2:4], "big"),
        sender=int.from_bytes(encoded[4:24], "big"),
        key=encoded[24:56],
        value=encoded[56:],
    )


DECODERS: dict[int, Callable[[Reader], BlockPubdata]] = {1: _version_1}
"""Version -> what reads the rest of a block."""
