"""What one application of writes changed in a tree: enough to take it back, and to do it again.

A *section* is a number of items, their numbers in ascending order, their contents; numbers are 4
bytes little-endian each. So compiled code reads and writes them.

Undo record      the sections of the layers, from below: entries with their hashes before; then
                 one of leaves with their values before. What was added is in it with the content
                 of the empty tree. The record of no change has no sections.
Journal record   one section: leaves with the 72 bytes that they have since.

Units:   bytes.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from zkos.host.state.tree_core import CHUNK_ENTRIES, LEAF_BYTES
from zkos.host.state.tree_format import HASH_BYTES, LAYERS

_NUMBER_BYTES = 4


@dataclass(frozen=True)
class Section:
    """Numbers in ascending order, and what belongs to each of them."""

    numbers: bytes
    contents: bytes

    def encode(self) -> bytes:
        """Give the section as it stands in a record."""
        count = len(self.numbers) // _NUMBER_BYTES
        return count.to_bytes(_NUMBER_BYTES, "little") + self.numbers + self.contents


@dataclass(frozen=True)
class Change:
    """An application of writes."""

    existed: int
    """How many leaves there were."""
    layers: tuple[Section, ...]
    values: Section
    leaves: bytes

    def undo_record(self) -> bytes:
        """Give what it replaced."""
        sections = (*self.layers, self.values) if self.layers else ()
        return b"".join(section.encode() for section in sections)

    def journal_record(self) -> bytes:
        """Give what it put in the place of that."""
        return Section(self.layers[0].numbers, self.leaves).encode() if self.layers else b""


def no_change(existed: int) -> Change:
    """Give the change of no writes."""
    return Change(existed, (), Section(b"", b""), b"")


def decode_journal_record(record: bytes) -> Section:
    """Read a journal record."""
    count = int.from_bytes(record[:_NUMBER_BYTES], "little")
    contents = _NUMBER_BYTES * (1 + count)
    if len(record) != contents + LEAF_BYTES * count:
        raise ValueError(f"{len(record)} bytes are no journal record of {count} leaves")
    return Section(record[_NUMBER_BYTES:contents], record[contents:])


def section_of_values(indices: "memoryview[int]", values: bytes) -> Section:
    """Sort leaves with their values; of several values of a leaf the first one counts."""
    found: dict[int, bytes] = {}
    for at, index in enumerate(indices):
        found.setdefault(index, values[HASH_BYTES * at : HASH_BYTES * (at + 1)])
    ordered = sorted(found)
    return Section(array("I", ordered).tobytes(), b"".join(map(found.__getitem__, ordered)))


class Undo:
    """A record that is looked things up in."""

    def __init__(self, record: bytes) -> None:
        self._record = record
        self._sections = []
        at = 0
        while at < len(record):
            count = int.from_bytes(record[at : at + _NUMBER_BYTES], "little")
            at += _NUMBER_BYTES
            self._sections.append((at, count))
            at += (_NUMBER_BYTES + HASH_BYTES) * count

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
            return int.from_bytes(self._record[at : at + _NUMBER_BYTES], "little")

        contents = start + _NUMBER_BYTES * count
        for place in range(bisect_left(range(count), first, key=number_at), count):
            if number_at(place) > last:
                return
            at = contents + HASH_BYTES * place
            yield number_at(place), self._record[at : at + HASH_BYTES]
