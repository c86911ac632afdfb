"""Debug information: machine code to Python lines.

One DISubprogram per function, named as the symbol, one DILocation per line and column, and the
names of locals that a debugger can print. The code is the same with and without it.
"""

import ast
from typing import Any

from zkos.compiler.ir import tree
from zkos.lang.integers import is_integer

_FIRST = 3  # numbers below are branch weights and the empty node


class DebugInfo:
    """The metadata of one module while it grows."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.items: list[str] = []
        self.files: dict[str, int] = {}
        self.locations: dict[tuple[int, int, int], int] = {}
        self.types: dict[Any, int] = {}
        self.unit: int | None = None
        self.subprograms: dict[str, int] = {}
        self.signature: int | None = None

    def _add(self, text: str) -> int:
        self.items.append(text)
        return _FIRST + len(self.items) - 1

    def _file(self, path: str) -> int:
        if path not in self.files:
            folder, _, name = path.rpartition("/")
            self.files[path] = self._add(f'!DIFile(filename: "{name}", directory: "{folder}")')
        return self.files[path]

    def subprogram(self, function: tree.FunctionTree) -> str:
        """Give the note on the ``define`` line."""
        if not self.wanted:
            return ""
        return f" !dbg !{self._subprogram(function)}"

    def _subprogram(self, function: tree.FunctionTree) -> int:
        symbol = function.function.symbol
        if symbol in self.subprograms:
            return self.subprograms[symbol]
        file = self._file(function.file)
        if self.unit is None:
            self.unit = self._add(
                f"distinct !DICompileUnit(language: DW_LANG_Python, file: !{file}, "
                'producer: "zkos", isOptimized: true, runtimeVersion: 0, emissionKind: FullDebug)'
            )
            self.signature = self._add("!DISubroutineType(types: !{null})")
        self.subprograms[symbol] = self._add(
            f'distinct !DISubprogram(name: "{symbol}", linkageName: "{symbol}", scope: !{file}, '
            f"file: !{file}, line: {function.line}, type: !{self.signature}, "
            f"scopeLine: {function.line}, spFlags: DISPFlagDefinition, unit: !{self.unit})"
        )
        return self.subprograms[symbol]

    def location(self, function: tree.FunctionTree, node: ast.AST) -> str:
        """Give the note on an instruction."""
        if not self.wanted:
            return ""
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0) + 1
        return f", !dbg !{self._location(self._subprogram(function), line, column)}"

    def _location(self, scope: int, line: int, column: int) -> int:
        key = (scope, line, column)
        if key not in self.locations:
            self.locations[key] = self._add(
                f"!DILocation(line: {line}, column: {column}, scope: !{scope})"
            )
        return self.locations[key]

    def variable(self, function: tree.FunctionTree, local: tree.Local, place: str) -> str:
        """Give the record that names a local number of at most 64 bits, or nothing."""
        kind = local.type
        is_number = kind is bool or (is_integer(kind) and kind.bits <= 64)
        if not self.wanted or local.hidden or not is_number:
            return ""
        scope = self._subprogram(function)
        bits, encoding = (8, "boolean") if kind is bool else (kind.bits, "unsigned")
        if bits > 1 and getattr(kind, "signed", False):
            encoding = "signed"
        if kind not in self.types:
            self.types[kind] = self._add(
                f'!DIBasicType(name: "{kind.__name__}", size: {bits}, encoding: DW_ATE_{encoding})'
            )
        argument = f"arg: {local.index + 1}, " if local in function.parameters else ""
        variable = self._add(
            f'!DILocalVariable(name: "{local.name}", {argument}scope: !{scope}, '
            f"file: !{self._file(function.file)}, line: {function.line}, "
            f"type: !{self.types[kind]})"
        )
        location = self._location(scope, function.line, 1)
        return f"    #dbg_declare(ptr {place}, !{variable}, !DIExpression(), !{location})"

    def text(self) -> list[str]:
        """Give the metadata of the module."""
        if not self.wanted or self.unit is None:
            return []
        lines = [f"!{_FIRST + number} = {text}" for number, text in enumerate(self.items)]
        after = _FIRST + len(self.items)
        return [
            *lines,
            f'!{after} = !{{i32 2, !"Debug Info Version", i32 3}}',
            f'!{after + 1} = !{{i32 7, !"Dwarf Version", i32 4}}',
            f"!llvm.dbg.cu = !{{!{self.unit}}}",
            f"!llvm.module.flags = !{{!{after}, !{after + 1}}}",
        ]
