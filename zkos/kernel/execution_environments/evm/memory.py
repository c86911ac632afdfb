"""The memory of a frame: a window on the heap of the transaction that grows by whole words.

Sizes and offsets of 2^32 and more are frame errors, as in the 32-bit guest, and are found before
anything that depends on the size is charged.

Source:  zksync-os@v0.2.5 evm_interpreter/src/utils.rs (limits), gas.rs (price);
         Ethereum yellow paper, equation 326; transactions reference, section 9.6.
Units:   bytes; memory is a multiple of 32 bytes.
Charges: growth from s to t bytes: 3w + w²/512 gas for the whole memory, less what was paid;
         35 + t - s native.
Errors:  OPERAND_OUT_OF_RANGE, MEMORY_LIMIT (also when the heap of the transaction is used up),
         OUT_OF_ERGS, OUT_OF_NATIVE.
"""

from zkos.kernel.errors import MEMORY_LIMIT, OK, OPERAND_OUT_OF_RANGE
from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.gas import (
    MEMORY_BYTE_NATIVE,
    MEMORY_GROWTH_NATIVE,
    memory_gas,
)
from zkos.lang import Slice, Status, check, copy, fill, function, u8, u32, u64, u256, unlikely

MEMORY_END_LIMIT = 2**32 - 32  # the last byte that a 32-bit size can round up to a word


@function(inline=True)
def to_size(number: u256) -> tuple[Status, u32]:
    """Take a stack entry as a size or an offset."""
    if unlikely(number >> 32 != 0):
        return OPERAND_OUT_OF_RANGE, u32(0)
    return OK, u32(number)


@function(inline=True)
def to_range(offset: u256, size: u256) -> tuple[Status, u32, u32]:
    """Take two stack entries as a memory range; an empty one is at 0 wherever it was said to be."""
    if size == 0:
        return OK, u32(0), u32(0)
    if unlikely((offset | size) >> 32 != 0):
        return OPERAND_OUT_OF_RANGE, u32(0), u32(0)
    return OK, u32(offset), u32(size)


@function(inline=False)
def grow(frame: EvmFrame, end: u64) -> Status:
    """Charge the frame's resources for memory up to ``end`` and make it."""
    if end > MEMORY_END_LIMIT:
        return MEMORY_LIMIT
    words = (end + 31) >> 5
    old_size = frame.memory.length
    new_size = u32(words << 5)
    gas = memory_gas(words)
    native = MEMORY_GROWTH_NATIVE + MEMORY_BYTE_NATIVE * u64(new_size - old_size)
    check(frame.context.resources.charge_gas(gas - frame.gas_paid_for_memory, native))
    frame.gas_paid_for_memory = gas
    frame.memory = check(
        frame.system.memory.grow_frame_heap(frame.context.heap_base, old_size, new_size)
    )
    return OK


@function(inline=True)
def expand(frame: EvmFrame, registers: Registers, offset: u32, size: u32) -> Status:
    """Make sure that a range, not empty or at 0, is in memory."""
    end = u64(offset) + u64(size)
    if unlikely(end > u64(frame.memory.length)):
        save_registers(frame, registers)
        status = grow(frame, end)
        load_registers(frame, registers)
        return status
    return OK


@function
def copy_padded(target: Slice[u8], source: Slice[u8], source_offset: u256) -> None:
    """Fill ``target`` from an offset of ``source``, with zeros beyond its end."""
    available = u32(0)
    if source_offset < u256(source.length):
        start = u32(source_offset)
        available = source.length - start
        if available > target.length:
            available = target.length
        copy(target[:available], source[start : start + available])
    fill(target[available:], 0)
