"""Nodes of the typed tree: a function body after names are resolved and types are known.

Types are the live types of zkos.lang (``u32``, ``Slice[u8]``, a struct class, ``None`` for
nothing, ``tuple[...]`` for results). Literals have their type, build constants and other
import-time conditions are decided, unrolled loops are copied out. Every node says where in the
source it comes from (``at``: a node of Python's ast).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from zkos.lang.functions import Function, HandlerTable


@dataclass(slots=True, eq=False)
class Local:
    """A local variable or parameter; ``hidden`` ones are made by the compiler."""

    name: str
    type: Any
    index: int
    hidden: bool = False
    maybe_unset: bool = False  # a reference that came beside a Status


@dataclass(slots=True, eq=False)
class Node:
    """Anything in the tree."""

    at: ast.AST


@dataclass(slots=True, eq=False)
class Expression(Node):
    """Something with a value of ``type``."""

    type: Any


# ------------------------------------------------------------------------------- expressions


@dataclass(slots=True, eq=False)
class Constant(Expression):
    """A number, bool or Status known at compile time."""

    number: int


@dataclass(slots=True, eq=False)
class Read(Expression):
    """The value of a local; ``guarded`` traps when the reference is unset."""

    local: Local
    guarded: bool = False


@dataclass(slots=True, eq=False)
class Binary(Expression):
    """add sub mul and or xor div mod."""

    operation: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False)
class Shift(Expression):
    """left or right; the amount is any unsigned integer."""

    operation: str
    left: Expression
    amount: Expression


@dataclass(slots=True, eq=False)
class Compare(Expression):
    """eq ne lt le gt ge on numbers, bool and Status; eq ne on references mean ``is``."""

    operation: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False)
class Logic(Expression):
    """Short-circuit and, or."""

    operation: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False)
class Unary(Expression):
    """negate, invert, not."""

    operation: str
    operand: Expression


@dataclass(slots=True, eq=False)
class Conditional(Expression):
    """``yes if condition else no``."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(slots=True, eq=False)
class Convert(Expression):
    """To an integer type (from integer, bool, Status) or from u32 to Status."""

    operand: Expression


@dataclass(slots=True, eq=False)
class Field(Expression):
    """A field of a struct in memory; in-place structs and arrays give their address."""

    base: Expression
    owner: Any
    name: str


@dataclass(slots=True, eq=False)
class Part(Expression):
    """A field of a value."""

    base: Expression
    owner: Any
    name: str


@dataclass(slots=True, eq=False)
class Element(Expression):
    """An element of a slice or array."""

    base: Expression
    index: Expression
    checked: bool


@dataclass(slots=True, eq=False)
class TableElement(Expression):
    """An element of a constant table."""

    table: Any
    index: Expression
    checked: bool


@dataclass(slots=True, eq=False)
class Window(Expression):
    """``base[low:high]`` of a slice or array."""

    base: Expression
    low: Expression | None
    high: Expression | None


@dataclass(slots=True, eq=False)
class Length(Expression):
    """Length of a slice."""

    base: Expression


@dataclass(slots=True, eq=False)
class Call(Expression):
    """A call of a compiled function."""

    target: Function
    arguments: list[Expression]


@dataclass(slots=True, eq=False)
class HandlerCall(Expression):
    """A call through a handler table."""

    table: HandlerTable
    index: Expression
    checked: bool
    arguments: list[Expression]


@dataclass(slots=True, eq=False)
class Build(Expression):
    """A value made from its fields, or the parts of a tuple result."""

    parts: list[Expression]


@dataclass(slots=True, eq=False)
class LocalMemory(Expression):
    """``local(T)``: zeroed memory in the frame."""


@dataclass(slots=True, eq=False)
class Check(Expression):
    """``check(outcome)``: return early, or give what comes beside the status."""

    outcome: Expression


@dataclass(slots=True, eq=False)
class Intrinsic(Expression):
    """An operation that the compiler emits itself; ``detail`` is a type where it takes one."""

    name: str
    arguments: list[Expression]
    detail: Any = None
    checked: bool = True  # offsets of load_ and store_


# -------------------------------------------------------------------------------- statements


@dataclass(slots=True, eq=False)
class Statement(Node):
    """Something that is done."""


Block = list[Statement]


@dataclass(slots=True, eq=False)
class Assign(Statement):
    """``local = value``."""

    local: Local
    value: Expression


@dataclass(slots=True, eq=False)
class Unpack(Statement):
    """``a, b = value``; None discards a part."""

    locals: list[Local | None]
    value: Expression


@dataclass(slots=True, eq=False)
class SetField(Statement):
    """``base.name = value``; the value is computed first."""

    base: Expression
    owner: Any
    name: str
    value: Expression


@dataclass(slots=True, eq=False)
class SetElement(Statement):
    """``base[index] = value``; the value is computed first."""

    base: Expression
    index: Expression
    checked: bool
    value: Expression


@dataclass(slots=True, eq=False)
class Evaluate(Statement):
    """An expression for its effect."""

    value: Expression


@dataclass(slots=True, eq=False)
class If(Statement):
    """Two-way branch."""

    condition: Expression
    yes: Block
    no: Block


@dataclass(slots=True, eq=False)
class While(Statement):
    """Loop; no condition means forever."""

    condition: Expression | None
    body: Block


@dataclass(slots=True, eq=False)
class Count(Statement):
    """``for local in range(start, stop, step)``."""

    local: Local
    start: Expression
    stop: Expression
    step: int
    body: Block


@dataclass(slots=True, eq=False)
class Unrolled(Statement):
    """Copies of a body in a row; break leaves all, continue goes to the next."""

    bodies: list[Block]


@dataclass(slots=True, eq=False)
class Switch(Statement):
    """One copy of the body per key, then ``otherwise`` unless the body broke off."""

    subject: Expression
    cases: list[tuple[int, Block]]
    otherwise: Block


@dataclass(slots=True, eq=False)
class Break(Statement):
    """Leave the innermost loop."""


@dataclass(slots=True, eq=False)
class Continue(Statement):
    """Go to the next round of the innermost loop."""


@dataclass(slots=True, eq=False)
class Return(Statement):
    """Leave the function."""

    value: Expression | None


@dataclass(slots=True, eq=False)
class Become(Statement):
    """Leave the function for another; either a fixed target or a handler."""

    target: Function | None
    table: HandlerTable | None
    index: Expression | None
    checked: bool
    arguments: list[Expression]


@dataclass(slots=True, eq=False)
class FunctionTree:
    """A function: its locals (parameters first) and its body.

    ``nodes`` is what ``walk`` remembers; a pass that adds or removes nodes sets it to None.
    """

    function: Function
    file: str
    line: int
    parameters: list[Local]
    result: Any
    locals: list[Local] = field(default_factory=list)
    body: Block = field(default_factory=list)
    at: Any = None
    nodes: list[Node] | None = None


# -------------------------------------------------------------------------------- walking

_PLAIN = {
    "at", "type", "local", "locals", "owner", "name", "operation", "table", "target", "detail",
    "checked", "guarded", "number", "step",
}  # fmt: skip
_children: dict[type, tuple[str, ...]] = {}


def _child_slots(kind: type) -> tuple[str, ...]:
    if kind not in _children:
        fields: dict[str, Any] = getattr(kind, "__dataclass_fields__", {})
        _children[kind] = tuple(name for name in fields if name not in _PLAIN)
    return _children[kind]


def walk(item: Any) -> list[Node]:
    """Give a node, or all in a list or function, and everything under it, in source order."""
    if isinstance(item, FunctionTree):
        if item.nodes is None:
            item.nodes = walk(item.body)
        return item.nodes
    found: list[Node] = []
    waiting = [item]
    while waiting:
        present = waiting.pop()
        if isinstance(present, Node):
            found.append(present)
            names = _child_slots(type(present))
            waiting += [getattr(present, name) for name in reversed(names)]
        elif isinstance(present, list | tuple):
            waiting += reversed(present)
    return found


def parts(statement: Statement) -> Iterator[Expression | Block]:
    """Give the expressions and the blocks of a statement, not what is inside them."""
    for name in _child_slots(type(statement)):
        part = getattr(statement, name)
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, list) and name == "bodies":
            yield from part
        elif isinstance(part, list) and name == "cases":
            yield from (body for _, body in part)
        elif isinstance(part, list) and name == "arguments":
            yield from part
        elif isinstance(part, list):
            yield part
