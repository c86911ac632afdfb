"""Printer: a typed tree as text, for reading after a pass and for tests.

Every expression shows its operation; types stand where they are made: at constants, locals,
conversions and calls of functions.
"""

from typing import Any

from zkos.compiler.frontend.types import type_name
from zkos.compiler.ir import tree

_SIGNS = {
    "add": "+", "sub": "-", "mul": "*", "div": "//", "mod": "%", "and": "&", "or": "|",
    "xor": "^", "left": "<<", "right": ">>", "eq": "==", "ne": "!=", "lt": "<", "le": "<=",
    "gt": ">", "ge": ">=", "negate": "-", "invert": "~", "not": "not ",
}  # fmt: skip


def _many(items: list[tree.Expression]) -> str:
    return ", ".join(show(item) for item in items)


def _index(checked: bool, index: tree.Expression) -> str:
    return f"{'' if checked else '.unchecked'}[{show(index)}]"


def show(node: tree.Expression | None) -> str:
    """Give the text of an expression."""
    match node:
        case None:
            return ""
        case tree.Constant(type=kind, number=number):
            return f"{type_name(kind)}({number})"
        case tree.Read(local=local, guarded=guarded):
            return f"{local.name}.{local.index}{'!' if guarded else ''}"
        case tree.Binary(operation=name, left=left, right=right):
            return f"({show(left)} {_SIGNS[name]} {show(right)})"
        case tree.Compare(operation=name, left=left, right=right):
            return f"({show(left)} {_SIGNS[name]} {show(right)})"
        case tree.Shift(operation=name, left=left, amount=amount):
            return f"({show(left)} {_SIGNS[name]} {show(amount)})"
        case tree.Logic(operation=name, left=left, right=right):
            return f"({show(left)} {name} {show(right)})"
        case tree.Unary(operation=name, operand=operand):
            return f"({_SIGNS[name]}{show(operand)})"
        case tree.Conditional(condition=condition, yes=yes, no=no):
            return f"({show(yes)} if {show(condition)} else {show(no)})"
        case tree.Convert(type=kind, operand=operand):
            return f"{type_name(kind)}({show(operand)})"
        case tree.Field(base=base, name=name) | tree.Part(base=base, name=name):
            return f"{show(base)}.{name}"
        case tree.Element(base=base, index=index, checked=checked):
            return f"{show(base)}{_index(checked, index)}"
        case tree.TableElement(index=index, checked=checked):
            return f"table{_index(checked, index)}"
        case tree.Window(base=base, low=low, high=high):
            return f"{show(base)}[{show(low)}:{show(high)}]"
        case tree.Length(base=base):
            return f"{show(base)}.length"
        case tree.Call(target=target, arguments=arguments):
            return f"{target.symbol}({_many(arguments)})"
        case tree.HandlerCall(index=index, checked=checked, arguments=arguments):
            return f"handlers{_index(checked, index)}({_many(arguments)})"
        case tree.Build(type=kind, parts=parts):
            return f"{type_name(kind)}({_many(parts)})"
        case tree.LocalMemory(type=kind):
            return f"local({type_name(kind)})"
        case tree.Check(outcome=outcome):
            return f"check({show(outcome)})"
        case tree.Intrinsic(name=name, arguments=arguments, detail=detail):
            kind = f"{type_name(detail)}, " if detail is not None else ""
            return f"{name}({kind}{_many(arguments)})"
    raise AssertionError(f"unknown expression {type(node).__name__}")


class _Printer:
    """Lines of one function."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 1

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self.depth + text)

    def block(self, head: str, body: tree.Block) -> None:
        """Write a block under its head."""
        self.line(f"{head}:")
        self.depth += 1
        for statement in body:
            self.statement(statement)
        if not body:
            self.line("pass")
        self.depth -= 1

    def statement(self, node: tree.Statement) -> None:
        """Write a statement."""
        match node:
            case tree.If(condition=condition, yes=yes, no=no):
                self.block(f"if {show(condition)}", yes)
                if no:
                    self.block("else", no)
            case tree.While(condition=condition, body=body):
                self.block(f"while {show(condition) or 'True'}", body)
            case tree.Count(local=local, start=start, stop=stop, step=step, body=body):
                bounds = f"{show(start)}, {show(stop)}, {step}"
                self.block(f"for {_local(local)} in range({bounds})", body)
            case tree.Unrolled(bodies=bodies):
                for number, body in enumerate(bodies):
                    self.block(f"unrolled {number}", body)
            case tree.Switch(subject=subject, cases=cases, otherwise=otherwise):
                self.line(f"switch {show(subject)}:")
                for key, body in cases:
                    self.block(f"case {key}", body)
                self.block("otherwise", otherwise)
            case _:
                self.line(_simple(node))


def _local(local: tree.Local | None) -> str:
    return "_" if local is None else f"{local.name}.{local.index}"


def _simple(node: tree.Statement) -> str:
    match node:
        case tree.Assign(local=local, value=value):
            return f"{_local(local)}: {type_name(local.type)} = {show(value)}"
        case tree.Unpack(locals=places, value=value):
            return f"{', '.join(map(_local, places))} = {show(value)}"
        case tree.SetField(base=base, name=name, value=value):
            return f"{show(base)}.{name} = {show(value)}"
        case tree.SetElement(base=base, index=index, checked=checked, value=value):
            return f"{show(base)}{_index(checked, index)} = {show(value)}"
        case tree.Evaluate(value=value):
            return show(value)
        case tree.Return(value=value):
            return f"return {show(value)}".rstrip()
        case tree.Become(target=target, index=index, checked=checked, arguments=arguments):
            handler = "" if index is None else f"handlers{_index(checked, index)}"
            name = target.symbol if target is not None else handler
            return f"become {name}({_many(arguments)})"
    return type(node).__name__.lower()


def print_tree(function: tree.FunctionTree) -> str:
    """Give the text of a function."""
    printer = _Printer()
    given = ", ".join(f"{_local(p)}: {type_name(p.type)}" for p in function.parameters)
    head: Any = f"def {function.function.symbol}({given}) -> {type_name(function.result)}:"
    for statement in function.body:
        printer.statement(statement)
    return "\n".join([head, *(printer.lines or ["    pass"])]) + "\n"
