"""The state's part of pubdata: number of changed slots, then each with its value or account diff.

Docs:    docs/l1_integration/pubdata.md.
Source:  zksync-os@v0.2.5 flat_storage_model/mod.rs; state reference, 7.3, 7.4.
Units:   bytes.
Errors:  the oracle's errors (internal).
"""

from zkos.interface.addresses import ACCOUNT_PROPERTIES_STORAGE_ADDRESS
from zkos.kernel.errors import OK
from zkos.kernel.system.io.pubdata_compression import diff_length, write_diff
from zkos.kernel.system.io.storage.account_cache import AccountCache, AccountItem, AccountKey
from zkos.kernel.system.io.storage.account_diff import account_diff_size, write_account_diff
from zkos.kernel.system.io.storage.block_changes import BlockChanges
from zkos.kernel.system.io.storage.storage_cache import FLAT_KEY_BYTES
from zkos.lang import Slice, Status, check, function, range, store_be, u8, u32, u160, u256

_COUNT_BYTES = 4


@function
def account_of(cache: AccountCache, key: u256) -> AccountItem:
    """Give the cached account of a changed account slot."""
    accounts = cache.accounts
    return accounts.items.at(accounts.find(AccountKey(u160(key))))


@function
def state_pubdata_size(cache: AccountCache, changes: BlockChanges) -> u32:
    """Give the length of the state's part."""
    size = u32(_COUNT_BYTES)
    for i in range(changes.order.length):
        access = changes.accesses[i]
        if access.initial != access.final:
            slot = cache.storage.slots.items.at(changes.order[i]).key
            size += FLAT_KEY_BYTES
            if slot.address == ACCOUNT_PROPERTIES_STORAGE_ADDRESS:
                account = account_of(cache, slot.key)
                size += account_diff_size(account.initial, account.current)
            else:
                size += diff_length(access.initial, access.final)
    return size


@function
def write_state_pubdata(
    cache: AccountCache, changes: BlockChanges, target: Slice[u8], at: u32
) -> tuple[Status, u32]:
    """Write the changed slots from a position on; gives the position after them."""
    store_be(target, at, changes.changed_count)
    at += _COUNT_BYTES
    for i in range(changes.order.length):
        access = changes.accesses[i]
        if access.initial != access.final:
            store_be(target, at, access.flat_key)
            at += FLAT_KEY_BYTES
            slot = cache.storage.slots.items.at(changes.order[i]).key
            if slot.address == ACCOUNT_PROPERTIES_STORAGE_ADDRESS:
                at += check(_write_account(cache, account_of(cache, slot.key), target[at:]))
            else:
                at += write_diff(target[at:], access.initial, access.final)
    return OK, at


@function
def _write_account(
    cache: AccountCache, account: AccountItem, target: Slice[u8]
) -> tuple[Status, u32]:
    """Write the change of an account's record; gives its length."""
    record = account.current
    code = cache.preimages.nothing()
    is_full = not record.has_same_code(account.initial) and not record.hides_bytecode
    if is_full and record.bytecode_hash != 0:
        code = check(cache.preimages.read(record.bytecode_hash, record.stored_code_length()))
    return OK, write_account_diff(target, account.initial, record, code)
