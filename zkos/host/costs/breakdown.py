"""Breakdowns: what an accepted transaction's gas and native are made of, to the unit.

    gas_used    = intrinsic + signature + evm + storage + hashing + precompiles
                  + forfeited - refund + native
    native_used = intrinsic + signature + evm + storage + hashing + precompiles + pubdata
                  + forfeited + wrapped

``native`` is the gas by which a transaction's gas is raised to what its native costs. ``wrapped``
is what a charge for pubdata that went below zero took away again (resources.md 2.7).

Docs:    docs/costs.md.
Units:   gas, native.
Errors:  MismatchError when the parts do not add up to what the kernel has reported.
"""

from dataclasses import dataclass

from zkos.host.batch_run import BatchRun
from zkos.host.costs.meter import FORFEITED, Meter, TransactionCosts
from zkos.host.errors import MismatchError
from zkos.host.results import Record
from zkos.interface.cost_events import (
    EVM,
    HASHING,
    INTRINSIC,
    PRECOMPILES,
    PUBDATA,
    PURPOSES,
    SIGNATURE,
    STORAGE,
)
from zkos.interface.results import TRANSACTION_INVALID

EXECUTED = tuple(
    PURPOSES[purpose] for purpose in (INTRINSIC, SIGNATURE, EVM, STORAGE, HASHING, PRECOMPILES)
)
REFUND, NATIVE, WRAPPED = "refund", "native", "wrapped"
GAS_PARTS = (*EXECUTED, FORFEITED, REFUND, NATIVE)
NATIVE_PARTS = (*EXECUTED, PURPOSES[PUBDATA], FORFEITED, WRAPPED)


@dataclass(frozen=True)
class Breakdown:
    """A transaction's parts by name; ``refund`` and ``wrapped`` are negative or 0."""

    gas: dict[str, int]
    native: dict[str, int]


def break_down(costs: TransactionCosts, result: Record) -> Breakdown | None:
    """Give the parts of what a transaction used; None for one that is not in the block."""
    if result["status"] == TRANSACTION_INVALID:
        return None
    gas = {name: costs.gas[name] for name in GAS_PARTS}
    native = {name: costs.native[name] for name in NATIVE_PARTS}
    gas[REFUND] = -costs.gas_refunded
    if costs.native_per_gas:
        gas[NATIVE] = max(result["native_used"] // costs.native_per_gas - sum(gas.values()), 0)
    if costs.is_wrapped:
        native[WRAPPED] = result["native_used"] - sum(native.values())
    _check("gas", sum(gas.values()), result["gas_used"])
    _check("native", sum(native.values()), result["native_used"])
    return Breakdown(gas, native)


def meter_breakdowns(meter: Meter, run: BatchRun) -> list[list[Breakdown | None]]:
    """Give the breakdowns of the transactions of every block that a meter was told about."""
    costs = iter(meter.transactions)
    return [
        [break_down(next(costs), result) for result in settled.outcome.transactions]
        for settled in run.ledger.blocks
    ]


def _check(what: str, total: int, reported: int) -> None:
    if total != reported:
        raise MismatchError(f"{what}: the parts make {total}, the kernel reports {reported}")
