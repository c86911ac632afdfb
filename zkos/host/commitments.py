"""The commitments of a batch, computed by the host from what the forward run returned.

A second computation, apart from the kernel's: the node predicts by it what a proving run will
output, and a difference between the two is an error.

Formulas (‖ joins bytes, beN is an integer of N bytes):
  state commitment  blake2s(root ‖ be8 next free slot ‖ be8 block number ‖ H ‖ be8 timestamp),
                    H = blake2s(256 hashes, oldest first)
  DA commitment     scheme 1: 0(32); scheme 3: keccak(0(32) ‖ keccak(pubdata) ‖ 01 ‖ 0(32));
                    scheme 4: blobs.py
  batch output      keccak(be32 chain id ‖ be8 first timestamp ‖ be8 last timestamp ‖
                    be32 scheme ‖ DA commitment ‖ be32 number of L1 transactions ‖ priority hash ‖
                    keccak(logs root ‖ 0(32)) ‖ upgrade transaction hash ‖ 0(32))
  public input      keccak(state before ‖ state after ‖ batch output)

Source:  zksync-os v0.2.5 public_input.rs, logs_storage.rs, da_commitment_generator/.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zkos.host.blobs import blobs_commitment
from zkos.host.hashing import blake2s256, keccak256
from zkos.host.logs import LogsTree, LogToL1

ZERO = bytes(32)
NO_DA, KECCAK_DA, BLOBS_DA = 1, 3, 4
L1_RESULT_SENDER = 0x8001


@dataclass(frozen=True)
class ChainState:
    """Where a chain stands between two blocks."""

    root: bytes
    next_free_slot: int
    number: int
    block_hashes: Sequence[int]
    """The 256 last ones, newest first."""
    timestamp: int

    def commitment(self) -> bytes:
        """Give the state commitment."""
        hashes = b"".join(number.to_bytes(32, "big") for number in reversed(self.block_hashes))
        return blake2s256(
            self.root
            + self.next_free_slot.to_bytes(8, "big")
            + self.number.to_bytes(8, "big")
            + blake2s256(hashes)
            + self.timestamp.to_bytes(8, "big")
        )


@dataclass(frozen=True)
class BatchContent:
    """What enters the batch output."""

    chain_id: int
    first_timestamp: int
    last_timestamp: int
    da_commitment_scheme: int
    pubdata: bytes
    logs: Sequence[LogToL1]
    priority_transactions: Sequence[bytes]
    """Hashes of the accepted L1 transactions of type 0x7f."""
    upgrade_transaction: bytes = ZERO

    def output(self) -> bytes:
        """Give the batch output hash."""
        return keccak256(
            self.chain_id.to_bytes(32, "big")
            + self.first_timestamp.to_bytes(8, "big")
            + self.last_timestamp.to_bytes(8, "big")
            + self.da_commitment_scheme.to_bytes(32, "big")
            + da_commitment(self.da_commitment_scheme, self.pubdata)
            + len(self.priority_transactions).to_bytes(32, "big")
            + rolling_hash(self.priority_transactions, keccak256(b""))
            + LogsTree(self.logs).commitment
            + self.upgrade_transaction
            + ZERO
        )


def has_da_commitment(scheme: int) -> bool:
    """Say whether this host can compute the commitment of a scheme."""
    return scheme in (NO_DA, KECCAK_DA, BLOBS_DA)


def da_commitment(scheme: int, pubdata: bytes) -> bytes:
    """Commit to the pubdata of a batch."""
    if scheme == NO_DA:
        return ZERO
    if scheme == KECCAK_DA:
        return keccak256(ZERO + keccak256(pubdata) + b"\x01" + ZERO)
    if scheme == BLOBS_DA:
        return blobs_commitment(pubdata)
    raise ValueError(f"no commitment for DA scheme {scheme}")


def rolling_hash(hashes: Sequence[bytes], start: bytes = ZERO) -> bytes:
    """Roll hashes into one: h = keccak(h ‖ hash)."""
    rolled = start
    for one in hashes:
        rolled = keccak256(rolled + one)
    return rolled


def public_input(before: bytes, after: bytes, batch_output: bytes) -> bytes:
    """Give what the proving run puts into x10..x17."""
    return keccak256(before + after + batch_output)
