"""A map from keys to u32 numbers that only gains keys: open addressing, linear probing.

Source:  this project.
Units:   entries.
Errors:  Trap when the arena is exhausted.
"""

from typing import Any

from zkos.lang import Arena, Function, Ref, Slice, range, struct, u32

_FIRST_PLACES = 64  # a power of two
NOT_FOUND = 0xFFFF_FFFF


def make_index_map(name: str, key_type: Any, mix: Function) -> Any:
    """Give a map class from integers of ``key_type`` to u32; ``mix`` spreads a key over 32 bits."""

    @struct(name=name)
    class IndexMap:
        """``start`` it with an arena; keys are inserted once."""

        arena: Ref[Arena]
        keys: Slice[key_type]
        numbers: Slice[u32]  # the number plus one; zero is free
        count: u32

        def start(self, arena: Arena) -> None:
            """Be empty."""
            self.arena = arena
            self.make_places(_FIRST_PLACES)

        def make_places(self, places: u32) -> None:
            """Take fresh memory for so many places."""
            self.keys = self.arena.slice(key_type, places)
            self.numbers = self.arena.slice(u32, places)
            self.count = u32(0)

        def place_of(self, key: key_type) -> u32:
            """Give the place where a key is or would be."""
            mask = self.numbers.length - 1
            place = mix(key) & mask
            while self.numbers[place] != 0 and self.keys[place] != key:
                place = (place + 1) & mask
            return place

        def find(self, key: key_type) -> u32:
            """Give the number of a key, or NOT_FOUND."""
            return self.numbers[self.place_of(key)] - 1

        def insert(self, key: key_type, number: u32) -> None:
            """Add an absent key; numbers are below NOT_FOUND."""
            if self.count * 4 > self.numbers.length * 3:
                keys = self.keys
                numbers = self.numbers
                self.make_places(numbers.length * 2)
                for i in range(numbers.length):
                    if numbers[i] != 0:
                        self.put(keys[i], numbers[i])
            self.put(key, number + 1)

        def replace(self, key: key_type, number: u32) -> u32:
            """Set the number of a key, absent or not; gives the one before, or NOT_FOUND."""
            place = self.place_of(key)
            entry = self.numbers[place]
            if entry == 0:
                self.insert(key, number)
            else:
                self.numbers[place] = number + 1
            return entry - 1

        def put(self, key: key_type, entry: u32) -> None:
            """Store an entry; there is room."""
            place = self.place_of(key)
            self.keys[place] = key
            self.numbers[place] = entry
            self.count += 1

    return IndexMap
