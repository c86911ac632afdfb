"""Stack opcodes: POP, PUSH0 to PUSH32, DUP1 to DUP16, SWAP1 to SWAP16.

Source:  Ethereum yellow paper, appendix H.2, 50s to 90s; EIP-3855 (PUSH0).
Units:   gas, native.
Charges: the rows.
Errors:  those of a step (rows.py).
"""

import builtins

from zkos.kernel.errors import OK
from zkos.kernel.execution_environments.evm.frame import EvmFrame, Registers, top_of
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.lang import (
    Status,
    function,
    likely,
    load_be,
    range,
    u8,
    u16,
    u32,
    u64,
    u128,
    u160,
    u256,
    unroll,
)

# resources reference 3.1: native of PUSH0 to PUSH32
PUSH_NATIVE = (
    50, 60, 120, 140, 140, 150, 160, 170, 180, 190, 200, 210, 210, 220, 230, 240, 240,
    240, 240, 240, 240, 250, 260, 260, 260, 260, 270, 280, 280, 290, 290, 300, 300,
)  # fmt: skip

_LOADABLE = {32: u256, 20: u160, 16: u128, 8: u64, 4: u32, 2: u16, 1: u8}


@opcode(0x50, "POP", pops=1, pushes=0, gas=2, native=40)
def op_pop(frame: EvmFrame, registers: Registers) -> Status:
    """Drop the top."""
    registers.sp = registers.sp - 1
    return OK


@opcode(0x5F, "PUSH0", pops=0, pushes=1, gas=2, native=PUSH_NATIVE[0])
def op_push0(frame: EvmFrame, registers: Registers) -> Status:
    """Push zero."""
    frame.stack.unchecked[registers.sp].number = 0  # the row has checked that there is room
    registers.sp = registers.sp + 1
    return OK


def _pieces(size: int) -> tuple[tuple[int, type, int], ...]:
    """Cut ``size`` bytes into loads: (offset, type, bytes after it), largest first."""
    pieces, offset = [], 0
    while offset < size:
        step = builtins.max(bytes_ for bytes_ in _LOADABLE if bytes_ <= size - offset)
        pieces.append((offset, _LOADABLE[step], size - offset - step))
        offset += step
    return tuple(pieces)


@function(inline=True)
def push_cut_immediate(frame: EvmFrame, sp: u32, start: u32, size: u32) -> None:
    """Push an immediate that the end of the code cuts: the missing bytes are zero.

    Inline, since a call would cost every PUSH the setting up of a machine frame.
    """
    number = u256(0)
    for i in range(start, start + size):
        number = number << 8
        if i < frame.code.length:
            number = number | u256(frame.code.unchecked[i])
    frame.stack.unchecked[sp].number = number


def _make_push(size: int) -> None:
    pieces = _pieces(size)

    @opcode(0x5F + size, f"PUSH{size}", pops=0, pushes=1, gas=3, native=PUSH_NATIVE[size])
    @function(inline=True, name=f"op_push{size}")
    def op_push(frame: EvmFrame, registers: Registers) -> Status:
        # OPERATION
        start = registers.pc
        if likely(start + size <= frame.code.length):
            number = u256(0)
            for offset, kind, after in unroll(pieces):
                # the condition above has checked that all of it is there
                number = number | u256(load_be(kind, frame.code.unchecked, start + offset)) << (
                    8 * after
                )
            frame.stack.unchecked[registers.sp].number = number  # room: checked by the row
        else:
            push_cut_immediate(frame, registers.sp, start, u32(size))
        # STACK
        registers.pc = start + size
        registers.sp = registers.sp + 1
        return OK


def _make_dup(position: int) -> None:
    @opcode(0x7F + position, f"DUP{position}", pops=position, pushes=position + 1, gas=3, native=60)
    @function(inline=True, name=f"op_dup{position}")
    def op_dup(frame: EvmFrame, registers: Registers) -> Status:
        top = top_of(registers)
        # the row has checked that the entry is there and that there is room
        frame.stack.unchecked[top + 1].number = frame.stack.unchecked[top - (position - 1)].number
        registers.sp = registers.sp + 1
        return OK


def _make_swap(position: int) -> None:
    @opcode(
        0x8F + position,
        f"SWAP{position}",
        pops=position + 1,
        pushes=position + 1,
        gas=3,
        native=90,
    )
    @function(inline=True, name=f"op_swap{position}")
    def op_swap(frame: EvmFrame, registers: Registers) -> Status:
        top = top_of(registers)
        # the row has checked that both entries are there
        number = frame.stack.unchecked[top].number
        frame.stack.unchecked[top].number = frame.stack.unchecked[top - position].number
        frame.stack.unchecked[top - position].number = number
        return OK


for _size in builtins.range(1, 33):
    _make_push(_size)
for _position in builtins.range(1, 17):
    _make_dup(_position)
    _make_swap(_position)
