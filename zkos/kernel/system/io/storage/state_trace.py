"""What a tracing host is told about the state that a transaction changed.

Docs:    docs/tracing.md.
Source:  this project.
Modes:   TRACING only.
Errors:  Trap when the scratch arena is exhausted.
"""

from zkos.interface.addresses import ACCOUNT_PROPERTIES_STORAGE_ADDRESS
from zkos.interface.trace_events import AccountChange, SlotChange
from zkos.kernel.oracle.trace_events import send_account_change, send_slot_change
from zkos.kernel.system.io.storage.account_cache import AccountCache
from zkos.kernel.system.io.storage.storage_cache import StorageCache
from zkos.lang import Arena, function, local, range


@function
def trace_accounts(cache: AccountCache, scratch: Arena) -> None:
    """Tell the records that changed."""
    accounts = cache.accounts
    change = local(AccountChange)
    for i in range(accounts.journal.length):
        if accounts.is_last_change(i):
            item = accounts.changed_item(i)
            before = item.committed
            after = item.current
            change.address = item.key.address
            change.nonce_before = before.nonce
            change.nonce_after = after.nonce
            change.balance_before = before.balance
            change.balance_after = after.balance
            change.code_before = before.bytecode_hash
            change.code_after = after.bytecode_hash
            change.code_bytes_before = before.observable_length
            change.code_bytes_after = after.observable_length
            _ = send_account_change(scratch, change)


@function
def trace_slots(storage: StorageCache, scratch: Arena) -> None:
    """Tell the slots that changed, account slots excepted."""
    slots = storage.slots
    change = local(SlotChange)
    for i in range(slots.journal.length):
        if slots.is_last_change(i):
            item = slots.changed_item(i)
            is_slot = item.key.address != ACCOUNT_PROPERTIES_STORAGE_ADDRESS
            if is_slot and item.current.number != item.committed.number:
                change.address = item.key.address
                change.key = item.key.key
                change.before = item.committed.number
                change.after = item.current.number
                _ = send_slot_change(scratch, change)
