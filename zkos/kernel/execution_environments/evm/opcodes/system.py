"""Calls, creations and SELFDESTRUCT: the opcodes that end at a preemption point or at all.

Source:  Ethereum yellow paper, appendix H.2, f0s; EIP-7 (DELEGATECALL), EIP-214 (STATICCALL),
         EIP-1014 (CREATE2), EIP-3860 (initcode), EIP-6780 (SELFDESTRUCT);
         zksync-os@v0.2.5 evm_interpreter/src/instructions/host.rs.
Units:   gas, native; ergs in requests; sizes in bytes.
Charges: the rows, memory growth, initcode words, the hash of CREATE2's initcode, the nonce that
         CREATE reads. The rest of a call or creation is charged by the runner: gas.py.
Errors:  those of a step (rows.py) and of memory.py; STATIC_VIOLATION, INITCODE_SIZE_LIMIT.
"""

from zkos.kernel.errors import INITCODE_SIZE_LIMIT, OK, STATIC_VIOLATION
from zkos.kernel.execution_environments.environment import (
    CALL,
    CALLCODE,
    CONSTRUCTOR,
    DELEGATECALL,
    STATICCALL,
)
from zkos.kernel.execution_environments.evm.deployment import create2_address, create_address
from zkos.kernel.execution_environments.evm.frame import (
    CALLING,
    DEPLOYING,
    MAX_INITCODE_BYTES,
    STOPPED,
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.gas import (
    CREATE2_WORD_GAS,
    INITCODE_WORD_GAS,
    count_words,
    spend,
)
from zkos.kernel.execution_environments.evm.memory import expand, to_range
from zkos.kernel.execution_environments.evm.rows import opcode
from zkos.kernel.execution_environments.evm.tracing import trace_self_destruct
from zkos.kernel.modes import TRACING
from zkos.kernel.resources import UNLIMITED, ergs_of, is_gas_too_much
from zkos.kernel.system.functions import keccak256_charged
from zkos.kernel.system.io.access_costs import PAYER_NO_EE
from zkos.lang import Status, check, function, select, u8, u32, u64, u160, u256

CREATE_GAS = 32000
CREATE_NATIVE = 25000
CALL_NATIVE = 1500
SELFDESTRUCT_GAS = 5000
SELFDESTRUCT_NATIVE = 100


@function(inline=False)
def derive_create_address(frame: EvmFrame) -> tuple[Status, u160]:
    """Read the own nonce, which costs native only, and derive the address of CREATE."""
    address = frame.context.address
    account = check(frame.system.io.read_account(PAYER_NO_EE, frame.context.resources, address))
    return OK, create_address(address, account.nonce)


@function(inline=False)
def derive_create2_address(
    frame: EvmFrame, salt: u256, offset: u32, size: u32
) -> tuple[Status, u160]:
    """Hash the initcode, which costs native only, and derive the address of CREATE2."""
    digest = check(
        keccak256_charged(frame.context.resources, frame.memory[offset : offset + size], False)
    )
    return OK, create2_address(frame.context.address, salt, digest)


def _make_create(code: int, mnemonic: str, *, has_salt: bool) -> None:
    pops = 4 if has_salt else 3
    word_gas = CREATE2_WORD_GAS if has_salt else INITCODE_WORD_GAS

    @opcode(
        code,
        mnemonic,
        pops=pops,
        pushes=1,
        gas=CREATE_GAS,
        native=CREATE_NATIVE,
        refused_in_static=True,
    )
    @function(inline=True, name="op_" + mnemonic.lower())
    def op_create(frame: EvmFrame, registers: Registers) -> Status:
        # STACK
        sp = registers.sp - pops
        bottom = registers.sp - 3  # size, with the offset and the value above it
        # all entries are there: checked by the row
        offset, size = check(
            to_range(frame.stack.unchecked[bottom + 1].number, frame.stack.unchecked[bottom].number)
        )
        # GAS
        check(expand(frame, registers, offset, size))
        if size > MAX_INITCODE_BYTES:
            return INITCODE_SIZE_LIMIT
        check(spend(registers, word_gas * count_words(size), u64(0)))
        # OPERATION
        save_registers(frame, registers)
        if has_salt:
            status, address = derive_create2_address(
                frame, frame.stack.unchecked[sp].number, offset, size
            )
        else:
            status, address = derive_create_address(frame)
        load_registers(frame, registers)
        check(status)
        request = frame.context.deployment_request
        request.deployer = frame.context.address
        request.address = address
        request.value = frame.stack.unchecked[bottom + 2].number
        request.initcode = frame.memory[offset : offset + size]
        registers.sp = sp
        return DEPLOYING


_make_create(0xF0, "CREATE", has_salt=False)
_make_create(0xF5, "CREATE2", has_salt=True)


@function(inline=True)
def saturating_ergs(gas: u256) -> u64:
    """Turn the gas that a call wants into ergs; what does not fit is all there can be."""
    if gas >> 64 != 0 or is_gas_too_much(u64(gas)):
        return u64(UNLIMITED)
    return ergs_of(u64(gas))


@function(inline=False)
def request_call(
    frame: EvmFrame, kind: u8, top: u32, value: u256, input_offset: u32, input_size: u32
) -> None:
    """Fill the request of a call whose gas and target are at ``top`` and below it."""
    context = frame.context
    request = context.call_request
    target = u160(frame.stack[top - 1].number)
    keeps_address = kind == DELEGATECALL or kind == CALLCODE
    request.kind = kind
    request.is_static = context.is_static or kind == STATICCALL
    request.caller = select(kind == DELEGATECALL, context.caller, context.address)
    request.address = select(keeps_address, context.address, target)
    request.target = target
    request.value = value
    request.ergs = saturating_ergs(frame.stack[top].number)
    request.input = frame.memory[input_offset : input_offset + input_size]


def _make_call(code: int, mnemonic: str, kind: int) -> None:
    takes_value = kind in (CALL, CALLCODE)
    pops = 7 if takes_value else 6

    @opcode(code, mnemonic, pops=pops, pushes=1, native=CALL_NATIVE)
    @function(inline=True, name="op_" + mnemonic.lower())
    def op_call(frame: EvmFrame, registers: Registers) -> Status:
        # STACK
        top = registers.sp - 1
        sp = registers.sp - pops
        # all entries are there: checked by the row
        value = u256(0)
        if takes_value:
            value = frame.stack.unchecked[top - 2].number
        if kind == DELEGATECALL:
            value = frame.context.value
        if kind == CALL:
            if frame.context.is_static and value != 0:
                return STATIC_VIOLATION
        input_offset, input_size = check(
            to_range(frame.stack.unchecked[sp + 3].number, frame.stack.unchecked[sp + 2].number)
        )
        output_offset, output_size = check(
            to_range(frame.stack.unchecked[sp + 1].number, frame.stack.unchecked[sp].number)
        )
        # GAS
        check(expand(frame, registers, input_offset, input_size))
        check(expand(frame, registers, output_offset, output_size))
        # OPERATION
        frame.result_offset = output_offset
        frame.result_size = output_size
        request_call(frame, u8(kind), top, value, input_offset, input_size)
        registers.sp = sp
        return CALLING


_make_call(0xF1, "CALL", CALL)
_make_call(0xF2, "CALLCODE", CALLCODE)
_make_call(0xF4, "DELEGATECALL", DELEGATECALL)
_make_call(0xFA, "STATICCALL", STATICCALL)


@function(inline=False)
def destroy(frame: EvmFrame, beneficiary: u160) -> Status:
    """Send the balance away and destroy the account, if it may be destroyed."""
    context = frame.context
    amount = check(
        frame.system.io.mark_for_destruction(
            context.resources, context.address, beneficiary, context.call_kind == CONSTRUCTOR
        )
    )
    if TRACING:
        trace_self_destruct(frame, beneficiary, amount)
    return OK


@opcode(
    0xFF,
    "SELFDESTRUCT",
    pops=1,
    pushes=0,
    gas=SELFDESTRUCT_GAS,
    native=SELFDESTRUCT_NATIVE,
    refused_in_static=True,
)
def op_selfdestruct(frame: EvmFrame, registers: Registers) -> Status:
    """End the frame and send its balance away."""
    # STACK
    registers.sp = registers.sp - 1
    # GAS, OPERATION
    beneficiary = u160(frame.stack.unchecked[registers.sp].number)  # checked by the row
    save_registers(frame, registers)
    status = destroy(frame, beneficiary)
    load_registers(frame, registers)
    check(status)
    return STOPPED
