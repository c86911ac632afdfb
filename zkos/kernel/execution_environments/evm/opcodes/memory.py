"""Memory opcodes: MLOAD, MSTORE, MSTORE8, MSIZE, MCOPY.

Source:  Ethereum yellow paper, appendix H.2, 50s; EIP-5656 (MCOPY);
         zksync-os@v0.2.5 evm_interpreter/src/instructions/heap.rs.
Units:   gas, native; sizes in bytes.
Charges: the rows and memory growth; MCOPY pays for the copy first.
Errors:  those of a step (rows.py) and of memory.py.
"""

from zkos.kernel.errors import OK
from zkos.kernel.execution_environments.evm.frame import EvmFrame, Registers, top_of
from zkos.kernel.execution_environments.evm.gas import spend_copy
from zkos.kernel.execution_environments.evm.memory import expand, to_size
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.lang import Status, check, copy, load_be, store_be, u8, u32, u64, u256

MCOPY_GAS = 3


@opcode(0x51, "MLOAD", pops=1, pushes=1, gas=3, native=250)
def op_mload(frame: EvmFrame, registers: Registers) -> Status:
    """Read a word."""
    # STACK
    top = top_of(registers)
    offset = check(to_size(frame.stack.unchecked[top].number))  # checked by the row
    # GAS
    check(expand(frame, registers, offset, u32(32)))
    # OPERATION
    # the range is in memory now
    frame.stack.unchecked[top].number = load_be(u256, frame.memory.unchecked, offset)
    return OK


@opcode(0x52, "MSTORE", pops=2, pushes=0, gas=3, native=250)
def op_mstore(frame: EvmFrame, registers: Registers) -> Status:
    """Write a word."""
    # STACK
    top = top_of(registers)
    registers.sp = registers.sp - 2
    offset = check(to_size(frame.stack.unchecked[top].number))  # checked by the row
    # GAS
    check(expand(frame, registers, offset, u32(32)))
    # OPERATION
    # the range is in memory now
    store_be(frame.memory.unchecked, offset, frame.stack.unchecked[top - 1].number)
    return OK


@opcode(0x53, "MSTORE8", pops=2, pushes=0, gas=3, native=250)
def op_mstore8(frame: EvmFrame, registers: Registers) -> Status:
    """Write the lowest byte."""
    # STACK
    top = top_of(registers)
    registers.sp = registers.sp - 2
    offset = check(to_size(frame.stack.unchecked[top].number))  # checked by the row
    # GAS
    check(expand(frame, registers, offset, u32(1)))
    # OPERATION
    # the byte is in memory now
    frame.memory.unchecked[offset] = u8(frame.stack.unchecked[top - 1].number)
    return OK


@opcode(0x59, "MSIZE", pops=0, pushes=1, gas=2, native=40)
def op_msize(frame: EvmFrame, registers: Registers) -> Status:
    """Push the size of the memory."""
    # the row has checked that there is room
    frame.stack.unchecked[registers.sp].number = u256(frame.memory.length)
    registers.sp = registers.sp + 1
    return OK


@opcode(0x5E, "MCOPY", pops=3, pushes=0, gas=MCOPY_GAS, pops_first=True)
def op_mcopy(frame: EvmFrame, registers: Registers) -> Status:
    """Copy within the memory; the ranges may overlap."""
    # STACK
    sp = registers.sp - 3
    registers.sp = sp
    size = check(to_size(frame.stack.unchecked[sp].number))  # checked by the row
    # GAS
    check(spend_copy(registers, size, u64(MCOPY_GAS), u64(0)))
    if size == 0:
        return OK
    target = check(to_size(frame.stack.unchecked[sp + 2].number))
    source = check(to_size(frame.stack.unchecked[sp + 1].number))
    check(expand(frame, registers, target if target > source else source, size))
    # OPERATION
    copy(frame.memory[target : target + size], frame.memory[source : source + size])
    return OK
