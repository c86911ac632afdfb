"""Lines, blocks and traps of one function in LLVM IR text.

A trap is a branch that is never expected. On x86-64 each place calls ``zkos_trap`` with its line
number; on RISC-V all places of a function share one ``llvm.trap``.
"""

import ast
from collections.abc import Sequence
from typing import Any

from zkos.compiler.emit.layout import places, result_type, scalars
from zkos.compiler.emit.module import Module
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree

TRAP_INDEX, TRAP_DIVISION, TRAP_UNSET, TRAP_ARENA, TRAP_CALLED, TRAP_LENGTHS, TRAP_WORDS = (
    1, 2, 3, 4, 5, 6, 7,
)  # fmt: skip

Values = list[str]
EXPECTED = "!prof !0"  # the first of two branches is taken


class Writer:
    """The text of one function while it grows."""

    def __init__(self, module: Module, function: tree.FunctionTree) -> None:
        self.module = module
        self.function = function
        self.pointer = module.target.pointer_bytes
        self.word = f"i{8 * self.pointer}"  # an integer as wide as a pointer
        self.lines: list[str] = []
        self.entry: list[str] = []
        self.counter = 0
        self.labels = 0
        self.closed = False  # the present block has its last instruction
        self.traps: dict[tuple[int, int], str] = {}
        self.location = ""
        self.line = function.line

    # ---------------------------------------------------------------- lines

    def at(self, node: Any) -> None:
        """Say which source line the following instructions come from."""
        line = getattr(node, "lineno", None)
        if line is not None:
            self.line = line
            self.location = self.module.debug.location(self.function, node)

    def emit(self, text: str) -> None:
        """Write an instruction without a result."""
        if not self.closed:
            self.lines.append(f"  {text}{self.location}")

    def make(self, text: str) -> str:
        """Write an instruction and give its result."""
        self.counter += 1
        name = f"%t{self.counter}"
        self.emit(f"{name} = {text}")
        return name

    def alloca(self, kind: str, align: int) -> str:
        """Reserve memory in the frame."""
        self.counter += 1
        name = f"%m{self.counter}"
        self.entry.append(f"  {name} = alloca {kind}, align {align}")
        return name

    # ---------------------------------------------------------------- blocks

    def label(self, name: str) -> str:
        """Make a new block name."""
        self.labels += 1
        return f"{name}{self.labels}"

    def block(self, name: str) -> None:
        """Begin a block; the one before goes on into it unless it has ended."""
        if not self.closed:
            self.branch(name)
        self.lines.append(f"{name}:")
        self.closed = False

    def branch(self, name: str) -> None:
        """End the block with a jump."""
        self.emit(f"br label %{name}")
        self.closed = True

    def branch_if(self, condition: str, yes: str, no: str, note: str = "") -> None:
        """End the block with a choice."""
        self.emit(f"br i1 {condition}, label %{yes}, label %{no}{', ' + note if note else ''}")
        self.closed = True

    def unreachable(self) -> None:
        """End the block: nothing comes here."""
        self.emit("unreachable")
        self.closed = True

    # ---------------------------------------------------------------- traps

    def require(self, condition: str, code: int) -> None:
        """Go on if the condition holds, trap otherwise."""
        if condition == "true" or self.closed:
            return
        on = self.label("ok")
        self.branch_if(condition, on, self._trap_block(code), EXPECTED)
        self.block(on)

    def _trap_block(self, code: int) -> str:
        key = (0, 0) if self.module.target.is_riscv else (code, self.line)
        if key not in self.traps:
            self.traps[key] = self.label("trap")
        return self.traps[key]

    def trap(self, code: int) -> None:
        """Stop the program here."""
        self.branch(self._trap_block(code))

    def finish_traps(self) -> None:
        """Write the blocks in which traps end."""
        for (code, line), name in self.traps.items():
            self.block(name)
            if self.module.target.is_riscv:
                self.module.declare("declare void @llvm.trap()")
                self.emit("call void @llvm.trap()")
            else:
                self.module.declare("declare void @zkos_trap(i32, ptr, i32) noreturn cold nounwind")
                file = self.module.string(self.function.file)
                self.emit(f"call void @zkos_trap(i32 {code}, ptr {file}, i32 {line})")
            self.unreachable()

    # ---------------------------------------------------------------- memory

    def offset(self, base: str, offset: int) -> str:
        """Give an address some bytes further."""
        if offset == 0:
            return base
        return self.make(f"getelementptr inbounds i8, ptr {base}, {self.word} {offset}")

    def load(self, kind: Any, address: str) -> Values:
        """Read a value from memory."""
        values = []
        for offset, text, align, own in places(kind, self.pointer):
            place = self.offset(address, offset)
            value = self.make(f"load {text}, ptr {place}, align {align}")
            if own is bool:
                value = self.make(f"icmp ne i8 {value}, 0")
            if types.is_reference(own):
                self.require(self.make(f"icmp ne ptr {value}, null"), TRAP_UNSET)
            values.append(value)
        return values

    def store(self, kind: Any, address: str, values: Values) -> None:
        """Write a value to memory."""
        described = places(kind, self.pointer)
        for (offset, text, align, own), value in zip(described, values, strict=True):
            if own is bool:
                value = self.make(f"zext i1 {value} to i8")
            self.emit(f"store {text} {value}, ptr {self.offset(address, offset)}, align {align}")

    # ---------------------------------------------------------------- results

    def give(self, kind: Any, values: Values) -> None:
        """Return values from the function."""
        texts = scalars(kind)
        if not texts:
            self.emit("ret void")
        elif len(texts) == 1:
            self.emit(f"ret {texts[0]} {values[0]}")
        else:
            whole = "poison"
            result = result_type(kind)
            for position, (text, value) in enumerate(zip(texts, values, strict=True)):
                whole = self.make(f"insertvalue {result} {whole}, {text} {value}, {position}")
            self.emit(f"ret {result} {whole}")
        self.closed = True

    def take(self, kind: Any, call: str) -> Values:
        """Write a call and give the scalars of its result."""
        texts = scalars(kind)
        if not texts:
            self.emit(call)
            return []
        whole = self.make(call)
        if len(texts) == 1:
            return [whole]
        result = result_type(kind)
        return [
            self.make(f"extractvalue {result} {whole}, {position}")
            for position in range(len(texts))
        ]

    def typed(self, kinds: Sequence[Any], values: Sequence[Values]) -> str:
        """Give an argument list."""
        return ", ".join(
            f"{text} {value}"
            for kind, given in zip(kinds, values, strict=True)
            for text, value in zip(scalars(kind), given, strict=True)
        )


def node_line(node: ast.AST) -> int:
    """Give the line of a node."""
    return int(getattr(node, "lineno", 0))
