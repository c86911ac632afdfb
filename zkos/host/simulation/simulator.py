"""The simulator: runs calls on a state, as ``eth_call`` does, and keeps nothing of what they did.

The kernel's simulation image checks neither nonce nor signature nor whether the sender has code,
and gives 100 native for each gas. Everything else is as in a transaction: the sender must have
what it sends, and pays if a price is named. Without a price the base fee is 0 for the call, so
that fees play no part.

Docs:    docs/simulation.md.
Source:  transactions reference, 8.3 (what a simulation skips); geth's eth_call (price, base fee).
Units:   gas; wei.
Errors:  KernelError and OracleError of the run; InputError for a native price of 0.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from zkos.host.batch import BLOCK_HASHES, Batch, Block, Flavour, InitialState, OfferedTransaction
from zkos.host.batch_run import Runner
from zkos.host.errors import InputError, RunError
from zkos.host.executors.kernel_images import Extra, KernelImage
from zkos.host.executors.kernel_run import Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.result_json import transaction_json
from zkos.host.results import STATUS_NAMES, BlockOutcome, Record, ResultKeeper
from zkos.host.simulation.call import Call
from zkos.host.simulation.overrides import OverriddenState, Overrides
from zkos.host.state.state import State, flat_key
from zkos.interface.error_names import ERROR_NAMES

MAX_CALL_GAS = 2**30
"""Gas of a call that names no limit, if the block has that much: a bound on its run time."""


@dataclass(frozen=True)
class Simulated:
    """A call that was run."""

    offered: OfferedTransaction
    gas_limit: int
    outcome: BlockOutcome

    @property
    def result(self) -> Record:
        """The record of the call."""
        return self.outcome.transactions[0]

    @property
    def status(self) -> str:
        """``success``, ``reverted`` or ``invalid``."""
        return STATUS_NAMES[self.result["status"]]

    @property
    def is_success(self) -> bool:
        """Whether the call did what it was to do."""
        return self.status == "success"

    @property
    def problem(self) -> str:
        """Why the call did not succeed, for people."""
        if self.status == "invalid":
            return ERROR_NAMES[self.result["error"]]
        reason = revert_reason(self.result["output"])
        return "reverted" if reason is None else f"reverted: {reason}"

    def json(self) -> dict[str, Any]:
        """Give the result as ``zkos run`` gives a transaction's."""
        document = transaction_json(self.offered, self.result, self.outcome.logs)
        del document["hash"]
        reverted = self.status == "reverted"
        reason = revert_reason(self.result["output"]) if reverted else None
        return {**document, "gas_limit": self.gas_limit, "revert_reason": reason}


class _CallOracle(BatchOracle):
    """Answers for a block of one call."""

    def __init__(self, batch: Batch, state: State, overridden: OverriddenState) -> None:
        super().__init__(batch, state, _no_later_block)
        self._overridden = overridden

    def slot(self, address: int, key: int) -> bytes | None:
        return self._overridden.slot(address, key, flat_key(address, key))

    def preimage(self, digest: bytes) -> bytes | None:
        return self._overridden.preimage(digest)

    def recovered_sender(self) -> int:
        """Take the sender's word for it."""
        return self.transaction.stated_sender or 0


def _no_later_block(index: int) -> Any:
    raise AssertionError("a call is the only block of its batch")


class Simulator:
    """Runs calls in one block's context, on the state before that block or another one."""

    def __init__(
        self,
        batch: Batch,
        block: Block,
        state: State,
        executor: Executor,
        overrides: Overrides | None = None,
    ) -> None:
        """Take flavour and chain id from ``batch``, everything else from ``block``."""
        overrides = overrides or Overrides()
        self.flavour = batch.flavour
        self.block = overrides.of_block(block)
        if self.flavour is Flavour.PRODUCTION and self.block.native_price == 0:
            raise InputError("native_price: expected more than 0, got 0")
        self._batch = replace(batch, initial_state=InitialState())
        self._state = state
        self._overridden = OverriddenState(state, overrides.accounts, batch.flavour)
        self._executor = executor

    @property
    def most_gas(self) -> int:
        """Gas limit of a call that names none."""
        return min(self.block.gas_limit, MAX_CALL_GAS)

    def balance(self, address: int) -> int:
        """Give the balance of an account."""
        return self._overridden.account(address).balance

    def call(
        self, call: Call, gas_limit: int | None = None, *, is_transaction: bool = False
    ) -> Simulated:
        """Run a call with the gas limit of the call, or this one.

        ``is_transaction``: all checks but the signature's are made, and native is what the gas
        price pays for, as if the sender had signed it.
        """
        if gas_limit is None:
            gas_limit = self.most_gas if call.gas_limit is None else call.gas_limit
        nonce = self._overridden.account(call.sender).nonce
        offered = call.encode(self._batch.chain_id, nonce, gas_limit)
        block = self.block if call.gas_price is not None else replace(self.block, base_fee=0)
        outcome = self.run(offered, block, simulation=not is_transaction)
        return Simulated(offered, gas_limit, outcome)

    def run(
        self, offered: OfferedTransaction, block: Block, *, simulation: bool = True
    ) -> BlockOutcome:
        """Run a block of one transaction."""
        batch = replace(self._batch, blocks=[replace(block, transactions=(offered,))])
        oracle = _CallOracle(batch, self._state, self._overridden)
        keeper = ResultKeeper()
        extra = Extra.SIMULATION if simulation else None
        image = KernelImage(False, self.flavour, on_machine=False, extra=extra)
        try:
            self._executor.run(image, Border(oracle.answer, keeper.take))
        except RunError as error:
            error.context = "the call"
            raise
        return keeper.finished(1)[0]


@contextmanager
def before_batch(batch: Batch, runner: Runner) -> Iterator[tuple[Block, State]]:
    """Give the context of a batch's first block and the state before it."""
    block = batch.blocks[0]
    hashes = block.block_hashes or (0,) * BLOCK_HASHES
    with runner.open_state(batch) as state:
        yield replace(block, block_hashes=hashes), state


@contextmanager
def after_batch(batch: Batch, runner: Runner) -> Iterator[tuple[Block, State]]:
    """Give the context of a batch's last block and the state after it."""
    blocks = runner.run_forward(batch).ledger.blocks
    last = blocks[-1]
    with runner.open_state(batch) as state:
        for settled in blocks:
            state.apply(settled.outcome.changes.writes, settled.outcome.changes.preimages)
        yield replace(last.block, block_hashes=tuple(last.before.block_hashes)), state


ERROR_STRING = bytes.fromhex("08c379a0")  # Error(string)
PANIC = bytes.fromhex("4e487b71")  # Panic(uint256)
_WORD = 32


def revert_reason(output: bytes) -> str | None:
    """Give the reason that a contract's revert data holds, if it is of Solidity's two kinds."""
    selector, words = output[:4], output[4:]
    if selector == PANIC and len(words) == _WORD:
        return f"panic {int.from_bytes(words, 'big'):#x}"
    if selector != ERROR_STRING or len(words) < 2 * _WORD:
        return None
    offset = int.from_bytes(words[:_WORD], "big")
    length = int.from_bytes(words[offset : offset + _WORD], "big")
    text = words[offset + _WORD : offset + _WORD + length]
    return text.decode("utf-8", "replace") if len(text) == length else None
