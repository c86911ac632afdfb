"""Settlement after execution: gas used, refund to the sender, fee to the coinbase.

  1. native -= native_per_pubdata * execution pubdata                (wraps, see below)
  2. gas_used = gas_limit - gas left
  3. gas_refunded = min(refund counter, gas_used / 5);  gas_used -= gas_refunded
  4. native_used = max(0, native limit - native)
  5. gas_used = max(gas_used, native_used / native_per_gas)

The subtraction of step 1 wraps where pubdata survives a revert that left too little native; the
reference does the same, so the result must (resources.md 2.7).

Source:  transactions.md 4, steps 18 to 20; resources.md 2.5; zksync-os@v0.2.5
         process_transaction.rs; EIP-3529.
Units:   gas; native; wei.
Modes:   the ethereum flavour has no step 1 and 5, burns the base fee, and does not touch a
         coinbase that gets nothing.
Charges: none: the intrinsic native covers it.
Errors:  BALANCE_OVERFLOW and ARITHMETIC_OVERFLOW stop the run.
"""

from zkos.kernel.bootloader.transaction.metering import settle_costs
from zkos.kernel.bootloader.transaction.pubdata import pubdata_native
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.errors import OK
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, local, u64, u160, u256

MAX_REFUND_QUOTIENT = 5  # EIP-3529


@function
def settle(system: System, state: TransactionState) -> Status:
    """Compute what an L2 transaction used and move its fee."""
    budget = state.budget
    state.computational_native_used = (
        budget.computational_native - state.resources.native - state.validation_pubdata_native
    )
    check(count_usage(system, state, state.resources.native + budget.withheld_native))
    return _pay(system, state)


@function
def count_usage(system: System, state: TransactionState, native_left: u64) -> Status:
    """Fill what was used, from the ergs of the resources and this native."""
    budget = state.budget
    native = native_left
    if not ETHEREUM:
        native -= check(pubdata_native(budget, state.execution_pubdata_bytes))
        state.pubdata_bytes = (
            state.validation_pubdata_bytes
            + state.execution_pubdata_bytes
            + budget.intrinsic_pubdata_bytes
        )
    state.native_used = budget.native_limit - native if budget.native_limit > native else u64(0)
    _set_gas_used(system, state)
    settle_costs(state)
    return OK


@function
def _set_gas_used(system: System, state: TransactionState):
    budget = state.budget
    gas_used = state.tx.gas_limit - state.resources.gas_left()
    refund = u64(system.io.refund_counter())
    if refund > gas_used // MAX_REFUND_QUOTIENT:
        refund = gas_used // MAX_REFUND_QUOTIENT
    gas_used -= refund
    if not ETHEREUM and budget.native_per_gas != 0:
        native_gas = state.native_used // budget.native_per_gas
        if native_gas > gas_used:
            gas_used = native_gas
    state.gas_refunded = refund
    state.gas_used = gas_used


@function
def _pay(system: System, state: TransactionState) -> Status:
    gas_price = state.budget.gas_price
    unused = gas_price * u256(state.tx.gas_limit - state.gas_used)
    check(credit(system, state.tx.sender, unused))
    if ETHEREUM:
        tip = (gas_price - system.metadata.base_fee) * u256(state.gas_used)
        if tip == 0:
            return OK
        return credit(system, system.metadata.coinbase, tip)
    return credit(system, system.metadata.coinbase, gas_price * u256(state.gas_used))


@function
def credit(system: System, address: u160, amount: u256) -> Status:
    """Add to a balance, charging nobody."""
    unlimited = local(Resources)
    unlimited.set_unlimited()
    return system.io.add_balance(PAYER_NO_EE, unlimited, address, amount)
