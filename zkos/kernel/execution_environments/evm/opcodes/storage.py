"""Storage opcodes: SLOAD, SSTORE, TLOAD, TSTORE.

Source:  EIP-2200, EIP-2929, EIP-3529 (SSTORE); EIP-1153 (transient storage);
         zksync-os@v0.2.5 evm_interpreter/src/instructions/host.rs.
Units:   gas, native.
Charges: the rows; access and write by kernel/system/io/access_costs.py.
Errors:  those of a step (rows.py); OUT_OF_ERGS for SSTORE with 2300 gas or less.
"""

from zkos.kernel.errors import OUT_OF_ERGS
from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.gas import SSTORE_SENTRY_GAS
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.kernel.system.io.access_costs import PAYER_EVM
from zkos.lang import Status, function, u256, unlikely


@function(inline=False)
def read_slot(frame: EvmFrame, key: u256) -> tuple[Status, u256]:
    """Read a slot of the frame's contract, charging the frame."""
    return frame.system.io.read_slot(PAYER_EVM, frame.context.resources, frame.context.address, key)


@function(inline=False)
def write_slot(frame: EvmFrame, key: u256, number: u256) -> Status:
    """Write a slot of the frame's contract, charging the frame."""
    return frame.system.io.write_slot(
        PAYER_EVM, frame.context.resources, frame.context.address, key, number
    )


@function(inline=False)
def read_transient(frame: EvmFrame, key: u256) -> tuple[Status, u256]:
    """Read a transient slot of the frame's contract, charging the frame."""
    return frame.system.io.read_transient(
        PAYER_EVM, frame.context.resources, frame.context.address, key
    )


@function(inline=False)
def write_transient(frame: EvmFrame, key: u256, number: u256) -> Status:
    """Write a transient slot of the frame's contract, charging the frame."""
    return frame.system.io.write_transient(
        PAYER_EVM, frame.context.resources, frame.context.address, key, number
    )


@opcode(0x54, "SLOAD", pops=1, pushes=1, native=100)
def op_sload(frame: EvmFrame, registers: Registers) -> Status:
    """Read a storage slot."""
    # STACK
    top = registers.sp - 1
    # GAS, OPERATION
    save_registers(frame, registers)
    status, number = read_slot(frame, frame.stack.unchecked[top].number)  # checked by the row
    load_registers(frame, registers)
    frame.stack.unchecked[top].number = number
    return status


@opcode(0x55, "SSTORE", pops=2, pushes=0, native=100, refused_in_static=True)
def op_sstore(frame: EvmFrame, registers: Registers) -> Status:
    """Write a storage slot."""
    # STACK
    sp = registers.sp - 2
    registers.sp = sp
    # GAS, OPERATION
    if unlikely(registers.gas <= SSTORE_SENTRY_GAS):
        return OUT_OF_ERGS
    save_registers(frame, registers)
    # both entries are there: checked by the row
    status = write_slot(
        frame, frame.stack.unchecked[sp + 1].number, frame.stack.unchecked[sp].number
    )
    load_registers(frame, registers)
    return status


@opcode(0x5C, "TLOAD", pops=1, pushes=1, native=100)
def op_tload(frame: EvmFrame, registers: Registers) -> Status:
    """Read a transient storage slot."""
    # STACK
    top = registers.sp - 1
    # GAS, OPERATION
    save_registers(frame, registers)
    status, number = read_transient(frame, frame.stack.unchecked[top].number)  # checked by the row
    load_registers(frame, registers)
    frame.stack.unchecked[top].number = number
    return status


@opcode(0x5D, "TSTORE", pops=2, pushes=0, native=100, refused_in_static=True)
def op_tstore(frame: EvmFrame, registers: Registers) -> Status:
    """Write a transient storage slot."""
    # STACK
    sp = registers.sp - 2
    registers.sp = sp
    # GAS, OPERATION
    save_registers(frame, registers)
    # both entries are there: checked by the row
    status = write_transient(
        frame, frame.stack.unchecked[sp + 1].number, frame.stack.unchecked[sp].number
    )
    load_registers(frame, registers)
    return status
