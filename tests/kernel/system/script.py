"""A script of IO operations as one compiled function, so that every executor runs whole scenarios.

An operation is eight numbers: its code and up to seven arguments. Its outcome is six: status,
three results, ergs and native left afterwards.
"""

import builtins
from collections.abc import Sequence
from typing import Any

from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.errors import OK
from zkos.kernel.oracle.result_keeper import ResultKeeper
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.io import IO, FrameSnapshot
from zkos.lang import (
    Arena,
    Array,
    Function,
    Slice,
    function,
    local,
    range,
    u8,
    u32,
    u64,
    u160,
    u256,
)

WIDTH = 8
OUTCOME = 6
REGION_BYTES = 1 << 22

NAMES = (
    "begin", "finish", "start_frame", "finish_frame", "touch_slot", "read_slot", "write_slot",
    "read_transient", "write_transient", "read_account", "increment_nonce", "transfer",
    "deploy_code", "destroy", "delegate", "event", "message", "pubdata", "refund", "resources",
    "fetch_code", "fetch_observable", "add_balance", "subtract_balance", "own_balance",
    "report", "account_record", "force_deploy", "mark_created",
)  # fmt: skip
(
    BEGIN, FINISH, START_FRAME, FINISH_FRAME, TOUCH_SLOT, READ_SLOT, WRITE_SLOT,
    READ_TRANSIENT, WRITE_TRANSIENT, READ_ACCOUNT, INCREMENT_NONCE, TRANSFER,
    DEPLOY_CODE, DESTROY, DELEGATE, EVENT, MESSAGE, PUBDATA, REFUND, RESOURCES,
    FETCH_CODE, FETCH_OBSERVABLE, ADD_BALANCE, SUBTRACT_BALANCE, OWN_BALANCE,
    REPORT, ACCOUNT_RECORD, FORCE_DEPLOY, MARK_CREATED,
) = map(int, range(len(NAMES)))  # fmt: skip


@function
def run_slots(io: IO, resources: Resources, code: u8, op: Slice[u256], out: Slice[u256]) -> None:
    """Operations on storage."""
    payer = u8(op[1])
    address = u160(op[2])
    status = OK
    number = u256(0)
    if code == TOUCH_SLOT:
        status = io.touch_slot(payer, resources, address, op[3])
    elif code == READ_SLOT:
        status, number = io.read_slot(payer, resources, address, op[3])
    elif code == WRITE_SLOT:
        status = io.write_slot(payer, resources, address, op[3], op[4])
    elif code == READ_TRANSIENT:
        status, number = io.read_transient(payer, resources, address, op[3])
    elif code == WRITE_TRANSIENT:
        status = io.write_transient(payer, resources, address, op[3], op[4])
    out[0] = u256(u32(status))
    out[1] = number


@function
def run_accounts(
    io: IO, resources: Resources, code: u8, op: Slice[u256], out: Slice[u256], data: Slice[u8]
) -> None:
    """Operations on accounts."""
    payer = u8(op[1])
    address = u160(op[2])
    status = OK
    nonce = u64(0)
    if code == READ_ACCOUNT:
        status, account = io.read_account(payer, resources, address)
        if status == OK:
            out[1] = u256(account.nonce)
            out[2] = account.balance
            out[3] = account.observable_code_hash()
    elif code == ACCOUNT_RECORD:
        status, account = io.read_account(payer, resources, address)
        if status == OK:
            account.encode(data)
    elif code == INCREMENT_NONCE:
        status, nonce = io.increment_nonce(payer, resources, address)
        out[1] = u256(nonce)
    elif code == TRANSFER:
        status = io.transfer(payer, resources, address, u160(op[3]), op[4])
    elif code == ADD_BALANCE:
        status = io.add_balance(payer, resources, address, op[4])
    elif code == SUBTRACT_BALANCE:
        status = io.subtract_balance(payer, resources, address, op[4])
    elif code == OWN_BALANCE:
        out[1] = io.read_own_balance(address)
    out[0] = u256(u32(status))


@function
def run_code(
    io: IO, resources: Resources, code: u8, op: Slice[u256], out: Slice[u256], data: Slice[u8]
) -> None:
    """Operations on code."""
    payer = u8(op[1])
    address = u160(op[2])
    status = OK
    amount = u256(0)
    if code == DEPLOY_CODE:
        status = io.deploy_code(resources, address, data[u32(op[3]) : u32(op[4])])
    elif code == FORCE_DEPLOY:
        status = io.set_bytecode_details(payer, resources, address, op[3], u32(op[4]), op[5])
    elif code == DELEGATE:
        status = io.set_delegation(resources, address, u160(op[3]))
    elif code == DESTROY:
        status, amount = io.mark_for_destruction(resources, address, u160(op[3]), op[4] != 0)
        out[1] = amount
    elif code == FETCH_CODE:
        status, account = io.read_account(payer, resources, address)
        if status == OK:
            status, bytecode = io.fetch_code(resources, account)
            if status == OK:
                out[1] = keccak256(bytecode.code)
                out[2] = keccak256(bytecode.jump_map)
                out[3] = u256(bytecode.version) << 8 | u256(bytecode.ee)
    elif code == FETCH_OBSERVABLE:
        status, account = io.read_account(payer, resources, address)
        if status == OK:
            status, shown = io.fetch_observable_code(resources, account)
            if status == OK:
                out[1] = keccak256(shown)
    out[0] = u256(u32(status))


@function
def run_logs(
    io: IO, resources: Resources, code: u8, op: Slice[u256], out: Slice[u256], data: Slice[u8]
) -> None:
    """Events, messages and counters."""
    payer = u8(op[1])
    address = u160(op[2])
    status = OK
    number = u256(0)
    if code == EVENT:
        part = data[u32(op[3]) : u32(op[4])]
        status = io.emit_event(payer, resources, address, op[6 : u32(6) + u32(op[5])], part)
    elif code == MESSAGE:
        part = data[u32(op[3]) : u32(op[4])]
        status, number = io.emit_l1_message(payer, resources, address, part)
    elif code == PUBDATA:
        number = u256(io.transaction_pubdata())
    elif code == REFUND:
        io.add_refund(u64(op[3]))
        number = u256(io.refund_counter())
    elif code == REPORT:
        keeper = local(ResultKeeper)
        keeper.start(io.model.arena, 256)
        io.events.report(keeper)
        io.messages.report(keeper)
        io.model.preimages.report(keeper)
        keeper.flush()
    out[0] = u256(u32(status))
    out[1] = number


@function
def run_script(
    region: Slice[u8], is_zero: bool, script: Slice[u256], data: Slice[u8], out: Slice[u256]
) -> None:
    """Run a script from an empty block on."""
    arena = local(Arena)
    arena.over(region, is_zero)
    io = local(IO)
    io.log_data.over(arena.slice(u8, 1 << 16), is_zero)
    io.start(arena)
    resources = local(Resources)
    resources.set_unlimited()
    frames = local(Array[FrameSnapshot, 64])
    depth = u32(0)
    for i in range(script.length // WIDTH):
        op = script[i * WIDTH : i * WIDTH + WIDTH]
        result = out[i * OUTCOME : i * OUTCOME + OUTCOME]
        code = u8(op[0])
        if code == BEGIN:
            io.begin_transaction()
        elif code == FINISH:
            result[0] = u256(u32(io.finish_transaction()))
        elif code == START_FRAME:
            frames[depth] = io.start_frame()
            depth += 1
        elif code == FINISH_FRAME:
            depth -= 1
            io.finish_frame(frames[depth], op[1] != 0)
        elif code == RESOURCES:
            resources.set(u64(op[1]), u64(op[2]))
        elif code <= WRITE_TRANSIENT:
            run_slots(io, resources, code, op, result)
        elif code <= TRANSFER or (code >= ADD_BALANCE and code <= OWN_BALANCE):
            run_accounts(io, resources, code, op, result, data)
        elif code == ACCOUNT_RECORD:
            run_accounts(io, resources, code, op, result, data)
        elif code <= DELEGATE or code == FETCH_CODE or code == FETCH_OBSERVABLE:
            run_code(io, resources, code, op, result, data)
        elif code == MARK_CREATED:
            io.mark_created(u160(op[2]))
        elif code == FORCE_DEPLOY:
            run_code(io, resources, code, op, result, data)
        else:
            run_logs(io, resources, code, op, result, data)
        result[4] = u256(resources.ergs)
        result[5] = u256(resources.native)


run_script_ethereum = function(name="run_script_ethereum")(run_script.python)
"""The same, to be compiled for the ethereum flavour."""


def run(
    executor: Any,
    operations: Sequence[Sequence[int]],
    data: bytes = b"",
    entry: Function = run_script,
) -> list[list[int]]:
    """Run operations; gives the outcome of each."""
    script = [n for op in operations for n in [*op, *[0] * (WIDTH - len(op))]]
    out = bytearray(32 * OUTCOME * len(operations))
    flat = bytearray(b"".join(n.to_bytes(32, "little") for n in script))
    executor.call(
        entry, bytearray(REGION_BYTES), True, flat, bytearray(data.ljust(124, b"\0")), out
    )
    numbers = [int.from_bytes(out[i : i + 32], "little") for i in builtins.range(0, len(out), 32)]
    return [numbers[i : i + OUTCOME] for i in builtins.range(0, len(numbers), OUTCOME)]
