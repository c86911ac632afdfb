"""A map whose values have a history: frames can be taken back, transactions cannot.

Each key has an *initial* value (fixed for the block), a *committed* one (when the present
transaction began) and a *current* one. Changes go to a journal; a snapshot is the journal's
length, and rolling back pops it. Items never disappear: one that a rolled-back frame brought in
stays with its initial value. Iteration is in the order of insertion.

Open addressing with linear probing; a key is hashed once, when it is looked up.

Source:  zksync-os@v0.2.5 zk_ee/src/common_structs/history_map/ (meaning); design of this project.
Units:   items, journal entries.
Errors:  Trap when the arena is exhausted or a snapshot is from the future.
"""

from typing import Any

from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.lang import (
    Arena,
    Ref,
    Slice,
    function,
    range,
    struct,
    u32,
)

_FIRST_SLOTS = 64  # entries of the first table; a power of two
NOT_FOUND = 0xFFFF_FFFF


def make_history_map(name: str, key_type: Any, content_type: Any) -> Any:
    """Give a map class from ``key_type`` to ``content_type``.

    ``key_type`` is a ``@value`` class with methods ``hash() -> u32`` and ``equals(other) -> bool``;
    ``content_type`` is a ``@struct`` with a method ``copy_from(other)``.
    """

    @struct(name=f"{name}Item")
    class Item:
        key: key_type
        hash: u32
        initial: content_type
        committed: content_type
        current: Ref[content_type]

    @struct(name=f"{name}Change")
    class Change:
        content: content_type
        previous: Ref[content_type]  # what the item's current value was before
        item: Ref[Item]

    items_list = make_chunked_list(f"{name}Items", Item)
    journal_list = make_chunked_list(f"{name}Journal", Change)

    @struct(name=name)
    class HistoryMap:
        """``start`` it with an arena; see the module for the rest."""

        items: items_list
        journal: journal_list
        table: Slice[u32]  # index of the item plus one; zero is free
        arena: Ref[Arena]

        def start(self, arena: Arena) -> None:
            """Be empty and take memory from this arena."""
            self.arena = arena
            self.items.start(arena)
            self.journal.start(arena)
            self.table = arena.slice(u32, _FIRST_SLOTS)

        def find(self, wanted: key_type) -> u32:
            """Give the index of a key's item, or NOT_FOUND."""
            mask = self.table.length - 1
            hash_of_key = wanted.hash()
            place = hash_of_key & mask
            while True:
                index = self.table[place]
                if index == 0:
                    return u32(NOT_FOUND)
                item = self.items.at(index - 1)
                if item.hash == hash_of_key and item.key.equals(wanted):
                    return index - 1
                place = (place + 1) & mask

        def insert(self, wanted: key_type) -> Item:
            """Add an absent key; the caller fills ``initial`` and then calls ``settle``."""
            if (self.items.length + 1) * 4 > self.table.length * 3:
                self.grow()
            item = self.items.push()
            item.key = wanted
            item.hash = wanted.hash()
            self.place(item.hash, self.items.length)
            item.current = item.committed
            return item

        @function(inline=True)
        def settle(self, item: Item) -> None:
            """Take the initial value of a fresh item for the committed one too."""
            item.committed.copy_from(item.initial)

        @function(inline=False)
        def place(self, hash_of_key: u32, entry: u32) -> None:
            """Put an entry into the first free place of the table."""
            mask = self.table.length - 1
            place = hash_of_key & mask
            while self.table[place] != 0:
                place = (place + 1) & mask
            self.table[place] = entry

        @function(inline=False)
        def grow(self) -> None:
            """Double the table."""
            self.table = self.arena.slice(u32, self.table.length * 2)
            for i in range(self.items.length):
                self.place(self.items.at(i).hash, i + 1)

        def change(self, item: Item) -> content_type:
            """Begin a change of an item: gives a copy of its current value, now the current one."""
            change = self.journal.push()
            change.content.copy_from(item.current)
            change.previous = item.current
            change.item = item
            item.current = change.content
            return change.content

        @function(inline=True)
        def snapshot(self) -> u32:
            """Remember the present state."""
            return self.journal.length

        def roll_back(self, snapshot: u32) -> None:
            """Take back every change since the snapshot."""
            position = self.journal.length
            while position != snapshot:
                position -= 1
                change = self.journal.at(position)
                change.item.current = change.previous
            self.journal.cut(snapshot)

        def commit(self) -> None:
            """Begin a transaction: current values become committed ones, the journal is empty."""
            for i in range(self.journal.length):
                item = self.journal.at(i).item
                if item.current is not item.committed:
                    item.committed.copy_from(item.current)
                    item.current = item.committed
            self.journal.cut(u32(0))

        def clear(self) -> None:
            """Forget every item. In reverse order of insertion no probing chain breaks."""
            mask = self.table.length - 1
            entry = self.items.length
            while entry != 0:
                place = self.items.at(entry - 1).hash & mask
                while self.table[place] != entry:
                    place = (place + 1) & mask
                self.table[place] = u32(0)
                entry -= 1
            self.items.cut(u32(0))
            self.journal.cut(u32(0))

        @function(inline=True)
        def changed_item(self, position: u32) -> Item:
            """Give the item of a journal entry."""
            return self.journal.at(position).item

        @function(inline=True)
        def is_last_change(self, position: u32) -> bool:
            """Say whether a journal entry holds its item's current value: true once per item."""
            change = self.journal.at(position)
            return change.item.current is change.content

    HistoryMap.Item = Item
    HistoryMap.Items = items_list
    return HistoryMap
