"""Word encodings on the host: plain Python for the values of one field (see wire.py).

Words are bytes here, four each, least significant first. An encoder or decoder is made once a
field: a run of many transactions spends much of its time in them.

Source:  as wire.py.
Units:   bytes.
Errors:  WireError with field, expected and found.
"""

import builtins
from array import array
from collections.abc import Callable, Sequence
from struct import Struct, pack, unpack
from typing import Any

from zkos.lang import Array, u8, u32, u64, u160, u256

BYTES32 = "bytes32"
_BUFFERS = (memoryview, array)
_LENGTH = Struct("<I")

FIXED_WORDS: dict[Any, int] = {u8: 2, bool: 2, u32: 2, u64: 2, u160: 6, u256: 8, BYTES32: 8}

Encode = Callable[[Any], bytes]
Decode = Callable[[bytes, int], tuple[Any, int]]
"""(bytes, position) -> value, position after it."""


class WireError(ValueError):
    """A value or word list that does not fit its declaration."""


def bytes_to_words(data: bytes) -> list[int]:
    """Give bytes as little-endian words, zero-padded."""
    data = _padded(data)
    return [*unpack(f"<{len(data) // 4}I", data)]


def words_to_bytes(words: Sequence[int]) -> bytes:
    """Give the bytes that little-endian words hold."""
    if isinstance(words, _BUFFERS):
        return words.tobytes()  # type: ignore[no-any-return]
    return pack(f"<{len(words)}I", *words)


def _padded(data: bytes) -> bytes:
    return bytes(data) + bytes(-len(data) % 4)


def _to_number(value: Any, bits: int, where: str) -> int:
    if isinstance(value, bytes | bytearray):
        value = int.from_bytes(value, "big")
    if not isinstance(value, int) or not 0 <= int(value) < 1 << bits:
        raise WireError(f"{where}: expected a number of {bits} bits, got {value!r}")
    return int(value)


def make_encoder(form: Any, where: str) -> Encode:
    """Make what gives the bytes of a value of a form."""
    if form == BYTES32:
        return _make_bytes32_encoder(where)
    if form in FIXED_WORDS:
        return _make_number_encoder(1 if form is bool else form.bits, 4 * FIXED_WORDS[form], where)
    item = _make_number_encoder(256, 32, where)
    if issubclass(form, Array):

        def encode_array(value: Any) -> bytes:
            if len(value) != form.count:
                raise WireError(f"{where}: expected {form.count} items, got {len(value)}")
            return b"".join(map(item, value))

        return encode_array
    if form.element is u8:
        return lambda value: len(value).to_bytes(4, "little") + _padded(value)
    item = _make_bytes32_encoder(where)
    return lambda value: len(value).to_bytes(4, "little") + b"".join(map(item, value))


def _make_number_encoder(bits: int, size: int, where: str) -> Encode:
    limit = 1 << bits

    def encode(value: Any) -> bytes:
        if not isinstance(value, int) or not 0 <= value < limit:
            value = _to_number(value, bits, where)
        return value.to_bytes(size, "little")  # type: ignore[no-any-return]

    return encode


def _make_bytes32_encoder(where: str) -> Encode:
    def encode(value: Any) -> bytes:
        if isinstance(value, bytes | bytearray):
            if len(value) != 32:
                raise WireError(f"{where}: expected 32 bytes, got {len(value)}")
            return value
        return _to_number(value, 256, where).to_bytes(32, "big")

    return encode


class Prefix:
    """The leading fields that have a fixed size and are no arrays, decoded at once.

    As ``make_decoder`` decodes them one by one; ``size`` is in bytes.
    """

    def __init__(self, fields: Sequence[tuple[str, Any, str]]) -> None:
        """Take (name, form, what errors call it) of each field."""
        self._struct = Struct("<" + "".join(_code(form) for _, form, _ in fields))
        self._names = [name for name, _, _ in fields]
        self._conversions = [
            (name, _make_conversion(form, where))
            for name, form, where in fields
            if form not in (u64, BYTES32)
        ]
        self.size = self._struct.size

    def decode(self, data: bytes) -> dict[str, Any]:
        """Give the named values at the beginning of bytes that are long enough."""
        values = dict(zip(self._names, self._struct.unpack_from(data), strict=True))
        for name, convert in self._conversions:
            values[name] = convert(values[name])
        return values


def _code(form: Any) -> str:
    return "Q" if FIXED_WORDS[form] == 2 else f"{4 * FIXED_WORDS[form]}s"


def _make_conversion(form: Any, where: str) -> Callable[[Any], Any]:
    limit = 2 if form is bool else 1 << form.bits

    def convert_small(number: int) -> Any:
        if number >= limit:
            raise _no_number(number, form, where)
        return number if form is not bool else number == 1

    def convert_whole(piece: bytes) -> int:
        return int.from_bytes(piece, "little")

    def convert_wide(piece: bytes) -> int:
        number = int.from_bytes(piece, "little")
        if number >= limit:
            raise _no_number(number, form, where)
        return number

    if FIXED_WORDS[form] == 2:
        return convert_small
    return convert_whole if form is u256 else convert_wide


def _no_number(number: int, form: Any, where: str) -> WireError:
    bits = 1 if form is bool else form.bits
    return WireError(f"{where}: expected a number of {bits} bits, got {number:#x}")


def make_decoder(form: Any, where: str) -> Decode:
    """Make what takes a value of a form from a position in bytes."""
    if form == BYTES32:
        return lambda data, at: (_take(data, at, at + 32, where), at + 32)
    if form in FIXED_WORDS:
        return _make_number_decoder(form, where)
    if issubclass(form, Array):
        return _make_array_decoder(form.count, where)

    is_bytes = form.element is u8

    def decode_dynamic(data: bytes, at: int) -> tuple[Any, int]:
        start = at + 4
        if start > len(data):
            raise _too_short(data, at, start, where)
        (length,) = _LENGTH.unpack_from(data, at)
        end = start + (length + -length % 4 if is_bytes else 32 * length)
        if end > len(data):
            raise _too_short(data, start, end, where)
        if is_bytes:
            return data[start : start + length], end
        return [data[place : place + 32] for place in builtins.range(start, end, 32)], end

    return decode_dynamic


def _make_number_decoder(form: Any, where: str) -> Decode:
    size = 4 * FIXED_WORDS[form]
    limit = 2 if form is bool else 1 << form.bits

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        end = at + size
        number = int.from_bytes(_take(data, at, end, where), "little")
        if number >= limit:
            raise _no_number(number, form, where)
        return number if form is not bool else number == 1, end

    return decode


def _make_array_decoder(count: int, where: str) -> Decode:
    def decode(data: bytes, at: int) -> tuple[Any, int]:
        end = at + 32 * count
        part = _take(data, at, end, where)
        places = builtins.range(0, len(part), 32)
        return [int.from_bytes(part[place : place + 32], "little") for place in places], end

    return decode


def _take(data: bytes, start: int, end: int, where: str) -> bytes:
    if end > len(data):
        raise _too_short(data, start, end, where)
    return data[start:end]


def _too_short(data: bytes, start: int, end: int, where: str) -> WireError:
    found = max(len(data) - start, 0) // 4
    return WireError(f"{where}: expected {(end - start) // 4} words at {start // 4}, got {found}")
