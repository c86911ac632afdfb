"""What the EVM keeps for a frame, and the registers of its interpreter.

``EvmFrame`` lives as long as the frame does and is found by its depth: frames that live at the
same time have different depths, so one per depth is made and used again. ``Registers`` is what
changes with every opcode; after inlining it is machine registers and no memory.

Source:  zksync-os@v0.2.5 evm_interpreter/src/lib.rs (what a frame has), evm_stack.rs.
Units:   gas in registers, ergs in ``ExecutionFrame.resources``; sizes in bytes.
Errors:  none of its own.
"""

from zkos.kernel.execution_environments.environment import ExecutionFrame
from zkos.kernel.resources import ergs_of, gas_of
from zkos.kernel.system.system import System
from zkos.lang import Array, Ref, Slice, Status, U256Cell, function, struct, u8, u32, u64

MAX_INITCODE_BYTES = 49152  # EIP-3860
STACK_LIMIT = 1024  # entries; Ethereum yellow paper, 9.1
DEPTH_LIMIT = 1024  # deepest frame that may run; the entry frame has depth 0

# Why the interpreter stopped, when it is no error. Class 6: never leaves evm/.
STOPPED = Status(0x601)
RETURNED = Status(0x602)
REVERTED = Status(0x603)
CALLING = Status(0x604)
DEPLOYING = Status(0x605)
EXIT_CLASS = 6


@struct(align=32)
class EvmFrame:
    """A frame of the EVM. Stack entries are cells, so that the u256 delegation works on them."""

    stack: Array[U256Cell, STACK_LIMIT]
    context: Ref[ExecutionFrame]
    system: Ref[System]
    calldata: Slice[u8]
    code: Slice[u8]
    jump_map: Slice[u8]  # one bit per code byte, least significant first
    memory: Slice[u8]  # the frame's heap as far as it is used; a multiple of 32 bytes
    return_data: Slice[u8]  # of the last call or creation
    gas_paid_for_memory: u64
    result_offset: u32  # memory range of RETURN, REVERT, or of the output of a call
    result_size: u32
    pc: u32  # the three below hold the registers while the interpreter is not running
    sp: u32
    own_jump_map: Array[u8, MAX_INITCODE_BYTES // 8]  # of code that has none stored


@struct
class Registers:
    """State of the running interpreter: a ``local`` of it dissolves into machine registers."""

    pc: u32  # offset of the next opcode
    sp: u32  # number of stack entries
    gas: u64
    native: u64


@function(inline=True)
def top_of(registers: Registers) -> u64:
    """Give the index of the top; in 64 bits, so that x86-64 needs one for the entries below too."""
    return u64(registers.sp) - 1


@struct
class EvmFrames:
    """All frames that the EVM has made in this block, by depth."""

    by_depth: Array[Ref[EvmFrame], DEPTH_LIMIT + 1]
    made: u32


@function(inline=True)
def load_registers(frame: EvmFrame, registers: Registers) -> None:
    """Take gas and native from the frame's resources: after anything else has charged."""
    registers.gas = gas_of(frame.context.resources.ergs)
    registers.native = frame.context.resources.native


@function(inline=True)
def save_registers(frame: EvmFrame, registers: Registers) -> None:
    """Put gas and native into the frame's resources: before anything else charges."""
    frame.context.resources.ergs = ergs_of(registers.gas)
    frame.context.resources.native = registers.native
