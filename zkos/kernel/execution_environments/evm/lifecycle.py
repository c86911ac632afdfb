"""The life of an EVM frame: start, run, resumption after requests, end.

Source:  zksync-os@v0.2.5 evm_interpreter/src/ee_trait_impl.rs, interpreter.rs (end of a frame);
         EIP-161 (nonce of a new contract), EIP-170 (code size), EIP-3541 (0xef).
Units:   gas, native, ergs; sizes in bytes.
Charges: 6 native per byte of code that has no stored jump map (initcode; code version 0); the
         nonce of a new contract; 200 gas per byte of deployed code and its native.
Errors:  OUT_OF_NATIVE; UNKNOWN_CODE_VERSION and other internal errors. Errors of the frame end
         in its completion.
"""

from zkos.interface.error_names import CLASS_HALT
from zkos.kernel.errors import (
    CODE_SIZE_LIMIT,
    CODE_STARTS_WITH_EF,
    OK,
    UNKNOWN_CODE_VERSION,
    error_class,
)
from zkos.kernel.execution_environments.environment import (
    CALL_REQUEST,
    COMPLETED,
    CONSTRUCTOR,
    DEPLOYMENT_REQUEST,
    HALT,
    REVERT,
    SUCCESS,
    ExecutionFrame,
)
from zkos.kernel.execution_environments.evm.frame import (
    CALLING,
    DEPLOYING,
    RETURNED,
    REVERTED,
    STOPPED,
    EvmFrame,
    EvmFrames,
)
from zkos.kernel.execution_environments.evm.gas import (
    CODE_DEPOSIT_BYTE_GAS,
    JUMP_MAP_BYTE_NATIVE,
    MAX_CODE_BYTES,
)
from zkos.kernel.execution_environments.evm.interpreter import interpret
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.kernel.system.io.storage.account_record import CODE_VERSION_WITH_ARTIFACTS
from zkos.kernel.system.io.storage.bytecode import jump_map_length, write_jump_map
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, copy, function, u8, u64, u256

CODE_VERSION_PLAIN = 0


@function
def frame_of(frames: EvmFrames, context: ExecutionFrame) -> EvmFrame:
    """Find what the EVM keeps for a frame."""
    return frames.by_depth[context.depth]


@function
def start(system: System, frames: EvmFrames, context: ExecutionFrame) -> Status:
    """Prepare a frame; a constructor charges for its jump map and gets its nonce."""
    if frames.made <= context.depth:
        frames.by_depth[context.depth] = system.arena.new(EvmFrame)
        frames.made = context.depth + 1
    frame = frames.by_depth[context.depth]
    context.heap_base = system.memory.start_frame_heap()
    frame.context = context
    frame.system = system
    frame.memory = system.memory.heap[:0]
    frame.return_data = system.memory.return_data[:0]
    frame.gas_paid_for_memory = 0
    frame.pc = 0
    frame.sp = 0
    if context.call_kind == CONSTRUCTOR:
        return start_constructor(system, frame, context)
    frame.calldata = context.input
    frame.code = context.bytecode.code
    frame.jump_map = context.bytecode.jump_map
    if context.bytecode.version == CODE_VERSION_WITH_ARTIFACTS:
        return OK
    if context.bytecode.version != CODE_VERSION_PLAIN:
        return UNKNOWN_CODE_VERSION
    return analyse(system, frame)


@function
def start_constructor(system: System, frame: EvmFrame, context: ExecutionFrame) -> Status:
    """Make the input the code; the new contract begins with nonce 1."""
    frame.calldata = context.input[:0]
    frame.code = context.input
    check(analyse(system, frame))
    _old_nonce = check(system.io.increment_nonce(PAYER_NO_EE, context.resources, context.address))
    if ETHEREUM:
        system.io.mark_created(context.address)
    return OK


@function
def analyse(system: System, frame: EvmFrame) -> Status:
    """Make the jump map of code that has none stored."""
    size = frame.code.length
    check(frame.context.resources.charge_native(JUMP_MAP_BYTE_NATIVE * u64(size)))
    map_size = jump_map_length(size)
    if map_size <= frame.own_jump_map.length:
        frame.jump_map = frame.own_jump_map[:map_size]
    else:
        frame.jump_map = system.scratch.slice(u8, map_size)
    write_jump_map(frame.code, frame.jump_map)
    return OK


@function
def run(system: System, frames: EvmFrames, context: ExecutionFrame) -> tuple[Status, u8]:
    """Run a frame to its next preemption point."""
    frame = frame_of(frames, context)
    status = interpret(frame)
    if status == CALLING:
        return OK, u8(CALL_REQUEST)
    if status == DEPLOYING:
        return OK, u8(DEPLOYMENT_REQUEST)
    check(complete(system, frame, status))
    return OK, u8(COMPLETED)


@function
def complete(system: System, frame: EvmFrame, status: Status) -> Status:
    """Fill the completion of a frame that has ended with ``status``."""
    context = frame.context
    completion = context.completion
    completion.output = frame.memory[:0]
    completion.status = OK
    if status == STOPPED or status == RETURNED:
        if status == RETURNED:
            completion.output = get_result(frame)
        if context.call_kind == CONSTRUCTOR:
            return complete_constructor(system, context)
        completion.outcome = SUCCESS
        return OK
    if status == REVERTED:
        completion.outcome = REVERT
        completion.output = get_result(frame)
        return OK
    return halt(context, status)


@function
def get_result(frame: EvmFrame) -> Slice[u8]:
    """Give the memory range that RETURN, REVERT or a call named."""
    return frame.memory[frame.result_offset : frame.result_offset + frame.result_size]


@function
def halt(context: ExecutionFrame, status: Status) -> Status:
    """End a frame that has failed: its ergs are lost. Other errors are passed on."""
    if error_class(status) != CLASS_HALT:
        return status
    context.resources.burn_ergs()
    context.completion.outcome = HALT
    context.completion.status = status
    context.completion.output = context.completion.output[:0]
    return OK


@function
def complete_constructor(system: System, context: ExecutionFrame) -> Status:
    """Deploy what a constructor returned."""
    code = context.completion.output
    if code.length > MAX_CODE_BYTES:
        return halt(context, CODE_SIZE_LIMIT)
    if code.length != 0 and code[0] == 0xEF:
        return halt(context, CODE_STARTS_WITH_EF)
    gas = CODE_DEPOSIT_BYTE_GAS * u64(code.length)
    status = context.resources.charge_gas(gas, 0)
    if status != OK:
        return halt(context, status)
    check(system.io.deploy_code(context.resources, context.address, code))
    context.completion.outcome = SUCCESS
    context.completion.output = code[:0]
    return OK


@function
def resume_after_call(
    frames: EvmFrames, context: ExecutionFrame, success: bool, output: Slice[u8]
) -> Status:
    """Push whether the call succeeded, and copy its output to where the caller wanted it."""
    frame = frame_of(frames, context)
    target = get_result(frame)
    size = output.length if output.length < target.length else target.length
    copy(target[:size], output[:size])
    frame.return_data = output
    push(frame, u256(success))
    return OK


@function
def resume_after_deployment(
    frames: EvmFrames, context: ExecutionFrame, success: bool, output: Slice[u8]
) -> Status:
    """Push the address of the new contract, or zero."""
    frame = frame_of(frames, context)
    frame.return_data = output
    push(frame, u256(context.deployment_request.address) if success else u256(0))
    return OK


@function
def push(frame: EvmFrame, number: u256) -> None:
    """Push the result of a request, whose operands have made room."""
    frame.stack[frame.sp].number = number
    frame.sp = frame.sp + 1


@function
def fail(context: ExecutionFrame, status: Status) -> Status:
    """End a frame that could not pay for its request."""
    return halt(context, status)
