"""What a block replaced: kept for recent blocks, so that the state before them can be read.

A record has a section for each layer of tree_core.py and a last one for values: be4 count, so many
numbers as be8 in ascending order, so many contents of 32 bytes. A layer's numbers are entries, with
their hashes before the block; those of the last section are leaves, with their values before. What
the block added is in it with the content of the empty tree. The record of a block without writes
has no sections.

Units:   bytes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zkos.host.state.tree_core import CHUNK_ENTRIES
from zkos.host.state.tree_format import LAYERS

_COUNT_BYTES, _NUMBER_BYTES, _CONTENT_BYTES = 4, 8, 32


@dataclass(frozen=True)
class Replaced:
    """One section: numbers in ascending order, and what was under them."""

    numbers: Sequence[int]
    contents: Sequence[bytes]


def encode_undo(sections: Sequence[Replaced]) -> bytes:
    """Make the record of a block: the layers from below, then the values."""
    parts = []
    for section in sections:
        parts.append(len(section.numbers).to_bytes(_COUNT_BYTES, "big"))
        parts += [number.to_bytes(_NUMBER_BYTES, "big") for number in section.numbers]
        parts += section.contents
    return b"".join(parts)


class Undo:
    """A record that is looked things up in."""

    def __init__(self, record: bytes) -> None:
        self._record = record
        self._sections = []
        at = 0
        while at < len(record):
            count = int.from_bytes(record[at : at + _COUNT_BYTES], "big")
            at += _COUNT_BYTES
            self._sections.append((at, count))
            at += (_NUMBER_BYTES + _CONTENT_BYTES) * count

    def value(self, index: int) -> bytes | None:
        """Give the value of a leaf before the block, None if the block did not change it."""
        return next((content for _, content in self._from(LAYERS, index, index)), None)

    def entries(self, layer: int, chunk: int) -> Iterator[tuple[int, bytes]]:
        """Give the entries of a chunk that the block changed, with their hashes before."""
        first = chunk * CHUNK_ENTRIES
        for number, content in self._from(layer, first, first + CHUNK_ENTRIES - 1):
            yield number - first, content

    def _from(self, section: int, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        start, count = self._sections[section] if self._sections else (0, 0)

        def number_at(place: int) -> int:
            at = start + _NUMBER_BYTES * place
            return int.from_bytes(self._record[at : at + _NUMBER_BYTES], "big")

        contents = start + _NUMBER_BYTES * count
        for place in range(bisect_left(range(count), first, key=number_at), count):
            if number_at(place) > last:
                return
            at = contents + _CONTENT_BYTES * place
            yield number_at(place), self._record[at : at + _CONTENT_BYTES]
