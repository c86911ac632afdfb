"""What the checker knows while it goes through one function.

A name is a local (assigned somewhere in the function), a constant of an unrolled loop, or
something that exists at import time: a variable of the closure, of the module, or a builtin.
An expression is either known at compile time (``Known``) or a node of the typed tree.

Errors:  Refusal, which the statement loop turns into a diagnostic.
"""

import ast
import builtins
from dataclasses import dataclass
from typing import Any, NoReturn

from zkos.compiler.errors import Diagnostic
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree
from zkos.lang.errors import LanguageError
from zkos.lang.functions import Function
from zkos.lang.integers import Integer, coerce, is_integer
from zkos.lang.structs import Status

INTEGERS_HINT = "write u32(...) or the type that is meant"


@dataclass(slots=True)
class Known:
    """A Python object that is known at compile time; ``unchecked`` belongs to tables."""

    value: Any
    unchecked: bool = False


@dataclass(slots=True)
class Bound:
    """A method found on an object: called with the object first."""

    target: Any
    base: tree.Expression


@dataclass(slots=True)
class Unchecked:
    """``x.unchecked``, before it is indexed."""

    base: tree.Expression


Found = Known | Bound | Unchecked | tree.Expression


class Refusal(Exception):  # noqa: N818  (caught at once by the statement loop)
    """A rule is broken; carries the diagnostic, or none when it follows from an earlier one."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


class Context:
    """State of the checker for one function, and the parts that all kinds of nodes need."""

    def __init__(
        self, function: Function, syntax: ast.FunctionDef, constants: dict[str, bool]
    ) -> None:
        self.function = function
        self.syntax = syntax
        self.build_constants = constants
        self.file = function.python.__code__.co_filename
        self.diagnostics: list[Diagnostic] = []
        self.locals: dict[str, tree.Local] = {}
        self.all_locals: list[tree.Local] = []
        self.known_locals: dict[str, Any] = {}
        self.poisoned: set[str] = set()
        code = function.python.__code__
        self.assigned_names = {*code.co_varnames, *code.co_cellvars}
        self.loop_depth = 0  # loops that repeat at run time
        self.breakable: list[str] = []
        self.result: Any = None
        self.called: list[Function] = []
        cells = function.python.__closure__ or ()
        names = function.python.__code__.co_freevars
        self.closure = dict(zip(names, cells, strict=True))

    # ---------------------------------------------------------------- complaints

    def fail(self, node: ast.AST, message: str, hint: str | None = None) -> NoReturn:
        """Refuse the program at ``node``."""
        line = getattr(node, "lineno", self.syntax.lineno)
        column = getattr(node, "col_offset", 0) + 1
        raise Refusal(Diagnostic(self.file, line, column, message, hint))

    # ---------------------------------------------------------------- locals

    def new_local(self, name: str, kind: Any, hidden: bool = False) -> tree.Local:
        """Make a local variable."""
        local = tree.Local(name, kind, len(self.all_locals), hidden)
        self.all_locals.append(local)
        if not hidden:
            self.locals[name] = local
        return local

    def assign_local(self, node: ast.AST, name: str, kind: Any) -> tree.Local:
        """Find or make the local that is assigned a value of type ``kind``."""
        if name in self.known_locals:
            self.fail(node, f"{name} is the constant of an unrolled loop and cannot be assigned")
        if kind is None:
            self.fail(node, "the call returns nothing, so there is nothing to assign")
        if types.is_tuple(kind):
            self.fail(node, "a tuple result is taken apart at once", "write a, b = f()")
        if name not in self.locals:
            return self.new_local(name, kind)
        local = self.locals[name]
        if local.type is not kind:
            self.fail(
                node,
                f"{name} is {types.type_name(local.type)} and cannot become "
                f"{types.type_name(kind)}",
                "a local has one type in the whole function",
            )
        return local

    # ---------------------------------------------------------------- names

    def lookup(self, node: ast.Name) -> Found:
        """Find what a name means here."""
        name = node.id
        if name in self.known_locals:
            return Known(self.known_locals[name])
        if name in self.poisoned:
            raise Refusal(None)
        if name in self.locals:
            local = self.locals[name]
            return tree.Read(node, local.type, local)
        if name in self.assigned_names:
            self.fail(node, f"{name} is read before it is assigned")
        if name in self.closure:
            return Known(self.closure[name].cell_contents)
        scope = self.function.python.__globals__
        if name in scope:
            return Known(scope[name])
        owner = self.function.owner
        if owner is not None and name == owner.__name__:
            return Known(owner)
        if hasattr(builtins, name):
            return Known(getattr(builtins, name))
        self.fail(node, f"unknown name {name}")

    # ---------------------------------------------------------------- constants

    def constant(self, node: ast.AST, value: Any, expected: Any) -> tree.Expression:
        """Turn an import-time value into a node; a literal takes the expected type."""
        if isinstance(value, Integer):
            return tree.Constant(node, type(value), int(value))
        if isinstance(value, Status):
            return tree.Constant(node, Status, int(value))
        if isinstance(value, bool):
            return tree.Constant(node, bool, int(value))
        if type(value) is int:
            if is_integer(expected):
                return tree.Constant(node, expected, int(self.literal(node, value, expected)))
            if expected is None:
                self.fail(node, f"literal {value} without a type", INTEGERS_HINT)
            self.fail(node, f"expected {types.type_name(expected)}, got the literal {value}")
        if types.is_value(type(value)):
            fields = type(value).fields.items()
            parts = [self.constant(node, getattr(value, n), types.held(k)) for n, k in fields]
            return tree.Build(node, type(value), parts)
        self.fail(node, f"{self.describe(value)} cannot be used at run time")

    def literal(self, node: ast.AST, value: int, kind: Any) -> Integer:
        """Give a literal its type; it must fit."""
        try:
            return coerce(kind, value, "literal")
        except LanguageError as error:
            self.fail(node, str(error))

    @staticmethod
    def describe(value: Any) -> str:
        """Say what an import-time value is, for a message."""
        if value is None:
            return "None"
        if isinstance(value, str | bytes):
            return "a string"
        if isinstance(value, float):
            return "a float"
        if isinstance(value, list | dict | set):
            return f"a {type(value).__name__} (it can change; make it a tuple or a table)"
        if isinstance(value, type):
            return f"the type {value.__name__}"
        name = getattr(value, "__name__", None)
        return f"{type(value).__name__} {name}" if name else f"a {type(value).__name__}"
