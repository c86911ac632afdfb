"""What a forward run says about the state at the end of a block: slots and accounts that changed.

Source:  zksync-os@v0.2.5 forward_system/src/run/output.rs; state reference, 9.
Modes:   forward only.
Errors:  none.
"""

from zkos.interface.results import AccountDiff, StorageWrite
from zkos.kernel.oracle.result_keeper import (
    ResultKeeper,
    report_account_diff,
    report_storage_write,
)
from zkos.kernel.system.io.storage.account_cache import AccountCache
from zkos.kernel.system.io.storage.block_changes import BlockChanges
from zkos.kernel.system.io.storage.storage_cache import StorageCache
from zkos.lang import function, local, range


@function
def report_slots(storage: StorageCache, results: ResultKeeper, changes: BlockChanges) -> None:
    """Hand over the changed slots in storage order, which decides the indices of new leaves."""
    write = local(StorageWrite)
    for i in range(changes.order.length):
        access = changes.accesses[i]
        if access.initial != access.final:
            slot = storage.slots.items.at(changes.order[i]).key
            write.address = slot.address
            write.key = slot.key
            write.flat_key = access.flat_key
            write.value = access.final
            report_storage_write(results, write)


@function
def report_accounts(cache: AccountCache, results: ResultKeeper) -> None:
    """Hand over the accounts whose record changed."""
    diff = local(AccountDiff)
    accounts = cache.accounts
    for i in range(accounts.items.length):
        item = accounts.items.at(i)
        if not item.current.has_same_record(item.initial):
            diff.address = item.key.address
            diff.nonce = item.current.nonce
            diff.balance = item.current.balance
            diff.code_hash = item.current.observable_hash
            report_account_diff(results, diff)
