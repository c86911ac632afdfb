"""Uniform entries: every function that the host calls is reached through a frame of 8-byte slots.

For a function with symbol ``s`` a wrapper ``zkos_frame.s(ptr frame)`` loads the arguments from
the frame, calls, and stores the result after them. So the host needs one calling convention
for all signatures, on both targets, and nothing depends on how LLVM passes wide integers.

Slots: integers up to 64 bits, bool, Status and pointers take one (pointers of the 32-bit
target their low half); wider integers bits/64, rounded up, little-endian; a Slice two (pointer,
length); a value or tuple its parts in order. Arguments first, then the result. This follows
``emit/layout.py: scalars``, which says how values are passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zkos.compiler.emit.layout import result_type, scalars
from zkos.compiler.frontend.types import is_tuple, is_value, parts_of, signature
from zkos.compiler.targets import Target
from zkos.lang import Function
from zkos.lang.integers import is_integer

SLOT_BYTES = 8
PREFIX = "zkos_frame."


@dataclass(frozen=True)
class Signature:
    """Types of a function and where they lie in its frame."""

    parameters: tuple[Any, ...]
    result: Any
    argument_slots: int
    slots: int


def _scalar_slots(text: str) -> int:
    return (int(text[1:]) + 63) // 64 if text.startswith("i") else 1


def slot_count(kind: Any) -> int:
    """Give how many slots a value of this type takes."""
    return sum(map(_scalar_slots, scalars(kind)))


def describe(function: Function) -> Signature:
    """Give the frame of a function."""
    named, result = signature(function)
    kinds = tuple(kind for _, kind in named)
    arguments = sum(map(slot_count, kinds))
    return Signature(kinds, result, arguments, arguments + slot_count(result))


def leaf_kinds(kind: Any) -> list[Any]:
    """Give the types that are no value or tuple inside a type, in order."""
    if is_tuple(kind):
        return [leaf for part in parts_of(kind) for leaf in leaf_kinds(part)]
    if is_value(kind):
        return [leaf for part in kind.fields.values() for leaf in leaf_kinds(part)]
    return [kind]


@dataclass
class _Wrapper:
    """Text of one wrapper while it is written."""

    lines: list[str] = field(default_factory=list)
    names: int = 0

    def make(self, operation: str) -> str:
        name = f"%v{self.names}"
        self.names += 1
        self.lines.append(f"  {name} = {operation}")
        return name

    def address(self, slot: int) -> str:
        return self.make(f"getelementptr i8, ptr %frame, i32 {slot * SLOT_BYTES}")

    def load(self, text: str, slot: int) -> str:
        if text == "i1":
            return self.make(f"trunc i8 {self.load('i8', slot)} to i1")
        return self.make(f"load {text}, ptr {self.address(slot)}, align 8")

    def store(self, text: str, value: str, slot: int, is_signed: bool) -> None:
        """Store a scalar, extended to whole slots."""
        bits = _scalar_slots(text) * 64
        if text.startswith("i") and int(text[1:]) < bits:
            extend = "sext" if is_signed else "zext"
            value = self.make(f"{extend} {text} {value} to i{bits}")
            text = f"i{bits}"
        self.lines.append(f"  store {text} {value}, ptr {self.address(slot)}, align 8")


def _arguments(frame: Signature, wrapper: _Wrapper) -> list[tuple[str, str]]:
    flat = []
    slot = 0
    for kind in (leaf for parameter in frame.parameters for leaf in leaf_kinds(parameter)):
        for text in scalars(kind):
            # Callees may rely on the extension of small numbers or not; with it both are right.
            extension = ""
            if text in ("i1", "i8", "i16"):
                extension = " signext" if getattr(kind, "signed", False) else " zeroext"
            flat.append((text + extension, wrapper.load(text, slot)))
            slot += _scalar_slots(text)
    return flat


def _store_result(frame: Signature, value: str, wrapper: _Wrapper) -> None:
    whole = result_type(frame.result)
    count = len(scalars(frame.result))
    slot, index = frame.argument_slots, 0
    for kind in leaf_kinds(frame.result):
        for text in scalars(kind):
            part = value
            if count > 1:
                part = wrapper.make(f"extractvalue {whole} {value}, {index}")
            wrapper.store(text, part, slot, is_integer(kind) and kind.signed)
            slot += _scalar_slots(text)
            index += 1


def wrapper_text(functions: Sequence[Function], target: Target) -> str:
    """Write the module with the wrappers of these functions."""
    out = [f'source_filename = "zkos_frames_{target.name}"']
    for function in functions:
        wrapper = _Wrapper()
        frame = describe(function)
        arguments = _arguments(frame, wrapper)
        kinds = ", ".join(kind for kind, _ in arguments)
        given = ", ".join(f"{kind} {value}" for kind, value in arguments)
        result = result_type(frame.result)
        call = f'call {result} @"{function.symbol}"({given})'
        if frame.result is None:
            wrapper.lines.append(f"  {call}")
        else:
            _store_result(frame, wrapper.make(call), wrapper)
        visibility = "" if function.options.get("export") else "hidden "
        out.append(f'declare {visibility}{result} @"{function.symbol}"({kinds})')
        out.append(f'define void @"{PREFIX}{function.symbol}"(ptr %frame) nounwind {{')
        out += [*wrapper.lines, "  ret void", "}"]
    return "\n".join(out) + "\n"
