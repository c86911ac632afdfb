"""Word encodings of everything that crosses the kernel/host border, derived from declarations.

A ``@struct`` (or ``@value``-free) class is declared once; ``layout_of`` derives from its fields the
typed functions that the kernel uses (``read``, ``write``) and the plain ones of the host
(``encode``, ``decode``: words as little-endian bytes; ``encode_python``, ``decode_python``: lists
of words), so that the two cannot drift apart.

Encodings (words are u32):
  u8 bool u32     2 words: the number, then 0 (checked; bool is 0 or 1)
  u64             2 words, low first
  u160            6 words: five of the number, least significant first, then 0
  u256            8 words of the number, least significant first
  bytes32         a u256 field named so in the declaration: the 32 big-endian bytes in order, each
                  group of four as a little-endian word
  Array[u256, N]  N numbers one after the other
  Slice[u8]       1 word byte length, then the bytes in groups of four, zero-padded (results only)
  Slice[u256]     1 word count, then bytes32 each (results only)

Source:  zksync-os@v0.2.5 zk_ee/src/oracle/usize_serialization/mod.rs, for the 32-bit guest;
         the two Slice forms are this project's.
Units:   lengths in words unless they say bytes.
Errors:  ``read`` gives False for words that do not encode the type; the host's functions raise
         ``WireError`` with field, expected and found.
"""

import builtins
from collections.abc import KeysView, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

from zkos.interface.wire_host import (
    BYTES32,
    FIXED_WORDS,
    Decode,
    Encode,
    Prefix,
    WireError,
    bytes_to_words,
    make_decoder,
    make_encoder,
    words_to_bytes,
)
from zkos.lang import (
    Array,
    Function,
    Slice,
    byte_swap,
    function,
    load_le,
    range,  # noqa: A004
    u8,
    u32,
    u64,
    u160,
    u256,
    unroll,
)

# --------------------------------------------------------------------- typed pieces, for the kernel


@function(inline=True)
def read_u64(words: Slice[u32], at: u32) -> u64:
    """Read two words, low first."""
    return u64(words[at]) | u64(words[at + 1]) << 32


@function(inline=True)
def write_u64(words: Slice[u32], at: u32, number: u64) -> None:
    """Write two words, low first."""
    words[at] = u32(number)
    words[at + 1] = u32(number >> 32)


@function
def read_u160(words: Slice[u32], at: u32) -> u160:
    """Read five words, least significant first (the sixth is checked by the caller)."""
    number = u160(0)
    for i in range(u32(5)):
        number |= u160(words[at + i]) << (i * 32)
    return number


@function
def write_u160(words: Slice[u32], at: u32, number: u160) -> None:
    """Write five words of the number and a zero word."""
    for i in range(u32(5)):
        words[at + i] = u32(number >> (i * 32))
    words[at + 5] = u32(0)


@function
def read_u256(words: Slice[u32], at: u32) -> u256:
    """Read eight words of a number, least significant first."""
    number = u256(0)
    for i in range(u32(8)):
        number |= u256(words[at + i]) << (i * 32)
    return number


@function
def write_u256(words: Slice[u32], at: u32, number: u256) -> None:
    """Write eight words of a number, least significant first."""
    for i in range(u32(8)):
        words[at + i] = u32(number >> (i * 32))


@function
def read_bytes32(words: Slice[u32], at: u32) -> u256:
    """Read 32 bytes in order as the big-endian number that stands for them."""
    return byte_swap(read_u256(words, at))


@function
def write_bytes32(words: Slice[u32], at: u32, number: u256) -> None:
    """Write the 32 big-endian bytes of a number in order."""
    write_u256(words, at, byte_swap(number))


@function(inline=True)
def byte_words(length: u32) -> u32:
    """Give how many words hold so many bytes."""
    return (length >> 2) + u32((length & 3) != 0)


@function
def write_byte_string(words: Slice[u32], at: u32, data: Slice[u8]) -> None:
    """Write bytes in groups of four as little-endian words, the last one zero-padded."""
    whole = data.length >> 2
    for i in range(whole):
        words[at + i] = load_le(u32, data, i << 2)
    rest = u32(0)
    for i in range(whole << 2, data.length):
        rest |= u32(data[i]) << ((i & 3) << 3)
    if (data.length & 3) != 0:
        words[at + whole] = rest


# --------------------------------------------------------------------- fields


@dataclass(frozen=True)
class Field:
    """One field of a declaration: its name, form and, where it is fixed, its place."""

    name: str
    form: Any  # a key of FIXED_WORDS, or an Array or Slice type
    offset: int  # in words; fixed fields only
    words: int  # fixed size, 0 for Slice forms
    encode: Encode
    decode: Decode

    @property
    def is_dynamic(self) -> bool:
        """Say whether the size depends on the value."""
        return self.words == 0


# --------------------------------------------------------------------- layouts


@dataclass(frozen=True)
class Layout:
    """The encoding of one class, for both sides.

    ``read(words, target) -> bool`` and ``write(words, source) -> u32`` are compiled functions; both
    work at the start of the slice. ``read`` exists where no field is dynamic. ``write`` gives the
    number of words, and ``size(source) -> u32`` says it beforehand.
    """

    kind: Any
    fields: tuple[Field, ...]
    fixed_words: int
    read: Function | None
    write: Function
    size: Function

    @cached_property
    def names(self) -> KeysView[str]:
        """Names of the fields, in order."""
        return dict.fromkeys(field.name for field in self.fields).keys()

    @cached_property
    def _split(self) -> tuple[Prefix, tuple[Field, ...]]:
        """The fields that are decoded at once, and the others."""
        scalars = [*takewhile(lambda field: field.form in FIXED_WORDS, self.fields)]
        name = self.kind.__name__
        prefix = Prefix([(field.name, field.form, f"{name}.{field.name}") for field in scalars])
        return prefix, self.fields[len(scalars) :]

    def encode(self, values: Mapping[str, Any]) -> bytes:
        """Give named values (numbers, bytes, lists) as the bytes of their words."""
        if values.keys() != self.names:
            missing = [name for name in self.names if name not in values]
            unknown = sorted(values.keys() - self.names)
            raise WireError(
                f"{self.kind.__name__}: missing fields {missing}, unknown fields {unknown}"
            )
        return b"".join([field.encode(values[field.name]) for field in self.fields])

    def decode(self, data: bytes) -> dict[str, Any]:
        """Give the named values of all the bytes; bytes32 comes as bytes."""
        at, values, fields = 0, {}, self.fields
        prefix, rest = self._split
        if len(data) >= prefix.size:
            at, values, fields = prefix.size, prefix.decode(data), rest
        for field in fields:
            values[field.name], at = field.decode(data, at)
        if at != len(data):
            found = len(data) // 4
            raise WireError(f"{self.kind.__name__}: expected {at // 4} words, got {found}")
        return values

    def encode_python(self, values: Mapping[str, Any]) -> list[int]:
        """Give the words of named values."""
        return bytes_to_words(self.encode(values))

    def decode_python(self, words: Sequence[int]) -> dict[str, Any]:
        """Give the named values of all the words."""
        return self.decode(words_to_bytes(words))


def _fields_of(kind: Any, bytes32: Sequence[str]) -> tuple[tuple[Field, ...], int]:
    fields: list[Field] = []
    offset = 0
    for name, declared in kind.fields.items():
        form = BYTES32 if name in bytes32 else declared
        words = FIXED_WORDS.get(form, 0)
        if words == 0 and issubclass(form, Array):
            words = 8 * form.count
        if words and fields and fields[-1].is_dynamic:
            raise WireError(f"{kind.__name__}.{name}: fixed fields come before dynamic ones")
        where = f"{kind.__name__}.{name}"
        encode, decode = make_encoder(form, where), make_decoder(form, where)
        fields.append(Field(name, form, offset, words, encode, decode))
        offset += words
    return tuple(fields), offset


_SMALL, _BOOL, _U64, _U160, _U256, _BYTES32, _ARRAY, _BYTES, _LIST = builtins.range(9)
_CODES = {u8: _SMALL, u32: _SMALL, bool: _BOOL, u64: _U64, u160: _U160, u256: _U256,
          BYTES32: _BYTES32}  # fmt: skip


def _code(field: Field) -> int:
    if field.form in _CODES:
        return _CODES[field.form]
    if issubclass(field.form, Array):
        return _ARRAY
    return _BYTES if field.form.element is u8 else _LIST


def _rows(fields: Sequence[Field]) -> tuple[tuple[str, int, int, Any, int], ...]:
    """(name, code, offset, type of a small number, largest small number) per field."""
    rows = []
    for field in fields:
        small = field.form if field.form in (u8, u32) else u32
        rows.append((field.name, _code(field), field.offset, small, int(small.maximum)))
    return tuple(rows)


def _make_read(kind: Any, fields: Sequence[Field], fixed_words: int) -> Function:
    rows = _rows(fields)

    @function(name=f"read_{kind.__name__}")
    def read(words: Slice[u32], target: kind) -> bool:  # type: ignore[valid-type]
        if words.length != fixed_words:
            return False
        for name, code, offset, small, largest in unroll(rows):
            if code == _SMALL:
                if words[offset] > largest or words[offset + 1] != 0:
                    return False
                setattr(target, name, small(words[offset]))
            if code == _BOOL:
                if words[offset] > 1 or words[offset + 1] != 0:
                    return False
                setattr(target, name, words[offset] != 0)
            if code == _U64:
                setattr(target, name, read_u64(words, offset))
            if code == _U160:
                if words[offset + 5] != 0:
                    return False
                setattr(target, name, read_u160(words, offset))
            if code == _U256:
                setattr(target, name, read_u256(words, offset))
            if code == _BYTES32:
                setattr(target, name, read_bytes32(words, offset))
            if code == _ARRAY:
                numbers = getattr(target, name)
                for i in range(numbers.length):
                    numbers[i] = read_u256(words, offset + i * 8)
        return True

    return read  # type: ignore[no-any-return]


def _make_size(kind: Any, fields: Sequence[Field], fixed_words: int) -> Function:
    rows = _rows([field for field in fields if field.is_dynamic])

    @function(name=f"size_{kind.__name__}")
    def size(source: kind) -> u32:  # type: ignore[valid-type]
        total = u32(fixed_words)
        for name, code, _, _, _ in unroll(rows):
            if code == _BYTES:
                total += byte_words(getattr(source, name).length) + 1
            if code == _LIST:
                total += getattr(source, name).length * 8 + 1
        return total

    return size  # type: ignore[no-any-return]


def _make_write(kind: Any, fields: Sequence[Field], fixed_words: int) -> Function:
    rows = _rows([field for field in fields if not field.is_dynamic])
    dynamic = _rows([field for field in fields if field.is_dynamic])

    @function(name=f"write_{kind.__name__}")
    def write(words: Slice[u32], source: kind) -> u32:  # type: ignore[valid-type]
        for name, code, offset, _, _ in unroll(rows):
            if code == _SMALL or code == _BOOL:  # noqa: SIM109  (no `in` in the subset)
                words[offset] = u32(getattr(source, name))
                words[offset + 1] = u32(0)
            if code == _U64:
                write_u64(words, offset, getattr(source, name))
            if code == _U160:
                write_u160(words, offset, getattr(source, name))
            if code == _U256:
                write_u256(words, offset, getattr(source, name))
            if code == _BYTES32:
                write_bytes32(words, offset, getattr(source, name))
            if code == _ARRAY:
                for i in range(getattr(source, name).length):
                    write_u256(words, offset + i * 8, getattr(source, name)[i])
        at = u32(fixed_words)
        for name, code, _, _, _ in unroll(dynamic):
            words[at] = getattr(source, name).length
            if code == _BYTES:
                write_byte_string(words, at + 1, getattr(source, name))
                at += byte_words(getattr(source, name).length) + 1
            if code == _LIST:
                for i in range(getattr(source, name).length):
                    write_bytes32(words, at + 1 + i * 8, getattr(source, name)[i])
                at += getattr(source, name).length * 8 + 1
        return at

    return write  # type: ignore[no-any-return]


def layout_of(kind: Any, bytes32: Sequence[str] = ()) -> Layout:
    """Derive the encoding of a ``@struct``; ``bytes32`` names the u256 fields that are bytes."""
    unknown = [name for name in bytes32 if kind.fields.get(name) is not u256]
    if unknown:
        raise WireError(f"{kind.__name__}: {unknown} are not u256 fields")
    fields, fixed_words = _fields_of(kind, bytes32)
    is_fixed = not any(field.is_dynamic for field in fields)
    return Layout(
        kind,
        fields,
        fixed_words,
        _make_read(kind, fields, fixed_words) if is_fixed else None,
        _make_write(kind, fields, fixed_words),
        _make_size(kind, fields, fixed_words),
    )
