"""The chain before and after each block of a batch, from the results of a forward run.

Here the host applies the writes of each block to its own tree and computes the commitments that
the proving kernel computes; the kernel's values are compared where it gives them.

Errors:  MismatchError when the kernel's values differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zkos.host.batch import BLOCK_HASHES, Batch, Block
from zkos.host.commitments import (
    L1_RESULT_SENDER,
    ZERO,
    BatchContent,
    ChainState,
    LogToL1,
    has_da_commitment,
    public_input,
)
from zkos.host.errors import MismatchError
from zkos.host.hashing import keccak256
from zkos.host.results import BlockOutcome
from zkos.host.state.state import MemoryState


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
    """What a proving run must output; None for a DA scheme whose commitment is unknown here."""
    is_provisional: bool
    """The kernel's commitments stand for parts that it does not have yet."""


def settle(batch: Batch, outcomes: Sequence[BlockOutcome]) -> Ledger:
    """Apply the blocks to the initial state, one after the other."""
    state = MemoryState(batch.initial_state)
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
    is_provisional = any(outcome.block["is_provisional"] for outcome in outcomes)
    predicted = None
    if has_da_commitment(batch.da_commitment_scheme):
        content = _content(batch, settled)
        predicted = public_input(before_batch, after_batch, content.output())
    if is_provisional:
        predicted = _provisional_input(outcomes)
    return Ledger(batch, settled, before_batch, after_batch, predicted, is_provisional)


def _provisional_input(outcomes: Sequence[BlockOutcome]) -> bytes:
    """Chain the provisional public inputs of the blocks as the proving kernel does."""
    first, *others = (bytes(outcome.block["public_input"]) for outcome in outcomes)
    for one in others:
        first = keccak256(first + one)
    return first


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


def check_kernel_values(ledger: Ledger) -> None:
    """Compare the host's commitments with those in the kernel's block results."""
    if ledger.is_provisional:
        return
    for number, settled in enumerate(ledger.blocks):
        kernel = settled.outcome.block
        own = {
            "state_root": settled.after.root,
            "state_commitment_before": settled.before.commitment(),
            "state_commitment_after": settled.after.commitment(),
        }
        for name, value in own.items():
            if kernel[name] not in (ZERO, value):
                raise MismatchError(
                    f"block {number}: the kernel's {name} is 0x{kernel[name].hex()}, "
                    f"the host computed 0x{value.hex()}"
                )
