"""Unset: a reference that came beside a Status is checked where it is used.

Beside a failed status a reference is unset. Returning it on is no use; everything else is.

Errors:  none; reads are marked, and trap at run time.
"""

from zkos.compiler.errors import Diagnostic
from zkos.compiler.ir import tree
from zkos.compiler.targets import Target


def mark_unset(function: tree.FunctionTree, target: Target) -> list[Diagnostic]:
    """Guard the reads of locals that may be unset."""
    if not any(local.maybe_unset for local in function.locals):
        return []
    handed_on: set[int] = set()
    for node in tree.walk(function):
        if isinstance(node, tree.Return) and isinstance(node.value, tree.Build):
            handed_on |= {id(part) for part in node.value.parts}
        if isinstance(node, tree.Read) and node.local.maybe_unset:
            node.guarded = id(node) not in handed_on
    return []
