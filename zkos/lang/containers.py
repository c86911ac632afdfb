"""Arrays, slices and constant tables.

``Array[T, N]``  N elements in place: a field of a struct, or a local through ``local``.
``Slice[T]``     a pointer and a u32 length: a window on elements that live elsewhere.
``Table[T]``     constants made at import time by ``table(T, values)``; read by index only.

Every index is checked and traps when it is out of range; ``x.unchecked[i]`` skips the check in
compiled code, and is for places where the reason is on the line above. Integer elements live in
one little-endian byte buffer, so that bytes can be seen as words and back.

Units:   lengths and indices in elements, offsets of the load_/store_ functions in bytes.
Errors:  Trap for an index out of range, LanguageError for a wrong element type.
"""

import mmap
from collections.abc import Iterable
from typing import Any, ClassVar

from zkos.lang.errors import LanguageError, Trap
from zkos.lang.integers import Integer, coerce, is_integer, u32

_LAZY_BYTES = 1 << 20  # from here on memory comes from the system, which zeroes it when touched


def element_bytes(kind: type) -> int:
    """Give the memory size of an integer (or bool) element in bytes."""
    return 1 if kind is bool else kind.bits // 8  # type: ignore[attr-defined, no-any-return]


def is_flat(kind: object) -> bool:
    """Say whether elements of ``kind`` live in a byte buffer (integers and bool)."""
    return kind is bool or is_integer(kind)


class _Generic(type):
    """Metaclass of ``Array``, ``Slice`` and ``Table``: one class per element type."""

    _made: ClassVar[dict[Any, Any]] = {}

    def __getitem__(cls, parameters: Any) -> Any:
        key = (cls, parameters)
        if key not in _Generic._made:
            values = parameters if isinstance(parameters, tuple) else (parameters,)
            names = ",".join(getattr(value, "__name__", str(value)) for value in values)
            _Generic._made[key] = type(
                f"{cls.__name__}[{names}]",
                (cls,),
                cls._parameters(values),  # type: ignore[attr-defined]
            )
        return _Generic._made[key]


class Slice(metaclass=_Generic):
    """A window on ``length`` elements of a buffer; copying it copies the window only."""

    __slots__ = ("buffer", "size", "start")
    element: ClassVar[Any] = None

    @staticmethod
    def _parameters(values: tuple[Any, ...]) -> dict[str, Any]:
        return {"__slots__": (), "element": values[0]}

    def __init__(self, buffer: Any = None, start: int = 0, size: int = 0) -> None:
        self.buffer = buffer  # bytearray for integers, list of objects otherwise
        self.start = start  # in elements
        self.size = size  # in elements

    @classmethod
    def of(cls, data: bytes | bytearray | Iterable[int]) -> "Slice":
        """Make a slice outside compiled code; a bytearray is shared, all else copied."""
        kind = cls.element
        if not is_flat(kind):
            items = list(data)
            return cls(items, 0, len(items))
        if isinstance(data, bytearray):
            buffer = data
        elif isinstance(data, bytes):
            buffer = bytearray(data)
        else:
            step = element_bytes(kind)
            buffer = bytearray()
            for item in data:
                buffer += int(kind(item)).to_bytes(step, "little", signed=kind.signed)
        return cls(buffer, 0, len(buffer) // element_bytes(kind))

    def to_bytes(self) -> bytes:
        """Copy the elements out as bytes, outside compiled code."""
        if self.size == 0:
            return b""  # an unset slice has no buffer
        step = element_bytes(self.element)
        return bytes(self.buffer[self.start * step : (self.start + self.size) * step])

    @property
    def length(self) -> Integer:
        """Number of elements."""
        return int.__new__(u32, self.size)

    @property
    def unchecked(self) -> "Slice":
        """The same window; compiled code skips the bounds check (this executor never does)."""
        return self

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            low = 0 if index.start is None else int(index.start)
            high = self.size if index.stop is None else int(index.stop)
            if index.step is not None or not 0 <= low <= high <= self.size:
                raise Trap(f"slice {low}:{high} of {self.size} elements")
            return type(self)(self.buffer, self.start + low, high - low)
        if not 0 <= index < self.size:
            raise Trap(f"index {int(index)} of {self.size} elements")
        return read_element(self.element, self.buffer, self.start + int(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        if not 0 <= index < self.size:
            raise Trap(f"index {int(index)} of {self.size} elements")
        write_element(self.element, self.buffer, self.start + int(index), value)

    def __len__(self) -> int:
        raise LanguageError("len() is not in the subset: use .length, which is a u32")

    def __iter__(self) -> Any:
        raise LanguageError("a slice cannot be iterated: use range(x.length)")

    def __bool__(self) -> bool:
        raise LanguageError("a slice is not a condition: compare .length")


def read_element(kind: Any, buffer: Any, position: int) -> Any:
    """Read one element of a buffer."""
    if kind is bool:
        return buffer[position] != 0
    if not is_integer(kind):
        found = buffer[position]
        if found is None:
            raise Trap("a reference was used before it was set")
        return found
    if kind.bits == 8 and not kind.signed:
        return int.__new__(kind, buffer[position])
    step = kind.bits // 8
    position *= step
    data = buffer[position : position + step]
    return int.__new__(kind, int.from_bytes(data, "little", signed=kind.signed))


def write_element(kind: Any, buffer: Any, position: int, value: Any) -> None:
    """Write one element of a buffer."""
    if kind is bool:
        if type(value) is not bool:
            raise LanguageError(f"element: expected bool, got {type(value).__name__}")
        buffer[position] = int(value)
    elif is_integer(kind):
        value = coerce(kind, value, "element")
        step = kind.bits // 8
        position *= step
        buffer[position : position + step] = int(value).to_bytes(step, "little", signed=kind.signed)
    elif getattr(kind, "is_struct", False) and not getattr(kind, "is_value", False):
        raise LanguageError("a struct in an array is changed through its fields, not replaced")
    else:
        buffer[position] = value


class Array(metaclass=_Generic):
    """``Array[T, N]``: N elements in place, zero at first. ``array[:]`` is a slice of all."""

    __slots__ = ("buffer",)
    element: ClassVar[Any] = None
    count: ClassVar[int] = 0

    @staticmethod
    def _parameters(values: tuple[Any, ...]) -> dict[str, Any]:
        return {"__slots__": (), "element": values[0], "count": int(values[1])}

    def __init__(self) -> None:
        self.buffer = new_buffer(self.element, self.count)

    @property
    def length(self) -> Integer:
        """Number of elements, a compile-time constant."""
        return int.__new__(u32, self.count)

    @property
    def unchecked(self) -> "Array":
        """The same array; compiled code skips the bounds check."""
        return self

    def __getitem__(self, index: Any) -> Any:
        whole = Slice[self.element](self.buffer, 0, self.count)  # type: ignore[name-defined]
        return whole[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        if not 0 <= index < self.count:
            raise Trap(f"index {int(index)} of {self.count} elements")
        write_element(self.element, self.buffer, int(index), value)

    def __len__(self) -> int:
        raise LanguageError("len() is not in the subset: use .length, which is a u32")

    __iter__ = Slice.__iter__
    __bool__ = Slice.__bool__


def new_buffer(kind: Any, count: int) -> Any:
    """Make zeroed storage for ``count`` elements."""
    if is_flat(kind):
        size = count * element_bytes(kind)
        return bytearray(size) if size < _LAZY_BYTES else mmap.mmap(-1, size)
    return [zero(kind) for _ in range(count)]


def zero(kind: Any) -> Any:
    """Give the zero value of a type: what fresh memory holds."""
    if is_integer(kind):
        return int.__new__(kind, 0)
    if kind is bool:
        return False
    if kind is None:
        return None
    if isinstance(kind, type) and issubclass(kind, Slice | Array):
        return kind()
    if getattr(kind, "is_status", False):
        return kind(0)
    if getattr(kind, "is_struct", False):
        return kind.__zero__()
    if getattr(kind, "is_reference", False):
        return None
    if getattr(kind, "__origin__", None) is tuple:
        return tuple(zero(item) for item in kind.__args__)
    raise LanguageError(f"not a type of the subset: {kind!r}")


class _Unset:
    """A reference beside a failed status: whatever is done with it but returning it traps."""

    def __getattr__(self, name: str) -> Any:
        raise Trap("a reference was used before it was set")

    def __setattr__(self, name: str, value: Any) -> None:
        raise Trap("a reference was used before it was set")


UNSET = _Unset()


def beside_failure(kind: Any) -> Any:
    """Give what stands beside a failed status: zero, or an unset reference."""
    in_memory = getattr(kind, "is_struct", False) and not kind.is_value
    if in_memory or getattr(kind, "is_reference", False):
        return UNSET
    return zero(kind)


class Table(metaclass=_Generic):
    """Constants made at import time and placed in read-only memory; read by index only."""

    __slots__ = ("values",)
    element: ClassVar[Any] = None

    @staticmethod
    def _parameters(values: tuple[Any, ...]) -> dict[str, Any]:
        return {"__slots__": (), "element": values[0]}

    def __init__(self, values: Iterable[Any]) -> None:
        self.values = tuple(coerce(self.element, value, "table") for value in values)

    @property
    def length(self) -> Integer:
        """Number of elements, a compile-time constant."""
        return int.__new__(u32, len(self.values))

    @property
    def unchecked(self) -> "Table":
        """The same table; compiled code skips the bounds check."""
        return self

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            raise LanguageError("a table cannot be sliced: it is read by index")
        if not 0 <= index < len(self.values):
            raise Trap(f"index {int(index)} of {len(self.values)} elements")
        return self.values[int(index)]

    def __len__(self) -> int:
        return len(self.values)  # at import time only; compiled code uses .length


def table(kind: type, values: Iterable[int]) -> Any:
    """Make a constant table of integers at import time."""
    return Table[kind](values)  # type: ignore[valid-type]
