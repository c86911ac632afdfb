"""Questions about the live types of zkos.lang, as the compiler asks them.

Errors:  LanguageError for something that is not a type of the subset.
"""

import sys
from functools import cache
from typing import Any

from zkos.lang.arena import Arena
from zkos.lang.containers import Array, Slice
from zkos.lang.errors import LanguageError
from zkos.lang.functions import Function
from zkos.lang.integers import is_integer
from zkos.lang.structs import Status


def is_status(kind: Any) -> bool:
    """Say whether ``kind`` is Status."""
    return kind is Status


def is_slice(kind: Any) -> bool:
    """Say whether ``kind`` is a ``Slice[T]``."""
    return isinstance(kind, type) and issubclass(kind, Slice) and kind is not Slice


def is_array(kind: Any) -> bool:
    """Say whether ``kind`` is an ``Array[T, N]``."""
    return isinstance(kind, type) and issubclass(kind, Array) and kind is not Array


def is_value(kind: Any) -> bool:
    """Say whether ``kind`` is a value class."""
    return bool(getattr(kind, "is_struct", False)) and bool(kind.is_value)


def is_struct(kind: Any) -> bool:
    """Say whether ``kind`` is a class in memory, behind a reference."""
    is_class = isinstance(kind, type) and bool(getattr(kind, "is_struct", False))
    return is_class and not getattr(kind, "is_value", False)


def is_reference(kind: Any) -> bool:
    """Say whether ``kind`` is a ``Ref[T]``."""
    return bool(getattr(kind, "is_reference", False))


def is_arena(kind: Any) -> bool:
    """Say whether ``kind`` is the arena."""
    return kind is Arena


def is_tuple(kind: Any) -> bool:
    """Say whether ``kind`` is a tuple result."""
    return getattr(kind, "__origin__", None) is tuple


def is_in_place(kind: Any) -> bool:
    """Say whether a field or element of this type is reached by its address."""
    return is_struct(kind) or is_array(kind)


def is_type(kind: Any) -> bool:
    """Say whether ``kind`` can be the type of a local or parameter."""
    return (
        is_integer(kind) or kind is bool or is_status(kind) or is_slice(kind)
        or is_array(kind) or is_struct(kind) or is_value(kind)
    )  # fmt: skip


def type_name(kind: Any) -> str:
    """Name a type as its author writes it."""
    if kind is None:
        return "nothing"
    if is_tuple(kind):
        return f"tuple[{', '.join(type_name(part) for part in kind.__args__)}]"
    return str(getattr(kind, "__name__", kind))


def _methods(owner: Any) -> list[Function]:
    return [member for member in vars(owner).values() if isinstance(member, Function)]


def target_of(reference: Any, owner: Any) -> Any:
    """Give the struct that a ``Ref[T]`` of ``owner`` refers to; T may be a name."""
    target = reference.target
    if not isinstance(target, str):
        return target
    if owner is not None:
        if target in ("Self", owner.__name__, owner.__qualname__.rpartition(".")[2]):
            return owner
        for method in _methods(owner):
            try:
                return method.resolve(target)
            except NameError:
                continue
        module = sys.modules.get(owner.__module__)
        found = getattr(module, target, None)
        if found is not None:
            return found
    raise LanguageError(f"Ref[{target!r}]: no class of that name is known here")


def held(kind: Any, owner: Any = None) -> Any:
    """Give the type of what is read from a place of type ``kind``: a ``Ref[T]`` gives T."""
    return target_of(kind, owner) if is_reference(kind) else kind


def parts_of(kind: Any) -> tuple[Any, ...]:
    """Give the types in a tuple result, or the one type, or none for nothing."""
    if kind is None:
        return ()
    return tuple(held(part) for part in kind.__args__) if is_tuple(kind) else (held(kind),)


def carries_status(kind: Any) -> bool:
    """Say whether a result of this type must not be dropped."""
    return any(is_status(part) for part in parts_of(kind))


def slice_type(element: Any) -> Any:
    """Give ``Slice[element]``."""
    return Slice[element]


@cache
def signature(function: Function) -> tuple[list[tuple[str, Any]], Any]:
    """Give names and types of parameters and the result type, with ``Ref[T]`` as T."""
    parameters, result = function.signature
    named = []
    for name, kind in parameters:
        kind = held(kind, function.owner)
        if not is_type(kind):
            raise LanguageError(f"parameter {name}: {type_name(kind)} is not a type of the subset")
        named.append((name, kind))
    for part in parts_of(result):
        if not is_type(part):
            raise LanguageError(f"result: {type_name(part)} is not a type of the subset")
    if is_reference(result):
        result = held(result, function.owner)
    return named, result
