"""Validation of an L2 transaction: every check and charge before execution, in order.

The order decides which of several errors is reported, and what an invalid transaction has asked
the oracle. Everything that a failed validation changed is rolled back by the block loop.

Source:  transactions.md 4, steps 2 to 15; resources.md 2.4; zksync-os@v0.2.5
         process_transaction.rs, transaction_flow/zk/mod.rs; EIP-1559, EIP-2681, EIP-3607, EIP-3860.
Units:   fees in wei.
Modes:   the ethereum flavour limits gas_limit to what is left in the block and has blobs. Proving
         recovers the signer itself, forward takes the host's word for it; both compare it with the
         sender. A simulation takes any nonce, signature, and a contract as sender.
Charges: resources.md 2.4, table L2.
Errors:  every error of transactions.md 7 that step 4 names; NATIVE_PRICE_IS_ZERO,
         UNKNOWN_ENVIRONMENT and ARITHMETIC_OVERFLOW stop the run.
"""

from zkos.interface.cost_events import HASHING, PUBDATA
from zkos.kernel.bootloader.transaction.blobs import (
    blob_payment,
    check_blobs,
    maximum_blob_payment,
)
from zkos.kernel.bootloader.transaction.gas import (
    AUTHORIZATION_GAS,
    MAX_INITCODE_BYTES,
    deployment_gas,
    in_validation,
    set_initial_resources,
    set_prices,
)
from zkos.kernel.bootloader.transaction.hashes import transaction_hash
from zkos.kernel.bootloader.transaction.metering import start_costs
from zkos.kernel.bootloader.transaction.pubdata import pubdata_native
from zkos.kernel.bootloader.transaction.signature import check_signature
from zkos.kernel.bootloader.transaction.state import TransactionState, refuse
from zkos.kernel.bootloader.transaction.warm_up import warm_access_list
from zkos.kernel.errors import (
    BASE_FEE_GREATER_THAN_MAX_FEE,
    CALLER_GAS_LIMIT_MORE_THAN_BLOCK,
    CREATE_INIT_CODE_SIZE_LIMIT,
    INSUFFICIENT_BALANCE,
    LACK_OF_FUND_FOR_MAX_FEE,
    NONCE_OVERFLOW,
    NONCE_OVERFLOW_IN_TRANSACTION,
    NONCE_TOO_HIGH,
    NONCE_TOO_LOW,
    OK,
    OVERFLOW_PAYMENT_IN_TRANSACTION,
    PRIORITY_FEE_GREATER_THAN_MAX_FEE,
    REJECT_CALLER_WITH_CODE,
    UNKNOWN_ENVIRONMENT,
)
from zkos.kernel.execution_environments.environment import EE_NONE
from zkos.kernel.execution_environments.supported import is_supported
from zkos.kernel.modes import ETHEREUM, SIMULATION
from zkos.kernel.oracle.cost_report import charge_native_for
from zkos.kernel.system.io.access_costs import PAYER_EVM, PAYER_NO_EE, keccak256_native
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, u8, u64, u256, u512


@function
def validate(system: System, state: TransactionState) -> Status:
    """Run steps 2 to 15 on a decoded transaction."""
    tx = state.tx
    if tx.gas_limit > state.block_gas_left:
        return CALLER_GAS_LIMIT_MORE_THAN_BLOCK
    check(_set_prices(system, state))
    if ETHEREUM:
        check(check_blobs(system, state))
    check(set_initial_resources(state.budget, state.resources, tx))
    start_costs(state)
    check(_read_sender(system, state))
    check(_charge_extra_gas(state))
    system.origin = tx.sender
    system.gas_price = state.budget.gas_price
    check(in_validation(warm_access_list(system, state.resources, tx.access_list)))
    check(_charge_hashes(state))
    if not SIMULATION:
        check(_check_nonce(state))
        if state.is_sender_contract:
            return REJECT_CALLER_WITH_CODE
    check(_check_balance(system, state))
    check(check_signature(state))
    check(_increment_nonce(system, state))
    check(_debit_fee(system, state))
    return _charge_validation_pubdata(system, state)


@function
def _set_prices(system: System, state: TransactionState) -> Status:
    tx = state.tx
    base_fee = system.metadata.base_fee
    if tx.max_priority_fee > tx.max_fee:
        return PRIORITY_FEE_GREATER_THAN_MAX_FEE
    if base_fee > tx.max_fee:
        return BASE_FEE_GREATER_THAN_MAX_FEE
    priority_fee = tx.max_fee - base_fee
    if tx.max_priority_fee < priority_fee:
        priority_fee = tx.max_priority_fee
    return set_prices(
        state.budget,
        base_fee + priority_fee,
        system.metadata.native_price,
        system.metadata.pubdata_price,
    )


@function
def _read_sender(system: System, state: TransactionState) -> Status:
    outcome, account = system.io.read_account(PAYER_NO_EE, state.resources, state.tx.sender)
    check(in_validation(outcome))
    ee = account.execution_environment()
    if ee != EE_NONE and not is_supported(ee):
        return UNKNOWN_ENVIRONMENT
    state.sender_payer = u8(PAYER_NO_EE) if ee == EE_NONE else u8(PAYER_EVM)
    state.sender_nonce = account.nonce
    state.is_sender_contract = account.is_contract()
    return OK


@function
def _charge_extra_gas(state: TransactionState) -> Status:
    """Charge what deployments and authorizations cost beyond the intrinsic gas."""
    if state.tx.is_deployment:
        initcode = state.tx.data
        if initcode.length > MAX_INITCODE_BYTES:
            return CREATE_INIT_CODE_SIZE_LIMIT
        check(in_validation(state.resources.charge_gas(deployment_gas(initcode), 0)))
    gas = u64(state.tx.authorization_count) * AUTHORIZATION_GAS
    return in_validation(state.resources.charge_gas(gas, 0))


@function
def _charge_hashes(state: TransactionState) -> Status:
    """Charge both hashes by the length of the received bytes, which the signed ones are below."""
    native = keccak256_native(u64(state.tx.received.length))
    check(in_validation(charge_native_for(HASHING, state.resources, native)))
    state.tx.hash = transaction_hash(state.tx)
    return in_validation(charge_native_for(HASHING, state.resources, native))


@function
def _check_nonce(state: TransactionState) -> Status:
    given = state.tx.nonce
    expected = state.sender_nonce
    if given > expected:
        return refuse(state, NONCE_TOO_HIGH, u256(given), u256(expected))
    if given < expected:
        return refuse(state, NONCE_TOO_LOW, u256(given), u256(expected))
    return OK


@function
def _check_balance(system: System, state: TransactionState) -> Status:
    tx = state.tx
    required = u512(tx.max_fee) * u512(tx.gas_limit) + u512(tx.value)
    if ETHEREUM:
        required += maximum_blob_payment(state)
    if required >> 256 != 0:
        return OVERFLOW_PAYMENT_IN_TRANSACTION
    outcome, account = system.io.read_account(state.sender_payer, state.resources, tx.sender)
    check(in_validation(outcome))
    if account.balance < u256(required):
        return refuse(state, LACK_OF_FUND_FOR_MAX_FEE, u256(required), account.balance)
    return OK


@function
def _increment_nonce(system: System, state: TransactionState) -> Status:
    outcome, _old_nonce = system.io.increment_nonce(
        state.sender_payer, state.resources, state.tx.sender
    )
    if outcome == NONCE_OVERFLOW:
        return NONCE_OVERFLOW_IN_TRANSACTION
    return in_validation(outcome)


@function
def _debit_fee(system: System, state: TransactionState) -> Status:
    """Take the whole possible fee; what is not used comes back after execution."""
    amount = state.budget.gas_price * u256(state.tx.gas_limit)
    if ETHEREUM:
        amount += blob_payment(state)
    outcome = system.io.subtract_balance(
        state.sender_payer, state.resources, state.tx.sender, amount
    )
    if outcome == INSUFFICIENT_BALANCE:
        return LACK_OF_FUND_FOR_MAX_FEE
    return in_validation(outcome)


@function
def _charge_validation_pubdata(system: System, state: TransactionState) -> Status:
    """Charge what validation changed, from the withheld native first."""
    budget = state.budget
    state.validation_pubdata_bytes = u64(system.io.transaction_pubdata())
    native = check(pubdata_native(budget, state.validation_pubdata_bytes))
    if native <= budget.withheld_native:
        budget.withheld_native -= native
        return OK
    state.validation_pubdata_native = native - budget.withheld_native
    budget.withheld_native = 0
    native = state.validation_pubdata_native
    return in_validation(charge_native_for(PUBDATA, state.resources, native))
