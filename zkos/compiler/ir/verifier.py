"""Verifier: the rules that every typed tree obeys, whatever pass made it.

Runs after the checker and after every pass; what it finds is a fault of the compiler, never of
the program.

Errors:  InternalError naming the step, the function and the line.
"""

from typing import Any, NoReturn

from zkos.compiler.errors import InternalError
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree
from zkos.lang.functions import Function
from zkos.lang.integers import is_integer

_LOOPS = (tree.While, tree.Count, tree.Unrolled, tree.Switch)


class _Verifier:
    """Goes through one function."""

    def __init__(self, step: str, function: tree.FunctionTree) -> None:
        self.step = step
        self.function = function
        self.locals = {local.index for local in function.locals}

    def wrong(self, node: Any, message: str) -> NoReturn:
        """Complain."""
        line = getattr(getattr(node, "at", None), "lineno", self.function.line)
        symbol = self.function.function.symbol
        name = type(node).__name__
        raise InternalError(
            f"after {self.step}: {symbol}, {self.function.file}:{line}: {name}: {message}"
        )

    def same(self, node: tree.Node, wanted: Any, given: tree.Expression | None) -> None:
        """A value must be there and have the wanted type."""
        if not isinstance(given, tree.Expression):
            self.wrong(node, f"expected an expression, found {type(given).__name__}")
        if given.type is not wanted and given.type != wanted:
            names = f"{types.type_name(wanted)}, found {types.type_name(given.type)}"
            self.wrong(node, f"expected {names}")

    def integer(self, node: tree.Node, given: tree.Expression | None) -> None:
        """A value must be an integer."""
        if not isinstance(given, tree.Expression) or not is_integer(given.type):
            self.wrong(node, "expected an integer")

    def arguments(self, node: tree.Node, target: Function, given: list[tree.Expression]) -> None:
        """Arguments must fit the signature of what is called."""
        parameters, _ = types.signature(target)
        if len(parameters) != len(given):
            self.wrong(node, f"{len(given)} arguments for {len(parameters)} parameters")
        for (_, kind), argument in zip(parameters, given, strict=True):
            self.same(node, kind, argument)

    # ---------------------------------------------------------------- expressions

    def expression(self, node: tree.Expression) -> None:
        """Check one expression; its parts are checked by themselves."""
        match node:
            case tree.Constant(number=number):
                low = getattr(node.type, "minimum", 0)
                high = getattr(node.type, "maximum", 1 if node.type is bool else (1 << 32) - 1)
                if not low <= number <= high:
                    self.wrong(node, f"{number} does not fit {types.type_name(node.type)}")
            case tree.Read(local=local):
                if local.index not in self.locals and local.index >= 0:
                    self.wrong(node, f"{local.name} is no local of the function")
                if local.type is not node.type:
                    self.wrong(node, f"{local.name} has another type")
            case tree.Binary(left=left, right=right):
                self.same(node, node.type, left)
                self.same(node, node.type, right)
            case tree.Shift(left=left, amount=amount):
                self.same(node, node.type, left)
                self.integer(node, amount)
            case tree.Compare(left=left, right=right):
                self.same(node, left.type, right)
            case tree.Logic(left=left, right=right):
                self.same(node, bool, left)
                self.same(node, bool, right)
            case tree.Unary(operand=operand):
                self.same(node, node.type, operand)
            case tree.Conditional(condition=condition, yes=yes, no=no):
                self.same(node, bool, condition)
                self.same(node, node.type, yes)
                self.same(node, node.type, no)
            case (
                tree.Field(base=base, owner=owner, name=name)
                | tree.Part(base=base, owner=owner, name=name)
            ):
                self.same(node, owner, base)
                if name not in owner.fields:
                    self.wrong(node, f"no field {name}")
            case tree.Element(base=base, index=index):
                self._indexable(node, base)
                self.integer(node, index)
            case tree.TableElement(index=index):
                self.integer(node, index)
            case tree.Window(base=base, low=low, high=high):
                self._indexable(node, base)
                for bound in filter(None, (low, high)):
                    self.integer(node, bound)
            case tree.Call(target=target, arguments=arguments):
                self.arguments(node, target, arguments)
            case tree.HandlerCall(table=table, arguments=arguments):
                self.arguments(node, table.handlers[0], arguments)
            case tree.Check(outcome=outcome):
                if not types.carries_status(outcome.type):
                    self.wrong(node, "no status to check")

    def _indexable(self, node: tree.Node, base: tree.Expression) -> None:
        if not types.is_slice(base.type) and not types.is_array(base.type):
            self.wrong(node, "neither a slice nor an array")

    # ---------------------------------------------------------------- statements

    def statement(self, node: tree.Statement, in_loop: bool) -> None:
        """Check one statement and what is under it."""
        match node:
            case tree.Assign(local=local, value=value):
                self.same(node, local.type, value)
            case tree.Unpack(locals=places, value=value):
                for place, kind in zip(places, types.parts_of(value.type), strict=True):
                    if place is not None and place.type is not kind:
                        self.wrong(node, f"{place.name} has another type")
            case tree.SetField(base=base, owner=owner, name=name, value=value):
                self.same(node, owner, base)
                self.same(node, types.held(owner.fields[name], owner), value)
            case tree.SetElement(base=base, index=index, value=value):
                self._indexable(node, base)
                self.integer(node, index)
                self.same(node, types.held(base.type.element), value)
            case tree.If(condition=condition) | tree.While(condition=condition):
                if condition is not None:
                    self.same(node, bool, condition)
            case tree.Count(local=local, start=start, stop=stop, step=step):
                self.same(node, local.type, start)
                self.same(node, local.type, stop)
                if step <= 0:
                    self.wrong(node, "step is not positive")
            case tree.Break() | tree.Continue():
                if not in_loop:
                    self.wrong(node, "outside a loop")
            case tree.Return(value=value):
                if value is not None or self.function.result is not None:
                    self.same(node, self.function.result, value)
            case tree.Become(target=target, table=table, arguments=arguments):
                callee = table.handlers[0] if table is not None else target
                if callee is None:
                    self.wrong(node, "no target")
                self.arguments(node, callee, arguments)

    def block(self, body: tree.Block, in_loop: bool) -> None:
        """Check statements and everything under them."""
        for statement in body:
            if not isinstance(statement, tree.Statement):
                self.wrong(statement, "is no statement")
            self.statement(statement, in_loop)
            inside = in_loop or isinstance(statement, _LOOPS)
            for part in tree.parts(statement):
                if isinstance(part, list):
                    self.block(part, inside)
                else:
                    for node in tree.walk(part):
                        assert isinstance(node, tree.Expression)
                        self.expression(node)


def verify(step: str, function: tree.FunctionTree) -> None:
    """Check a tree after a step of the pipeline."""
    _Verifier(step, function).block(function.body, in_loop=False)
