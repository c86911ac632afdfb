"""The interpreter: dispatch, made from the rows in two shapes.

``run_tail_calls`` (python and x86-64): one handler per opcode, each ending with a tail call of the
next opcode's handler; the registers are arguments and stay in machine registers.
``run_loop`` (RISC-V): one loop with one switch, which keeps them in registers there, where tail
calls would save and restore too much. Both run the same steps.

Docs:    decisions/0007-interpreter-dispatch.md.
Source:  zksync-os@v0.2.5 evm_interpreter/src/interpreter.rs.
Units:   gas, native.
Charges: by the steps (rows.py).
Errors:  whatever an opcode ends with; statuses of class 6 (frame.py) are no errors.
"""

import builtins

from zkos.kernel.errors import INVALID_OPCODE, OK
from zkos.kernel.execution_environments.evm import opcodes
from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.rows import ROWS, step_invalid
from zkos.lang import (
    RISCV,
    Function,
    HandlerTable,
    Status,
    become,
    function,
    likely,
    local,
    switch,
    u8,
    u32,
    u64,
    unlikely,
)

GROUPS = opcodes.__all__
OPCODES = tuple(sorted(ROWS))
STEPS = HandlerTable(
    ROWS[code].step if code in ROWS else step_invalid for code in builtins.range(256)
)


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
    registers = local(Registers)
    registers.gas = gas
    registers.native = native
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
def run_tail_calls(frame: EvmFrame) -> Status:
    """Run until an opcode ends the run; handlers call each other."""
    registers = local(Registers)
    load_registers(frame, registers)
    opcode = next_opcode(frame, frame.pc)
    return HANDLERS[opcode](frame, frame.pc, frame.sp, registers.gas, registers.native)


@function(noimplicitfloat=True)
def run_loop(frame: EvmFrame) -> Status:
    """Run until an opcode ends the run; one switch in a loop."""
    registers = local(Registers)
    load_registers(frame, registers)
    registers.pc = frame.pc
    registers.sp = frame.sp
    status = OK
    while status == OK:
        status = INVALID_OPCODE
        for code in switch(next_opcode(frame, registers.pc), OPCODES):
            status = STEPS[code](frame, registers)
    if status == INVALID_OPCODE:
        status = step_invalid(frame, registers)
    return leave(frame, registers.pc, registers.sp, registers.gas, registers.native, status)


@function
def interpret(frame: EvmFrame) -> Status:
    """Run until an opcode ends the run."""
    if RISCV:
        return run_loop(frame)
    return run_tail_calls(frame)
