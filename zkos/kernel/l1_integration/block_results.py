"""What a forward run says about the end of a block, besides its transactions.

Source:  zksync-os@v0.2.5 forward_system/src/run/output.rs; state reference, 9.
Modes:   forward only.
Errors:  Trap when the arena is exhausted.
"""

from zkos.interface.results import AccountDiff, Pubdata, StorageWrite
from zkos.kernel.oracle.result_keeper import (
    ResultKeeper,
    report_account_diff,
    report_pubdata,
    report_storage_write,
)
from zkos.kernel.system.io.io import IO
from zkos.kernel.system.io.storage.block_changes import BlockChanges
from zkos.lang import Slice, function, local, range, u8


@function
def report_changes(
    io: IO, results: ResultKeeper, changes: BlockChanges, pubdata: Slice[u8]
) -> None:
    """Hand events, logs, state changes, preimages and pubdata to the result keeper."""
    io.events.report(results)
    io.messages.report(results)
    _report_slots(io, results, changes)
    _report_accounts(io, results)
    io.preimages.report(results)
    published = local(Pubdata)
    published.data = pubdata
    report_pubdata(results, published)


@function
def _report_slots(io: IO, results: ResultKeeper, changes: BlockChanges) -> None:
    """Hand over the changed slots in storage order, which decides the indices of new leaves."""
    write = local(StorageWrite)
    for i in range(changes.order.length):
        access = changes.accesses[i]
        if access.initial != access.final:
            slot = io.storage.slots.items.at(changes.order[i]).key
            write.address = slot.address
            write.key = slot.key
            write.flat_key = access.flat_key
            write.value = access.final
            report_storage_write(results, write)


@function
def _report_accounts(io: IO, results: ResultKeeper) -> None:
    """Hand over the accounts whose record changed."""
    diff = local(AccountDiff)
    accounts = io.accounts.accounts
    for i in range(accounts.items.length):
        item = accounts.items.at(i)
        if not item.current.has_same_record(item.initial):
            diff.address = item.key.address
            diff.nonce = item.current.nonce
            diff.balance = item.current.balance
            diff.code_hash = item.current.observable_hash
            report_account_diff(results, diff)
