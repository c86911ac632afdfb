"""Opcodes about the frame, its transaction and other accounts.

Source:  Ethereum yellow paper, appendix H.2, 30s; EIP-211 (return data), EIP-1052 (EXTCODEHASH),
         EIP-2929 (account access); zksync-os@v0.2.5
         evm_interpreter/src/instructions/{environment,system,host}.rs.
Units:   gas, native; sizes in bytes.
Charges: the rows, memory growth and copies; accounts by kernel/system/io/access_costs.py.
Errors:  those of a step (rows.py) and of memory.py; OUT_OF_BOUNDS_RETURN_DATA.
"""

from zkos.interface.cost_events import NOBODY
from zkos.kernel.errors import OK, OUT_OF_BOUNDS_RETURN_DATA
from zkos.kernel.execution_environments.evm.frame import (
    EvmFrame,
    Registers,
    load_registers,
    save_registers,
)
from zkos.kernel.execution_environments.evm.gas import spend_copy
from zkos.kernel.execution_environments.evm.memory import copy_padded, expand, to_range, to_size
from zkos.kernel.execution_environments.evm.rows import opcode, producer
from zkos.kernel.oracle.cost_report import begin_cost, end_cost
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_EVM, PAYER_NO_EE
from zkos.lang import (
    Slice,
    Status,
    check,
    copy,
    function,
    load_be,
    local,
    range,
    u8,
    u32,
    u64,
    u160,
    u256,
)

COPY_GAS = 3
COPY_NATIVE = 100


@producer(0x30, "ADDRESS", gas=2, native=60)
def op_address(frame: EvmFrame) -> u256:
    """Push the own address."""
    return u256(frame.context.address)


@function(inline=False)
def read_balance(frame: EvmFrame, address: u160) -> tuple[Status, u256]:
    """Read a balance, charging the frame."""
    account = check(frame.system.io.read_account(PAYER_EVM, frame.context.resources, address))
    return OK, account.balance


@opcode(0x31, "BALANCE", pops=1, pushes=1, native=60)
def op_balance(frame: EvmFrame, registers: Registers) -> Status:
    """Replace an address by its balance."""
    # STACK
    top = registers.sp - 1
    address = u160(frame.stack.unchecked[top].number)  # checked by the row
    # GAS, OPERATION
    save_registers(frame, registers)
    status, balance = read_balance(frame, address)
    load_registers(frame, registers)
    frame.stack.unchecked[top].number = balance
    return status


@producer(0x32, "ORIGIN", gas=2, native=60)
def op_origin(frame: EvmFrame) -> u256:
    """Push the sender of the transaction."""
    return u256(frame.system.origin)


@producer(0x33, "CALLER", gas=2, native=60)
def op_caller(frame: EvmFrame) -> u256:
    """Push the caller."""
    return u256(frame.context.caller)


@producer(0x34, "CALLVALUE", gas=2, native=60)
def op_callvalue(frame: EvmFrame) -> u256:
    """Push the value that came with the call."""
    return frame.context.value


@function(inline=False)
def load_padded(data: Slice[u8], offset: u32) -> u256:
    """Read the word at an offset below the length; bytes beyond the end are zero."""
    number = u256(0)
    for i in range(offset, data.length):
        number = number << 8 | u256(data[i])
    return number << (8 * (32 - (data.length - offset)))


@opcode(0x35, "CALLDATALOAD", pops=1, pushes=1, gas=3, native=280)
def op_calldataload(frame: EvmFrame, registers: Registers) -> Status:
    """Replace an offset by the word of calldata there."""
    # STACK
    top = registers.sp - 1
    position = frame.stack.unchecked[top].number  # checked by the row
    # OPERATION
    data = frame.calldata
    number = u256(0)
    if position < u256(data.length):
        offset = u32(position)
        if data.length - offset >= 32:
            number = load_be(u256, data.unchecked, offset)  # 32 bytes are there
        else:
            number = load_padded(data, offset)
    frame.stack.unchecked[top].number = number
    return OK


@producer(0x36, "CALLDATASIZE", gas=2, native=40)
def op_calldatasize(frame: EvmFrame) -> u256:
    """Push the size of the calldata."""
    return u256(frame.calldata.length)


@producer(0x38, "CODESIZE", gas=2, native=40)
def op_codesize(frame: EvmFrame) -> u256:
    """Push the size of the running code."""
    return u256(frame.code.length)


@producer(0x3A, "GASPRICE", gas=2, native=60)
def op_gasprice(frame: EvmFrame) -> u256:
    """Push the price of gas in this transaction."""
    return frame.system.gas_price


@producer(0x3D, "RETURNDATASIZE", gas=2, native=60)
def op_returndatasize(frame: EvmFrame) -> u256:
    """Push the size of the last call's return data."""
    return u256(frame.return_data.length)


@function(inline=False)
def copy_from(
    frame: EvmFrame, source: Slice[u8], target_offset: u32, source_offset: u256, size: u32
) -> None:
    """Copy into memory, with zeros beyond the end of the source."""
    copy_padded(frame.memory[target_offset : target_offset + size], source, source_offset)


def _make_copy(code: int, mnemonic: str, field: str) -> None:
    @opcode(code, mnemonic, pops=3, pushes=0, gas=COPY_GAS, native=COPY_NATIVE, pops_first=True)
    @function(inline=True, name="op_" + mnemonic.lower())
    def op_copy(frame: EvmFrame, registers: Registers) -> Status:
        # STACK
        sp = registers.sp - 3
        registers.sp = sp
        size = check(to_size(frame.stack.unchecked[sp].number))  # checked by the row
        # GAS
        check(spend_copy(registers, size, u64(COPY_GAS), u64(COPY_NATIVE)))
        if size == 0:
            return OK
        target = check(to_size(frame.stack.unchecked[sp + 2].number))
        check(expand(frame, registers, target, size))
        # OPERATION
        copy_from(frame, getattr(frame, field), target, frame.stack.unchecked[sp + 1].number, size)
        return OK


_make_copy(0x37, "CALLDATACOPY", "calldata")
_make_copy(0x39, "CODECOPY", "code")


@opcode(0x3E, "RETURNDATACOPY", pops=3, pushes=0, gas=COPY_GAS, native=COPY_NATIVE, pops_first=True)
def op_returndatacopy(frame: EvmFrame, registers: Registers) -> Status:
    """Copy return data into memory; all of the range must exist (EIP-211)."""
    # STACK
    sp = registers.sp - 3
    registers.sp = sp
    size = check(to_size(frame.stack.unchecked[sp].number))  # checked by the row
    # GAS
    check(spend_copy(registers, size, u64(COPY_GAS), u64(COPY_NATIVE)))
    source = check(to_size(frame.stack.unchecked[sp + 1].number))
    if u64(source) + u64(size) > u64(frame.return_data.length):
        return OUT_OF_BOUNDS_RETURN_DATA
    if size == 0:
        return OK
    target = check(to_size(frame.stack.unchecked[sp + 2].number))
    check(expand(frame, registers, target, size))
    # OPERATION
    copy(frame.memory[target : target + size], frame.return_data[source : source + size])
    return OK


@function(inline=False)
def read_code_size(frame: EvmFrame, address: u160) -> tuple[Status, u256]:
    """Read the size of an account's code, charging the frame."""
    account = check(frame.system.io.read_account(PAYER_EVM, frame.context.resources, address))
    return OK, u256(account.observable_length)


@opcode(0x3B, "EXTCODESIZE", pops=1, pushes=1, native=60)
def op_extcodesize(frame: EvmFrame, registers: Registers) -> Status:
    """Replace an address by the size of its code."""
    # STACK
    top = registers.sp - 1
    address = u160(frame.stack.unchecked[top].number)  # checked by the row
    # GAS, OPERATION
    save_registers(frame, registers)
    status, size = read_code_size(frame, address)
    load_registers(frame, registers)
    frame.stack.unchecked[top].number = size
    return status


@function(inline=False)
def copy_code_of(
    frame: EvmFrame, address: u160, target: u32, source_offset: u256, size: u32
) -> Status:
    """Fetch an account's code, charge its copying, copy it into memory."""
    resources = frame.context.resources
    account = check(frame.system.io.read_account(PAYER_EVM, resources, address))
    code = check(frame.system.io.fetch_observable_code(resources, account))
    registers = local(Registers)
    load_registers(frame, registers)
    status = spend_copy(registers, size, u64(0), u64(COPY_NATIVE))
    save_registers(frame, registers)
    check(status)
    copy_from(frame, code, target, source_offset, size)
    return OK


@opcode(0x3C, "EXTCODECOPY", pops=4, pushes=0, pops_first=True)
def op_extcodecopy(frame: EvmFrame, registers: Registers) -> Status:
    """Copy an account's code into memory."""
    # STACK
    sp = registers.sp - 4
    registers.sp = sp
    address = u160(frame.stack.unchecked[sp + 3].number)  # all four are there: checked by the row
    target, size = check(
        to_range(frame.stack.unchecked[sp + 2].number, frame.stack.unchecked[sp].number)
    )
    # GAS, OPERATION
    check(expand(frame, registers, target, size))
    save_registers(frame, registers)
    status = copy_code_of(frame, address, target, frame.stack.unchecked[sp + 1].number, size)
    load_registers(frame, registers)
    return status


@function(inline=False)
def read_code_hash(frame: EvmFrame, address: u160) -> tuple[Status, u256]:
    """Read the hash of an account's code, charging the frame."""
    account = check(frame.system.io.read_account(PAYER_EVM, frame.context.resources, address))
    return OK, account.observable_code_hash()


@opcode(0x3F, "EXTCODEHASH", pops=1, pushes=1, native=60)
def op_extcodehash(frame: EvmFrame, registers: Registers) -> Status:
    """Replace an address by the hash of its code."""
    # STACK
    top = registers.sp - 1
    address = u160(frame.stack.unchecked[top].number)  # checked by the row
    # GAS, OPERATION
    save_registers(frame, registers)
    status, digest = read_code_hash(frame, address)
    load_registers(frame, registers)
    frame.stack.unchecked[top].number = digest
    return status


@function(inline=False)
def read_own_balance(frame: EvmFrame) -> tuple[Status, u256]:
    """Read the frame's balance; its account is warm and known, so nobody is charged."""
    unlimited = local(Resources)
    unlimited.set_unlimited()
    begin_cost(NOBODY, unlimited)
    account = check(frame.system.io.read_account(PAYER_NO_EE, unlimited, frame.context.address))
    end_cost(unlimited)
    return OK, account.balance


@opcode(0x47, "SELFBALANCE", pops=0, pushes=1, gas=5, native=60)
def op_selfbalance(frame: EvmFrame, registers: Registers) -> Status:
    """Push the own balance."""
    # OPERATION
    status, balance = read_own_balance(frame)
    # STACK
    frame.stack.unchecked[registers.sp].number = balance  # room: checked by the row
    registers.sp = registers.sp + 1
    return status


@opcode(0x5A, "GAS", pops=0, pushes=1, gas=2, native=60)
def op_gas(frame: EvmFrame, registers: Registers) -> Status:
    """Push the gas that is left after this opcode."""
    frame.stack.unchecked[registers.sp].number = u256(registers.gas)  # room: checked by the row
    registers.sp = registers.sp + 1
    return OK
