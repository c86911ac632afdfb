"""A growing list of structs whose elements never move.

Elements live in chunks from an arena, so a reference to one stays good while the list grows. The
list can be cut back and refilled, so it serves as a stack too; elements that come back into use
hold what they held before.

Source:  this project.
Units:   elements.
Errors:  Trap when the arena is exhausted or an index is out of range.
"""

from typing import Any

from zkos.lang import Arena, Ref, Slice, function, range, struct, u32

CHUNK_BITS = 6
_CHUNK = 1 << CHUNK_BITS


def make_chunked_list(name: str, element: Any) -> Any:
    """Give a list class of ``element`` structs; ``name`` distinguishes it in the program."""

    @struct(name=f"{name}Chunk")
    class Chunk:
        elements: Slice[element]  # type: ignore[valid-type]

    @struct(name=name)
    class ChunkedList:
        """``start`` it with an arena, ``push`` elements, read them with ``at``."""

        length: u32
        chunks: Slice[Chunk]
        chunk_count: u32
        arena: Ref[Arena]

        def start(self, arena: Arena) -> None:
            """Be empty and take memory from this arena."""
            self.arena = arena
            self.length = u32(0)
            self.chunks = arena.slice(Chunk, 0)
            self.chunk_count = u32(0)

        @function(inline=True)
        def at(self, index: u32) -> element:  # type: ignore[valid-type]
            """Give an element."""
            return self.chunks[index >> CHUNK_BITS].elements[index & (_CHUNK - 1)]

        def push(self) -> element:  # type: ignore[valid-type]
            """Add an element; a fresh one is zero, one that was cut off holds its old contents."""
            index = self.length
            if index >> CHUNK_BITS == self.chunk_count:
                self.add_chunk()
            self.length = index + 1
            return self.at(index)

        @function(inline=False)
        def add_chunk(self) -> None:
            """Make room for more elements."""
            count = self.chunk_count
            if count == self.chunks.length:
                larger = self.arena.slice(Chunk, count * 2 + 4)
                for i in range(count):
                    larger[i].elements = self.chunks[i].elements
                self.chunks = larger
            self.chunks[count].elements = self.arena.slice(element, _CHUNK)
            self.chunk_count = count + 1

        @function(inline=True)
        def cut(self, length: u32) -> None:
            """Drop the elements from ``length`` on."""
            self.length = length

    return ChunkedList
