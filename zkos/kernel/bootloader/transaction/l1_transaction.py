"""Transactions from L1 (0x7f) and protocol upgrades (0x7e): paid for on L1, never refused.

The deposit covers value and fee. Value and fee are minted: value to the sender before the call, in
a frame that a revert takes back; the fee to the coinbase and the rest of the deposit to the refund
recipient after it. An upgrade must be the block's first accepted transaction and must succeed.

Source:  transactions.md 5; resources.md 2; zksync-os@v0.2.5 process_transaction.rs.
Units:   wei; gas; native.
Charges: resources.md 2.4, line L1; settlement and the log are free.
Errors:  UPGRADE_TX_NOT_FIRST leaves an upgrade out. Aborts, as in the reference: DEPOSIT_TOO_LOW,
         UPGRADE_TX_FAILED, REFUND_RECIPIENT_INVALID, ARITHMETIC_OVERFLOW, BALANCE_OVERFLOW.
"""

from zkos.interface.cost_events import EVM, HASHING
from zkos.kernel.bootloader.runner import Runner
from zkos.kernel.bootloader.transaction.execution import (
    call_recipient,
    check_pubdata_is_paid,
    count_execution_pubdata,
    revert_out_of_native,
)
from zkos.kernel.bootloader.transaction.gas import set_initial_resources, set_l1_prices
from zkos.kernel.bootloader.transaction.hashes import ABI_OFFSET_BYTES, transaction_hash
from zkos.kernel.bootloader.transaction.metering import start_costs
from zkos.kernel.bootloader.transaction.refund import count_usage, credit
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.bootloader.transaction.transaction import L1_TO_L2, UPGRADE
from zkos.kernel.errors import (
    ARITHMETIC_OVERFLOW,
    DEPOSIT_TOO_LOW,
    OK,
    REFUND_RECIPIENT_INVALID,
    UPGRADE_TX_FAILED,
    UPGRADE_TX_NOT_FIRST,
)
from zkos.kernel.oracle.cost_report import begin_cost, charge_native_for, end_cost
from zkos.kernel.system.io.access_costs import PAYER_NO_EE, keccak256_native
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, u64, u160, u256, u512


@function
def process_l1_transaction(system: System, runner: Runner, state: TransactionState) -> Status:
    """Execute and settle a decoded transaction from L1."""
    tx = state.tx
    if tx.type == UPGRADE and not state.is_first_in_block:
        return UPGRADE_TX_NOT_FIRST
    check(set_l1_prices(state.budget, tx))
    check(set_initial_resources(state.budget, state.resources, tx))
    start_costs(state)
    check(_check_deposit(state))
    tx.hash = transaction_hash(tx)
    hashed_bytes = u64(tx.received.length) + ABI_OFFSET_BYTES
    outcome = charge_native_for(HASHING, state.resources, keccak256_native(hashed_bytes))
    if outcome == OK:
        end_cost(state.resources)
        check(_execute(system, runner, state))
    else:
        # Nothing is executed, and the hash was free.
        check(revert_out_of_native(state, outcome))
        _count_as_exhausted(state)
        end_cost(state.resources)
    return _settle(system, state)


@function
def _check_deposit(state: TransactionState) -> Status:
    tx = state.tx
    needed = u512(tx.max_fee) * u512(tx.gas_limit) + u512(tx.value)
    if needed >> 256 != 0:
        return ARITHMETIC_OVERFLOW
    return OK if tx.total_deposited >= u256(needed) else DEPOSIT_TOO_LOW


@function
def _execute(system: System, runner: Runner, state: TransactionState) -> Status:
    """Run the body in a frame, and count its pubdata."""
    snapshot = system.io.start_frame()
    begin_cost(EVM, state.resources)
    outcome = _run_body(system, runner, state)
    is_exhausted = outcome != OK
    check(revert_out_of_native(state, outcome))
    if is_exhausted:
        _count_as_exhausted(state)
    end_cost(state.resources)
    system.io.finish_frame(snapshot, state.is_success)
    if not state.is_success:
        count_execution_pubdata(system, state)
    return OK


@function
def _count_as_exhausted(state: TransactionState):
    """Drop what was withheld, and count everything else for the block."""
    state.budget.withheld_native = 0
    state.computational_native_used = state.budget.computational_native


@function
def _run_body(system: System, runner: Runner, state: TransactionState) -> Status:
    tx = state.tx
    system.origin = tx.sender
    system.gas_price = tx.max_fee
    snapshot = system.io.start_frame()
    if tx.value != 0:
        check(system.io.add_balance(PAYER_NO_EE, state.resources, tx.sender, tx.value))
    state.native_before_execution = state.resources.native
    check(call_recipient(system, runner, state))
    system.io.finish_frame(snapshot, state.is_success)
    state.computational_native_used = state.budget.computational_native - state.resources.native
    return check_pubdata_is_paid(system, state)


@function
def _settle(system: System, state: TransactionState) -> Status:
    """Mint the fee and the rest of the deposit, and log the result."""
    tx = state.tx
    check(count_usage(system, state, state.resources.native + state.budget.withheld_native))
    fee = state.budget.gas_price * u256(state.gas_used)
    check(credit(system, system.metadata.coinbase, fee))
    if tx.type == UPGRADE and not state.is_success:
        return UPGRADE_TX_FAILED
    spent = u512(fee)
    if state.is_success:
        spent += u512(tx.value)
    if spent > u512(tx.total_deposited):
        return ARITHMETIC_OVERFLOW
    unspent = tx.total_deposited - u256(spent)
    if unspent != 0:
        if tx.refund_recipient >> 160 != 0:
            return REFUND_RECIPIENT_INVALID
        check(credit(system, u160(tx.refund_recipient), unspent))
    system.io.emit_l1_transaction_log(tx.hash, state.is_success, tx.type == L1_TO_L2)
    return OK
