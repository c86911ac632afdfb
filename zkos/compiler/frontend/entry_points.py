"""Entry points and types: what can be said of a signature or a class without a body.

Errors:  CompileError at the function.
"""

from typing import Any

from zkos.compiler.errors import CompileError, Diagnostic
from zkos.compiler.frontend import types
from zkos.lang.functions import Function
from zkos.lang.integers import is_integer


def _complain(function: Function, message: str, hint: str | None = None) -> None:
    code = function.python.__code__
    raise CompileError([Diagnostic(code.co_filename, code.co_firstlineno, 1, message, hint)])


def check_entry_point(function: Function) -> None:
    """Refuse an exported function whose types the host cannot give or take."""
    if not function.options["export"]:
        return
    parameters, result = types.signature(function)
    for name, kind in parameters:
        plain = is_integer(kind) or kind is bool or types.is_struct(kind)
        if not plain and not (types.is_slice(kind) and is_integer(kind.element)):
            _complain(
                function,
                f"entry point {function.symbol}: parameter {name} is {types.type_name(kind)}",
                "it takes integers, bool, slices of integers and structs",
            )
    narrow = is_integer(result) and result.bits <= 64
    if result is not None and not narrow and not types.is_status(result):
        _complain(
            function,
            f"entry point {function.symbol}: the result is {types.type_name(result)}",
            "it gives an integer of at most 64 bits, a Status or nothing",
        )


def layout_fault(kind: Any, inside: tuple[Any, ...] = ()) -> str | None:
    """Say what is wrong with a type, or None: structs that contain themselves, odd fields."""
    if types.is_slice(kind):
        return None
    if types.is_array(kind):
        return layout_fault(kind.element, inside)
    if not getattr(kind, "is_struct", False) or types.is_reference(kind):
        return None
    if kind in inside:
        return f"{types.type_name(kind)} contains itself; a Ref[...] would not"
    for name, field in kind.fields.items():
        if kind.is_value and (types.is_reference(field) or types.is_in_place(field)):
            return f"{types.type_name(kind)}.{name}: a value has no {types.type_name(field)} inside"
        wrong = layout_fault(field, (*inside, kind))
        if wrong is not None:
            return wrong
    return None
