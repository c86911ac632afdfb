"""Transient storage (EIP-1153): slots that last for one transaction.

Source:  EIP-1153; zksync-os@v0.2.5 storage_models/src/common_structs/generic_transient_storage.rs.
Units:   none.
Charges: nothing here; io.py charges.
Errors:  Trap when the arena is exhausted.
"""

from zkos.kernel.base.history_map import NOT_FOUND, make_history_map
from zkos.kernel.system.io.storage.storage_cache import SlotKey
from zkos.lang import Arena, struct, u160, u256


@struct
class TransientSlot:
    """One state of a slot."""

    number: u256

    def copy_from(self, other: "TransientSlot") -> None:
        """Become equal to another state."""
        self.number = other.number


MAX_WRITES = 2**20  # of a transaction; without a bound they could fill the memory of all caches

TransientMap = make_history_map("TransientMap", SlotKey, TransientSlot)


@struct
class TransientStorage:
    """Slots of the present transaction."""

    slots: TransientMap

    def start(self, arena: Arena) -> None:
        """Be empty."""
        self.slots.start(arena)

    def is_full(self) -> bool:
        """Say whether the transaction can write no more."""
        return self.slots.journal.length >= MAX_WRITES

    def begin_transaction(self) -> None:
        """Forget everything."""
        self.slots.clear()

    def read(self, address: u160, key: u256) -> u256:
        """Read a slot; zero when it was never written."""
        index = self.slots.find(SlotKey(address, key))
        if index == NOT_FOUND:
            return u256(0)
        return self.slots.items.at(index).current.number

    def write(self, address: u160, key: u256, number: u256) -> None:
        """Write a slot."""
        slot = SlotKey(address, key)
        index = self.slots.find(slot)
        if index == NOT_FOUND:
            item = self.slots.insert(slot)
            item.initial.number = u256(0)
            self.slots.settle(item)
            index = self.slots.items.length - 1
        self.slots.change(self.slots.items.at(index)).number = number
