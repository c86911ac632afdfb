"""Report: how a pass says where in the source something is wrong."""

from typing import Any

from zkos.compiler.errors import Diagnostic
from zkos.compiler.ir import tree


def diagnostic(
    function: tree.FunctionTree, node: Any, message: str, hint: str | None = None
) -> Diagnostic:
    """Make a diagnostic at a node of the tree."""
    file = function.function.python.__code__.co_filename
    line = getattr(node.at, "lineno", function.line)
    column = getattr(node.at, "col_offset", 0) + 1
    return Diagnostic(file, line, column, message, hint)
