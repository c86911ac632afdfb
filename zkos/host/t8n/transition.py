"""The transition itself: a block on the ``ethereum`` flavour, and what lies around it.

Before the transactions the contract of the beacon roots is called (EIP-4788), after them
withdrawals are credited (EIP-4895). Empty accounts are no part of what comes out (EIP-161).

Errors:  MissingHashError; what a run of the kernel raises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import rlp

from zkos.host.batch import (
    BLOCK_HASHES,
    Batch,
    Block,
    Flavour,
    InitialState,
    OfferedTransaction,
    PreAccount,
)
from zkos.host.executors.kernel_images import Extra, KernelImage, Progress
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.results import BlockOutcome, ResultKeeper
from zkos.host.state.accounts import make_account
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, MemoryState
from zkos.host.statetest.merkle_patricia import EMPTY_CODE_HASH, Account
from zkos.host.statetest.run_case import state_after
from zkos.host.t8n.environment import AllocAccount, Environment
from zkos.host.t8n.errors import MissingHashError
from zkos.host.t8n.transactions import DYNAMIC_FEE
from zkos.host.tracing.events import EventReader
from zkos.host.tracing.steps import Step, StepTracer, Summary

BEACON_ROOTS = 0x000F3DF6D732807EF1319FB7B8BB8522D0BEAC02
SYSTEM_ADDRESS = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE
SYSTEM_CALL_GAS = 30_000_000
SYSTEM_CALL_INTRINSIC_GAS = 22_000  # 21000, and 32 bytes of calldata, at least
"""The three above: EIP-4788, "Block processing"."""
GWEI = 10**9
DA_COMMITMENT_SCHEME = 3  # of no effect: nothing is committed
BLOCKHASH = 0x40


@dataclass(frozen=True)
class TraceSink:
    """What takes the steps of a transition."""

    on_step: Callable[[Step], None]
    on_summary: Callable[[Summary], None]
    memory: bool = False
    return_data: bool = False


@dataclass(frozen=True)
class Transition:
    """What came out."""

    outcome: BlockOutcome
    accounts: dict[int, Account]
    codes: dict[int, bytes]


def transition(
    alloc: dict[int, AllocAccount],
    env: Environment,
    transactions: Sequence[bytes],
    chain_id: int,
    trace: TraceSink | None = None,
    progress: Progress | None = None,
) -> Transition:
    """Run the block."""
    alloc = _store_beacon_root(alloc, env, chain_id)
    batch = _batch(alloc, env, transactions, chain_id)
    state = MemoryState(batch.initial_state)
    outcome = _run(batch, state, _watched(env, trace), progress)
    before = {address: _account(account) for address, account in alloc.items()}
    after = state_after(before, outcome)
    for withdrawal in env.withdrawals:
        old = after.get(withdrawal.address, Account())
        credited = replace(old, balance=old.balance + withdrawal.gwei * GWEI)
        if not credited.is_empty:
            after[withdrawal.address] = credited
    state.apply(outcome.changes.writes, outcome.changes.preimages)
    return Transition(outcome, after, {address: _code(state, address) for address in after})


class _SystemCallOracle(BatchOracle):
    """Says that the system address has signed."""

    def recovered_sender(self) -> int:
        return SYSTEM_ADDRESS


def _store_beacon_root(
    alloc: dict[int, AllocAccount], env: Environment, chain_id: int
) -> dict[int, AllocAccount]:
    """Call the contract of the beacon roots as a free transaction; what it stores is kept."""
    contract = alloc.get(BEACON_ROOTS)
    if env.beacon_root is None or contract is None or not contract.code:
        return alloc
    system = alloc.get(SYSTEM_ADDRESS)
    gas = SYSTEM_CALL_GAS + SYSTEM_CALL_INTRINSIC_GAS
    fields = [
        *(chain_id, 0 if system is None else system.nonce, 0, 0, gas),
        *(BEACON_ROOTS.to_bytes(20, "big"), 0, env.beacon_root.to_bytes(32, "big")),
        *([], 0, 1, 1),
    ]
    free = replace(env, base_fee=0, gas_limit=gas, excess_blob_gas=0)
    batch = _batch(alloc, free, [bytes([DYNAMIC_FEE]) + rlp.encode(fields)], chain_id)
    keeper = ResultKeeper()
    oracle = _SystemCallOracle(batch, MemoryState(batch.initial_state), keeper.changes_of)
    image = KernelImage(False, Flavour.ETHEREUM, on_machine=False)
    X8664Executor().run(image, Border(oracle.answer, keeper.take))
    called = dict(alloc)
    for write in keeper.finished(1)[0].storage_writes:
        if write["address"] in called and write["address"] != ACCOUNT_PROPERTIES_ADDRESS:
            account = called[write["address"]]
            key, value = (int.from_bytes(write[name], "big") for name in ("key", "value"))
            called[write["address"]] = replace(account, storage=account.storage | {key: value})
    return called


def _batch(
    alloc: dict[int, AllocAccount], env: Environment, transactions: Sequence[bytes], chain_id: int
) -> Batch:
    initial = InitialState({address: _stored(account) for address, account in alloc.items()})
    block = _block(env, transactions)
    return Batch(Flavour.ETHEREUM, chain_id, DA_COMMITMENT_SCHEME, initial, [block])


def _stored(account: AllocAccount) -> PreAccount:
    record, code = make_account(account.nonce, account.balance, account.code, may_delegate=False)
    return PreAccount(record.encode(), code, account.storage)


def _account(account: AllocAccount) -> Account:
    record, _ = make_account(account.nonce, account.balance, account.code, may_delegate=False)
    return Account(
        account.balance,
        account.nonce,
        record.observable_bytecode_hash if account.code else EMPTY_CODE_HASH,
        {key: value for key, value in account.storage.items() if value},
    )


def _block(env: Environment, transactions: Sequence[bytes]) -> Block:
    numbers = range(env.number - 1, env.number - 1 - BLOCK_HASHES, -1)
    return Block(
        number=env.number,
        timestamp=env.timestamp,
        gas_limit=env.gas_limit,
        pubdata_limit=2**64 - 1,
        base_fee=env.base_fee,
        native_price=1,
        pubdata_price=0,
        coinbase=env.coinbase,
        mix_hash=env.random,
        block_hashes=tuple(env.hashes.get(number, 0) for number in numbers),
        last_block_timestamp=0,
        excess_blob_gas=env.excess_blob_gas,
        parent_beacon_block_root=env.beacon_root or 0,
        transactions=tuple(OfferedTransaction(one) for one in transactions),
    )


def _watched(env: Environment, trace: TraceSink | None) -> TraceSink | None:
    """Have BLOCKHASH watched where a hash that it may ask for is missing."""
    first = max(env.number - BLOCK_HASHES, 0)
    missing = {number for number in range(first, env.number) if number not in env.hashes}
    if not missing:
        return trace

    def on_step(step: Step) -> None:
        if step.opcode == BLOCKHASH and step.stack:
            number = int.from_bytes(step.stack[-1], "big")
            if number in missing:
                raise MissingHashError(f"BLOCKHASH of block {number}, whose hash was not given")
        if trace is not None:
            trace.on_step(step)

    if trace is None:
        return TraceSink(on_step, lambda _: None)
    return replace(trace, on_step=on_step)


def _run(
    batch: Batch, state: MemoryState, trace: TraceSink | None, progress: Progress | None
) -> BlockOutcome:
    keeper = ResultKeeper()
    oracle = BatchOracle(batch, state, keeper.changes_of)
    extra, border = None, Border(oracle.answer, keeper.take)
    if trace is not None:
        tracer = StepTracer(
            trace.on_step, trace.on_summary, memory=trace.memory, return_data=trace.return_data
        )
        extra = Extra.TRACING
        border = Border(oracle.answer, keeper.take, EventReader(tracer).take)
    image = KernelImage(False, Flavour.ETHEREUM, on_machine=False, extra=extra)
    X8664Executor(progress).run(image, border)
    return keeper.finished(1)[0]


def _code(state: MemoryState, address: int) -> bytes:
    record = state.account(address)
    if record is None or not record.unpadded_code_length:
        return b""
    stored = state.preimage(record.bytecode_hash)
    assert stored is not None
    return stored[: record.unpadded_code_length]
