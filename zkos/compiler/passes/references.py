"""References: which functions the body of a function needs.

Errors:  none.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from zkos.compiler.ir import tree
from zkos.lang.functions import Function
from zkos.lang.integers import u128, u160, u256, u512

_DIVISIONS = {
    u128: "divide_u128", u160: "divide_u256", u256: "divide_u256", u512: "divide_u512",
}  # fmt: skip


def _runtime(module: str, name: str) -> Function:
    # The runtime is typed Python that itself needs zkos.lang: it is loaded when it is needed.
    return getattr(import_module(f"zkos.lang.runtime.{module}"), name)  # type: ignore[no-any-return]


def runtime_division(kind: Any) -> Function | None:
    """Give the function that divides numbers of a wide type; None where the machine does."""
    return _runtime("division", _DIVISIONS[kind]) if kind in _DIVISIONS else None


def runtime_delegation(name: str) -> Function:
    """Give the function that computes a delegation where the machine has none."""
    return _runtime("delegations", name)


def _is_power_of_two(node: tree.Expression) -> bool:
    return isinstance(node, tree.Constant) and node.number & (node.number - 1) == 0


def references(function: tree.FunctionTree, is_riscv: bool) -> Iterator[Function]:
    """Give every function that is called from here or whose address is in a table used here."""
    computed = () if is_riscv else ("u256_delegation", "blake2_delegation")
    for node in tree.walk(function):
        if isinstance(node, tree.Call):
            yield node.target
        elif isinstance(node, tree.HandlerCall | tree.Become):
            if node.table is not None:
                yield from node.table.handlers
            elif isinstance(node, tree.Become) and node.target is not None:
                yield node.target
        elif isinstance(node, tree.Binary) and node.operation in ("div", "mod"):
            wide = runtime_division(node.type)
            if wide is not None and not _is_power_of_two(node.right):
                yield wide
        elif isinstance(node, tree.Intrinsic) and node.name in computed:
            yield runtime_delegation(node.name)
