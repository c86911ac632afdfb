"""LLVM IR of statements and whole functions."""

from collections.abc import Callable
from typing import Any

from zkos.compiler.emit.intrinsics import Intrinsics
from zkos.compiler.emit.layout import (
    align_of,
    convention,
    field_offset,
    result_type,
    scalars,
    size_of,
)
from zkos.compiler.emit.writer import Values
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree
from zkos.compiler.targets import Target
from zkos.lang.functions import Function


class Statements(Intrinsics):
    """Statements of one function."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.loops: list[tuple[str, str]] = []  # (where continue goes, where break goes)

    def run(self, body: tree.Block) -> None:
        """Write statements; what cannot be reached is left out."""
        for statement in body:
            if self.closed:
                return
            self.at(statement.at)
            method: Callable[[Any], None] = getattr(self, f"_{type(statement).__name__}")
            method(statement)

    def _Assign(self, node: tree.Assign) -> None:
        self.assign(node.local, self.value(node.value))

    def _Unpack(self, node: tree.Unpack) -> None:
        values = self.value(node.value)
        start = 0
        for local, kind in zip(node.locals, types.parts_of(node.value.type), strict=True):
            count = len(scalars(kind))
            if local is not None:
                self.assign(local, values[start : start + count])
            start += count

    def _SetField(self, node: tree.SetField) -> None:
        values = self.value(node.value)
        base = self.one(node.base)
        self.at(node.at)
        place = self.offset(base, field_offset(node.owner, node.name, self.pointer))
        self.store(node.owner.fields[node.name], place, values)

    def _SetElement(self, node: tree.SetElement) -> None:
        values = self.value(node.value)
        place = self.element_place(node.base, node.index, node.checked)
        self.store(node.base.type.element, place, values)

    def _Evaluate(self, node: tree.Evaluate) -> None:
        self.value(node.value)

    def _If(self, node: tree.If) -> None:
        yes, no, end = self.label("then"), self.label("else"), self.label("endif")
        self.choose(node.condition, yes, no if node.no else end)
        self.block(yes)
        self.run(node.yes)
        if not self.closed:
            self.branch(end)
        if node.no:
            self.block(no)
            self.run(node.no)
        self.block(end)

    def _While(self, node: tree.While) -> None:
        head, body, end = self.label("while"), self.label("do"), self.label("endwhile")
        self.block(head)
        if node.condition is not None:
            self.choose(node.condition, body, end)
        self.block(body)
        self._loop(node.body, head, end)
        if not self.closed:
            self.branch(head)
        self.block(end)

    def _loop(self, body: tree.Block, again: str, end: str) -> None:
        self.loops.append((again, end))
        self.run(body)
        self.loops.pop()

    def _Count(self, node: tree.Count) -> None:
        kind = node.local.type
        text = f"i{kind.bits}"
        counter = self.variable(text)
        start = self.one(node.start)
        stop = self.one(node.stop)
        head, body, again, end = map(self.label, ("for", "do", "next", "endfor"))
        sign = "s" if kind.signed else "u"
        self.put(text, counter, start)
        self.block(head)
        present = self.get(text, counter)
        inside = self.make(f"icmp {sign}lt {text} {present}, {stop}")
        self.branch_if(inside, body, end)
        self.block(body)
        self.assign(node.local, [present])
        self._loop(node.body, again, end)
        self.block(again)
        self._step(node, text, counter, stop, end)
        self.branch(head)
        self.block(end)

    def _step(self, node: tree.Count, text: str, counter: str, stop: str, end: str) -> None:
        """Count on; the sum cannot wrap since the counter stays below the bound."""
        present = self.get(text, counter)
        signed = node.local.type.signed
        if node.step != 1:
            left = self.make(f"sub {text} {stop}, {present}")
            more, on = self.make(f"icmp ugt {text} {left}, {node.step}"), self.label("step")
            self.branch_if(more, on, end)
            self.block(on)
        note = "nsw" if signed else "nuw"
        following = self.make(f"add {note} {text} {present}, {node.step}")
        self.put(text, counter, following)

    def _Unrolled(self, node: tree.Unrolled) -> None:
        end = self.label("unrolled")
        for body in node.bodies:
            following = self.label("next")
            self._loop(body, following, end)
            self.block(following)
        self.block(end)

    def _Switch(self, node: tree.Switch) -> None:
        subject = self.one(node.subject)
        text = f"i{node.subject.type.bits}"
        names = [self.label("case") for _ in node.cases]
        otherwise, end = self.label("otherwise"), self.label("endswitch")
        table = " ".join(
            f"{text} {key}, label %{name}" for (key, _), name in zip(node.cases, names, strict=True)
        )
        self.emit(f"switch {text} {subject}, label %{otherwise} [ {table} ]")
        self.closed = True
        for (_, body), name in zip(node.cases, names, strict=True):
            self.block(name)
            self._loop(body, otherwise, end)
            if not self.closed:
                self.branch(otherwise)
        self.block(otherwise)
        self.run(node.otherwise)
        self.block(end)

    def _Break(self, node: tree.Break) -> None:
        self.branch(self.loops[-1][1])

    def _Continue(self, node: tree.Continue) -> None:
        self.branch(self.loops[-1][0])

    def _Return(self, node: tree.Return) -> None:
        values = [] if node.value is None else self.value(node.value)
        self.give(self.function.result, values)

    def _Become(self, node: tree.Become) -> None:
        if node.table is not None:
            assert node.index is not None
            target = self.handler(node.table, node.index, node.checked)
        else:
            assert node.target is not None
            target = self.module.symbol(node.target)
        values: list[Values] = [self.value(argument) for argument in node.arguments]
        self.at(node.at)
        given = self.typed([argument.type for argument in node.arguments], values)
        result = result_type(self.function.result)
        words = convention(self.function.function, self.module.target)
        if result == "void":
            self.emit(f"musttail call {words}void {target}({given})")
            self.emit("ret void")
        else:
            whole = self.make(f"musttail call {words}{result} {target}({given})")
            self.emit(f"ret {result} {whole}")
        self.closed = True


def attributes(function: Function, module_name: str, target: Target) -> str:
    """Give the attributes of a function's definition."""
    options = function.options
    words = ["nounwind"]
    if options["inline"] is True:
        words.append("alwaysinline")
    elif options["inline"] is False:
        words.append("noinline")
    if options["noimplicitfloat"]:
        words.append("noimplicitfloat")
        if not target.is_riscv:
            # LLVM has vector code for wide logic and comparisons even so
            words.append('"target-features"="-sse"')
    if options["cold"]:
        words.append("cold")
    if module_name.startswith("zkos.lang.runtime"):
        words.append('"no-builtins"')
    return " ".join(words)


def _parameter_texts(writer: Statements, parameter: tree.Local) -> list[str]:
    if types.is_in_place(parameter.type):
        align = align_of(parameter.type, writer.pointer)
        size = size_of(parameter.type, writer.pointer)
        return [f"ptr noundef nonnull align {align} dereferenceable({size})"]
    return scalars(parameter.type)


def write_function(writer: Statements, linkage: str, name: str) -> None:
    """Write one function into the module."""
    function = writer.function
    module = writer.module
    writer.at(function.at)
    heads, number = [], 0
    for parameter in function.parameters:
        values = []
        for text in _parameter_texts(writer, parameter):
            values.append(f"%a{number}")
            heads.append(f"{text} %a{number}")
            number += 1
        writer.assign(parameter, values)
    writer.run(function.body)
    if not writer.closed:
        if function.result is None:
            writer.emit("ret void")
            writer.closed = True
        else:
            writer.unreachable()
    writer.finish_traps()
    records = [
        module.debug.variable(function, local, writer.homes[local.index][0])
        for local in function.locals
        if writer.homes.get(local.index)
    ]
    writer.entry += filter(None, records)
    words = attributes(function.function, module.name, module.target)
    note = module.debug.subprogram(function)
    body = "\n".join(["entry:", *writer.entry, *writer.lines])
    result = convention(function.function, module.target) + result_type(function.result)
    module.add(
        f'define {linkage}{result} @"{name}"({", ".join(heads)}) {words}{note} {{\n{body}\n}}'
    )
