"""Control flow opcodes: STOP, JUMP, JUMPI, PC, JUMPDEST, RETURN, REVERT.

Source:  Ethereum yellow paper, appendix H.2; EIP-140 (REVERT);
         zksync-os@v0.2.5 evm_interpreter/src/instructions/control_flow.rs.
Units:   gas, native; sizes in bytes.
Charges: the rows, a jump that of its JUMPDEST too; RETURN and REVERT pay for memory growth.
Errors:  those of a step (rows.py); INVALID_JUMP, OPERAND_OUT_OF_RANGE, MEMORY_LIMIT.
"""

from zkos.kernel.errors import INVALID_JUMP, OK
from zkos.kernel.execution_environments.evm.frame import (
    RETURNED,
    REVERTED,
    STOPPED,
    EvmFrame,
    Registers,
    top_of,
)
from zkos.kernel.execution_environments.evm.gas import STEP_NATIVE, spend
from zkos.kernel.execution_environments.evm.memory import expand, to_range
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.kernel.modes import TRACING
from zkos.lang import Status, check, function, u32, u64, u256, unlikely

JUMPDEST_GAS = 1
JUMPDEST_NATIVE = 40


@opcode(0x00, "STOP", pops=0, pushes=0)
def op_stop(frame: EvmFrame, registers: Registers) -> Status:
    """End the frame with no output."""
    return STOPPED


@function(inline=True)
def jump_to(frame: EvmFrame, registers: Registers, target: u256) -> Status:
    """Go on behind a JUMPDEST, which is charged here: a step less, unless steps are traced."""
    if unlikely(target >> 32 != 0):
        return INVALID_JUMP
    offset = u32(target)
    if unlikely(offset >= frame.code.length):
        return INVALID_JUMP
    # one bit per code byte: the map is long enough for an offset in the code
    bits = frame.jump_map.unchecked[offset >> 3]
    if unlikely(bits >> (offset & 7) & 1 == 0):
        return INVALID_JUMP
    if TRACING:
        registers.pc = offset
        return OK
    registers.pc = offset + 1
    return spend(registers, u64(JUMPDEST_GAS), u64(STEP_NATIVE + JUMPDEST_NATIVE))


@opcode(0x56, "JUMP", pops=1, pushes=0, gas=8, native=70)
def op_jump(frame: EvmFrame, registers: Registers) -> Status:
    """Jump."""
    # STACK
    top = top_of(registers)
    registers.sp = registers.sp - 1
    # OPERATION
    # the row has checked that the entry is there
    return jump_to(frame, registers, frame.stack.unchecked[top].number)


@opcode(0x57, "JUMPI", pops=2, pushes=0, gas=10, native=300)
def op_jumpi(frame: EvmFrame, registers: Registers) -> Status:
    """Jump unless the second number is zero."""
    # STACK
    top = top_of(registers)
    registers.sp = registers.sp - 2
    # OPERATION
    if frame.stack.unchecked[top - 1].number != 0:  # both entries are there: checked by the row
        return jump_to(frame, registers, frame.stack.unchecked[top].number)
    return OK


@opcode(0x58, "PC", pops=0, pushes=1, gas=2, native=40)
def op_pc(frame: EvmFrame, registers: Registers) -> Status:
    """Push the offset of this opcode."""
    frame.stack.unchecked[registers.sp].number = u256(registers.pc - 1)  # room: checked by the row
    registers.sp = registers.sp + 1
    return OK


@opcode(0x5B, "JUMPDEST", pops=0, pushes=0, gas=JUMPDEST_GAS, native=JUMPDEST_NATIVE)
def op_jumpdest(frame: EvmFrame, registers: Registers) -> Status:
    """Mark a place where a jump may go."""
    return OK


@function(inline=True)
def set_output(frame: EvmFrame, registers: Registers) -> Status:
    """Take the memory range of RETURN and REVERT from the stack."""
    # STACK
    sp = registers.sp - 2
    registers.sp = sp
    # the row has checked that both entries are there
    offset, size = check(
        to_range(frame.stack.unchecked[sp + 1].number, frame.stack.unchecked[sp].number)
    )
    # GAS
    check(expand(frame, registers, offset, size))
    # OPERATION
    frame.result_offset = offset
    frame.result_size = size
    return OK


@opcode(0xF3, "RETURN", pops=2, pushes=0, native=40)
def op_return(frame: EvmFrame, registers: Registers) -> Status:
    """End the frame with output."""
    check(set_output(frame, registers))
    return RETURNED


@opcode(0xFD, "REVERT", pops=2, pushes=0, native=50)
def op_revert(frame: EvmFrame, registers: Registers) -> Status:
    """End the frame with output and without its effects."""
    check(set_output(frame, registers))
    return REVERTED
