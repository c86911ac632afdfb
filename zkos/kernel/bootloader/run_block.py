"""The main loop: one block, from its metadata to its public input.

  1. read the block's context and check it
  2. ask for the next transaction; none seals the block
  3. begin it: this state is its start; the coinbase becomes warm
  4. start a frame around all that it does
  5. decode, validate, execute, settle
  6. invalid: take everything back and report it; the loop goes on
  7. accepted, if the block's limits hold: count it, commit, report, finish it
  8. seal the block: header, state, commitments

Docs:    docs/bootloader/bootloader.md.
Source:  transactions.md 8; zksync-os@v0.2.5 bootloader/mod.rs.
Units:   gas, native, bytes.
Modes:   forward reports every transaction to the result keeper, proving reports nothing; TRACING
         tells the host when one has ended.
Errors:  internal errors only: the run stops. An invalid transaction is reported and left out.
"""

from zkos.interface.block_metadata import EXCESS_BLOB_GAS_BITS
from zkos.interface.error_names import CLASS_INVALID_TRANSACTION
from zkos.interface.results import (
    TRANSACTION_INVALID,
    TRANSACTION_REVERTED,
    TRANSACTION_SUCCESS,
    TransactionResult,
)
from zkos.kernel.bootloader.block_totals import BlockTotals
from zkos.kernel.bootloader.runner import Runner
from zkos.kernel.bootloader.tracing import trace_transaction_end
from zkos.kernel.bootloader.transaction.hashes import transaction_hash
from zkos.kernel.bootloader.transaction.process import process_transaction
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.errors import (
    BLOCK_GAS_LIMIT_ABOVE_MAXIMUM,
    EXCESS_BLOB_GAS_TOO_LARGE,
    INVALID_ENCODING,
    OK,
    error_class,
)
from zkos.kernel.modes import ETHEREUM, PROVING, TRACING
from zkos.kernel.oracle.cost_report import begin_candidate
from zkos.kernel.oracle.inbox import Inbox
from zkos.kernel.oracle.questions import (
    bind_block_metadata,
    bind_da_commitment_scheme,
    bind_ethereum_metadata,
)
from zkos.kernel.oracle.result_keeper import report_transaction
from zkos.kernel.oracle.trace_events import send_result
from zkos.kernel.resources import MAX_GAS, Resources
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, local, u8, u32


@function
def run_block(system: System, totals: BlockTotals) -> Status:
    """Run all transactions of a block in a system that has been started."""
    check(_read_context(system))
    runner = system.arena.new(Runner)
    inbox = system.arena.new(Inbox)
    inbox.start(system.arena)
    check(inbox.take())
    while inbox.size != 0:
        check(_offer_transaction(system, runner, totals, inbox))
        if TRACING:
            trace_transaction_end(system)
        check(inbox.take())
    return OK


@function
def _read_context(system: System) -> Status:
    check(bind_block_metadata(system.metadata))
    if PROVING:
        system.da_commitment_scheme = check(bind_da_commitment_scheme())
    if ETHEREUM:
        check(bind_ethereum_metadata(system.ethereum))
        if system.ethereum.excess_blob_gas >> EXCESS_BLOB_GAS_BITS != 0:
            return EXCESS_BLOB_GAS_TOO_LARGE
        return OK
    if system.metadata.gas_limit > MAX_GAS:
        return BLOCK_GAS_LIMIT_ABOVE_MAXIMUM
    return OK


@function
def _offer_transaction(system: System, runner: Runner, totals: BlockTotals, inbox: Inbox) -> Status:
    """Process the next transaction, and include it or leave it out."""
    begin_candidate()
    system.begin_transaction()
    outcome, received = inbox.content(system.scratch)
    state = system.scratch.new(TransactionState)
    if outcome == INVALID_ENCODING:
        _report(system, state, TRANSACTION_INVALID, outcome)
        return OK
    check(outcome)
    check(_warm_coinbase(system))
    snapshot = system.io.start_frame()
    totals.tell_what_is_left(system, state)
    outcome = process_transaction(system, runner, state, inbox, received)
    if outcome == OK:
        outcome = totals.check_limits(system, state)
    if error_class(outcome) == CLASS_INVALID_TRANSACTION:
        system.io.finish_frame(snapshot, False)
        _report(system, state, TRANSACTION_INVALID, outcome)
        return OK
    check(outcome)
    totals.add(state)
    system.io.finish_frame(snapshot, True)
    status = u8(TRANSACTION_SUCCESS) if state.is_success else u8(TRANSACTION_REVERTED)
    _report(system, state, status, outcome)
    return system.finish_transaction()


@function
def _warm_coinbase(system: System) -> Status:
    """Read the coinbase's account, charging nobody (EIP-3651)."""
    unlimited = local(Resources)
    unlimited.set_unlimited()
    _account = check(system.io.read_account(PAYER_NO_EE, unlimited, system.metadata.coinbase))
    return OK


@function
def _report(system: System, state: TransactionState, status: u8, error: Status):
    """Hand the transaction's result to the result keeper."""
    if not PROVING:
        result = local(TransactionResult)
        if state.tx.hash == 0:
            state.tx.hash = transaction_hash(state.tx)  # refused before it was needed
        result.hash = state.tx.hash
        result.status = status
        result.error = u32(error)
        result.error_first = state.error_first
        result.error_second = state.error_second
        if status != TRANSACTION_INVALID:
            result.gas_used = state.gas_used
            result.gas_refunded = state.gas_refunded
            result.native_used = state.native_used
            result.computational_native_used = state.computational_native_used
            result.pubdata_bytes = state.pubdata_bytes
            result.has_contract_address = state.has_contract_address
            result.contract_address = state.contract_address
            result.output = state.output
        report_transaction(system.results, result)
        if TRACING:
            _ = send_result(system.scratch, result)
