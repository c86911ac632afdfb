"""What the bootloader tells a tracing host: frames of calls, and what a transaction changed.

Docs:    docs/tracing.md.
Source:  this project.
Units:   gas, native; wei.
Modes:   TRACING only.
Errors:  Trap when the scratch arena is exhausted.
"""

from zkos.interface.trace_events import (
    OUTCOME_COLLISION,
    OUTCOME_HOOK_FAILED,
    OUTCOME_INSUFFICIENT_BALANCE,
    OUTCOME_NONCE_OVERFLOW,
    OUTCOME_REVERT,
    OUTCOME_SUCCESS,
    OUTCOME_TOO_DEEP,
    Enter,
    Exit,
    TransactionEnd,
)
from zkos.kernel.bootloader.call_frame import MAX_DEPTH, CallFrame
from zkos.kernel.errors import OK
from zkos.kernel.execution_environments.environment import DELEGATECALL
from zkos.kernel.oracle.trace_events import (
    send_data,
    send_enter,
    send_exit,
    send_transaction_end,
)
from zkos.kernel.resources import Resources, gas_of
from zkos.kernel.system.system import System
from zkos.lang import function, local, u8, u32

_NOT_RUN = 255  # no EE has completed this frame


@function
def trace_enter(system: System, frame: CallFrame, caller: Resources) -> None:
    """Tell a prepared frame; ``caller``: what is left to the frame that asked for it."""
    execution = frame.execution
    execution.completion.outcome = _NOT_RUN
    execution.completion.status = OK
    event = local(Enter)
    event.depth = execution.depth
    event.kind = execution.call_kind
    event.sender = execution.caller
    if execution.call_kind == DELEGATECALL:
        event.sender = execution.address
    event.to = frame.target
    event.value = execution.value
    event.gas = gas_of(execution.resources.ergs)
    event.native = execution.resources.native
    event.caller_gas = gas_of(caller.ergs)
    event.caller_native = caller.native
    send_data(system.scratch, execution.input)
    _ = send_enter(system.scratch, event)


@function
def trace_exit(system: System, frame: CallFrame) -> None:
    """Tell how a frame ended."""
    execution = frame.execution
    event = local(Exit)
    event.depth = execution.depth
    event.outcome = execution.completion.outcome
    event.status = u32(execution.completion.status)
    if event.outcome == _NOT_RUN:
        event.outcome = _outcome_without_code(system, frame)
    event.gas = gas_of(execution.resources.ergs)
    event.native = execution.resources.native
    send_data(system.scratch, frame.output)
    _ = send_exit(system.scratch, event)


@function
def _outcome_without_code(system: System, frame: CallFrame) -> u8:
    """Say how a frame ended that no EE has run: in the order of the runner's checks."""
    execution = frame.execution
    if frame.is_success:
        return u8(OUTCOME_SUCCESS)
    if execution.depth > MAX_DEPTH:
        return u8(OUTCOME_TOO_DEEP)
    if execution.value != 0 and execution.call_kind != DELEGATECALL:
        if system.io.read_own_balance(execution.caller) < execution.value:
            return u8(OUTCOME_INSUFFICIENT_BALANCE)
    if frame.is_deployment():
        if frame.can_deploy_into_target:
            return u8(OUTCOME_NONCE_OVERFLOW)
        return u8(OUTCOME_COLLISION)
    if execution.resources.ergs == 0 and frame.output.length == 0:
        return u8(OUTCOME_HOOK_FAILED)
    return u8(OUTCOME_REVERT)


@function
def trace_transaction_end(system: System) -> None:
    """Tell what the transaction changed, and that it has ended."""
    system.io.model.trace_changes(system.scratch)
    event = local(TransactionEnd)
    event.accepted = system.transaction_number
    _ = send_transaction_end(system.scratch, event)
