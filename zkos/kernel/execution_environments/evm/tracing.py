"""What the EVM tells a tracing host: its steps.

Docs:    docs/tracing.md.
Source:  EIP-3155; go-ethereum's order: a step is told before it is charged.
Units:   gas, native; sizes in bytes.
Modes:   TRACING only.
Errors:  Trap when the scratch arena is exhausted.
"""

from zkos.interface.trace_events import (
    WANTS_MEMORY,
    WANTS_RETURN_DATA,
    Leave,
    SelfDestruct,
    Step,
    StepPart,
)
from zkos.kernel.execution_environments.evm.frame import CALLING, DEPLOYING, EvmFrame
from zkos.kernel.oracle.trace_events import (
    send_data,
    send_leave,
    send_self_destruct,
    send_step,
    send_step_memory,
    send_step_return_data,
)
from zkos.lang import Status, function, local, range, u8, u32, u64, u160, u256


@function(inline=False)
def trace_step(frame: EvmFrame, opcode: u8, pc: u32, sp: u32, gas: u64, native: u64) -> None:
    """Tell an opcode that is about to run; code of no bytes has no steps."""
    if frame.code.length == 0:
        return
    arena = frame.system.scratch
    mark = arena.mark()
    step = local(Step)
    step.depth = frame.context.depth
    step.pc = pc
    step.opcode = opcode
    step.gas = gas
    step.native = native
    step.refund = frame.system.io.refund_counter()
    step.memory_bytes = frame.memory.length
    step.stack = arena.slice(u256, sp)
    for i in range(sp):
        step.stack[i] = frame.stack[i].number
    wanted = send_step(arena, step)
    part = local(StepPart)
    part.depth = step.depth
    if wanted & WANTS_MEMORY != 0:
        send_data(arena, frame.memory)
        _ = send_step_memory(arena, part)
    if wanted & WANTS_RETURN_DATA != 0:
        send_data(arena, frame.return_data)
        _ = send_step_return_data(arena, part)
    arena.release(mark)


@function(inline=False)
def trace_leave(frame: EvmFrame, gas: u64, native: u64, status: Status) -> None:
    """Tell why the interpreter stops, and what is left then."""
    event = local(Leave)
    event.depth = frame.context.depth
    event.gas = gas
    event.native = native
    event.status = u32(status)
    event.is_request = status == CALLING or status == DEPLOYING
    if status == DEPLOYING:
        event.creating_opcode = frame.code[frame.pc - 1]
    _ = send_leave(frame.system.scratch, event)


@function(inline=False)
def trace_self_destruct(frame: EvmFrame, beneficiary: u160, amount: u256) -> None:
    """Tell what SELFDESTRUCT moved."""
    event = local(SelfDestruct)
    event.depth = frame.context.depth
    event.address = frame.context.address
    event.beneficiary = beneficiary
    event.amount = amount
    _ = send_self_destruct(frame.system.scratch, event)
