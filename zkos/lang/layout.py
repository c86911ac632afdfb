"""Sizes and alignments of types in memory, for one pointer width at a time.

Integers up to 64 bits are aligned to their size, u160 to 4, wider ones to 8 on both targets, so
layouts differ between x86-64 and RISC-V only where a ``Slice`` or ``Ref`` is stored.

Units:   bytes. ``pointer`` is 4 (RISC-V, the definition) or 8 (x86-64).
Errors:  LanguageError for something that is not a type.
"""

from functools import cache
from typing import Any

from zkos.lang.containers import Array, Slice
from zkos.lang.errors import LanguageError
from zkos.lang.integers import is_integer


@cache
def align_of(kind: Any, pointer: int = 4) -> int:
    """Give the alignment of a type."""
    if kind is bool:
        return 1
    if is_integer(kind):
        return 4 if kind.bits == 160 else min(kind.bits // 8, 8)
    if getattr(kind, "is_status", False):
        return 4
    if getattr(kind, "is_reference", False):
        return pointer
    if isinstance(kind, type) and issubclass(kind, Slice):
        return pointer
    if isinstance(kind, type) and issubclass(kind, Array):
        return align_of(kind.element, pointer)
    if getattr(kind, "is_struct", False):
        own = getattr(kind, "align", None) or 1
        return max([own, *(align_of(field, pointer) for field in kind.fields.values())])
    raise LanguageError(f"not a type of the subset: {kind!r}")


@cache
def size_of(kind: Any, pointer: int = 4) -> int:
    """Give the size of a type, a multiple of its alignment."""
    if kind is bool:
        return 1
    if is_integer(kind):
        return int(kind.bits // 8)
    if getattr(kind, "is_status", False):
        return 4
    if getattr(kind, "is_reference", False):
        return pointer
    if isinstance(kind, type) and issubclass(kind, Slice):
        return 2 * pointer
    if isinstance(kind, type) and issubclass(kind, Array):
        return size_of(kind.element, pointer) * kind.count
    opaque_words = getattr(kind, "opaque_words", None)  # the arena
    if opaque_words is not None:
        return (pointer + 4 * opaque_words + 7) // 8 * 8
    if getattr(kind, "is_struct", False):
        return sum_fields(kind, pointer)[1]
    raise LanguageError(f"not a type of the subset: {kind!r}")


@cache
def sum_fields(kind: Any, pointer: int = 4) -> tuple[dict[str, int], int]:
    """Give the offset of every field of a struct and its whole size."""
    offsets, end = {}, 0
    for name, field in kind.fields.items():
        align = align_of(field, pointer)
        end = (end + align - 1) // align * align
        offsets[name] = end
        end += size_of(field, pointer)
    align = align_of(kind, pointer)
    return offsets, max((end + align - 1) // align * align, align)
