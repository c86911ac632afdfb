"""Types of calls: compiled functions, methods, handlers, conversions, values, the arena.

Errors:  Refusal at the call.
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from zkos import lang
from zkos.compiler.frontend import types
from zkos.compiler.frontend.context import Bound, Found, Known
from zkos.compiler.frontend.entry_points import layout_fault
from zkos.compiler.frontend.expressions import Expressions, Handler
from zkos.compiler.ir import tree
from zkos.lang.build import BuildConstant
from zkos.lang.containers import Slice
from zkos.lang.errors import LanguageError
from zkos.lang.functions import Function
from zkos.lang.integers import Integer, is_integer, u8, u32
from zkos.lang.structs import Status

_IMPORT_TIME_CALLS = (lang.range, range, enumerate, zip, reversed, tuple, len, min, max, sum)


def is_import_time_call(target: Any) -> bool:
    """Say whether a function may be called on constants to make the items of a loop."""
    return any(target is one for one in _IMPORT_TIME_CALLS)


class Calls(Expressions, ABC):
    """Calls apart from the operations of zkos.lang."""

    def _Call(self, node: ast.Call) -> Found:
        if node.keywords:
            self.fail(node, "keyword arguments are not in the subset")
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                self.fail(argument, "starred arguments are not in the subset")
        target = self.found(node.func)
        if isinstance(target, Bound):
            if types.is_arena(target.base.type):
                return self._arena_call(node, target.target, target.base)
            return self.call(node, target.target, node.args, target.base)
        if isinstance(target, Handler):
            return self._handler_call(node, target)
        if isinstance(target, Known):
            return self._known_call(node, target.value)
        self.fail(node, "this is not a function")

    def check_layout(self, node: ast.AST, kind: Any) -> None:
        """Refuse a type that has no size or a field that cannot be."""
        wrong = layout_fault(kind)
        if wrong is not None:
            self.fail(node, wrong)

    def signature(self, node: ast.AST, target: Function) -> tuple[list[tuple[str, Any]], Any]:
        """Give the signature of a function that is called here."""
        self.called.append(target)
        try:
            return types.signature(target)
        except (LanguageError, NameError) as error:
            self.fail(node, f"{target.__name__}: {error}")

    def call(
        self, node: ast.Call, target: Function, given: list[ast.expr],
        base: tree.Expression | None = None,
    ) -> tree.Expression:  # fmt: skip
        """Type a call of a compiled function; ``base`` is the object of a method."""
        parameters, result = self.signature(node, target)
        bound = [] if base is None else [base]
        if base is not None:
            self.expect(node, base, parameters[0][1])
        arguments = bound + self.arguments(node, target, parameters[len(bound) :], given)
        return tree.Call(node, result, target, arguments)

    def arguments(
        self, node: ast.AST, target: Function, parameters: list[tuple[str, Any]],
        given: list[ast.expr],
    ) -> list[tree.Expression]:  # fmt: skip
        """Type the arguments of a call."""
        if len(given) != len(parameters):
            self.fail(
                node,
                f"{target.__name__} takes {len(parameters)} arguments, got {len(given)}",
            )
        pairs = zip(given, parameters, strict=True)
        return [self.value(argument, kind) for argument, (_, kind) in pairs]

    def handler_signature(
        self, node: ast.AST, handler: Handler
    ) -> tuple[list[tuple[str, Any]], Any]:
        """Give the signature that all functions of a handler table have."""
        first = handler.table.handlers[0]
        parameters, result = self.signature(node, first)
        kinds = [kind for _, kind in parameters]
        for other in handler.table.handlers:
            theirs, their_result = self.signature(node, other)
            if [kind for _, kind in theirs] != kinds or their_result != result:
                self.fail(node, f"{other.__name__} and {first.__name__} have other signatures")
        return parameters, result

    def _handler_call(self, node: ast.Call, handler: Handler) -> tree.Expression:
        example = handler.table.handlers[0]
        parameters, result = self.handler_signature(node, handler)
        arguments = self.arguments(node, example, parameters, node.args)
        return tree.HandlerCall(
            node, result, handler.table, handler.index, handler.checked, arguments
        )

    # ---------------------------------------------------------------- known targets

    def _known_call(self, node: ast.Call, target: Any) -> Found:
        if isinstance(target, Function):
            return self.call(node, target, node.args)
        operation: Callable[[ast.Call], Found] | None = self.operation(target)
        if operation is not None:
            return operation(node)
        if is_integer(target):
            return self._conversion(node, target)
        if target is Status:
            return self._to_status(node)
        if target is bool:
            self.fail(node, "bool(...) is not in the subset", "write x != 0")
        if types.is_value(target):
            return self._build(node, target)
        if types.is_struct(target):
            name = types.type_name(target)
            self.fail(node, f"{name} lives in memory", f"local({name}) or arena.new({name})")
        if target is getattr:
            return self._getattr(node)
        if target is len:
            self.fail(node, "len() is not in the subset", "use .length, which is a u32")
        if target is range:
            self.fail(node, "the builtin range is not in the subset", "import range of zkos.lang")
        if isinstance(target, BuildConstant):
            self.fail(node, "a build constant is used as a condition only")
        spelled = getattr(target, "__name__", None)
        if callable(target) and spelled is not None:
            self.fail(
                node,
                f"{spelled} is ordinary Python and cannot be called at run time",
                "mark it with @function",
            )
        self.fail(node, f"{self.describe(target)} cannot be called")

    @abstractmethod
    def operation(self, target: Any) -> Any:
        """Give the method for an operation of zkos.lang, or None."""

    def count_arguments(self, node: ast.Call, name: str, count: int) -> None:
        """Refuse a call of a built-in operation with a wrong number of arguments."""
        if len(node.args) != count:
            self.fail(node, f"{name} takes {count} arguments, got {len(node.args)}")

    def _conversion(self, node: ast.Call, kind: Any) -> Found:
        self.count_arguments(node, kind.__name__, 1)
        operand = self.operand(node.args[0])
        if isinstance(operand, Known):
            if not isinstance(operand.value, int):
                self.fail(node, f"cannot convert {self.describe(operand.value)} to {kind.__name__}")
            return self.fold(node, kind, operand.value)
        source = operand.type
        if not (is_integer(source) or source is bool or types.is_status(source)):
            self.fail(node, f"cannot convert {types.type_name(source)} to {kind.__name__}")
        return tree.Convert(node, kind, operand)

    def _to_status(self, node: ast.Call) -> Found:
        self.count_arguments(node, "Status", 1)
        operand = self.operand(node.args[0])
        if isinstance(operand, Known):
            value = operand.value
            return self.fold(node, Status, u32(value) if isinstance(value, Integer) else value)
        self.expect(node.args[0], operand, u32)
        return tree.Convert(node, Status, operand)

    def _build(self, node: ast.Call, target: Any) -> tree.Expression:
        fields = list(target.fields.values())
        if len(node.args) != len(fields):
            self.fail(
                node, f"{target.__name__} has {len(fields)} fields, got {len(node.args)} values"
            )
        kinds = [types.held(kind, target) for kind in fields]
        pairs = zip(node.args, kinds, strict=True)
        parts = [self.value(argument, kind) for argument, kind in pairs]
        return tree.Build(node, target, parts)

    def _getattr(self, node: ast.Call) -> Found:
        self.count_arguments(node, "getattr", 2)
        base = self.operand(node.args[0])
        name = self.known(node.args[1], "the name of the attribute")
        if not isinstance(name, str):
            self.fail(node.args[1], f"the name of an attribute is a string, not {name!r}")
        return self.attribute(node, base, name)

    # ---------------------------------------------------------------- arena

    def _arena_call(self, node: ast.Call, name: str, base: tree.Expression) -> tree.Expression:
        counts = {"over": 2, "new": 1, "slice": 2, "mark": 0, "release": 1, "remaining": 0}
        if name not in counts:
            self.fail(node, f"Arena has no method {name}")
        self.count_arguments(node, f"arena.{name}", counts[name])
        arguments, kind, result = [base], None, None
        if name == "over":
            arguments += [self.value(node.args[0], Slice[u8]), self.value(node.args[1], bool)]
        elif name == "new":
            kind = result = self.known(node.args[0], "the type")
            if not types.is_struct(kind):
                self.fail(node, f"arena.new makes structs, not {types.type_name(kind)}")
            self.check_layout(node, kind)
        elif name == "slice":
            kind = self.known(node.args[0], "the type")
            element = types.held(kind, self.function.owner)
            if not types.is_type(element):
                self.fail(node, f"{types.type_name(kind)} is not a type of the subset")
            self.check_layout(node, kind)
            arguments.append(self.value(node.args[1], u32))
            result = types.slice_type(kind)
        elif name == "release":
            arguments.append(self.value(node.args[0], u32))
        else:
            result = u32
        return tree.Intrinsic(node, result, f"arena_{name}", arguments, kind)
