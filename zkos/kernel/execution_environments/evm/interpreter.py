"""The interpreter: one handler per opcode, made from the rows, ending with a tail call of the next.

A handler is a step (rows.py) with its registers: they are arguments, so that they stay in machine
registers from opcode to opcode.

Docs:    decisions/0007-interpreter-dispatch.md.
Source:  zksync-os@v0.2.5 evm_interpreter/src/interpreter.rs.
Units:   gas, native.
Modes:   TRACING tells the host every step, before it is charged.
Charges: by the steps (rows.py).
Errors:  whatever an opcode ends with; statuses of class 6 (frame.py) are no errors.
"""

import builtins

from zkos.kernel.errors import OK, OUT_OF_ERGS, OUT_OF_NATIVE
from zkos.kernel.execution_environments.evm import opcodes
from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.rows import ROWS, step_invalid
from zkos.kernel.execution_environments.evm.tracing import trace_leave, trace_step
from zkos.kernel.modes import TRACING
from zkos.lang import (
    Function,
    HandlerTable,
    Status,
    become,
    function,
    likely,
    local,
    u8,
    u32,
    u64,
    unlikely,
)

GROUPS = opcodes.__all__  # importing them has filled ROWS


@function(inline=True)
def next_opcode(frame: EvmFrame, pc: u32) -> u8:
    """Fetch an opcode; beyond the code everything is STOP."""
    if likely(pc < frame.code.length):
        return frame.code.unchecked[pc]
    return 0


@function(inline=False, cold=True)
def leave(frame: EvmFrame, pc: u32, sp: u32, gas: u64, native: u64, status: Status) -> Status:
    """Put the registers into the frame and pass the status on."""
    frame.pc = pc
    frame.sp = sp
    if TRACING:
        trace_leave(frame, gas, native, status)
    registers = local(Registers)
    # ``spend`` leaves these two wrapped around
    registers.gas = gas if status != OUT_OF_ERGS else u64(0)
    registers.native = native if status != OUT_OF_NATIVE else u64(0)
    save_registers(frame, registers)
    return status


def _make_handler(name: str, step: Function) -> Function:
    @function(name="handle_" + name, noimplicitfloat=True, handler=True)
    def handle(frame: EvmFrame, pc: u32, sp: u32, gas: u64, native: u64) -> Status:
        registers = local(Registers)
        registers.pc = pc
        registers.sp = sp
        registers.gas = gas
        registers.native = native
        if TRACING:
            trace_step(frame, next_opcode(frame, pc), pc, sp, gas, native)
        status = step(frame, registers)
        if unlikely(status != OK):
            return leave(frame, registers.pc, registers.sp, registers.gas, registers.native, status)
        return become(
            HANDLERS[next_opcode(frame, registers.pc)],
            frame,
            registers.pc,
            registers.sp,
            registers.gas,
            registers.native,
        )

    return handle


_INVALID = _make_handler("invalid", step_invalid)
HANDLERS = HandlerTable(
    _make_handler(ROWS[code].mnemonic.lower(), ROWS[code].step) if code in ROWS else _INVALID
    for code in builtins.range(256)
)


@function
def interpret(frame: EvmFrame) -> Status:
    """Run until an opcode ends the run."""
    registers = local(Registers)
    load_registers(frame, registers)
    opcode = next_opcode(frame, frame.pc)
    return HANDLERS[opcode](frame, frame.pc, frame.sp, registers.gas, registers.native)
