"""Syntax trees of functions: every source file is read and parsed once.

Errors:  CompileError when the source of a function cannot be found.
"""

import ast
import linecache
from functools import cache
from pathlib import Path

from zkos.compiler.errors import CompileError, Diagnostic
from zkos.lang.functions import Function

_files: dict[tuple[str, int], dict[tuple[int, str], ast.FunctionDef]] = {}
_PACKAGE_ROOT = Path(__file__).resolve().parents[3]


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(mark.lineno for mark in node.decorator_list)])


def _definitions(path: str) -> dict[tuple[int, str], ast.FunctionDef]:
    text = "".join(linecache.getlines(path))
    key = (path, hash(text))
    if key not in _files:
        _files[key] = {
            (_first_line(node), node.name): node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef)
        }
    return _files[key]


def syntax_of(function: Function) -> ast.FunctionDef:
    """Give the definition of a function as a syntax tree with the file's line numbers."""
    code = function.python.__code__
    found = _definitions(code.co_filename).get((code.co_firstlineno, code.co_name))
    if found is None:
        message = f"the source of {function.symbol} cannot be read, or has changed since its import"
        raise CompileError([Diagnostic(code.co_filename, code.co_firstlineno, 1, message)])
    return found


@cache
def relative_path(path: str) -> str:
    """Name a source file the same on every machine: from the folder that holds the package."""
    try:
        return Path(path).resolve().relative_to(_PACKAGE_ROOT).as_posix()
    except ValueError:
        return Path(path).name
