"""Assignment: a local is assigned on every path before it is read, and every path returns.

The state is the set of locals that are surely assigned; None where nothing comes. Loops need no
repetition: what is assigned at the entrance stays assigned.

Errors:  diagnostics for a read too early and for a missing return.
"""

from zkos.compiler.errors import Diagnostic
from zkos.compiler.frontend.types import type_name
from zkos.compiler.ir import tree
from zkos.compiler.passes.report import diagnostic
from zkos.compiler.targets import Target

State = frozenset[int] | None


def meet(first: State, second: State) -> State:
    """Give what holds whichever way one came."""
    if first is None or second is None:
        return second if first is None else first
    return first & second


class _Flow:
    """Walks through one function in order."""

    def __init__(self, function: tree.FunctionTree) -> None:
        self.function = function
        self.found: list[Diagnostic] = []
        self.loops: list[tuple[list[State], list[State]]] = []  # (at continue, at break)
        self.reported: set[int] = set()

    def read(self, state: State, *expressions: tree.Expression | None) -> State:
        """Check the reads in expressions; nothing comes after a trap or a sure failure."""
        for expression in expressions:
            for node in tree.walk(expression):
                if state is None:
                    return None
                if isinstance(node, tree.Read):
                    self._check_read(node, state)
                elif isinstance(node, tree.Intrinsic) and node.name == "trap":
                    state = None
                elif isinstance(node, tree.Check) and isinstance(node.outcome, tree.Constant):
                    state = None if node.outcome.number else state
        return state

    def _check_read(self, node: tree.Read, state: frozenset[int]) -> None:
        local = node.local
        if local.index in state or local.index in self.reported:
            return
        self.reported.add(local.index)
        message = f"{local.name} may be read before it is assigned"
        hint = "assign it before the branch or the loop"
        self.found.append(diagnostic(self.function, node, message, hint))

    def block(self, body: tree.Block, state: State) -> State:
        """Go through statements."""
        for statement in body:
            if state is None:
                return None
            state = self.statement(statement, state)
        return state

    def statement(self, node: tree.Statement, state: State) -> State:
        """Go through one statement."""
        match node:
            case tree.Assign(local=local, value=value):
                return self._with(self.read(state, value), local)
            case tree.Unpack(locals=places, value=value):
                return self._with(self.read(state, value), *filter(None, places))
            case tree.SetField(base=base, value=value):
                return self.read(state, value, base)
            case tree.SetElement(base=base, index=index, value=value):
                return self.read(state, value, base, index)
            case tree.Evaluate(value=value):
                return self.read(state, value)
            case tree.Return(value=given):
                self.read(state, given)
                return None
            case tree.Become(index=index, arguments=arguments):
                self.read(state, index, *arguments)
                return None
            case tree.Continue():
                self.loops[-1][0].append(state)
                return None
            case tree.Break():
                self.loops[-1][1].append(state)
                return None
            case _:
                return self._compound(node, state)

    @staticmethod
    def _with(state: State, *locals_: tree.Local | None) -> State:
        if state is None:
            return None
        return state | {local.index for local in locals_ if local is not None}

    def _compound(self, node: tree.Statement, state: State) -> State:
        match node:
            case tree.If(condition=condition, yes=yes, no=no):
                state = self.read(state, condition)
                return meet(self.block(yes, state), self.block(no, state))
            case tree.While(condition=condition, body=body):
                state = self.read(state, condition)
                _, broken = self._body(body, state)
                return broken if condition is None else meet(state, broken)
            case tree.Count(local=local, start=start, stop=stop, body=body):
                state = self.read(state, start, stop)
                _, broken = self._body(body, self._with(state, local))
                return meet(state, broken)
            case tree.Unrolled(bodies=bodies):
                left: State = None
                for body in bodies:
                    state, broken = self._body(body, state)
                    left = meet(left, broken)
                return meet(state, left)
            case tree.Switch(subject=subject, cases=cases, otherwise=otherwise):
                state = self.read(state, subject)
                after, left = state, None
                for _, body in cases:
                    through, broken = self._body(body, state)
                    after, left = meet(after, through), meet(left, broken)
                return meet(self.block(otherwise, after), left)
        raise AssertionError(f"unknown statement {type(node).__name__}")

    def _body(self, body: tree.Block, state: State) -> tuple[State, State]:
        """Go through a loop body; give the states at its end and where it breaks off."""
        continued: list[State] = []
        broken: list[State] = []
        self.loops.append((continued, broken))
        end = self.block(body, state)
        self.loops.pop()
        for one in continued:
            end = meet(end, one)
        left: State = None
        for one in broken:
            left = meet(left, one)
        return end, left


def check_assignment(function: tree.FunctionTree, target: Target) -> list[Diagnostic]:
    """Refuse reads before assignment and paths that end without a result."""
    flow = _Flow(function)
    end = flow.block(function.body, frozenset(p.index for p in function.parameters))
    if end is not None and function.result is not None:
        message = f"a path ends without a result: {type_name(function.result)} expected"
        flow.found.append(diagnostic(function, function, message, "return on every path"))
    return flow.found
