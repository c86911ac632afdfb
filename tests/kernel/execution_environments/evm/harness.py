"""One frame of the EVM without a bootloader: code and operands in, everything it left out.

The heap and the arena are small, so that plain Python is quick. Nothing answers oracle queries:
code that reads accounts or slots needs the chain of tests/support.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zkos.kernel.execution_environments.environment import CALL, EE_EVM, ExecutionFrame
from zkos.kernel.execution_environments.evm import EvmFrames, run, start
from zkos.kernel.system.io.storage.bytecode import Bytecode, jump_map_length, write_jump_map
from zkos.kernel.system.system import System
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    copy,
    function,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
    u256,
)

REGION_BYTES = 1 << 20
HEAP_BYTES = 1 << 18
CALLER = 0xCA11E4
SELF = 0x5E1F
VALUE = 0x7A1
EXCESS_BLOB_GAS = 49414144  # of mainnet block 22244135


@struct
class Outcome:
    """What a frame left."""

    point: u8
    outcome: u8
    halt_status: u32
    pc: u32
    sp: u32
    gas: u64
    native: u64
    memory_bytes: u32
    output_bytes: u32


@function
def run_code(
    region: Slice[u8],
    code: Slice[u8],
    calldata: Slice[u8],
    return_data: Slice[u8],
    operands: Slice[u256],
    gas: u64,
    native: u64,
    is_static: bool,
    stack: Slice[u256],
    memory: Slice[u8],
    output: Slice[u8],
    left: Outcome,
) -> Status:
    """Run code on a stack that has ``operands`` (the last one on top)."""
    arena = local(Arena)
    arena.over(region, False)
    system = arena.new(System)
    system.arena.over(arena.slice(u8, 1 << 17), False)
    system.memory.heap = arena.slice(u8, HEAP_BYTES)
    system.memory.return_data = arena.slice(u8, 64)
    system.metadata.number = 1000
    system.metadata.timestamp = 1001
    system.metadata.gas_limit = 1002
    system.metadata.chain_id = 1003
    system.metadata.coinbase = 1004
    system.metadata.base_fee = 1005
    system.metadata.mix_hash = 1006
    system.ethereum.excess_blob_gas = EXCESS_BLOB_GAS
    system.blob_hashes = arena.slice(u256, 2)
    system.blob_hashes[0] = 1009
    system.blob_hashes[1] = 1010
    for i in range(256):
        system.metadata.block_hashes[i] = u256(0x8000 + i)
    system.gas_price = 1007
    system.origin = 1008
    context = arena.new(ExecutionFrame)
    jump_map = arena.slice(u8, jump_map_length(code.length))
    write_jump_map(code, jump_map)
    context.ee = EE_EVM
    context.call_kind = CALL
    context.is_static = is_static
    context.caller = CALLER
    context.address = SELF
    context.value = VALUE
    context.input = calldata
    context.bytecode = Bytecode(code, jump_map, 1, EE_EVM)
    context.resources.set(gas * 256, native)
    frames = arena.new(EvmFrames)
    check(start(system, frames, context))
    frame = frames.by_depth[0]
    for i in range(operands.length):
        frame.stack[i].number = operands[i]
    frame.sp = operands.length
    frame.return_data = return_data
    status, point = run(system, frames, context)
    left.point = point
    left.outcome = context.completion.outcome
    left.halt_status = u32(context.completion.status)
    left.pc = frame.pc
    left.sp = frame.sp
    left.gas = context.resources.gas_left()
    left.native = context.resources.native
    left.memory_bytes = frame.memory.length
    left.output_bytes = context.completion.output.length
    for i in range(frame.sp):
        stack[i] = frame.stack[i].number
    copy(memory[: frame.memory.length], frame.memory)
    copy(output[: context.completion.output.length], context.completion.output)
    return status


@dataclass(frozen=True)
class Result:
    """What a frame left, in plain Python."""

    status: int
    point: int
    outcome: int
    halt_status: int
    pc: int
    stack: tuple[int, ...]
    gas_used: int
    native_used: int
    memory: bytes
    output: bytes


def execute(
    executor: Any,
    code: bytes,
    operands: Sequence[int] = (),
    *,
    calldata: bytes = b"",
    return_data: bytes = b"",
    gas: int = 10**9,
    native: int = 10**12,
    is_static: bool = False,
) -> Result:
    """Run code under an executor; ``operands`` as the EVM pops them (the first one on top)."""
    region, memory, output = bytearray(REGION_BYTES), bytearray(HEAP_BYTES), bytearray(HEAP_BYTES)
    stack = [0] * 1024
    left = Outcome()
    status = executor.call(
        run_code, region, code, calldata, return_data, list(reversed(operands)), gas, native,
        is_static, stack, memory, output, left,
    )  # fmt: skip
    return Result(
        status=status,
        point=int(left.point),
        outcome=int(left.outcome),
        halt_status=int(left.halt_status),
        pc=int(left.pc),
        stack=tuple(reversed(stack[: int(left.sp)])),
        gas_used=gas - int(left.gas),
        native_used=native - int(left.native),
        memory=bytes(memory[: int(left.memory_bytes)]),
        output=bytes(output[: int(left.output_bytes)]),
    )
