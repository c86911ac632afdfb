"""Status: a local that holds a status must be read.

Dropping the result of a call is refused earlier, where the call stands.

Errors:  diagnostics for a status that nobody looks at.
"""

from zkos.compiler.errors import Diagnostic
from zkos.compiler.frontend.types import is_status
from zkos.compiler.ir import tree
from zkos.compiler.passes.report import diagnostic
from zkos.compiler.targets import Target


def check_status(function: tree.FunctionTree, target: Target) -> list[Diagnostic]:
    """Refuse status locals that are assigned and never read."""
    assigned: dict[int, tuple[tree.Local, tree.Node]] = {}
    read: set[int] = set()
    for node in tree.walk(function):
        if isinstance(node, tree.Read):
            read.add(node.local.index)
        elif isinstance(node, tree.Assign):
            assigned.setdefault(node.local.index, (node.local, node))
        elif isinstance(node, tree.Unpack):
            for local in node.locals:
                if local is not None:
                    assigned.setdefault(local.index, (local, node))
    return [
        diagnostic(function, node, f"the status {local.name} is never read", "check(...) it")
        for index, (local, node) in assigned.items()
        if is_status(local.type) and index not in read
    ]
