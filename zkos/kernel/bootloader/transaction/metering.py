"""The fixed points of a transaction's spending: after its intrinsic costs, and at its settlement.

Docs:    docs/costs.md.
Source:  this project.
Units:   gas, native.
Modes:   METERING only; nothing in other builds.
Errors:  none.
"""

from zkos.interface.cost_events import CostSettlement, CostStart
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.modes import METERING
from zkos.kernel.oracle.cost_report import send_settlement, send_start
from zkos.lang import function, local


@function
def _send_start(state: TransactionState):
    budget = state.budget
    start = local(CostStart)
    start.gas_limit = state.tx.gas_limit
    start.native_per_gas = budget.native_per_gas
    start.native_limit = budget.native_limit
    start.pubdata_native = budget.native_per_pubdata * budget.intrinsic_pubdata_bytes
    start.withheld_native = budget.withheld_native
    start.gas = state.resources.gas_left()
    start.native = state.resources.native
    send_start(start)


@function
def _send_settlement(state: TransactionState):
    budget = state.budget
    settlement = local(CostSettlement)
    settlement.withheld_native = budget.withheld_native
    settlement.pubdata_native = budget.native_per_pubdata * state.execution_pubdata_bytes
    settlement.gas_refunded = state.gas_refunded
    settlement.is_from_l1 = state.tx.is_from_l1()
    send_settlement(settlement)


@function(inline=True)
def start_costs(state: TransactionState):
    """Tell what a transaction begins with; a span of intrinsic costs begins with it."""
    if METERING:
        _send_start(state)


@function(inline=True)
def settle_costs(state: TransactionState):
    """Tell what is left in the end."""
    if METERING:
        _send_settlement(state)
