"""The chain before and after each block of a batch, from the results of a forward run.

Here the host applies the writes of each block to its own tree and computes the commitments that
the proving kernel computes, so that they are predicted without running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zkos.host.batch import BLOCK_HASHES, Batch, Block
from zkos.host.commitments import (
    L1_RESULT_SENDER,
    ZERO,
    BatchContent,
    ChainState,
    has_da_commitment,
    public_input,
)
from zkos.host.logs import LogToL1
from zkos.host.results import BlockOutcome
from zkos.host.state.state import State


@dataclass(frozen=True)
class SettledBlock:
    """One block with the chain before and after it."""

    block: Block
    outcome: BlockOutcome
    before: ChainState
    after: ChainState


@dataclass(frozen=True)
class Ledger:
    """A batch that was run."""

    batch: Batch
    blocks: Sequence[SettledBlock]
    commitment_before: bytes
    commitment_after: bytes
    public_input: bytes | None
    """What a proving run must output; None for a DA scheme that no kernel takes."""


def settle(batch: Batch, outcomes: Sequence[BlockOutcome], state: State) -> Ledger:
    """Apply the blocks to the state before the batch, one after the other."""
    hashes: tuple[int, ...] = (0,) * BLOCK_HASHES
    settled = []
    for block, outcome in zip(batch.blocks, outcomes, strict=True):
        hashes = block.block_hashes or hashes
        before = ChainState(
            root=state.root(),
            next_free_slot=state.next_free_slot,
            number=(block.number - 1) % 2**64,
            block_hashes=hashes,
            timestamp=block.last_block_timestamp,
        )
        changes = outcome.changes
        state.apply(changes.writes, changes.preimages)
        hashes = (changes.block_hash, *hashes[: BLOCK_HASHES - 1])
        after = ChainState(
            root=state.root(),
            next_free_slot=state.next_free_slot,
            number=block.number,
            block_hashes=hashes,
            timestamp=block.timestamp,
        )
        settled.append(SettledBlock(block, outcome, before, after))
    before_batch = settled[0].before.commitment()
    after_batch = settled[-1].after.commitment()
    predicted = None
    if has_da_commitment(batch.da_commitment_scheme):
        content = _content(batch, settled)
        predicted = public_input(before_batch, after_batch, content.output())
    return Ledger(batch, settled, before_batch, after_batch, predicted)


def _content(batch: Batch, settled: Sequence[SettledBlock]) -> BatchContent:
    logs: list[LogToL1] = []
    priority: list[bytes] = []
    upgrade = ZERO
    for block in settled:
        for log in block.outcome.l2_to_l1_logs:
            logs.append(LogToL1(log["transaction_number"], log["sender"], log["key"], log["value"]))
            if log["sender"] == L1_RESULT_SENDER and log["is_priority"]:
                priority.append(log["key"])
            elif log["sender"] == L1_RESULT_SENDER and block is settled[0]:
                upgrade = log["key"]
    return BatchContent(
        chain_id=batch.chain_id,
        first_timestamp=settled[0].block.timestamp,
        last_timestamp=settled[-1].block.timestamp,
        da_commitment_scheme=batch.da_commitment_scheme,
        pubdata=b"".join(block.outcome.pubdata for block in settled),
        logs=logs,
        priority_transactions=priority,
        upgrade_transaction=upgrade,
    )
