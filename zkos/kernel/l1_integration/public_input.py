"""Public input: what a proof of a batch states.

    keccak( state before the first block ‖ state after the last block ‖ batch output )

The batch gathers blocks one by one; each must begin where the one before ended.

Docs:    docs/l1_integration/commitments.md.
Source:  zksync-os@v0.2.5 proof_running_system/src/system/bootloader.rs,
         basic_system/src/system_implementation/system/public_input.rs; state reference, 5.2, 5.3.
Units:   seconds.
Errors:  BATCH_CHAIN_BROKEN, TOO_MANY_LOGS, NO_BLOCKS and those of the DA commitment (internal).
"""

from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import BATCH_CHAIN_BROKEN, NO_BLOCKS, OK, TOO_MANY_LOGS
from zkos.kernel.l1_integration.da_commitment import PublishedData, verify_scheme
from zkos.kernel.l1_integration.l2_to_l1_logs import MAXIMUM_LOGS, hash_pair, logs_root
from zkos.lang import (
    Arena,
    Ref,
    Slice,
    Status,
    check,
    function,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
    u256,
)

EMPTY_KECCAK = 0xC5D2460186F7233C927E7DB2DCC703C0E500B653CA82273B7BFAD8045D85A470
"""keccak of nothing, where the rolling hash of priority operations begins."""


@struct
class LogHash:
    """The leaf of one log."""

    number: u256


LogHashes = make_chunked_list("LogHashes", LogHash)


@struct
class BatchedBlock:
    """What the batch needs of a block beside its logs, L1 transactions and pubdata."""

    chain_id: u64
    timestamp: u64
    scheme: u8
    state_before: u256
    state_after: u256
    upgrade_transaction_hash: u256  # zero for none


@struct
class Batch:
    """A batch under way: ``start``, then for each block its parts and ``add_block``."""

    arena: Ref[Arena]
    block_count: u32
    chain_id: u64
    first_timestamp: u64
    last_timestamp: u64
    scheme: u8
    state_before: u256
    state_after: u256
    upgrade_transaction_hash: u256
    priority_count: u64
    priority_hash: u256
    log_hashes: LogHashes
    pubdata: PublishedData

    def start(self, arena: Arena) -> None:
        """Be a batch without blocks."""
        self.arena = arena
        self.block_count = u32(0)
        self.upgrade_transaction_hash = u256(0)
        self.priority_count = u64(0)
        self.priority_hash = u256(EMPTY_KECCAK)
        self.log_hashes.start(arena)
        self.pubdata.start(arena)

    def add_priority_operation(self, transaction_hash: u256) -> None:
        """Roll an accepted L1 transaction in."""
        self.priority_hash = hash_pair(self.priority_hash, transaction_hash)
        self.priority_count += 1

    def add_log(self, hash_of_log: u256) -> Status:
        """Add the leaf of a log."""
        if self.log_hashes.length == MAXIMUM_LOGS:
            return TOO_MANY_LOGS
        self.log_hashes.push().number = hash_of_log
        return OK

    def add_pubdata(self, scheme: u8, data: Slice[u8]) -> Status:
        """Append a block's pubdata."""
        return self.pubdata.append(scheme, data)

    def add_block(self, block: BatchedBlock) -> Status:
        """Append a block; it must continue the batch."""
        check(verify_scheme(block.scheme))
        if self.block_count == 0:
            self.chain_id = block.chain_id
            self.scheme = block.scheme
            self.first_timestamp = block.timestamp
            self.state_before = block.state_before
            self.upgrade_transaction_hash = block.upgrade_transaction_hash
        else:
            is_broken = block.state_before != self.state_after
            is_broken = is_broken or block.chain_id != self.chain_id
            is_broken = is_broken or block.scheme != self.scheme
            is_broken = is_broken or block.upgrade_transaction_hash != 0
            if is_broken:
                return BATCH_CHAIN_BROKEN
        self.state_after = block.state_after
        self.last_timestamp = block.timestamp
        self.block_count += 1
        return OK

    def root_of_logs(self) -> tuple[Status, u256]:
        """Give the Merkle root of the batch's logs."""
        hashes = self.arena.slice(u256, self.log_hashes.length)
        for i in range(hashes.length):
            hashes[i] = self.log_hashes.at(i).number
        return logs_root(hashes)

    def output(self) -> tuple[Status, u256]:
        """Give the batch output, which the settlement layer opens."""
        root = check(self.root_of_logs())
        da_commitment = check(self.pubdata.commitment(self.scheme))
        hasher = local(Keccak256)
        hasher.begin()
        hasher.absorb_u256(u256(self.chain_id))
        hasher.absorb_u64_be(self.first_timestamp)
        hasher.absorb_u64_be(self.last_timestamp)
        hasher.absorb_u256(u256(self.scheme))
        hasher.absorb_u256(da_commitment)
        hasher.absorb_u256(u256(self.priority_count))
        hasher.absorb_u256(self.priority_hash)
        hasher.absorb_u256(hash_pair(root, u256(0)))
        hasher.absorb_u256(self.upgrade_transaction_hash)
        hasher.absorb_u256(u256(0))  # rolling hash of interop roots: none in this version
        return OK, hasher.finish()

    def public_input(self) -> tuple[Status, u256]:
        """Give what the proof states."""
        if self.block_count == 0:
            return NO_BLOCKS, u256(0)
        return OK, hash_triple(self.state_before, self.state_after, check(self.output()))


@function
def hash_triple(first: u256, second: u256, third: u256) -> u256:
    """Hash 96 bytes."""
    hasher = local(Keccak256)
    hasher.begin()
    hasher.absorb_u256(first)
    hasher.absorb_u256(second)
    hasher.absorb_u256(third)
    return hasher.finish()
