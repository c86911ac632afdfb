"""What a kernel that traces tells the host: one event class each.

An event travels as ``[event id, words...]`` by the host service ``SERVICE_TRACE``. Byte strings of
any length go ahead of the event that they belong to, in pieces (``Data``). The host's answer to a
``Step`` says what it wants besides: ``WANTS_MEMORY``, ``WANTS_RETURN_DATA``; each then follows as
pieces and the event ``STEP_MEMORY`` or ``STEP_RETURN_DATA``.

Docs:    docs/tracing.md.
Source:  this project; EIP-3155 (what a step has).
Units:   gas, native; sizes in bytes; depth 0 is the frame that the transaction enters.
Errors:  none.
"""

from zkos.interface.results import TRANSACTION_RESULT, Record
from zkos.interface.wire import layout_of
from zkos.lang import Slice, struct, u8, u32, u64, u160, u256

WANTS_MEMORY = 1
WANTS_RETURN_DATA = 2

# How a frame ended. The first three are those of an execution environment.
OUTCOME_SUCCESS = 0
OUTCOME_REVERT = 1
OUTCOME_HALT = 2  # ``status`` says why
OUTCOME_TOO_DEEP = 3  # this and the next three: the frame was refused before it began
OUTCOME_INSUFFICIENT_BALANCE = 4
OUTCOME_NONCE_OVERFLOW = 5
OUTCOME_COLLISION = 6
OUTCOME_HOOK_FAILED = 7  # a precompile or system contract that took all its gas


@struct
class Data:
    """A piece of the byte string of the event that follows."""

    data: Slice[u8]


@struct
class Step:
    """An opcode that is about to run."""

    depth: u32
    pc: u32
    opcode: u8
    gas: u64
    native: u64
    refund: u64
    memory_bytes: u32
    stack: Slice[u256]


@struct
class StepPart:
    """Memory or return data before the last step: the pieces before this."""

    depth: u32


@struct
class Leave:
    """The opcode of the last step ended the frame's run, or asked for a call."""

    depth: u32
    gas: u64
    native: u64
    status: u32
    is_request: bool  # of a call or a creation
    creating_opcode: u8  # CREATE or CREATE2, if that was the opcode; else 0


@struct
class Enter:
    """A frame that was asked for and paid; its input are the pieces before this."""

    depth: u32
    kind: u8
    sender: u160
    to: u160
    value: u256
    gas: u64
    native: u64
    caller_gas: u64  # what is left to the calling frame
    caller_native: u64


@struct
class Exit:
    """The end of a frame; its output are the pieces before this."""

    depth: u32
    outcome: u8
    status: u32
    gas: u64  # left
    native: u64


@struct
class SelfDestruct:
    """SELFDESTRUCT moved a balance."""

    depth: u32
    address: u160
    beneficiary: u160
    amount: u256


@struct
class AccountChange:
    """An account that the transaction touched, before and after."""

    address: u160
    nonce_before: u64
    nonce_after: u64
    balance_before: u256
    balance_after: u256
    code_before: u256  # blake2s of the stored code; zero without code
    code_after: u256
    code_bytes_before: u32
    code_bytes_after: u32


@struct
class SlotChange:
    """A slot that the transaction changed."""

    address: u160
    key: u256
    before: u256
    after: u256


@struct
class TransactionEnd:
    """All events of a transaction have come; its result came before what it changed."""

    accepted: u32  # transactions that are part of the block so far


DATA = Record("data", 1, layout_of(Data))
STEP = Record("step", 2, layout_of(Step))
STEP_MEMORY = Record("step memory", 3, layout_of(StepPart))
STEP_RETURN_DATA = Record("step return data", 4, STEP_MEMORY.layout)
LEAVE = Record("leave", 5, layout_of(Leave))
ENTER = Record("enter", 6, layout_of(Enter))
EXIT = Record("exit", 7, layout_of(Exit))
SELF_DESTRUCT = Record("self destruct", 8, layout_of(SelfDestruct))
ACCOUNT_CHANGE = Record(
    "account change", 9, layout_of(AccountChange, ("code_before", "code_after"))
)
SLOT_CHANGE = Record("slot change", 10, layout_of(SlotChange))
RESULT = Record("result", 11, TRANSACTION_RESULT.layout)
TRANSACTION_END = Record("transaction end", 12, layout_of(TransactionEnd))

EVENTS: tuple[Record, ...] = (
    DATA, STEP, STEP_MEMORY, STEP_RETURN_DATA, LEAVE, ENTER, EXIT, SELF_DESTRUCT, ACCOUNT_CHANGE,
    SLOT_CHANGE, RESULT, TRANSACTION_END,
)  # fmt: skip
EVENTS_BY_ID = {event.id: event for event in EVENTS}
