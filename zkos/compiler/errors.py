"""What the compiler tells the author of a program that it refuses.

    CompileError      the program breaks a rule of docs/subset.md: one or more diagnostics
    InternalError     the compiler broke one of its own rules: please report it

A diagnostic prints the place, the line with a caret under it, and how to write it instead:

    zkos/kernel/resources.py:41:12: literal without a type
        total = 0
                ^
    hint: write u64(0) or the type that is meant
"""

import linecache
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """One complaint: where (line and column count from 1), what, and a hint."""

    file: str
    line: int
    column: int
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column}: {self.message}"
        source = linecache.getline(self.file, self.line).rstrip("\n")
        if source.strip():
            text += f"\n    {source.strip()}"
            indent = len(source) - len(source.lstrip())
            text += "\n    " + " " * max(self.column - 1 - indent, 0) + "^"
        if self.hint:
            text += f"\nhint: {self.hint}"
        return text


class CompileError(Exception):
    """The program is not in the subset; ``diagnostics`` says where and why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(one) for one in self.diagnostics))


class InternalError(Exception):
    """The compiler broke one of its own rules; names the pass and the function."""
