"""Escape: memory of the frame is not returned, and not stored where it would outlive the frame.

A reference or slice comes from the frame if it is made from ``local(...)``: the struct itself, its
parts in place, windows on its arrays, values that hold them. It may be passed on, and stored in
something that is of the frame itself; in a function that does so, every reference that is loaded
from memory of the frame counts as of the frame too.

Errors:  diagnostics at the return, the store or the tail call.
"""

from zkos.compiler.errors import Diagnostic
from zkos.compiler.frontend import types
from zkos.compiler.ir import tree
from zkos.compiler.passes.report import diagnostic
from zkos.compiler.targets import Target

_VIEWS = ("as_words", "as_bytes")


class _Frame:
    """Which locals hold memory of the frame, and whether some of it refers to the frame."""

    def __init__(self) -> None:
        self.ours: set[int] = set()
        self.has_links = False

    def is_ours(self, node: tree.Expression | None) -> bool:
        """Say whether a value refers to the frame."""
        match node:
            case tree.LocalMemory():
                return True
            case tree.Read(local=local):
                return local.index in self.ours
            case tree.Field(base=base, owner=owner, name=name):
                if types.is_in_place(owner.fields[name]):
                    return self.is_ours(base)
                return self.has_links and _refers(node.type) and self.is_ours(base)
            case tree.Element(base=base):
                if types.is_in_place(base.type.element):
                    return self.is_ours(base)
                return self.has_links and _refers(node.type) and self.is_ours(base)
            case tree.Part(base=base) | tree.Window(base=base):
                return _refers(node.type) and self.is_ours(base)
            case tree.Build(parts=parts):
                return any(self.is_ours(part) for part in parts)
            case tree.Conditional(yes=yes, no=no):
                return self.is_ours(yes) or self.is_ours(no)
            case tree.Intrinsic(name=name, arguments=arguments) if name in (*_VIEWS, "select"):
                return any(self.is_ours(argument) for argument in arguments)
            case tree.Intrinsic(name="arena_new" | "arena_slice", arguments=[arena, *_]):
                return self.has_links and self.is_ours(arena)
        return False

    def learn(self, node: tree.Node) -> None:
        """Note what a statement makes of locals."""
        if isinstance(node, tree.Assign) and self.is_ours(node.value):
            self.ours.add(node.local.index)
        elif isinstance(node, tree.SetField | tree.SetElement) and self.is_ours(node.value):
            self.has_links = True
        elif isinstance(node, tree.Intrinsic) and node.name == "arena_over":
            self.has_links = self.has_links or self.is_ours(node.arguments[1])


def _refers(kind: object) -> bool:
    return types.is_slice(kind) or types.is_in_place(kind) or types.is_value(kind)


def _lends(node: tree.Node, frame: _Frame) -> bool:
    """Say whether memory of the frame is given to an arena that is not of the frame."""
    if not isinstance(node, tree.Intrinsic) or node.name != "arena_over":
        return False
    return frame.is_ours(node.arguments[1]) and not frame.is_ours(node.arguments[0])


def check_escape(function: tree.FunctionTree, target: Target) -> list[Diagnostic]:
    """Refuse references to the frame where they would outlive it."""
    nodes = list(tree.walk(function))
    if not any(isinstance(node, tree.LocalMemory) for node in nodes):
        return []
    frame = _Frame()
    known = -1
    while known != len(frame.ours) + frame.has_links:
        known = len(frame.ours) + frame.has_links
        for node in nodes:
            frame.learn(node)
    found = []
    for node in nodes:
        if isinstance(node, tree.Return) and frame.is_ours(node.value):
            found.append(diagnostic(function, node, "memory of local() is returned"))
        elif isinstance(node, tree.SetField | tree.SetElement):
            if frame.is_ours(node.value) and not frame.is_ours(node.base):
                message = "memory of local() is stored where it outlives the function"
                found.append(diagnostic(function, node, message))
        elif isinstance(node, tree.Become) and any(map(frame.is_ours, node.arguments)):
            message = "memory of local() is gone once become() leaves the function"
            found.append(diagnostic(function, node, message))
        elif _lends(node, frame):
            message = "memory of local() is given to an arena that outlives it"
            found.append(diagnostic(function, node, message))
    return found
