"""Structs, value structs and status values.

``@struct``  a class whose instances are references to memory: made by ``arena.new`` or
             ``local``, passed by reference, compared by ``is``.
``@value``   a class passed by value: made by calling it with all fields in order, immutable.
``Status``   what a fallible function returns; the compiler refuses to let it go unread.

A field of struct type is that struct **in place** (no pointer); ``Ref[T]`` makes the field a
reference that starts unset, and reading it while unset is a trap. Methods are compiled functions
whose first parameter is the instance.

Errors:  LanguageError for an unknown field or a wrong type.
"""

import inspect
from typing import Any, ClassVar

from zkos.lang.containers import UNSET, Array, Slice, zero
from zkos.lang.errors import LanguageError, Trap
from zkos.lang.functions import Function, function
from zkos.lang.integers import coerce, is_integer, u32


class Status(int):
    """The outcome of a fallible function: ``Status(0)`` is success, each error has a number.

    A u32 in memory. It can be compared with another ``Status`` by ``==`` and ``!=``, opened by
    ``u32(status)``, passed on by ``check``, and nothing else.
    """

    __slots__ = ()
    is_status: ClassVar[bool] = True

    def __new__(cls, code: int = 0) -> "Status":
        if type(code) is not int and type(code) is not u32:
            raise LanguageError(f"Status: expected u32, got {type(code).__name__}")
        if not 0 <= code < 1 << 32:
            raise LanguageError(f"Status: {code} is not a u32")
        return int.__new__(cls, code)

    def __repr__(self) -> str:
        return f"Status({int(self):#x})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not Status:
            raise LanguageError(f"a Status is compared with a Status, not {type(other).__name__}")
        return int(self) == int(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__

    def __bool__(self) -> bool:
        raise LanguageError("a Status is not a condition: compare it, or use check()")


class _RefMeta(type):
    _made: ClassVar[dict[Any, Any]] = {}

    def __getitem__(cls, target: Any) -> Any:
        if target not in _RefMeta._made:
            name = getattr(target, "__name__", target)
            _RefMeta._made[target] = type(f"Ref[{name}]", (Ref,), {"target": target})
        return _RefMeta._made[target]


class Ref(metaclass=_RefMeta):
    """``Ref[T]``: a field or element that refers to a struct elsewhere; unset at first.

    ``T`` may be a string when the class is named before it exists.
    """

    is_reference: ClassVar[bool] = True
    target: ClassVar[Any] = None


def _field_property(owner: str, name: str, kind: Any) -> property:
    slot = "_" + name

    if is_integer(kind):

        def read(self: Any) -> Any:
            return getattr(self, slot)

        def write(self: Any, value: Any) -> None:
            setattr(self, slot, coerce(kind, value, f"{owner}.{name}"))

        return property(read, write)

    if getattr(kind, "is_reference", False):

        def read_reference(self: Any) -> Any:
            found = getattr(self, slot)
            if found is None:
                raise Trap(f"{owner}.{name} was used before it was set")
            return found

        def write_reference(self: Any, value: Any) -> None:
            if value is UNSET:
                raise Trap(f"{owner}.{name}: a reference was used before it was set")
            setattr(self, slot, value)

        return property(read_reference, write_reference)

    in_place = getattr(kind, "is_struct", False) and not getattr(kind, "is_value", False)
    in_place = in_place or (isinstance(kind, type) and issubclass(kind, Array))

    def write_other(self: Any, value: Any) -> None:
        if in_place:
            raise LanguageError(f"{owner}.{name} lives in place: change its fields or elements")
        if kind is bool and type(value) is not bool:
            raise LanguageError(f"{owner}.{name}: expected bool, got {type(value).__name__}")
        if isinstance(kind, type) and not isinstance(value, kind):
            raise LanguageError(
                f"{owner}.{name}: expected {kind.__name__}, got {type(value).__name__}"
            )
        setattr(self, slot, value)

    return property(lambda self: getattr(self, slot), write_other)


def _fields(cls: type) -> dict[str, Any]:
    fields = dict(inspect.get_annotations(cls))
    for name, kind in fields.items():
        is_type = kind is bool or getattr(kind, "is_status", False) or is_integer(kind)
        is_type = is_type or (isinstance(kind, type) and issubclass(kind, Slice | Array))
        is_type = is_type or getattr(kind, "is_struct", False)
        if not is_type and not getattr(kind, "is_reference", False):
            raise LanguageError(f"{cls.__name__}.{name}: {kind!r} is not a type of the subset")
    return fields


def _wrap_methods(cls: type) -> None:
    for name, member in list(vars(cls).items()):
        if type(member) is type(_wrap_methods) and not name.startswith("__"):
            member = function(member)
            setattr(cls, name, member)
        if isinstance(member, Function):
            member.owner = cls


def _finish(cls: type, fields: dict[str, Any], name: str | None) -> None:
    cls.is_struct = True  # type: ignore[attr-defined]
    cls.fields = fields  # type: ignore[attr-defined]
    cls.symbol = f"{cls.__module__}.{name or cls.__qualname__}"  # type: ignore[attr-defined]
    if name is not None:
        cls.__name__ = name
    _wrap_methods(cls)


def struct(cls: type | None = None, *, name: str | None = None, align: int | None = None) -> Any:
    """Make a class a struct in memory; ``name`` is for classes that a function makes.

    ``align`` is the alignment of every instance in bytes (the u256 delegation needs 32).
    """

    def decorate(cls: type) -> type:
        fields = _fields(cls)
        for field, kind in fields.items():
            setattr(cls, field, _field_property(cls.__name__, field, kind))
        slots = tuple((field, "_" + field, kind) for field, kind in fields.items())
        allowed = frozenset(fields) | {slot for _, slot, _ in slots}

        def fresh(self: Any) -> None:
            for _, slot, kind in slots:
                object.__setattr__(self, slot, zero(kind))

        def guarded(self: Any, attribute: str, value: Any) -> None:
            if attribute not in allowed:
                raise LanguageError(f"{cls.__name__} has no field {attribute}")
            object.__setattr__(self, attribute, value)

        cls.__init__ = fresh  # type: ignore[misc]
        cls.__setattr__ = guarded  # type: ignore[method-assign, assignment]
        cls.__zero__ = classmethod(lambda kind: kind())  # type: ignore[attr-defined]
        cls.is_value = False  # type: ignore[attr-defined]
        cls.align = align  # type: ignore[attr-defined]
        _finish(cls, fields, name)
        return cls

    return decorate if cls is None else decorate(cls)


def value(cls: type | None = None, *, name: str | None = None) -> Any:
    """Make a class a value: built by calling it with every field, immutable, compared by ``==``
    field by field in tests only (compiled code compares the fields it means)."""

    def decorate(cls: type) -> type:
        fields = _fields(cls)
        names = tuple(fields)

        def build(self: Any, *values: Any) -> None:
            if len(values) != len(names):
                raise LanguageError(f"{cls.__name__}: {len(values)} values for {len(names)} fields")
            for (field, kind), given in zip(fields.items(), values, strict=True):
                if is_integer(kind):
                    given = coerce(kind, given, f"{cls.__name__}.{field}")
                object.__setattr__(self, field, given)

        def frozen(self: Any, attribute: str, value: Any) -> None:
            raise LanguageError(f"{cls.__name__} is a value: build a new one")

        def same(self: Any, other: Any) -> bool:
            return type(other) is cls and all(getattr(self, f) == getattr(other, f) for f in names)

        cls.__init__ = build  # type: ignore[misc]
        cls.__setattr__ = frozen  # type: ignore[method-assign, assignment]
        cls.__eq__ = same  # type: ignore[method-assign, assignment]
        cls.__hash__ = None  # type: ignore[assignment]
        cls.__repr__ = lambda self: (  # type: ignore[method-assign, assignment]
            f"{cls.__name__}({', '.join(repr(getattr(self, f)) for f in names)})"
        )
        cls.__zero__ = classmethod(  # type: ignore[attr-defined]
            lambda kind: kind(*(zero(field) for field in fields.values()))
        )
        cls.is_value = True  # type: ignore[attr-defined]
        _finish(cls, fields, name)
        return cls

    return decorate if cls is None else decorate(cls)


def is_struct_type(kind: object) -> bool:
    """Say whether ``kind`` is a struct that lives in memory."""
    return bool(getattr(kind, "is_struct", False)) and not getattr(kind, "is_value", False)
