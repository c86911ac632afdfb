"""From functions of typed Python to LLVM IR: the list of steps.

    check      source to typed tree: names, types, build constants       frontend/
    PASSES     what needs a whole function                               passes/
    collect    go on with every function that this one needs             passes/references.py
    emit       typed trees to LLVM IR text, one module per source file   emit/

After ``check`` and after all passes the tree is verified (ir/verifier.py). ``watch`` is shown
every tree after every step; ``ir/printer.py`` makes it readable.

Errors:  CompileError with everything that was refused; InternalError when a tree is wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from zkos.compiler.emit.module import Module
from zkos.compiler.emit.statements import Statements, write_function
from zkos.compiler.errors import CompileError, Diagnostic
from zkos.compiler.frontend.entry_points import check_entry_point
from zkos.compiler.frontend.statements import check_function
from zkos.compiler.ir import tree
from zkos.compiler.ir.verifier import verify
from zkos.compiler.passes.assignment import check_assignment
from zkos.compiler.passes.escape import check_escape
from zkos.compiler.passes.references import references
from zkos.compiler.passes.status import check_status
from zkos.compiler.passes.tail_calls import check_tail_calls
from zkos.compiler.passes.unset import mark_unset
from zkos.compiler.targets import Target
from zkos.lang.functions import Function

Pass = Callable[[tree.FunctionTree, Target], list[Diagnostic]]
Watch = Callable[[str, tree.FunctionTree], None]

PASSES: tuple[tuple[str, Pass], ...] = (
    ("assignment", check_assignment),
    ("status", check_status),
    ("escape", check_escape),
    ("unset", mark_unset),
    ("tail_calls", check_tail_calls),
)


SMALL_NODES = 60  # expressions and statements of a function that other modules may copy


@dataclass(frozen=True)
class SourceLocation:
    """Where a function stands; the path is relative to the folder of the package."""

    path: str
    line: int


@dataclass
class LoweredProgram:
    """LLVM IR of a program."""

    modules: dict[str, str] = field(default_factory=dict)
    exports: dict[str, Function] = field(default_factory=dict)
    functions: dict[str, SourceLocation] = field(default_factory=dict)


class Memo:
    """Checked functions, for programs that are lowered one after another from the same sources.

    A tree depends on the function, the target and the build constants that were read on the way;
    the kernel's images differ in few of them. Nothing that a function refers to may change while
    a memo is in use.
    """

    def __init__(self) -> None:
        self._trees: dict[
            tuple[Function, str], list[tuple[dict[str, bool], tree.FunctionTree]]
        ] = {}

    def find(
        self, function: Function, target: Target, constants: Mapping[str, bool]
    ) -> tree.FunctionTree | None:
        """Give the tree that these constants make, if it was made before."""
        for read, checked in self._trees.get((function, target.name), ()):
            if all(constants.get(name, False) == given for name, given in read.items()):
                return checked
        return None

    def keep(
        self,
        function: Function,
        target: Target,
        read: dict[str, bool],
        checked: tree.FunctionTree,
    ) -> None:
        """Remember a tree and the constants that it depends on."""
        self._trees.setdefault((function, target.name), []).append((read, checked))


class _ReadConstants(dict[str, bool]):
    """Build constants that notice which of them are read."""

    def __init__(self, constants: Mapping[str, bool]) -> None:
        super().__init__(constants)
        self.read: dict[str, bool] = {}

    def get(self, name: str, default: bool = False) -> bool:  # type: ignore[override]
        """Give a constant and note its name."""
        self.read[name] = super().get(name, default)
        return self.read[name]


class _Program:
    """The functions of a program, by symbol."""

    def __init__(
        self,
        target: Target,
        constants: Mapping[str, bool],
        watch: Watch | None,
        memo: Memo | None,
    ) -> None:
        self.target = target
        self.memo = memo
        self.constants = {**constants, **dict(target.defines)}
        self.watch = watch
        self.roots: set[str] = set()
        self.trees: dict[str, tree.FunctionTree] = {}
        self.functions: dict[str, Function] = {}
        self.needs: dict[str, list[str]] = {}
        self.sizes: dict[str, int] = {}
        self.diagnostics: list[Diagnostic] = []
        self.doubled: set[str] = set()

    def collect(self, roots: Sequence[Function]) -> None:
        """Check every function that the roots reach."""
        self.roots = {function.symbol for function in roots}
        waiting = list(roots)
        while waiting:
            function = waiting.pop()
            symbol = function.symbol
            if symbol in self.functions:
                self._same(function)
                continue
            self.functions[symbol] = function
            try:
                checked = self._checked(function)
            except CompileError as error:
                self.diagnostics += error.diagnostics
                waiting += getattr(error, "called", [])
                continue
            self.trees[symbol] = checked
            self.sizes[symbol] = len(tree.walk(checked))
            needed = list(references(checked, self.target.is_riscv))
            self.needs[symbol] = sorted({one.symbol for one in needed})
            waiting += needed
        if self.diagnostics:
            raise CompileError(
                sorted(self.diagnostics, key=lambda one: (one.file, one.line, one.column))
            )

    def _checked(self, function: Function) -> tree.FunctionTree:
        """Take one function through the checker and the passes."""
        if self.memo is None:
            return self._check(function, self.constants)
        checked = self.memo.find(function, self.target, self.constants)
        if checked is None:
            constants = _ReadConstants(self.constants)
            checked = self._check(function, constants)
            self.memo.keep(function, self.target, constants.read, checked)
        return checked

    def _check(self, function: Function, constants: dict[str, bool]) -> tree.FunctionTree:
        checked = check_function(function, constants)
        check_entry_point(function)
        verify("check", checked)
        self._show("check", checked)
        found: list[Diagnostic] = []
        for name, run in PASSES:
            found += run(checked, self.target)
            self._show(name, checked)
        if found:
            raise CompileError(found)
        verify("passes", checked)
        return checked

    def _show(self, step: str, checked: tree.FunctionTree) -> None:
        if self.watch is not None:
            self.watch(step, checked)

    def _same(self, function: Function) -> None:
        """Refuse a second function with the symbol of another."""
        if self.functions[function.symbol] is function or function.symbol in self.doubled:
            return
        self.doubled.add(function.symbol)
        code = function.python.__code__
        message = f"two functions have the symbol {function.symbol}"
        hint = "give what is made in a loop or by a function a name="
        self.diagnostics.append(Diagnostic(code.co_filename, code.co_firstlineno, 1, message, hint))

    def is_copied(self, symbol: str) -> bool:
        """Say whether each module that uses a function has its own copy."""
        options = self.functions[symbol].options
        return options["inline"] is True and not options["export"]

    def is_small(self, symbol: str) -> bool:
        """Say whether other modules see the body of a function, for LLVM to copy if it pays."""
        options = self.functions[symbol].options
        if options["inline"] is not None or options["cold"] or options["export"]:
            return False
        return self.sizes[symbol] <= SMALL_NODES and symbol not in self.needs[symbol]

    def module_functions(self) -> dict[str, list[str]]:
        """Give the symbols that each module defines, in source order."""
        modules: dict[str, set[str]] = {}
        for symbol, function in self.functions.items():
            if not self.is_copied(symbol) or symbol in self.roots:
                modules.setdefault(function.__module__, set()).add(symbol)
        for defined in modules.values():
            waiting = sorted(defined)
            while waiting:
                for needed in self.needs[waiting.pop()]:
                    is_shared = self.is_copied(needed) or self.is_small(needed)
                    if is_shared and needed not in defined:
                        defined.add(needed)
                        waiting.append(needed)
        return {name: sorted(modules[name], key=self._place) for name in sorted(modules)}

    def _place(self, symbol: str) -> tuple[str, int, str]:
        checked = self.trees[symbol]
        return checked.file, checked.line, symbol

    def linkage(self, symbol: str, module: str) -> str:
        """Say who sees a function of a module."""
        function = self.functions[symbol]
        if function.options["export"]:
            return ""
        is_home = function.__module__ == module
        if self.is_copied(symbol):
            return "hidden " if is_home and symbol in self.roots else "internal "
        return "hidden " if is_home else "available_externally hidden "


def lower(
    roots: Sequence[Function],
    target: Target,
    constants: Mapping[str, bool],
    debug: bool,
    watch: Watch | None = None,
    memo: Memo | None = None,
) -> LoweredProgram:
    """Lower the functions that ``roots`` reach to LLVM IR."""
    program = _Program(target, constants, watch, memo)
    program.collect(roots)
    result = LoweredProgram()
    result.exports = {function.symbol: function for function in roots if function.options["export"]}
    for symbol, checked in sorted(program.trees.items()):
        result.functions[symbol] = SourceLocation(checked.file, checked.line)
    for name, symbols in program.module_functions().items():
        module = Module(name, target, debug)
        for symbol in symbols:
            writer = Statements(module, program.trees[symbol])
            write_function(writer, program.linkage(symbol, name), symbol)
        result.modules[name] = module.text(set(symbols))
    return result
