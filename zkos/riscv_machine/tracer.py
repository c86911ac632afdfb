"""The tracer's reader: the last instructions of a run, and what each wrote.

Docs:    docs/machine.md, "Tracer".

Ordinary Python over the ring that ``tracer_core`` filled.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

_WRITERS = frozenset((0x03, 0x13, 0x17, 0x33, 0x37, 0x67, 0x6F, 0x73))
"""Opcodes whose rd field is a register that they write."""


@dataclass(frozen=True)
class Record:
    """One executed instruction; ``rd`` is None where it writes no register."""

    pc: int
    word: int
    rd: int | None
    value: int

    def __str__(self) -> str:
        written = "" if self.rd is None else f"  x{self.rd} = {self.value:#010x}"
        return f"{self.pc:#08x}: {self.word:08x}{written}"


def read_ring(
    ring: bytes | bytearray, count: int, rom: bytes, registers: Sequence[int]
) -> tuple[Record, ...]:
    """Read the records in the order in which they were made, ``count`` in all."""
    numbers = array("Q", bytes(ring))
    kept = min(count, len(numbers))
    found = []
    for position in range(count - kept, count):
        number = numbers[position % len(numbers)]
        pc, value = (number & 0xFFFFFFFF) * 4, number >> 32
        word = int.from_bytes(rom[pc : pc + 4], "little")
        rd = word >> 7 & 31 if word & 127 in _WRITERS else 0
        if position == count - 1:
            value = registers[rd]  # nothing ran after it that could have written this
        found.append(Record(pc, word, rd or None, value if rd else 0))
    return tuple(found)
