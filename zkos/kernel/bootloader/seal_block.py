"""Sealing a block: header, account hashes, then results (forward) or commitments (proving).

A forward run hands everything to the result keeper; roots and commitments are the host's, which
has the tree. A proving run asks for the state before the block, holds every slot that the block
accessed against its root, moves it on, and appends the block to the batch.

Docs:    docs/l1_integration/l1_integration.md.
Source:  transactions.md 8.1; oracle.md 3; zksync-os@v0.2.5 bootloader/mod.rs, io_subsystem.rs
         (apply_to_batch).
Modes:   see above.
Errors:  internal errors only: BASE_FEE_TOO_LARGE, TIMESTAMP_BEFORE_LAST, those of the tree and of
         the batch.
"""

from zkos.interface.oracle_queries import ProofDataReply
from zkos.interface.results import BlockResult
from zkos.kernel.bootloader.block_header import block_hash
from zkos.kernel.bootloader.block_totals import BlockTotals
from zkos.kernel.errors import OK, TIMESTAMP_BEFORE_LAST
from zkos.kernel.l1_integration.block_results import report_block_pubdata, report_changes
from zkos.kernel.l1_integration.da_commitment import NO_DATA_AVAILABILITY
from zkos.kernel.l1_integration.l2_to_l1_logs import hash_log
from zkos.kernel.l1_integration.pubdata import encode_pubdata
from zkos.kernel.l1_integration.public_input import Batch, BatchedBlock
from zkos.kernel.l1_integration.state_commitment import encode_block_hashes, state_commitment
from zkos.kernel.oracle.questions import bind_proof_data, disconnect
from zkos.kernel.system.io.storage.tree import TreeState
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, function, local, range, u8, u256

_HASH_BYTES = 32
_WINDOW_BYTES = 256 * _HASH_BYTES


@function
def seal_forward(system: System, totals: BlockTotals, result: BlockResult) -> Status:
    """Finish a block of a forward run and fill its result."""
    result.block_hash = check(block_hash(system.metadata, totals.rolling_hash, totals.gas_used))
    result.transactions_rolling_hash = totals.rolling_hash
    result.gas_used = totals.gas_used
    result.computational_native_used = totals.computational_native_used
    result.pubdata_bytes = totals.pubdata_bytes
    system.io.model.finish_block()
    report_changes(system.io, system.results)
    system.results.flush()  # what is made and handed over from here on is pubdata: it can be timed
    report_block_pubdata(system.results, check(_pubdata_of(system, result.block_hash)))
    disconnect()
    return OK


@function
def seal_proving(system: System, totals: BlockTotals, batch: Batch) -> Status:
    """Finish a block of a proving run and append it to the batch."""
    hash_of_block = check(block_hash(system.metadata, totals.rolling_hash, totals.gas_used))
    proof_data = local(ProofDataReply)
    check(bind_proof_data(proof_data))
    if system.metadata.timestamp < proof_data.last_block_timestamp:
        return TIMESTAMP_BEFORE_LAST
    system.io.model.finish_block()
    if system.da_commitment_scheme != NO_DATA_AVAILABILITY:
        pubdata = check(_pubdata_of(system, hash_of_block))
        check(batch.add_pubdata(system.da_commitment_scheme, pubdata))
    check(_append_logs(system, batch))
    block = system.arena.new(BatchedBlock)
    hashes = encode_block_hashes(system.arena, system.metadata, hash_of_block)
    block.state_before = state_commitment(
        proof_data.state_root,
        proof_data.next_free_slot,
        system.metadata.number - 1,
        hashes[:_WINDOW_BYTES],
        proof_data.last_block_timestamp,
    )
    tree = local(TreeState)
    tree.root = proof_data.state_root
    tree.next_free_slot = proof_data.next_free_slot
    check(system.io.model.verify_and_update(tree))
    block.state_after = state_commitment(
        tree.root,
        tree.next_free_slot,
        system.metadata.number,
        hashes[_HASH_BYTES:],
        system.metadata.timestamp,
    )
    block.chain_id = system.metadata.chain_id
    block.timestamp = system.metadata.timestamp
    block.scheme = system.da_commitment_scheme
    block.upgrade_transaction_hash = totals.upgrade_transaction_hash
    disconnect()
    return batch.add_block(block)


@function
def _pubdata_of(system: System, hash_of_block: u256) -> tuple[Status, Slice[u8]]:
    timestamp = system.metadata.timestamp
    return encode_pubdata(system.io, system.arena, hash_of_block, timestamp)


@function
def _append_logs(system: System, batch: Batch) -> Status:
    """Add the block's logs, and roll its L1 transactions in."""
    logs = system.io.messages.logs
    for i in range(logs.length):
        log = logs.at(i)
        check(batch.add_log(hash_log(log)))
        if log.is_priority:
            batch.add_priority_operation(log.key)
    return OK
