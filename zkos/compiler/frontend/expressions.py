"""Types of expressions: operators, attributes, subscripts.

Evaluation order is Python's: left to right, a subscript's object before its index.

Errors:  Refusal at the node that breaks a rule.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any, cast

from zkos.compiler.frontend import types
from zkos.compiler.frontend.context import Bound, Context, Found, Known, Unchecked
from zkos.compiler.ir import tree
from zkos.lang.build import BuildConstant
from zkos.lang.containers import Table
from zkos.lang.errors import LanguageError, Trap
from zkos.lang.functions import Function, HandlerTable
from zkos.lang.integers import Integer, is_integer, u32
from zkos.lang.structs import Status

Operator = tuple[str, Callable[[Any, Any], Any]]

BINARY: dict[type, Operator] = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("sub", operator.sub),
    ast.Mult: ("mul", operator.mul),
    ast.FloorDiv: ("div", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.BitAnd: ("and", operator.and_),
    ast.BitOr: ("or", operator.or_),
    ast.BitXor: ("xor", operator.xor),
    ast.LShift: ("left", operator.lshift),
    ast.RShift: ("right", operator.rshift),
}
COMPARE: dict[type, Operator] = {
    ast.Eq: ("eq", operator.eq),
    ast.NotEq: ("ne", operator.ne),
    ast.Lt: ("lt", operator.lt),
    ast.LtE: ("le", operator.le),
    ast.Gt: ("gt", operator.gt),
    ast.GtE: ("ge", operator.ge),
    ast.Is: ("eq", operator.is_),
    ast.IsNot: ("ne", operator.is_not),
}
_EFFECTLESS = (
    tree.Constant, tree.Read, tree.Compare, tree.Logic, tree.Unary, tree.Convert, tree.Length,
)  # fmt: skip
_FOLDED = (int, Status, type, tuple, Table, HandlerTable)  # constants of a class


class Handler(tree.Expression):
    """``TABLE[i]`` of a handler table, before it is called."""

    __slots__ = ("checked", "index", "table")

    def __init__(
        self, at: ast.AST, table: HandlerTable, index: tree.Expression, checked: bool
    ) -> None:
        super().__init__(at, HandlerTable)
        self.table, self.index, self.checked = table, index, checked


def is_effectless(expression: tree.Expression) -> bool:
    """Say whether an expression can be left out without a difference."""
    if not isinstance(expression, _EFFECTLESS):
        return False
    parts = [getattr(expression, name, None) for name in ("left", "right", "operand", "base")]
    return all(is_effectless(part) for part in parts if part is not None)


class Expressions(Context):
    """Expressions apart from calls."""

    # ---------------------------------------------------------------- entrances

    def found(self, node: ast.expr) -> Found:
        """Find what an expression is; it need not have a run-time value."""
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            name = type(node).__name__
            self.fail(node, f"{name} is not in the subset")
        return cast(Found, method(node))

    def operand(self, node: ast.expr) -> Known | tree.Expression:
        """Find an operand: a node with a type, or something known."""
        found = self.found(node)
        if isinstance(found, Bound):
            self.fail(node, "a method is called at once")
        if isinstance(found, Handler):
            self.fail(node, "a handler is called at once")
        if isinstance(found, Unchecked):
            self.fail(node, ".unchecked is indexed at once")
        return found

    def value(self, node: ast.expr, expected: Any = None) -> tree.Expression:
        """Type an expression that must have a run-time value, of the expected type if given."""
        found = self.operand(node)
        if isinstance(found, Known):
            if isinstance(found.value, BuildConstant):
                self.fail(node, "a build constant is used as a condition only")
            found = self.constant(node, found.value, expected)
        self.expect(node, found, expected)
        return found

    def expect(self, node: ast.AST, found: tree.Expression, expected: Any) -> None:
        """Refuse a value of another type."""
        if expected is not None and found.type is not expected and found.type != expected:
            wanted, got = types.type_name(expected), types.type_name(found.type)
            hint = None
            if is_integer(expected) and is_integer(found.type):
                hint = f"convert with {wanted}(...)"
            self.fail(node, f"expected {wanted}, got {got}", hint)

    def integer(self, node: ast.expr) -> tree.Expression:
        """Type an expression that must be an integer with a type."""
        found = self.value(node)
        if not is_integer(found.type):
            self.fail(node, f"expected an integer, got {types.type_name(found.type)}")
        return found

    def condition(self, node: ast.expr) -> bool | tree.Expression:
        """Type a condition; one that is known is decided here."""
        found = self.operand(node)
        if isinstance(found, Known):
            if isinstance(found.value, BuildConstant):
                return self.build_constants.get(found.value.name, False)
            if isinstance(found.value, bool):
                return found.value
            self.fail(node, f"a condition is a bool, not {self.describe(found.value)}")
        if found.type is not bool:
            hint = "write x != 0" if is_integer(found.type) else None
            self.fail(node, f"a condition is a bool, not {types.type_name(found.type)}", hint)
        return found

    def known(self, node: ast.expr, what: str) -> Any:
        """Give the object that an expression is at compile time."""
        found = self.operand(node)
        if not isinstance(found, Known):
            self.fail(node, f"{what} must be known at compile time")
        return found.value

    # ---------------------------------------------------------------- leaves

    def _Name(self, node: ast.Name) -> Found:
        return self.lookup(node)

    def _Constant(self, node: ast.Constant) -> Found:
        if isinstance(node.value, float | complex):
            self.fail(node, "floats are not in the subset")
        return Known(node.value)

    def _JoinedStr(self, node: ast.JoinedStr) -> Found:
        self.fail(node, "strings are not in the subset at run time")

    def _Tuple(self, node: ast.Tuple) -> Found:
        parts = [self.operand(part) for part in node.elts]
        if all(isinstance(part, Known) for part in parts):
            return Known(tuple(cast(Known, part).value for part in parts))
        self.fail(node, "tuples exist only as results", "return a, b  or  a, b = f()")

    # ---------------------------------------------------------------- operators

    def fold(self, node: ast.AST, rule: Callable[..., Any], *values: Any) -> Known:
        """Compute with import-time values by Python itself."""
        try:
            return Known(rule(*values))
        except (LanguageError, Trap, ArithmeticError, TypeError, ValueError) as error:
            self.fail(node, str(error))

    def pair(
        self, node: ast.AST, left: Known | tree.Expression, right: Known | tree.Expression
    ) -> tuple[tree.Expression, tree.Expression]:
        """Give two operands one type: a literal takes the type of the other."""
        if isinstance(left, Known):
            assert isinstance(right, tree.Expression)
            left = self.constant(node, left.value, right.type)
        elif isinstance(right, Known):
            right = self.constant(node, right.value, left.type)
        assert isinstance(right, tree.Expression)
        if left.type is not right.type:
            names = f"{types.type_name(left.type)} and {types.type_name(right.type)}"
            hint = f"convert one side, for example {types.type_name(left.type)}(...)"
            self.fail(node, f"{names} do not meet in one operation", hint)
        return left, right

    def _BinOp(self, node: ast.BinOp) -> Found:
        left = self.operand(node.left)
        right = self.operand(node.right)
        return self.binary(node, node.op, left, right)

    def binary(
        self, node: ast.AST, symbol: ast.operator, left: Found, right: Found
    ) -> Known | tree.Expression:
        """Type a binary operation on two operands."""
        if type(symbol) not in BINARY:
            name = {"Div": "/", "Pow": "**", "MatMult": "@"}.get(type(symbol).__name__, "this")
            self.fail(node, f"{name} is not in the subset", "division is //")
        name, rule = BINARY[type(symbol)]
        if isinstance(left, Known) and isinstance(right, Known):
            if not isinstance(left.value, int) or not isinstance(right.value, int):
                self.fail(node, f"{self.describe(left.value)} is not a number")
            return self.fold(node, rule, left.value, right.value)
        if name in ("left", "right"):
            return self._shift(node, name, left, right)
        assert isinstance(left, Known | tree.Expression)
        assert isinstance(right, Known | tree.Expression)
        first, second = self.pair(node, left, right)
        kind = first.type
        if kind is bool and name in ("and", "or", "xor"):
            return tree.Binary(node, bool, name, first, second)
        if not is_integer(kind):
            self.fail(node, f"{types.type_name(kind)} has no such operation")
        if name in ("div", "mod"):
            if kind.signed:
                self.fail(node, f"// and % are for unsigned integers, not {kind.__name__}")
            if isinstance(second, tree.Constant) and second.number == 0:
                self.fail(node, "division by the constant zero")
        return tree.Binary(node, kind, name, first, second)

    def _shift(self, node: ast.AST, name: str, left: Found, right: Found) -> tree.Expression:
        if isinstance(left, Known):
            if not isinstance(left.value, Integer):
                self.fail(node, "a literal is shifted by a number: give it a type", "u32(1) << n")
            left = self.constant(node, left.value, None)
        assert isinstance(left, tree.Expression)
        if not is_integer(left.type):
            self.fail(node, f"{types.type_name(left.type)} cannot be shifted")
        if isinstance(right, Known):
            amount = right.value
            if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
                self.fail(node, "the shift amount is an unsigned number")
            if isinstance(amount, Integer) and amount.signed:
                self.fail(node, "the shift amount is an unsigned number")
            limited = min(int(amount), left.type.bits)
            return tree.Shift(node, left.type, name, left, tree.Constant(node, u32, limited))
        assert isinstance(right, tree.Expression)
        if not is_integer(right.type) or right.type.signed:
            self.fail(node, f"the shift amount is unsigned, not {types.type_name(right.type)}")
        return tree.Shift(node, left.type, name, left, right)

    def _UnaryOp(self, node: ast.UnaryOp) -> Found:
        if isinstance(node.op, ast.Not):
            decided = self.condition(node.operand)
            if isinstance(decided, bool):
                return Known(not decided)
            return tree.Unary(node, bool, "not", decided)
        operand = self.operand(node.operand)
        if isinstance(operand, Known):
            rules: dict[type, Callable[[Any], Any]] = {
                ast.USub: operator.neg,
                ast.Invert: operator.invert,
                ast.UAdd: operator.pos,
            }
            if not isinstance(operand.value, int) or isinstance(operand.value, bool):
                self.fail(node, f"{self.describe(operand.value)} is not a number")
            return self.fold(node, rules[type(node.op)], operand.value)
        kind = operand.type
        if not is_integer(kind):
            self.fail(node, f"{types.type_name(kind)} has no such operation")
        if isinstance(node.op, ast.Invert):
            return tree.Unary(node, kind, "invert", operand)
        if isinstance(node.op, ast.UAdd):
            self.fail(node, "unary + is not in the subset")
        if not kind.signed:
            name = kind.__name__
            self.fail(node, f"unary minus on {name}", f"write {name}(0) - x")
        return tree.Unary(node, kind, "negate", operand)

    def _BoolOp(self, node: ast.BoolOp) -> Found:
        is_and = isinstance(node.op, ast.And)
        so_far: tree.Expression | None = None
        for part in node.values:
            decided = self.condition(part)
            if isinstance(decided, bool):
                if decided is is_and:
                    continue
                if so_far is None or is_effectless(so_far):
                    return Known(decided)
                decided = tree.Constant(part, bool, int(decided))
            if so_far is None:
                so_far = decided
            else:
                so_far = tree.Logic(node, bool, "and" if is_and else "or", so_far, decided)
        return Known(is_and) if so_far is None else so_far

    def _Compare(self, node: ast.Compare) -> Found:
        if len(node.ops) != 1:
            self.fail(node, "one comparison at a time", "write a < b and b < c")
        symbol = type(node.ops[0])
        if symbol not in COMPARE:
            self.fail(node, "in and not in are not in the subset")
        name, rule = COMPARE[symbol]
        left = self.operand(node.left)
        right = self.operand(node.comparators[0])
        if isinstance(left, Known) and isinstance(right, Known):
            return self.fold(node, rule, left.value, right.value)
        if symbol in (ast.Is, ast.IsNot):
            return self._same(node, name, left, right)
        first, second = self.pair(node, left, right)
        kind = first.type
        if is_integer(kind) or (name in ("eq", "ne") and (kind is bool or types.is_status(kind))):
            return tree.Compare(node, bool, name, first, second)
        hint = "references are compared by is" if types.is_struct(kind) else None
        self.fail(node, f"{types.type_name(kind)} cannot be compared like this", hint)

    def _same(self, node: ast.AST, name: str, left: Found, right: Found) -> tree.Expression:
        if isinstance(left, Known) or isinstance(right, Known):
            self.fail(node, "is compares two references")
        assert isinstance(left, tree.Expression) and isinstance(right, tree.Expression)
        if not types.is_struct(left.type) or left.type is not right.type:
            self.fail(node, "is compares two references to the same struct type")
        return tree.Compare(node, bool, name, left, right)

    def _IfExp(self, node: ast.IfExp) -> Found:
        decided = self.condition(node.test)
        if isinstance(decided, bool):
            return self.found(node.body if decided else node.orelse)
        yes = self.value(node.body)
        no = self.value(node.orelse)
        self.expect(node.orelse, no, yes.type)
        return tree.Conditional(node, yes.type, decided, yes, no)

    # ---------------------------------------------------------------- attributes

    def _Attribute(self, node: ast.Attribute) -> Found:
        base = self.operand(node.value)
        return self.attribute(node, base, node.attr)

    def attribute(self, node: ast.AST, base: Known | tree.Expression, name: str) -> Found:
        """Find an attribute of something known, a struct, a value or a slice."""
        if isinstance(base, Known):
            value = base.value
            if name == "unchecked" and isinstance(value, Table | HandlerTable):
                return Known(value, unchecked=True)
            if isinstance(value, int) and not isinstance(value, type):
                self.fail(node, f"a number has no attribute {name}")
            if not hasattr(value, name):
                self.fail(node, f"{self.describe(value)} has no attribute {name}")
            return Known(getattr(value, name))
        kind = base.type
        if types.is_slice(kind) or types.is_array(kind):
            if name == "unchecked":
                return Unchecked(base)
            if name == "length":
                if types.is_array(kind):
                    return Known(u32(kind.count))
                return tree.Length(node, u32, base)
        if types.is_struct(kind) or types.is_value(kind):
            return self._member(node, base, name)
        self.fail(node, f"{types.type_name(kind)} has no attribute {name}")

    def _member(self, node: ast.AST, base: tree.Expression, name: str) -> Found:
        kind = base.type
        if name in kind.fields:
            field = types.held(kind.fields[name], kind)
            if types.is_struct(kind):
                return tree.Field(node, field, base, kind, name)
            if getattr(kind, "is_unverified", False):
                self._may_open(node)
            return tree.Part(node, field, base, kind, name)
        member = getattr(kind, name, None)
        if isinstance(member, Function):
            return Bound(member, base)
        if types.is_arena(kind) and member is not None:
            return Bound(name, base)
        if isinstance(member, _FOLDED) and not name.startswith("_"):
            return Known(member)
        self.fail(node, f"{types.type_name(kind)} has no field or method {name}")

    def _may_open(self, node: ast.AST) -> None:
        name = self.function.python.__name__.lstrip("_")
        if not name.startswith(("verify_", "defer_", "bind_")):
            self.fail(
                node,
                "an Unverified is opened only in functions named verify_, defer_ or bind_",
                f"{name} is none of these",
            )

    # ---------------------------------------------------------------- subscripts

    def _Subscript(self, node: ast.Subscript) -> Found:
        base = self.found(node.value)
        if isinstance(base, Bound | Handler):
            self.fail(node, "this cannot be indexed")
        if isinstance(base, Known):
            return self._known_item(node, base)
        checked = not isinstance(base, Unchecked)
        target = base.base if isinstance(base, Unchecked) else base
        assert isinstance(target, tree.Expression)
        kind = target.type
        if not types.is_slice(kind) and not types.is_array(kind):
            self.fail(node, f"{types.type_name(kind)} cannot be indexed")
        if isinstance(node.slice, ast.Slice):
            if not checked:
                self.fail(node, ".unchecked is for single elements")
            return self._window(node, target, node.slice)
        index = self.index(node.slice, kind.count if types.is_array(kind) else None)
        return tree.Element(node, types.held(kind.element), target, index, checked)

    def index(self, node: ast.expr, count: int | None) -> tree.Expression:
        """Type an index; a constant one is checked here when the length is known."""
        found = self.operand(node)
        if isinstance(found, Known):
            number = found.value
            if not isinstance(number, int) or isinstance(number, bool):
                self.fail(node, f"an index is an integer, not {self.describe(number)}")
            if number < 0 or (count is not None and number >= count):
                self.fail(node, f"index {int(number)} of {count or '...'} elements")
            return tree.Constant(node, u32, int(self.literal(node, int(number), u32)))
        if not is_integer(found.type):
            self.fail(node, f"an index is an integer, not {types.type_name(found.type)}")
        return found

    def _known_item(self, node: ast.Subscript, base: Known) -> Found:
        value = base.value
        if isinstance(value, Table | HandlerTable):
            if isinstance(node.slice, ast.Slice):
                self.fail(node, "a table cannot be sliced: it is read by index")
            count = len(value.values if isinstance(value, Table) else value.handlers)
            index = self.index(node.slice, count)
            if isinstance(index, tree.Constant):
                return Known(value[index.number])
            if isinstance(value, HandlerTable):
                return Handler(node, value, index, not base.unchecked)
            return tree.TableElement(node, value.element, value, index, not base.unchecked)
        if isinstance(value, list | dict | set):
            self.fail(node, f"{self.describe(value)} is no constant")
        if isinstance(node.slice, ast.Slice):
            bounds = [node.slice.lower, node.slice.upper, node.slice.step]
            key: Any = slice(*(one and self.known(one, "the bound") for one in bounds))
        else:
            key = self.known(node.slice, "the index of an import-time constant")
        try:
            return Known(value[key])
        except (TypeError, LookupError, LanguageError) as error:
            self.fail(node, f"{self.describe(value)} cannot be indexed so: {error}")

    def _window(self, node: ast.AST, base: tree.Expression, bounds: ast.Slice) -> tree.Expression:
        if bounds.step is not None:
            self.fail(node, "a slice has no step")
        low = self.index(bounds.lower, None) if bounds.lower is not None else None
        high = self.index(bounds.upper, None) if bounds.upper is not None else None
        kind = base.type
        if types.is_array(kind):
            from_constant = low is None or isinstance(low, tree.Constant)
            first = low.number if isinstance(low, tree.Constant) else 0
            last = high.number if isinstance(high, tree.Constant) else kind.count
            if from_constant and (first > last or last > kind.count):
                self.fail(node, f"slice {first}:{last} of {kind.count} elements")
            kind = types.slice_type(kind.element)
        return tree.Window(node, kind, base, low, high)
