"""Storage cache: every slot that the block has touched, with its history.

A slot enters at its first access in the block, with what the oracle says; that stays its initial
value, and the tree check at block end holds the oracle to it. A slot whose first access cannot be
paid does not enter.

Docs:    docs/system/io/caches.md, "Storage cache".
Source:  zksync-os@v0.2.5 flat_storage_model/storage_cache.rs, system/mod.rs; EIP-2200, EIP-2929,
         EIP-3529.
Units:   gas, native; pubdata in bytes.
Modes:   equal in both; proving checks the initial values at block end (tree.py).
Charges: each access 4000 native and the payer's gas, the first one in a transaction the cold
         price, a write its own on top (access_costs.py).
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE; NEW_SLOT_HAS_VALUE, ORACLE_REPLY_MALFORMED (internal).
"""

from zkos.interface.addresses import ACCOUNT_PROPERTIES_STORAGE_ADDRESS
from zkos.interface.cost_events import STORAGE
from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.base.history_map import make_history_map
from zkos.kernel.base.index_map import NOT_FOUND, make_index_map
from zkos.kernel.base.mixing import mix_u160, mix_u256
from zkos.kernel.errors import NEW_SLOT_HAS_VALUE, OK
from zkos.kernel.oracle.cost_report import charge_for
from zkos.kernel.oracle.questions import SlotAnswer, ask_initial_slot
from zkos.kernel.resources import Resources
from zkos.kernel.system.io import access_costs as costs
from zkos.kernel.system.io.access_costs import PAYER_EVM
from zkos.kernel.system.io.pubdata_compression import diff_length
from zkos.lang import (
    Arena,
    Status,
    Unverified,
    check,
    function,
    range,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
    value,
)

FLAT_KEY_BYTES = 32


@value
class SlotKey:
    """Which slot: storage of an account, and the key in it."""

    address: u160
    key: u256

    def hash(self) -> u32:
        """Spread the key over 32 bits."""
        return mix_u160(self.address) * 3 ^ mix_u256(self.key)

    def equals(self, other: "SlotKey") -> bool:
        """Compare both parts."""
        return self.key == other.key and self.address == other.address


@struct
class Slot:
    """One state of a slot."""

    number: u256
    touched_in: u32  # number of the transaction that touched it last; 0 for none
    is_existing: bool  # in the tree at block start, or written since and not destroyed

    def copy_from(self, other: "Slot") -> None:
        """Become equal to another state."""
        self.number = other.number
        self.touched_in = other.touched_in
        self.is_existing = other.is_existing


@struct
class SlotLink:
    """Leads from a slot to the one of the same account that entered before it."""

    previous: u32  # index of the item; NOT_FOUND ends the chain


SlotMap = make_history_map("SlotMap", SlotKey, Slot)
SlotLinks = make_chunked_list("SlotLinks", SlotLink)
LastSlotOf = make_index_map("LastSlotOf", u160, mix_u160)
SlotItem = SlotMap.Item


@function(inline=True)
def cold_read_native(is_existing: bool) -> u64:
    """Give the native of proving a slot's value."""
    if is_existing:
        return u64(costs.COLD_EXISTING_READ_NATIVE)
    return u64(costs.COLD_NEW_READ_NATIVE)


@function
def check_new_slot(said: SlotAnswer) -> Status:
    """Refuse a value for a slot that is said to be absent from the tree."""
    return NEW_SLOT_HAS_VALUE if said.is_new and said.number != 0 else OK


@function
def write_gas(at_start: u256, current: u256, number: u256, was_warm: bool) -> u64:
    """Give the gas of an EVM write on top of the access (EIP-2200 as the reference splits it)."""
    gas = u64(0) if was_warm else u64(costs.COLD_SLOT_WRITE_GAS)
    if number != current and current == at_start:
        gas += u64(costs.SLOT_SET_GAS) if at_start == 0 else u64(costs.SLOT_RESET_GAS)
    return gas


@function
def refund_after(counter: u64, at_start: u256, current: u256, number: u256) -> u64:
    """Give the refund counter after an EVM write (EIP-3529)."""
    if number == current:
        return counter
    if at_start != 0:
        if current == 0:
            counter -= costs.CLEAR_REFUND_GAS
        elif number == 0:
            counter += costs.CLEAR_REFUND_GAS
    if current != at_start and number == at_start:
        if at_start == 0:
            counter += costs.RESTORE_ZERO_REFUND_GAS
        else:
            counter += costs.RESTORE_REFUND_GAS
    return counter


@struct
class StorageCache:
    """All slots of the block; ``transaction`` numbers accepted transactions from 1."""

    slots: SlotMap
    links: SlotLinks  # one per item of ``slots``
    last_slot_of: LastSlotOf  # where an account's chain of slots begins
    transaction: u32
    refund_counter: u64

    def start(self, arena: Arena) -> None:
        """Be empty."""
        self.slots.start(arena)
        self.links.start(arena)
        self.last_slot_of.start(arena)
        self.transaction = u32(1)
        self.refund_counter = u64(0)

    def begin_transaction(self) -> None:
        """Make the present state the transaction's start."""
        self.slots.commit()
        self.refund_counter = u64(0)

    def access(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, SlotItem, bool]:
        """Bring a slot in and warm it; also says whether it was warm before."""
        gas = costs.slot_access_gas(payer)
        check(charge_for(STORAGE, resources, gas, u64(costs.WARM_ACCESS_NATIVE)))
        slot = SlotKey(address, key)
        index = self.slots.find(slot)
        if index == NOT_FOUND:
            answer = check(ask_initial_slot(address, key))
            item = check(self.defer_initial_slot(payer, resources, slot, answer))
        else:
            item = self.slots.items.at(index)
            if item.current.touched_in == self.transaction:
                return OK, item, True
            native = cold_read_native(item.current.is_existing)
            check(charge_for(STORAGE, resources, costs.cold_slot_gas(payer), native))
        self.slots.change(item).touched_in = self.transaction
        return OK, item, False

    def defer_initial_slot(
        self, payer: u8, resources: Resources, slot: SlotKey, answer: Unverified[SlotAnswer]
    ) -> tuple[Status, SlotItem]:
        """Record an answer for the tree check at block end, once its access is paid."""
        said = answer.unverified_value
        check(check_new_slot(said))
        native = cold_read_native(not said.is_new)
        check(charge_for(STORAGE, resources, costs.cold_slot_gas(payer), native))
        item = self.slots.insert(slot)
        item.initial.number = said.number
        item.initial.touched_in = u32(0)
        item.initial.is_existing = not said.is_new
        self.slots.settle(item)
        index = self.slots.items.length - 1
        self.links.push().previous = self.last_slot_of.replace(slot.address, index)
        return OK, item

    def read(
        self, payer: u8, resources: Resources, address: u160, key: u256
    ) -> tuple[Status, u256]:
        """Read a slot."""
        item, _ = check(self.access(payer, resources, address, key))
        return OK, item.current.number

    def write(
        self, payer: u8, resources: Resources, address: u160, key: u256, number: u256
    ) -> Status:
        """Write a slot; the EVM's writes move the refund counter."""
        item, was_warm = check(self.access(payer, resources, address, key))
        current = item.current.number
        at_start = item.committed.number
        native = u64(costs.NEW_WRITE_NATIVE)
        if item.current.is_existing:
            native = u64(costs.EXISTING_WRITE_NATIVE)
        gas = u64(0)
        if payer == PAYER_EVM:
            gas = write_gas(at_start, current, number, was_warm)
        check(charge_for(STORAGE, resources, gas, native))
        changed = self.slots.change(item)
        changed.number = number
        changed.is_existing = True
        if payer == PAYER_EVM:
            self.refund_counter = refund_after(self.refund_counter, at_start, current, number)
        return OK

    def set_account_hash(self, key: u256, number: u256) -> None:
        """Set the account slot of a cached account at block end; nobody is charged."""
        index = self.slots.find(SlotKey(u160(ACCOUNT_PROPERTIES_STORAGE_ADDRESS), key))
        item = self.slots.items.at(index)
        changed = self.slots.change(item)
        changed.number = number
        changed.is_existing = True

    def clear_address(self, address: u160) -> None:
        """Zero every cached slot of a destroyed account, also those that only rollbacks touched."""
        index = self.last_slot_of.find(address)
        while index != NOT_FOUND:
            cleared = self.slots.change(self.slots.items.at(index))
            cleared.number = u256(0)
            cleared.is_existing = False
            index = self.links.at(index).previous

    def transaction_pubdata(self) -> u32:
        """Count the bytes of slots that the transaction changed, account slots excepted."""
        total = u32(0)
        for i in range(self.slots.journal.length):
            if self.slots.is_last_change(i):
                item = self.slots.changed_item(i)
                number = item.current.number
                is_slot = item.key.address != ACCOUNT_PROPERTIES_STORAGE_ADDRESS
                if is_slot and number != item.initial.number and number != item.committed.number:
                    total += diff_length(item.committed.number, number) + FLAT_KEY_BYTES
        return total
