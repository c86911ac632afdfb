"""What the block did to its slots, in storage order: for pubdata, results and the tree.

Storage order is by address, comparing its 64-bit limbs from the least significant one on, then by
key. It decides the order of pubdata and the indices of new leaves.

Docs:    docs/system/io/io.md, "End of a block".
Source:  zksync-os@v0.2.5 flat_storage_model/mod.rs, zk_ee/src/common_structs/warm_storage_key.rs;
         state reference, 0 (limb order), 1.2, 2.4.
Modes:   proving needs every accessed slot, forward only the changed ones.
Errors:  Trap when the arena is exhausted.
"""

from zkos.kernel.base.sorting import make_sort
from zkos.kernel.modes import PROVING
from zkos.kernel.system.io.storage.account_cache import AccountCache
from zkos.kernel.system.io.storage.account_record import ACCOUNT_RECORD_BYTES
from zkos.kernel.system.io.storage.storage_cache import SlotKey, SlotMap, StorageCache
from zkos.kernel.system.io.storage.tree import TreeAccess, flat_key
from zkos.lang import Arena, Slice, function, range, struct, u8, u32, u64, u160, u256


@struct
class BlockChanges:
    """Slots of the block in storage order.

    ``accesses[i]`` belongs to the slot ``order[i]`` of the storage cache. Its flat key is set for
    changed slots, and in proving mode for all.
    """

    order: Slice[u32]
    accesses: Slice[TreeAccess]
    changed_count: u32


@function(inline=False)
def comes_before_address(a: u160, b: u160) -> bool:
    """Compare addresses in limb order."""
    if u64(a) != u64(b):
        return u64(a) < u64(b)
    if u64(a >> 64) != u64(b >> 64):
        return u64(a >> 64) < u64(b >> 64)
    return u64(a >> 128) < u64(b >> 128)


@function(inline=False)
def comes_before_slot(items: SlotMap.Items, a: u32, b: u32) -> bool:
    """Compare slots in storage order."""
    first = items.at(a).key
    second = items.at(b).key
    if first.address == second.address:
        return first.key < second.key
    return comes_before_address(first.address, second.address)


sort_slots = make_sort("slots", SlotMap.Items, comes_before_slot)


@function
def persist_accounts(accounts: AccountCache, arena: Arena) -> None:
    """Put the hash of every changed account record into its slot, and publish the record."""
    for i in range(accounts.accounts.items.length):
        item = accounts.accounts.items.at(i)
        if not item.current.has_same_record(item.initial):
            encoded = arena.slice(u8, ACCOUNT_RECORD_BYTES)
            item.current.encode(encoded)
            record_hash = accounts.preimages.record(encoded)
            accounts.storage.set_account_hash(u256(item.key.address), record_hash)


@function
def collect_changes(storage: StorageCache, arena: Arena, changes: BlockChanges) -> None:
    """Put the block's slots into storage order; accounts must be persisted before."""
    items = storage.slots.items
    count = items.length
    changes.order = arena.slice(u32, count)
    for i in range(count):
        changes.order[i] = i
    sort_slots(items, changes.order, arena.slice(u32, count))
    changes.accesses = arena.slice(TreeAccess, count)
    changes.changed_count = u32(0)
    for i in range(count):
        item = items.at(changes.order[i])
        access = changes.accesses[i]
        access.initial = item.initial.number
        access.final = item.current.number
        access.is_new = not item.initial.is_existing
        is_changed = access.initial != access.final
        changes.changed_count += u32(is_changed)
        if PROVING:
            access.flat_key = flat_key_of(item.key)
        elif is_changed:
            access.flat_key = flat_key_of(item.key)


@function(inline=False)
def flat_key_of(slot: SlotKey) -> u256:
    """Give a slot's tree key."""
    return flat_key(slot.address, slot.key)
