"""Pubdata: what the settlement layer publishes so that everybody can rebuild the state.

    01 | block hash 32 | be8 timestamp
    be4 number of changed slots | per slot: flat key 32, value diff or account diff
    be4 number of logs | 88 bytes each
    be4 number of messages | per message: be4 length, data

Docs:    docs/l1_integration/pubdata.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/pubdata.rs,
         flat_storage_model/mod.rs; state reference, 7.
Units:   bytes.
Modes:   equal in both; a proving run without data availability does not write it.
Errors:  the oracle's errors (internal); Trap when the arena is exhausted.
"""

from zkos.interface.addresses import ACCOUNT_PROPERTIES_STORAGE_ADDRESS
from zkos.interface.protocol_versions import CURRENT
from zkos.kernel.errors import OK
from zkos.kernel.system.io.io import IO
from zkos.kernel.system.io.l1_messages import LOG_BYTES
from zkos.kernel.system.io.pubdata_compression import diff_length, write_diff
from zkos.kernel.system.io.storage.account_cache import AccountItem, AccountKey
from zkos.kernel.system.io.storage.account_diff import account_diff_size, write_account_diff
from zkos.kernel.system.io.storage.block_changes import BlockChanges
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    copy,
    function,
    range,
    store_be,
    u8,
    u32,
    u64,
    u160,
    u256,
)

_HEADER_BYTES = 1 + 32 + 8
_COUNT_BYTES = 4
_KEY_BYTES = 32
_LENGTH_BYTES = 4


@function
def account_of(io: IO, key: u256) -> AccountItem:
    """Give the cached account of a changed account slot."""
    accounts = io.accounts.accounts
    return accounts.items.at(accounts.find(AccountKey(u160(key))))


@function
def pubdata_size(io: IO, changes: BlockChanges) -> u32:
    """Give the length of the block's pubdata."""
    size = u32(_HEADER_BYTES + 3 * _COUNT_BYTES)
    for i in range(changes.order.length):
        access = changes.accesses[i]
        if access.initial != access.final:
            slot = io.storage.slots.items.at(changes.order[i]).key
            size += _KEY_BYTES
            if slot.address == ACCOUNT_PROPERTIES_STORAGE_ADDRESS:
                account = account_of(io, slot.key)
                size += account_diff_size(account.initial, account.current)
            else:
                size += diff_length(access.initial, access.final)
    for i in range(io.messages.logs.length):
        log = io.messages.logs.at(i)
        size += LOG_BYTES
        if log.is_message:
            size += log.data.length + _LENGTH_BYTES
    return size


@function
def encode_pubdata(
    io: IO, arena: Arena, changes: BlockChanges, block_hash: u256, timestamp: u64
) -> tuple[Status, Slice[u8]]:
    """Write the block's pubdata."""
    target = arena.slice(u8, pubdata_size(io, changes))
    target[0] = CURRENT.pubdata_encoding
    store_be(target, 1, block_hash)
    store_be(target, 33, timestamp)
    at = check(_write_state(io, changes, target, u32(_HEADER_BYTES)))
    _ = _write_logs(io, target, at)
    return OK, target


@function
def _write_state(io: IO, changes: BlockChanges, target: Slice[u8], at: u32) -> tuple[Status, u32]:
    """Write the changed slots from a position on; gives the position after them."""
    store_be(target, at, changes.changed_count)
    at += _COUNT_BYTES
    for i in range(changes.order.length):
        access = changes.accesses[i]
        if access.initial != access.final:
            store_be(target, at, access.flat_key)
            at += _KEY_BYTES
            slot = io.storage.slots.items.at(changes.order[i]).key
            if slot.address == ACCOUNT_PROPERTIES_STORAGE_ADDRESS:
                at += check(_write_account(io, account_of(io, slot.key), target[at:]))
            else:
                at += write_diff(target[at:], access.initial, access.final)
    return OK, at


@function
def _write_account(io: IO, account: AccountItem, target: Slice[u8]) -> tuple[Status, u32]:
    """Write the change of an account's record; gives its length."""
    record = account.current
    code = io.preimages.nothing()
    is_full = not record.has_same_code(account.initial) and not record.hides_bytecode
    if is_full and record.bytecode_hash != 0:
        code = check(io.preimages.read(record.bytecode_hash, record.stored_code_length()))
    return OK, write_account_diff(target, account.initial, record, code)


@function
def _write_logs(io: IO, target: Slice[u8], at: u32) -> u32:
    """Write logs and messages from a position on; gives the position after them."""
    logs = io.messages.logs
    store_be(target, at, logs.length)
    at += _COUNT_BYTES
    messages = u32(0)
    for i in range(logs.length):
        log = logs.at(i)
        log.encode(target[at : at + LOG_BYTES])
        at += LOG_BYTES
        messages += u32(log.is_message)
    store_be(target, at, messages)
    at += _COUNT_BYTES
    for i in range(logs.length):
        log = logs.at(i)
        if log.is_message:
            store_be(target, at, log.data.length)
            at += _LENGTH_BYTES
            copy(target[at : at + log.data.length], log.data)
            at += log.data.length
    return at
