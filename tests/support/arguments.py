"""What a test may pass to a compiled function, and what it gets back.

    int                       an integer, bool or Status
    bytes                     a Slice that the function does not change (it is a copy)
    bytearray                 a Slice of little-endian elements that is written back
    list[int]                 a Slice of integers that is written back
    Slice                     passed as it is: two slices may share one buffer
    a struct instance         passed by reference, written back
    a struct class            a fresh zeroed instance
    a value instance          passed by value; a tuple of its fields does too

Results are plain: int, bool, Status as int, a Slice of u8 as bytes and of other integers as
list, a value as the tuple of its fields, a tuple as tuple, a reference as the known instance.
"""

from collections.abc import Callable
from typing import Any

from zkos.lang import Slice, Status
from zkos.lang.containers import element_bytes, is_flat
from zkos.lang.integers import is_integer


def to_typed(kind: Any, given: Any) -> tuple[Any, Callable[[], None] | None]:
    """Give the typed argument, and what copies changes back (or None)."""
    if is_integer(kind):
        return kind(int(given)), None
    if kind is bool:
        return bool(given), None
    if getattr(kind, "is_status", False):
        return Status(int(given)), None
    if isinstance(kind, type) and issubclass(kind, Slice):
        return _to_slice(kind, given)
    if getattr(kind, "is_value", False):
        if isinstance(given, tuple):
            fields = zip(kind.fields.values(), given, strict=True)
            given = kind(*(to_typed(field, item)[0] for field, item in fields))
        return given, None
    return (given() if isinstance(given, type) else given), None


def _to_slice(kind: Any, given: Any) -> tuple[Any, Callable[[], None] | None]:
    if isinstance(given, Slice):
        return given, None
    typed = kind.of(given)
    if not isinstance(given, list) or not is_flat(kind.element):
        return typed, None

    def write_back() -> None:
        given[:] = plain(typed)

    return typed, write_back


def plain(value: Any) -> Any:
    """Turn a typed result into plain Python."""
    if value is None or type(value) is bool:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, Slice):
        return _plain_slice(value)
    if getattr(type(value), "is_value", False):
        return tuple(plain(getattr(value, name)) for name in type(value).fields)
    return value


def _plain_slice(value: Slice) -> Any:
    if not is_flat(value.element):
        return value
    data = value.to_bytes()
    step = element_bytes(value.element)
    if step == 1 and not getattr(value.element, "signed", False):
        return data
    return [
        int.from_bytes(data[at : at + step], "little", signed=value.element.signed)
        for at in range(0, len(data), step)
    ]
