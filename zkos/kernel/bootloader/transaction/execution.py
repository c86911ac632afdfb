"""Execution of a validated L2 transaction: the call or deployment, and what its end means.

A transaction that runs out of native is reverted as a whole: no output, no ergs left, and its
native is what it was before execution, since it is not counted for the block.

Source:  transactions.md 4, step 17, and 9.1; zksync-os@v0.2.5 process_transaction.rs,
         run_single_interaction.rs, transaction_flow/zk/mod.rs.
Units:   ergs, native; pubdata in bytes.
Modes:   the ethereum flavour has no pubdata to pay.
Charges: resources.md 2.4, rows call and deployment.
Errors:  internal errors stop the run; out of native becomes a revert here.
"""

from zkos.interface.cost_events import EVM
from zkos.interface.error_names import CLASS_OUT_OF_NATIVE
from zkos.kernel.bootloader.runner import Runner
from zkos.kernel.bootloader.transaction.pubdata import pubdata_native
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.errors import OK, error_class
from zkos.kernel.execution_environments.evm.deployment import create_address
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.oracle.cost_report import begin_cost, end_cost, forfeit_costs
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, u64


@function
def execute(system: System, runner: Runner, state: TransactionState) -> Status:
    """Run the transaction's body in a frame of its own, and count its pubdata."""
    snapshot = system.io.start_frame()
    state.native_before_execution = state.resources.native
    begin_cost(EVM, state.resources)
    check(revert_out_of_native(state, _run_body(system, runner, state)))
    end_cost(state.resources)
    system.io.finish_frame(snapshot, state.is_success)
    if not state.is_success:
        state.has_contract_address = False
        count_execution_pubdata(system, state)
    return OK


@function
def revert_out_of_native(state: TransactionState, outcome: Status) -> Status:
    """Turn native exhaustion into a revert without output and ergs; pass other errors on."""
    if error_class(outcome) == CLASS_OUT_OF_NATIVE:
        state.is_success = False
        state.output = state.tx.received[:0]
        state.resources.set(0, state.native_before_execution)
        forfeit_costs()
        return OK
    return outcome


@function
def _run_body(system: System, runner: Runner, state: TransactionState) -> Status:
    if state.tx.is_deployment:
        check(_deploy(system, runner, state))
    else:
        check(call_recipient(system, runner, state))
    return check_pubdata_is_paid(system, state)


@function
def check_pubdata_is_paid(system: System, state: TransactionState) -> Status:
    """Turn success into a revert where the native left does not pay what was changed."""
    count_execution_pubdata(system, state)
    if ETHEREUM:
        return OK
    native = check(pubdata_native(state.budget, state.execution_pubdata_bytes))
    if state.resources.native + state.budget.withheld_native < native:
        state.is_success = False
    return OK


@function
def count_execution_pubdata(system: System, state: TransactionState):
    """Count what the transaction changed beyond validation."""
    total = u64(system.io.transaction_pubdata())
    counted = state.validation_pubdata_bytes
    state.execution_pubdata_bytes = total - counted if total > counted else u64(0)


@function
def call_recipient(system: System, runner: Runner, state: TransactionState) -> Status:
    """Call the recipient with all the resources."""
    tx = state.tx
    _sender = check(system.io.read_account(PAYER_NO_EE, state.resources, tx.sender))
    is_success, output = check(
        runner.run_call(system, state.resources, tx.sender, tx.to, tx.value, tx.data)
    )
    state.is_success = is_success
    state.output = output
    return OK


@function
def _deploy(system: System, runner: Runner, state: TransactionState) -> Status:
    tx = state.tx
    address = create_address(tx.sender, state.sender_nonce)
    is_success, output = check(
        runner.run_deployment(system, state.resources, tx.sender, address, tx.value, tx.data)
    )
    state.is_success = is_success
    state.output = output
    if is_success:
        account = check(system.io.read_account(PAYER_NO_EE, state.resources, address))
        bytecode = check(system.io.fetch_code(state.resources, account))
        state.output = bytecode.code
        state.has_contract_address = True
        state.contract_address = address
    return OK
