"""Uniform entries: every function that the host calls is reached through a frame of 8-byte slots.

For a function with symbol ``s`` a wrapper ``zkos_frame.s(ptr frame)`` loads the arguments from
the frame, calls, and stores the result after them. So the host needs one calling convention
for all signatures, on both targets, and nothing depends on how LLVM passes wide integers.

Slots: integers up to 64 bits, bool, Status and pointers take one (pointers of the 32-bit
target their low half); wider integers bits/64, rounded up, little-endian; a Slice two (pointer,
length); a value or tuple its parts in order. Arguments first, then the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zkos.compiler.frontend.types import is_slice, is_status, is_tuple, is_value, signature
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


def slot_count(kind: Any) -> int:
    """Give how many slots a value of this type takes."""
    if kind is None:
        return 0
    if is_integer(kind):
        return (int(kind.bits) + 63) // 64
    if is_slice(kind):
        return 2
    if is_tuple(kind):
        return sum(map(slot_count, kind.__args__))
    if is_value(kind):
        return sum(map(slot_count, kind.fields.values()))
    return 1


def describe(function: Function) -> Signature:
    """Give the frame of a function."""
    named, result = signature(function)
    kinds = tuple(kind for _, kind in named)
    arguments = sum(map(slot_count, kinds))
    return Signature(kinds, result, arguments, arguments + slot_count(result))


def llvm_type(kind: Any) -> str:
    """Give the LLVM type by which a value is passed."""
    if kind is None:
        return "void"
    if is_integer(kind):
        return f"i{kind.bits}"
    if kind is bool:
        return "i1"
    if is_status(kind):
        return "i32"
    if is_slice(kind):
        return "{ptr, i32}"
    if is_tuple(kind):
        return "{" + ", ".join(map(llvm_type, kind.__args__)) + "}"
    if is_value(kind):
        return "{" + ", ".join(map(llvm_type, kind.fields.values())) + "}"
    return "ptr"


def _extension(kind: Any) -> str:
    # Callees may rely on it or not; with it both are right.
    if kind is bool:
        return " zeroext"
    if is_integer(kind) and kind.bits < 32:
        return " signext" if kind.signed else " zeroext"
    return ""


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

    def load(self, kind: str, slot: int) -> str:
        return self.make(f"load {kind}, ptr {self.address(slot)}, align 8")

    def load_value(self, kind: Any, slot: int) -> str:
        """Load a value of one LLVM type."""
        if kind is bool:
            return self.make(f"trunc i8 {self.load('i8', slot)} to i1")
        if is_slice(kind):
            parts: Sequence[tuple[str, str]] = (
                ("ptr", self.load("ptr", slot)),
                ("i32", self.load("i32", slot + 1)),
            )
        elif is_value(kind):
            made = []
            for field_kind in kind.fields.values():
                made.append((llvm_type(field_kind), self.load_value(field_kind, slot)))
                slot += slot_count(field_kind)
            parts = made
        else:
            return self.load(llvm_type(kind), slot)
        whole, aggregate = llvm_type(kind), "poison"
        for index, (part_kind, part) in enumerate(parts):
            aggregate = self.make(f"insertvalue {whole} {aggregate}, {part_kind} {part}, {index}")
        return aggregate

    def store_value(self, kind: Any, value: str, slot: int) -> None:
        """Store a result; small numbers are extended to the whole slot."""
        parts: list[tuple[Any, str]] = []
        if is_slice(kind):
            pointer = self.make(f"extractvalue {{ptr, i32}} {value}, 0")
            length = self.make(f"extractvalue {{ptr, i32}} {value}, 1")
            self._store("ptr", pointer, slot)
            self._store("i64", self.make(f"zext i32 {length} to i64"), slot + 1)
            return
        if is_tuple(kind) or is_value(kind):
            kinds = kind.__args__ if is_tuple(kind) else tuple(kind.fields.values())
            for index, part in enumerate(kinds):
                parts.append((part, self.make(f"extractvalue {llvm_type(kind)} {value}, {index}")))
            for part, part_value in parts:
                self.store_value(part, part_value, slot)
                slot += slot_count(part)
            return
        text = llvm_type(kind)
        if text.startswith("i"):
            bits = slot_count(kind) * 64
            if int(text[1:]) < bits:
                extend = "sext" if getattr(kind, "signed", False) else "zext"
                value = self.make(f"{extend} {text} {value} to i{bits}")
                text = f"i{bits}"
        self._store(text, value, slot)

    def _store(self, kind: str, value: str, slot: int) -> None:
        self.lines.append(f"  store {kind} {value}, ptr {self.address(slot)}, align 8")


def _parameters(function: Function, wrapper: _Wrapper) -> list[tuple[str, str]]:
    exported = bool(function.options.get("export"))
    flat: list[tuple[str, str]] = []
    slot = 0
    for kind in describe(function).parameters:
        if is_slice(kind):
            flat.append(("ptr", wrapper.load("ptr", slot)))
            flat.append(("i32", wrapper.load("i32", slot + 1)))
        elif exported and is_integer(kind) and kind.bits > 64:
            flat.append(("ptr", wrapper.address(slot)))
        else:
            flat.append((llvm_type(kind) + _extension(kind), wrapper.load_value(kind, slot)))
        slot += slot_count(kind)
    return flat


def wrapper_text(functions: Sequence[Function], target: Target) -> str:
    """Write the module with the wrappers of these functions."""
    out = [f'source_filename = "zkos_frames_{target.name}"']
    for function in functions:
        wrapper = _Wrapper()
        frame = describe(function)
        arguments = _parameters(function, wrapper)
        kinds = ", ".join(kind for kind, _ in arguments)
        given = ", ".join(f"{kind} {value}" for kind, value in arguments)
        result = llvm_type(frame.result)
        call = f'call {result} @"{function.symbol}"({given})'
        if frame.result is None:
            wrapper.lines.append(f"  {call}")
        else:
            wrapper.store_value(frame.result, wrapper.make(call), frame.argument_slots)
        visibility = "" if function.options.get("export") else "hidden "
        out.append(f'declare {visibility}{result} @"{function.symbol}"({kinds})')
        out.append(f'define void @"{PREFIX}{function.symbol}"(ptr %frame) nounwind {{')
        out += [*wrapper.lines, "  ret void", "}"]
    return "\n".join(out) + "\n"
