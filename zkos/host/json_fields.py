"""Checked access to a JSON document: every complaint names the path of the field.

``blocks[0].block.timestamp: expected a 0x-hex quantity, got "12z"`` is the one form of message.
A quantity is 0x and hex digits, minimal or padded; data is 0x and whole bytes. Names that begin
with ``_`` are comments and skipped; any other name that is not known is an error.

Units:   sizes in bits for quantities, in bytes for data.
Errors:  BlockFileError.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from zkos.host.errors import BlockFileError

DEEPEST_NESTING = 200
"""Far above what any file needs. Python's parser recurses on the processor's stack, and how deep
it dares to go is a setting of the process that another library may have raised."""
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)

QUANTITY = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
DATA = re.compile(r"0x([0-9a-fA-F]{2})*", re.ASCII)
SHOWN_LENGTH = 60
"""How much of a wrong value a message shows."""


def check_nesting(text: str) -> None:
    """Refuse a document with more lists and objects inside each other than the parser is given."""
    if text.count("[") + text.count("{") <= DEEPEST_NESTING:
        return
    depth = 0
    for token in _STRUCTURE.finditer(text):
        opening = token[0]
        depth += (opening in "[{") - (opening in "]}")
        if depth > DEEPEST_NESTING:
            raise ValueError(f"nested more than {DEEPEST_NESTING} deep")


class Field:
    """One value of the document, and where it stands."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.value = value
        self.path = path

    def wrong(self, expected: str) -> BlockFileError:
        """Make the error: this was expected here, and that came."""
        return BlockFileError(self.path, f"expected {expected}, got {shown(self.value)}")

    def refuse(self, problem: str) -> BlockFileError:
        """Make an error about a value whose form is right."""
        return BlockFileError(self.path, problem)

    # Containers

    def entries(self) -> dict[str, Any]:
        """The value as an object, comments left out."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return {name: value for name, value in self.value.items() if not name.startswith("_")}

    def known(self, *names: str) -> None:
        """Refuse names of the object that are not among these."""
        for name in self.entries():
            if name not in names:
                raise BlockFileError(
                    self.below(name), f"no such field here (known: {', '.join(names)})"
                )

    def below(self, name: str) -> str:
        """Give the path of a field of this object."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Say whether the object has the field."""
        return name in self.entries()

    def get(self, name: str) -> "Field | None":
        """Give a field of the object, or None."""
        entries = self.entries()
        return Field(entries[name], self.below(name)) if name in entries else None

    def need(self, name: str) -> "Field":
        """Give a field that must be there."""
        found = self.get(name)
        if found is None:
            raise BlockFileError(self.below(name), "missing field")
        return found

    def members(self) -> "Iterator[tuple[str, Field]]":
        """Give name and field for each field of the object."""
        for name, value in self.entries().items():
            yield name, Field(value, f"{self.path}[{name}]")

    def items(self) -> "Sequence[Field]":
        """The value as an array."""
        if not isinstance(self.value, list):
            raise self.wrong("an array")
        return [Field(item, f"{self.path}[{at}]") for at, item in enumerate(self.value)]

    # Values

    def quantity(self, bits: int) -> int:
        """The value as a number of at most so many bits."""
        text = self.value
        if not isinstance(text, str) or not QUANTITY.fullmatch(text):
            raise self.wrong("a 0x-hex quantity")
        number = int(text, 16)
        if number.bit_length() > bits:
            raise self.wrong(f"a quantity of at most {bits} bits")
        return number

    def data(self, length: int | None = None) -> bytes:
        """The value as bytes; of exactly ``length`` bytes if that is given."""
        text = self.value
        expected = "0x-hex bytes" if length is None else f"0x and {2 * length} hex digits"
        if not isinstance(text, str) or not DATA.fullmatch(text):
            raise self.wrong(expected)
        found = bytes.fromhex(text[2:])
        if length is not None and len(found) != length:
            raise self.wrong(expected)
        return found

    def number(self, allowed: Sequence[int]) -> int:
        """The value as a plain JSON number out of a few."""
        if type(self.value) is not int or self.value not in allowed:
            raise self.wrong(f"one of the numbers {', '.join(map(str, allowed))}")
        return self.value

    def choice(self, allowed: Sequence[str]) -> str:
        """The value as one of a few words."""
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.wrong(" or ".join(f'"{word}"' for word in allowed))
        return self.value


def shown(value: Any) -> str:
    """Show a value in a message: JSON, cut to one short line."""
    if isinstance(value, dict):
        return f"an object with {len(value)} fields"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    text = json.dumps(value)
    return (
        text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}... ({len(text)} characters)"
    )


def address_of(name: str, path: str) -> int:
    """Read an object's key as an address."""
    return int.from_bytes(Field(name, path).data(20), "big")


def word_of(name: str, path: str) -> int:
    """Read an object's key as a number of 256 bits."""
    return Field(name, path).quantity(256)


def number_of(field: Field, bits: int) -> int:
    """Read a number: a JSON number, or a text in decimal or hexadecimal digits."""
    value = field.value
    if isinstance(value, str) and value.startswith("0x"):
        return Field("0x0" if value == "0x" else value, field.path).quantity(bits)
    if type(value) is int and value >= 0:
        number = value
    elif isinstance(value, str) and value.isascii() and value.isdecimal():
        number = int(value) if len(value) <= bits else 1 << bits  # more digits than bits
    else:
        raise field.wrong("a number, decimal or 0x-hex")
    if number.bit_length() > bits:
        raise field.wrong(f"a number of at most {bits} bits")
    return number
