"""Unset: a reference that came beside a Status is checked where it is used.

Beside a failed status a reference is unset. Returning it on beside that same status is no use;
everything else is. A status that is also assigned alone says nothing about the reference any more.

Errors:  none; reads are marked, and trap at run time.
"""

from zkos.compiler.errors import Diagnostic
from zkos.compiler.ir import tree
from zkos.compiler.targets import Target

Pair = tuple[int, int]  # a status local and a reference local


def _pairs(nodes: list[tree.Node]) -> set[Pair]:
    """Find the statuses and references that are only ever assigned together."""
    together: set[Pair] = set()
    apart: set[int] = set()
    for node in nodes:
        if isinstance(node, tree.Unpack):
            status, *rest = node.locals
            if status is not None:
                together |= {(status.index, one.index) for one in rest if one is not None}
        elif isinstance(node, tree.Assign):
            apart.add(node.local.index)
    return {pair for pair in together if not apart & set(pair)}


def mark_unset(function: tree.FunctionTree, target: Target) -> list[Diagnostic]:
    """Guard the reads of locals that may be unset."""
    if not any(local.maybe_unset for local in function.locals):
        return []
    nodes = tree.walk(function)
    pairs = _pairs(nodes)
    handed_on = {
        id(part)
        for node in nodes
        if isinstance(node, tree.Return) and isinstance(node.value, tree.Build)
        for part in node.value.parts[1:]
        if _are_together(node.value.parts[0], part, pairs)
    }
    for node in nodes:
        if isinstance(node, tree.Read) and node.local.maybe_unset:
            node.guarded = id(node) not in handed_on
    return []


def _are_together(status: tree.Expression, part: tree.Expression, pairs: set[Pair]) -> bool:
    if not isinstance(status, tree.Read) or not isinstance(part, tree.Read):
        return False
    return (status.local.index, part.local.index) in pairs
