"""The node: a chain, the pool, and what happens to a transaction that is sent to it.

Everything here runs in one thread. A transaction is tried alone by the kernel when it comes, on
the latest state with its own nonce, so that what is invalid is refused at once by the kernel's
name. Then it waits for its block, where the sequencer (block_builder.py) decides.

Docs:    docs/node.md.
Errors:  RpcError; StateError for states that are no longer kept; the errors of a run.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from zkos.host.batch import Block, OfferedTransaction
from zkos.host.executors.kernel_images import Progress
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.node.chain import Chain
from zkos.host.node.pool import Pool
from zkos.host.node.rpc_errors import refused
from zkos.host.node.sealed_block import SealedBlock, batch_of
from zkos.host.node.settings import NodeSettings
from zkos.host.node.transactions import Transaction, read_transaction
from zkos.host.result_json import data
from zkos.host.results import STATUS_NAMES
from zkos.host.sequencer.block_builder import Fate, Verdict
from zkos.host.simulation.overrides import AccountOverride, Overrides
from zkos.host.simulation.simulator import Simulator
from zkos.interface.error_names import ERROR_NAMES

MOST_IN_A_BLOCK = 1000
"""Candidates for one block."""
LATER = ("NonceTooHigh",)
"""Reasons that another block may not have: a transaction before this one is missing."""
LOG = logging.getLogger("zkos.node")


class Node:
    """A running node."""

    def __init__(
        self, chain: Chain, settings: NodeSettings, progress: Progress | None = None
    ) -> None:
        self.chain = chain
        self.settings = settings
        self.pool = Pool()
        self.executor = X8664Executor(progress)

    # ------------------------------------------------------------------ reading

    def nonce(self, sender: int) -> int:
        """Give the nonce of an account after the latest block."""
        with self.chain.state(self.chain.head.number) as state:
            record = state.account(sender)
        return 0 if record is None else record.nonce

    @contextmanager
    def simulator(
        self, block: SealedBlock | None, overrides: Overrides | None = None
    ) -> Iterator[Simulator]:
        """Give a simulator on the state after a block; None: in the block to come."""
        settings = self.settings.block
        if block is None:
            context = self.chain.next_block(settings)
        else:
            context = self.chain.context_of(block, settings)
        batch = batch_of(context, self.chain.chain_id)
        number = (block or self.chain.head).number
        with self.chain.state(number) as state:
            yield Simulator(batch, context, state, self.executor, overrides)

    # ------------------------------------------------------------------ taking transactions

    def submit(self, offered: OfferedTransaction) -> bytes:
        """Take a transaction; give its hash."""
        transaction = read_transaction(offered)
        if self.chain.place_of(transaction.hash) is not None:
            raise refused("already known")
        self.pool.check(transaction)
        self._try(transaction)
        self.pool.add(transaction)
        if self.settings.seals_at_once:
            reason = self._seal_waiting().get(transaction.hash)
            if reason is not None:
                raise refused(reason)
        return transaction.hash

    def _try(self, transaction: Transaction) -> None:
        """Refuse a transaction that the kernel calls invalid, whatever comes before it."""
        accounts = {}
        if not transaction.is_from_l1 and transaction.nonce > self.nonce(transaction.sender):
            accounts[transaction.sender] = AccountOverride(nonce=transaction.nonce)
        offered = transaction.offered
        if not transaction.is_from_l1:
            offered = replace(offered, stated_sender=transaction.sender)
        with self.simulator(None, Overrides(accounts)) as simulator:
            outcome = simulator.run(offered, simulator.block, simulation=False)
        result = outcome.transactions[0]
        if STATUS_NAMES[result["status"]] == "invalid":
            name = ERROR_NAMES[result["error"]]
            numbers = [result["error_first"], result["error_second"]]
            raise refused(f"{name}: {numbers[0]}, {numbers[1]}" if any(numbers) else name)

    # ------------------------------------------------------------------ sealing

    def seal(self, *, may_be_empty: bool = False) -> SealedBlock | None:
        """Seal a block of what waits; None where nothing was to be put in."""
        return self._seal(may_be_empty=may_be_empty)[0]

    def _seal_waiting(self) -> dict[bytes, str]:
        """Seal blocks until nothing more gets in; give what was dropped and why."""
        dropped: dict[bytes, str] = {}
        while True:
            block, more = self._seal(may_be_empty=False)
            dropped |= more
            if block is None:
                return dropped

    def _seal(self, *, may_be_empty: bool) -> tuple[SealedBlock | None, dict[bytes, str]]:
        context = self.chain.next_block(self.settings.block)
        candidates = self.pool.candidates(self.nonce, context.base_fee, MOST_IN_A_BLOCK)
        if not candidates and not may_be_empty:
            return None, {}
        offered = [one.offered for one in candidates]
        sealed = self.chain.seal(context, offered, may_be_empty=may_be_empty)
        dropped = {}
        for place, (one, verdict) in enumerate(zip(candidates, sealed.verdicts, strict=True)):
            if verdict.fate is Fate.INCLUDED:
                self.pool.remove(one)
            elif _has_no_future(verdict, place):
                self.pool.remove(one)
                dropped[one.hash] = verdict.error or verdict.reason or verdict.fate.value
                LOG.warning("transaction dropped: %s: %s", data(one.hash), dropped[one.hash])
        for sender in {one.sender for one in candidates}:
            self.pool.forget_used(sender, self.nonce(sender))
        if sealed.block is not None:
            _tell(sealed.block, context)
        return sealed.block, dropped


def _has_no_future(verdict: Verdict, place: int) -> bool:
    """Say whether a transaction that was left out need not be tried in another block."""
    if verdict.fate is Fate.OVER_LIMIT:
        return place == 0  # it had the block for itself
    return verdict.fate in (Fate.INVALID, Fate.ABORTS) and verdict.error not in LATER


def _tell(block: SealedBlock, context: Block) -> None:
    LOG.info(
        "block sealed: number %d, hash %s, transactions %d, gas used %d of %d",
        block.number,
        data(block.hash),
        len(block.block.transactions),
        block.gas_used,
        context.gas_limit,
    )
