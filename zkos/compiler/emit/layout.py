"""How types become LLVM scalars: in registers, and in memory.

A value is a list of scalars: one for an integer, bool, Status or reference; pointer and length
for a slice; the scalars of all fields for a value class, of all parts for a tuple. Memory follows
``zkos.lang.layout`` for the pointer width of the target.

Units:   bytes.
"""

from functools import cache
from typing import Any

from zkos.compiler.frontend import types
from zkos.compiler.targets import Target
from zkos.lang.functions import Function
from zkos.lang.integers import is_integer
from zkos.lang.layout import align_of, size_of, sum_fields


@cache
def scalars(kind: Any) -> list[str]:
    """Give the LLVM types of a value of this type."""
    if kind is None:
        return []
    if is_integer(kind):
        return [f"i{kind.bits}"]
    if kind is bool:
        return ["i1"]
    if types.is_status(kind):
        return ["i32"]
    if types.is_slice(kind):
        return ["ptr", "i32"]
    if types.is_value(kind):
        return [one for field in kind.fields.values() for one in scalars(types.held(field, kind))]
    if types.is_tuple(kind):
        return [one for part in types.parts_of(kind) for one in scalars(part)]
    return ["ptr"]


def convention(function: Function, target: Target) -> str:
    """Give the calling convention of a function, with the space behind it.

    A handler keeps no register for its caller on x86-64, so that it saves none on its fast path.
    """
    return "preserve_nonecc " if function.options["handler"] and not target.is_riscv else ""


def result_type(kind: Any) -> str:
    """Give the LLVM type of a function's result."""
    parts = scalars(kind)
    if not parts:
        return "void"
    return parts[0] if len(parts) == 1 else "{ " + ", ".join(parts) + " }"


@cache
def places(kind: Any, pointer: int) -> list[tuple[int, str, int, Any]]:
    """Give (offset, LLVM type in memory, alignment, type) of each scalar of a type in memory."""
    if is_integer(kind):
        return [(0, f"i{kind.bits}", align_of(kind, pointer), kind)]
    if kind is bool:
        return [(0, "i8", 1, bool)]
    if types.is_status(kind):
        return [(0, "i32", 4, kind)]
    if types.is_slice(kind):
        return [(0, "ptr", pointer, kind), (pointer, "i32", 4, kind)]
    if types.is_value(kind):
        found = []
        offsets, _ = sum_fields(kind, pointer)
        for name, field in kind.fields.items():
            for offset, text, align, own in places(field, pointer):
                found.append((offsets[name] + offset, text, align, own))
        return found
    return [(0, "ptr", pointer, kind)]


@cache
def part_range(kind: Any, name: str) -> tuple[int, int]:
    """Give which scalars of a value class belong to one field."""
    start = 0
    for field, field_type in kind.fields.items():
        count = len(scalars(types.held(field_type, kind)))
        if field == name:
            return start, start + count
        start += count
    raise KeyError(name)


def field_offset(kind: Any, name: str, pointer: int) -> int:
    """Give the offset of a field of a struct."""
    return sum_fields(kind, pointer)[0][name]


__all__ = [
    "align_of", "field_offset", "part_range", "places", "result_type", "scalars", "size_of",
]  # fmt: skip
