"""L2→L1 logs: their encoding, the tree over those of a batch, and proofs that a log is in it.

The tree is a keccak tree of height 14; an empty leaf is the hash of 88 zero bytes. What a batch
commits to is keccak(root ‖ 0(32)), whose second half is kept for a root over several chains, so a
proof has 15 siblings, the last one zero.

Units:   positions count the logs of all blocks of a batch.
Source:  zksync-os v0.2.5 logs_storage.rs; state reference, 6.1, 6.3, 5.2.
Errors:  ValueError for more logs than leaves, IndexError for a log that is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zkos.host.hashing import keccak256

LOG_BYTES = 88
LOGS_TREE_HEIGHT = 14
MOST_LOGS = 1 << LOGS_TREE_HEIGHT
L1_MESSENGER = 0x8008
NO_OTHER_CHAINS = bytes(32)
TRANSACTION_NUMBERS = 1 << 16


@dataclass(frozen=True)
class LogToL1:
    """A log to L1; the transaction number counts the accepted transactions of its block."""

    transaction_number: int
    sender: int
    key: bytes
    value: bytes

    def encode(self) -> bytes:
        """Give the 88 bytes: shard 0, service 1, number be2, sender, key, value."""
        return (
            b"\x00\x01"
            + (self.transaction_number % TRANSACTION_NUMBERS).to_bytes(2, "big")
            + self.sender.to_bytes(20, "big")
            + self.key
            + self.value
        )

    def digest(self) -> bytes:
        """Give the leaf of the log."""
        return keccak256(self.encode())


def message_log(transaction_number: int, sender: int, message: bytes) -> LogToL1:
    """Give the log of a user message."""
    return LogToL1(transaction_number, L1_MESSENGER, sender.to_bytes(32, "big"), keccak256(message))


@dataclass(frozen=True)
class LogProof:
    """The way from a log to what the batch commits to."""

    position: int
    siblings: Sequence[bytes]

    def root(self, log: LogToL1) -> bytes:
        """Give the commitment that this proof leads to."""
        digest, place = log.digest(), self.position
        for sibling in self.siblings:
            pair = (sibling, digest) if place & 1 else (digest, sibling)
            digest = keccak256(pair[0] + pair[1])
            place >>= 1
        return digest


class LogsTree:
    """The logs of a batch."""

    def __init__(self, logs: Sequence[LogToL1]) -> None:
        if len(logs) > MOST_LOGS:
            raise ValueError(f"a batch has at most {MOST_LOGS} logs, got {len(logs)}")
        self._count = len(logs)
        self._levels: list[list[bytes]] = [[log.digest() for log in logs]]
        self._empties = [keccak256(bytes(LOG_BYTES))]
        for _ in range(LOGS_TREE_HEIGHT):
            below, empty = self._levels[-1], self._empties[-1]
            full = below + [empty] * (len(below) % 2)
            self._levels.append(
                [keccak256(full[at] + full[at + 1]) for at in range(0, len(full), 2)]
            )
            self._empties.append(keccak256(empty + empty))

    @property
    def root(self) -> bytes:
        """Root of the tree."""
        return self._node(LOGS_TREE_HEIGHT, 0)

    @property
    def commitment(self) -> bytes:
        """What the batch output has of the logs."""
        return keccak256(self.root + NO_OTHER_CHAINS)

    def prove(self, position: int) -> LogProof:
        """Give the proof of a log."""
        if not 0 <= position < self._count:
            raise IndexError(position)
        siblings = [
            self._node(height, position >> height ^ 1) for height in range(LOGS_TREE_HEIGHT)
        ]
        return LogProof(position, [*siblings, NO_OTHER_CHAINS])

    def _node(self, height: int, place: int) -> bytes:
        level = self._levels[height]
        return level[place] if place < len(level) else self._empties[height]


def verify_log(log: LogToL1, proof: LogProof, commitment: bytes) -> bool:
    """Say whether a batch with this commitment has the log."""
    is_whole = len(proof.siblings) == LOGS_TREE_HEIGHT + 1
    return is_whole and 0 <= proof.position < MOST_LOGS and proof.root(log) == commitment
