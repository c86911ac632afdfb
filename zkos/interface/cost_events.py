"""What a metering kernel tells the host about costs: spans of resources, by purpose.

A span begins with what is left and ends with what is left; spans nest, and what is spent in an
inner one is not the outer one's. The host adds up (host/costs). An event travels as
``[event id, words...]`` by the host service ``SERVICE_TRACE``.

Docs:    docs/costs.md.
Source:  this project.
Units:   gas, native.
Errors:  none.
"""

from zkos.interface.results import Record
from zkos.interface.wire import layout_of
from zkos.lang import struct, u8, u64

NOBODY = 0  # work that no transaction is charged for
INTRINSIC = 1  # what every transaction pays, its calldata, deployment and authorizations
SIGNATURE = 2
EVM = 3  # execution, and all of it that is nothing else
STORAGE = 4  # slots, accounts and code: access and change
HASHING = 5  # keccak256 of transactions, of memory, of messages
PRECOMPILES = 6  # and system contracts
PUBDATA = 7

PURPOSES = {
    INTRINSIC: "intrinsic",
    SIGNATURE: "signature",
    EVM: "evm",
    STORAGE: "storage",
    HASHING: "hashing",
    PRECOMPILES: "precompiles",
    PUBDATA: "pubdata",
}


@struct
class CostPoint:
    """A point in a transaction's spending: what is left there."""

    purpose: u8  # of the span that begins; 0 for other events
    gas: u64
    native: u64


@struct
class CostStart:
    """A transaction has paid its intrinsic costs; all spans of it come after this."""

    gas_limit: u64
    native_per_gas: u64  # 0: native has no bearing on gas
    native_limit: u64
    pubdata_native: u64  # of it, for intrinsic pubdata
    withheld_native: u64  # of it, for further pubdata only
    gas: u64  # left
    native: u64


@struct
class CostSettlement:
    """A transaction was settled."""

    withheld_native: u64  # left
    pubdata_native: u64  # of execution's pubdata; may be more than what was left (resources.md 2.7)
    gas_refunded: u64
    is_from_l1: bool


# The next transaction is looked at; it need not come to a settlement.
COST_CANDIDATE = Record("candidate", 64, layout_of(CostPoint))
COST_START = Record("start", 65, layout_of(CostStart))
COST_BEGIN = Record("begin", 66, COST_CANDIDATE.layout)
COST_END = Record("end", 67, COST_CANDIDATE.layout)
# Native ran out: the outermost span, which is still open, is void with all that was in it.
COST_FORFEIT = Record("forfeit", 68, COST_CANDIDATE.layout)
COST_SETTLEMENT = Record("settlement", 69, layout_of(CostSettlement))

COST_EVENTS: tuple[Record, ...] = (
    COST_CANDIDATE, COST_START, COST_BEGIN, COST_END, COST_FORFEIT, COST_SETTLEMENT,
)  # fmt: skip
