"""Types of statements, and the check of one whole function.

Errors:  CompileError with every statement of the function that was refused.
"""

import ast
from typing import Any, cast

from zkos import lang
from zkos.compiler.errors import CompileError, Diagnostic
from zkos.compiler.frontend import types
from zkos.compiler.frontend.calls import is_import_time_call
from zkos.compiler.frontend.context import Bound, Known, Refusal, Unchecked
from zkos.compiler.frontend.entry_points import layout_fault
from zkos.compiler.frontend.expressions import Handler
from zkos.compiler.frontend.intrinsics import Intrinsics
from zkos.compiler.frontend.source import relative_path, syntax_of
from zkos.compiler.ir import tree
from zkos.lang.containers import Table
from zkos.lang.errors import LanguageError
from zkos.lang.functions import Function
from zkos.lang.integers import Integer, is_integer, u32

_ITERATIONS = ("unroll", "switch", "range")


class Statements(Intrinsics):
    """Statements of a function body."""

    def block(self, body: list[ast.stmt]) -> tree.Block:
        """Type statements; a refused one is noted and the next one goes on."""
        done: tree.Block = []
        for statement in body:
            method = getattr(self, f"_{type(statement).__name__}", None)
            try:
                if method is None:
                    name = type(statement).__name__.lower()
                    self.fail(statement, f"{name} is not in the subset")
                done += method(statement)
            except Refusal as refusal:
                self._note(statement, refusal)
        return done

    def _note(self, statement: ast.stmt, refusal: Refusal) -> None:
        if refusal.diagnostic is not None and refusal.diagnostic not in self.diagnostics:
            self.diagnostics.append(refusal.diagnostic)
        names = {
            node.id
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        self.poisoned |= names - set(self.locals)

    # ---------------------------------------------------------------- simple statements

    def _Pass(self, node: ast.Pass) -> tree.Block:
        return []

    def _Expr(self, node: ast.Expr) -> tree.Block:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return []  # a docstring
        if not isinstance(value, ast.Call):
            self.fail(node, "this statement has no effect")
        target = self.found(value.func) if isinstance(value.func, ast.Name) else None
        if isinstance(target, Known) and target.value is setattr:
            return self._setattr(value)
        found = self.operand(value)
        if isinstance(found, Known):
            self.fail(node, "this statement has no effect")
        is_flag = isinstance(found, tree.Intrinsic) and found.name == "u256_delegation"
        if found.type is not None and not is_flag:
            what = "a Status" if types.carries_status(found.type) else "a result"
            hint = "check(...) it" if types.carries_status(found.type) else "assign it to _"
            self.fail(node, f"{what} is dropped: {types.type_name(found.type)}", hint)
        return [tree.Evaluate(node, found)]

    def _setattr(self, node: ast.Call) -> tree.Block:
        self.count_arguments(node, "setattr", 3)
        name = self.known(node.args[1], "the name of the attribute")
        if not isinstance(name, str):
            self.fail(node.args[1], f"the name of an attribute is a string, not {name!r}")
        base = self.operand(node.args[0])
        kind = self._field_type(node, base, name)
        assert isinstance(base, tree.Expression)
        local = self.new_local("base", base.type, hidden=True)  # computed before the value
        value = self.value(node.args[2], kind)
        place = tree.Read(node, base.type, local)
        return [
            tree.Assign(node, local, base),
            tree.SetField(node, place, base.type, name, value),
        ]

    def _Assign(self, node: ast.Assign) -> tree.Block:
        if len(node.targets) != 1:
            self.fail(node, "one assignment at a time")
        target = node.targets[0]
        if isinstance(target, ast.Tuple):
            return self._assign_tuple(node, target)
        return self._assign(target, node.value)

    def _AnnAssign(self, node: ast.AnnAssign) -> tree.Block:
        self.fail(node, "a local takes the type of its value", "write x = u32(0)")

    def _assign(self, target: ast.expr, source: ast.expr) -> tree.Block:
        if isinstance(target, ast.Name):
            value = self.value(source)
            if target.id == "_":
                return [tree.Assign(target, self.discard(target, value.type), value)]
            return [tree.Assign(target, self.assign_local(target, target.id, value.type), value)]
        kind = self.place_type(target)
        return self.store(target, self.value(source, kind))

    def discard(self, node: ast.AST, kind: Any) -> tree.Local:
        """Give the place where ``_ = f()`` puts what nobody wants."""
        if kind is None or types.carries_status(kind):
            self.fail(node, f"_ cannot take {types.type_name(kind)}", "check(...) it")
        return self.new_local("_", kind, hidden=True)

    def _assign_tuple(self, node: ast.Assign, target: ast.Tuple) -> tree.Block:
        if isinstance(node.value, ast.Tuple):
            return self._assign_side_by_side(node, target, node.value)
        value = self.value(node.value)
        parts = types.parts_of(value.type)
        if not types.is_tuple(value.type) or len(parts) != len(target.elts):
            got = types.type_name(value.type)
            self.fail(node, f"{len(target.elts)} names for {got}")
        places: list[tree.Local | None] = []
        after: tree.Block = []
        for place, kind in zip(target.elts, parts, strict=True):
            if isinstance(place, ast.Name) and place.id == "_":
                self.discard(place, kind)
                places.append(None)
            elif isinstance(place, ast.Name):
                places.append(self.assign_local(place, place.id, kind))
            else:
                self.expect_place(place, kind)
                local = self.new_local("part", kind, hidden=True)
                places.append(local)
                after += self.store(place, tree.Read(place, kind, local))
        if types.carries_status(value.type):
            for local in filter(None, places):
                local.maybe_unset = local.maybe_unset or types.is_struct(local.type)
        return [tree.Unpack(node, places, value), *after]

    def _assign_side_by_side(
        self, node: ast.Assign, target: ast.Tuple, source: ast.Tuple
    ) -> tree.Block:
        if len(target.elts) != len(source.elts):
            self.fail(node, f"{len(target.elts)} names for {len(source.elts)} values")
        first: tree.Block = []
        then: tree.Block = []
        for place, given in zip(target.elts, source.elts, strict=True):
            expected = None if isinstance(place, ast.Name) else self.place_type(place)
            value = self.value(given, expected)
            local = self.new_local("side", value.type, hidden=True)
            first.append(tree.Assign(given, local, value))
            read = tree.Read(given, value.type, local)
            if isinstance(place, ast.Name):
                then.append(
                    tree.Assign(place, self.assign_local(place, place.id, value.type), read)
                )
            else:
                then += self.store(place, read)
        return first + then

    def expect_place(self, place: ast.expr, kind: Any) -> None:
        """Refuse to put a value of type ``kind`` into a place of another type."""
        wanted = self.place_type(place)
        if wanted is not kind:
            self.fail(place, f"expected {types.type_name(wanted)}, got {types.type_name(kind)}")

    def place_type(self, target: ast.expr) -> Any:
        """Give the type of what may be assigned to a field or an element."""
        if isinstance(target, ast.Attribute):
            return self._field_type(target, self.operand(target.value), target.attr)
        if isinstance(target, ast.Subscript):
            base = self.found(target.value)
            if isinstance(base, Unchecked):
                base = base.base
            kind = base.type if isinstance(base, tree.Expression) else None
            if isinstance(base, Handler) or not (types.is_slice(kind) or types.is_array(kind)):
                self.fail(target, "this cannot be assigned to")
            if isinstance(target.slice, ast.Slice):
                self.fail(target, "a slice is not assigned to", "copy(target, source)")
            assert kind is not None
            if types.is_in_place(kind.element):
                self.fail(target, "a struct in an array is changed through its fields")
            return types.held(kind.element)
        self.fail(target, "this cannot be assigned to")

    def _field_type(self, node: ast.AST, base: Any, name: str) -> Any:
        kind: Any = base.type if isinstance(base, tree.Expression) else None
        if types.is_value(kind):
            self.fail(node, f"{types.type_name(kind)} is a value: build a new one")
        if not types.is_struct(kind):
            self.fail(node, "this cannot be assigned to")
        if name not in kind.fields:
            self.fail(node, f"{types.type_name(kind)} has no field {name}")
        field = kind.fields[name]
        if types.is_in_place(field):
            self.fail(
                node,
                f"{types.type_name(kind)}.{name} lives in place",
                "change its fields or elements",
            )
        return types.held(field, kind)

    def store(self, target: ast.expr, value: tree.Expression) -> tree.Block:
        """Make the statement that puts a value into a field or an element."""
        found = self.found(target)
        if isinstance(found, tree.Field):
            return [tree.SetField(target, found.base, found.owner, found.name, value)]
        assert isinstance(found, tree.Element)
        return [tree.SetElement(target, found.base, found.index, found.checked, value)]

    def _AugAssign(self, node: ast.AugAssign) -> tree.Block:
        target = node.target
        if isinstance(target, ast.Name):
            old = self.operand(target)
            if isinstance(old, Known):
                self.fail(node, f"{target.id} is a constant here and cannot be assigned")
            new = self.binary(node, node.op, old, self.operand(node.value))
            assert isinstance(old, tree.Read) and isinstance(new, tree.Expression)
            return [tree.Assign(node, old.local, new)]
        self.place_type(target)
        found = self.found(target)
        assert isinstance(found, tree.Field | tree.Element)
        before: tree.Block = [self._keep(found, "base")]
        if isinstance(found, tree.Element) and not isinstance(found.index, tree.Constant):
            before.append(self._keep(found, "index"))
        old_local = self.new_local("old", found.type, hidden=True)
        before.append(tree.Assign(node, old_local, found))
        old = tree.Read(node, found.type, old_local)
        new = self.binary(node, node.op, old, self.operand(node.value))
        assert isinstance(new, tree.Expression)
        if isinstance(found, tree.Field):
            return [*before, tree.SetField(node, found.base, found.owner, found.name, new)]
        return [*before, tree.SetElement(node, found.base, found.index, found.checked, new)]

    def _keep(self, holder: tree.Expression, name: str) -> tree.Statement:
        """Compute a part of a node once, before, into a hidden local."""
        part: tree.Expression = getattr(holder, name)
        local = self.new_local(name, part.type, hidden=True)
        setattr(holder, name, tree.Read(part.at, part.type, local))
        return tree.Assign(part.at, local, part)

    # ---------------------------------------------------------------- leaving

    def _Return(self, node: ast.Return) -> tree.Block:
        if node.value is None:
            if self.result is not None:
                self.fail(node, f"return without a value: {types.type_name(self.result)} expected")
            return [tree.Return(node, None)]
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            called = self.found(node.value.func)
            if isinstance(called, Known) and called.value is lang.become:
                return [self._become(node, node.value)]
        if self.result is None:
            self.fail(node, "the function returns nothing", "give it a result type")
        if types.is_tuple(self.result) and isinstance(node.value, ast.Tuple):
            kinds = types.parts_of(self.result)
            if len(kinds) != len(node.value.elts):
                self.fail(node, f"{len(node.value.elts)} values for {len(kinds)}")
            pairs = zip(node.value.elts, kinds, strict=True)
            parts = [self.value(part, kind) for part, kind in pairs]
            return [tree.Return(node, tree.Build(node.value, self.result, parts))]
        return [tree.Return(node, self.value(node.value, self.result))]

    def _become(self, node: ast.Return, call: ast.Call) -> tree.Statement:
        if not call.args or call.keywords:
            self.fail(call, "become(function, arguments...)")
        target = self.found(call.args[0])
        function: Any = target.value if isinstance(target, Known) else None
        if isinstance(target, Handler):
            function = target.table.handlers[0]
        if isinstance(target, Bound) or not isinstance(function, Function):
            self.fail(call.args[0], "become() takes a function or TABLE[i]")
        if isinstance(target, Handler):
            self.handler_signature(call, target)
        parameters, result = self.signature(call, function)
        own, own_result = self.signature(call, self.function)
        if [kind for _, kind in parameters] != [kind for _, kind in own] or result != own_result:
            self.fail(call, f"{function.__name__} has another signature: become() keeps it")
        if function.options["handler"] != self.function.options["handler"]:
            self.fail(call, f"only one of {function.__name__} and this function is a handler")
        arguments = self.arguments(call, function, parameters, call.args[1:])
        if isinstance(target, Handler):
            return tree.Become(node, None, target.table, target.index, target.checked, arguments)
        return tree.Become(node, function, None, None, True, arguments)

    def _Break(self, node: ast.Break) -> tree.Block:
        return [tree.Break(node)]

    def _Continue(self, node: ast.Continue) -> tree.Block:
        return [tree.Continue(node)]

    # ---------------------------------------------------------------- branches and loops

    def _If(self, node: ast.If) -> tree.Block:
        decided = self.condition(node.test)
        if isinstance(decided, bool):
            return self.block(node.body if decided else node.orelse)
        return [tree.If(node, decided, self.block(node.body), self.block(node.orelse))]

    def _While(self, node: ast.While) -> tree.Block:
        if node.orelse:
            self.fail(node, "else belongs to if, and to for over switch")
        decided = self.condition(node.test)
        if decided is False:
            return []
        self.loop_depth += 1
        body = self.block(node.body)
        self.loop_depth -= 1
        return [tree.While(node, None if isinstance(decided, bool) else decided, body)]

    def _For(self, node: ast.For) -> tree.Block:
        call = node.iter
        target = self.found(call.func) if isinstance(call, ast.Call) else None
        kind = self._iteration(target)
        if kind is None or not isinstance(call, ast.Call):
            self.fail(node, "for goes over range(...), unroll(...) or switch(...)")
        if node.orelse and kind != "switch":
            self.fail(node, "else belongs to if, and to for over switch")
        if call.keywords:
            self.fail(node, "keyword arguments are not in the subset")
        handlers = {"range": self._count, "unroll": self._unroll, "switch": self._switch}
        return handlers[kind](node, call)

    @staticmethod
    def _iteration(target: Any) -> str | None:
        """Name the kind of loop that a call in a for statement makes."""
        value = target.value if isinstance(target, Known) else None
        return next((name for name in _ITERATIONS if getattr(lang, name) is value), None)

    def _count(self, node: ast.For, call: ast.Call) -> tree.Block:
        if not isinstance(node.target, ast.Name):
            self.fail(node, "range() counts in one name")
        if not 1 <= len(call.args) <= 3:
            self.fail(node, "range(stop), range(start, stop) or range(start, stop, step)")
        step = 1
        if len(call.args) == 3:
            given = self.known(call.args[2], "the step of range")
            if not isinstance(given, int) or isinstance(given, Integer) or given <= 0:
                self.fail(call.args[2], "the step of range is a positive literal")
            step = given
        found = [self.operand(bound) for bound in call.args[:2]]
        kinds = {
            type(one.value) if isinstance(one, Known) else one.type
            for one in found
            if not (isinstance(one, Known) and type(one.value) is int)
        } or {u32}
        kind = kinds.pop()
        if kinds or not is_integer(kind):
            self.fail(node, "the bounds of range are integers of one type")
        bounds = [
            self.constant(node, one.value, kind) if isinstance(one, Known) else one for one in found
        ]
        if len(bounds) == 1:
            bounds.insert(0, tree.Constant(node, kind, 0))
        self.literal(call, step, kind)
        local = self.assign_local(node.target, node.target.id, kind)
        self.loop_depth += 1
        body = self.block(node.body)
        self.loop_depth -= 1
        return [tree.Count(node, local, bounds[0], bounds[1], step, body)]

    def sequence(self, node: ast.expr) -> tuple[Any, ...]:
        """Give the items of an import-time sequence."""
        if isinstance(node, ast.Call) and not node.keywords:
            function = self.known(node.func, "what is called here")
            if is_import_time_call(function):
                given = [self._import_time(argument) for argument in node.args]
                return tuple(self.fold(node, lambda: tuple(function(*given))).value)
            self.fail(node, f"{self.describe(function)} is not called at compile time")
        value = self.known(node, "the sequence")
        if isinstance(value, Table):
            return value.values
        if not isinstance(value, tuple | range):
            self.fail(node, f"the sequence is a tuple, a table or a range, not "
                            f"{self.describe(value)}")  # fmt: skip
        return tuple(value)

    def _import_time(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Call):
            target = self.found(node.func)
            if isinstance(target, Known) and is_import_time_call(target.value):
                return self.sequence(node)
        return self.known(node, "the sequence")

    def _with_constant(self, target: ast.expr, value: Any, body: list[ast.stmt]) -> tree.Block:
        """Type a copy of a loop body with the loop's names as constants."""
        names: dict[str, Any] = {}
        self._bind(target, value, names)
        hidden = {name: self.known_locals.get(name) for name in names if name in self.known_locals}
        for name in names:
            if name in self.locals:
                self.fail(target, f"{name} is a local and cannot be a constant as well")
        self.known_locals.update(names)
        done = self.block(body)
        for name in names:
            del self.known_locals[name]
        self.known_locals.update(hidden)
        return done

    def _bind(self, target: ast.expr, value: Any, names: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, tuple):
            if len(value) != len(target.elts):
                self.fail(target, f"{len(target.elts)} names for {len(value)} constants")
            for part, item in zip(target.elts, value, strict=True):
                self._bind(part, item, names)
        else:
            self.fail(target, "the constants of a loop are bound to names")

    def _unroll(self, node: ast.For, call: ast.Call) -> tree.Block:
        self.count_arguments(call, "unroll", 1)
        items = self.sequence(call.args[0])
        bodies = [self._with_constant(node.target, item, node.body) for item in items]
        return [tree.Unrolled(node, bodies)]

    def _switch(self, node: ast.For, call: ast.Call) -> tree.Block:
        self.count_arguments(call, "switch", 2)
        subject = self.integer(call.args[0])
        keys = self.sequence(call.args[1])
        cases: list[tuple[int, tree.Block]] = []
        for key in keys:
            if not isinstance(key, int) or isinstance(key, bool):
                self.fail(call.args[1], f"the keys of switch are numbers, not {key!r}")
            number = int(self.literal(call.args[1], int(key), subject.type))
            if any(number == earlier for earlier, _ in cases):
                self.fail(call.args[1], f"key {number} comes twice")
            cases.append((number, self._with_constant(node.target, key, node.body)))
        return [tree.Switch(node, subject, cases, self.block(node.orelse))]


class RefusedFunctionError(CompileError):
    """A body was refused; the functions that it calls may be checked all the same."""

    def __init__(self, diagnostics: list[Diagnostic], called: list[Function]) -> None:
        super().__init__(diagnostics)
        self.called = called


def check_function(function: Function, constants: dict[str, bool]) -> tree.FunctionTree:
    """Give the typed tree of a function, or say everything that is wrong with it."""
    syntax = syntax_of(function)
    context = Statements(function, syntax, constants)
    try:
        _check_header(context)
        parameters, result = context.signature(syntax, function)
    except Refusal as refusal:
        raise CompileError([cast(Diagnostic, refusal.diagnostic)]) from None
    except LanguageError as error:
        place = Diagnostic(context.file, syntax.lineno, syntax.col_offset + 1, str(error))
        raise CompileError([place]) from None
    for name, kind in parameters:
        wrong = layout_fault(kind)
        if wrong is not None:
            raise CompileError([Diagnostic(context.file, syntax.lineno, 1, f"{name}: {wrong}")])
    context.result = result
    named = [context.new_local(name, kind) for name, kind in parameters]
    body = context.block(syntax.body)
    if context.diagnostics:
        raise RefusedFunctionError(context.diagnostics, context.called)
    return tree.FunctionTree(
        function, relative_path(context.file), syntax.lineno, named, result,
        context.all_locals, body, syntax,
    )  # fmt: skip


def _check_header(context: Statements) -> None:
    given = context.syntax.args
    if given.defaults or given.kw_defaults:
        context.fail(context.syntax, "default values are not in the subset")
    if given.vararg or given.kwarg or given.kwonlyargs or given.posonlyargs:
        context.fail(context.syntax, "a function has plain parameters only")
