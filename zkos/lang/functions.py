"""Compiled functions: what ``@function`` marks, and what it does to a call under CPython.

A call converts literals to the parameters' types, runs the body, turns a failed ``check`` into
an early return, follows tail calls, and gives the result the annotated type: what the compiled
code does too. Functions without the mark are ordinary Python for import time.

Options: inline    True: copied into callers; False: never inlined; None: LLVM decides
         name      last part of the symbol, for functions that are made in a loop
         export    C name, for entry points that the host or the start code calls
         noimplicitfloat  keep wide integers in general registers (interpreter handlers)
         handler   entered and left by ``become``: saves no registers for its caller on x86-64
         cold      error path: kept out of line
Errors:  LanguageError for wrong arguments; Trap passes through.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

from zkos.lang.containers import UNSET, beside_failure
from zkos.lang.errors import LanguageError, Trap
from zkos.lang.integers import coerce, is_integer


class EarlyReturn(Exception):  # noqa: N818
    """A failed ``check``: leaves the function with this status."""

    def __init__(self, status: Any) -> None:
        super().__init__(status)
        self.status = status


class TailCall:
    """What ``become`` returns: the call that replaces the present one."""

    __slots__ = ("arguments", "target")

    def __init__(self, target: "Function", arguments: tuple[Any, ...]) -> None:
        self.target = target
        self.arguments = arguments


def _carries_status(kind: Any) -> bool:
    return bool(getattr(kind, "is_status", False))


class Function:
    """A function of the subset: callable here, and the compiler's unit of work."""

    def __init__(self, python: Callable[..., Any], options: dict[str, Any]) -> None:
        self.python = python
        self.options = options
        self.owner: type | None = None
        self.__name__: str = options.get("name") or python.__name__
        self.__doc__ = python.__doc__
        self.__module__ = python.__module__
        self._signature: tuple[tuple[tuple[str, Any], ...], Any] | None = None

    @property
    def symbol(self) -> str:
        """Name of the function in the compiled program, the same on every machine."""
        if self.options.get("export"):
            return str(self.options["export"])
        if self.owner is not None:
            return f"{self.owner.symbol}.{self.__name__}"  # type: ignore[attr-defined]
        return f"{self.__module__}.{self.__name__}"

    def resolve(self, annotation: Any) -> Any:
        """Turn an annotation into a type; a string names the own class or a module global."""
        if getattr(annotation, "__origin__", None) is tuple:
            return tuple[tuple(self.resolve(part) for part in annotation.__args__)]  # type: ignore[misc]
        if not isinstance(annotation, str):
            return annotation
        if self.owner is not None and annotation in ("Self", self.owner.__name__):
            return self.owner
        code = self.python.__code__
        cells = self.python.__closure__ or ()
        closure = {n: c.cell_contents for n, c in zip(code.co_freevars, cells, strict=True)}
        scope = {**self.python.__globals__, **closure}
        if self.owner is not None:
            scope.setdefault(self.owner.__name__, self.owner)
        return eval(annotation, scope)

    @property
    def signature(self) -> tuple[tuple[tuple[str, Any], ...], Any]:
        """((name, type), ...) of the parameters, and the return type (None for nothing)."""
        if self._signature is None:
            described = inspect.signature(self.python)
            parameters = []
            for position, (name, parameter) in enumerate(described.parameters.items()):
                kind = parameter.annotation
                if position == 0 and self.owner is not None and name == "self":
                    kind = self.owner
                if kind is inspect.Parameter.empty:
                    raise LanguageError(f"{self.symbol}: parameter {name} has no type")
                if parameter.default is not inspect.Parameter.empty:
                    raise LanguageError(f"{self.symbol}: default values are not in the subset")
                parameters.append((name, self.resolve(kind)))
            result = described.return_annotation
            result = None if result is inspect.Signature.empty else self.resolve(result)
            self._signature = (tuple(parameters), result)
        return self._signature

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        return lambda *arguments: self(instance, *arguments)

    def _accept(self, name: str, kind: Any, value: Any) -> Any:
        if is_integer(kind):
            return coerce(kind, value, f"{self.__name__}({name})")
        if kind is bool and type(value) is not bool:
            raise LanguageError(f"{self.__name__}({name}): expected bool, got {value!r}")
        if getattr(kind, "is_reference", False):
            kind = self.resolve(kind.target)
        if value is UNSET:
            raise Trap(f"{self.__name__}({name}): a reference was used before it was set")
        if isinstance(kind, type) and not isinstance(value, kind):
            raise LanguageError(
                f"{self.__name__}({name}): expected {kind.__name__}, got {type(value).__name__}"
            )
        return value

    def step(self, arguments: tuple[Any, ...]) -> Any:
        """Run the body once; the result may be a ``TailCall``."""
        parameters, result = self.signature
        if len(arguments) != len(parameters):
            raise LanguageError(
                f"{self.__name__}: {len(arguments)} arguments for {len(parameters)} parameters"
            )
        accepted = [self._accept(n, k, v) for (n, k), v in zip(parameters, arguments, strict=True)]
        try:
            returned = self.python(*accepted)
        except EarlyReturn as early:
            return self._failed(early.status, result)
        if type(returned) is TailCall:
            return returned
        return self._returned(returned, result)

    def _failed(self, status: Any, result: Any) -> Any:
        if _carries_status(result):
            return status
        parts = getattr(result, "__args__", ())
        if parts and _carries_status(parts[0]):
            return (status, *(beside_failure(part) for part in parts[1:]))
        raise LanguageError(f"check() in {self.symbol}, which returns no Status")

    def _returned(self, value: Any, result: Any) -> Any:
        if is_integer(result):
            return coerce(result, value, f"{self.__name__} returns")
        parts = getattr(result, "__args__", None)
        if parts and isinstance(value, tuple):
            return tuple(
                coerce(kind, item, f"{self.__name__} returns") if is_integer(kind) else item
                for kind, item in zip(parts, value, strict=True)
            )
        return value

    def __call__(self, *arguments: Any) -> Any:
        returned = self.step(arguments)
        while type(returned) is TailCall:
            returned = returned.target.step(returned.arguments)
        return returned

    def __repr__(self) -> str:
        return f"<function {self.symbol}>"


def function(
    python: Callable[..., Any] | None = None,
    *,
    inline: bool | None = None,
    name: str | None = None,
    export: str | None = None,
    noimplicitfloat: bool = False,
    handler: bool = False,
    cold: bool = False,
) -> Any:
    """Mark a function as part of the compiled program."""
    options: dict[str, Any] = {
        "inline": inline,
        "name": name,
        "export": export,
        "noimplicitfloat": noimplicitfloat,
        "handler": handler,
        "cold": cold,
    }
    if python is None:
        return lambda body: Function(body, options)
    return Function(python, options)


class HandlerTable:
    """A constant table of functions with one signature; ``TABLE[i]`` is called or become.

    ``unchecked[i]`` skips the bounds check in compiled code; a table of 256 indexed by a u8
    needs no check at all.
    """

    def __init__(self, handlers: Iterable[Function]) -> None:
        self.handlers = tuple(handlers)
        if not self.handlers:
            raise LanguageError("a handler table needs at least one handler")
        if len({handler.options["handler"] for handler in self.handlers}) != 1:
            raise LanguageError("all functions of a handler table have handler=True, or none")

    @property
    def unchecked(self) -> "HandlerTable":
        """The same table; compiled code skips the bounds check."""
        return self

    def __getitem__(self, index: Any) -> Function:
        if not 0 <= index < len(self.handlers):
            raise Trap(f"handler {int(index)} of {len(self.handlers)}")
        return self.handlers[int(index)]


def become(target: Function, *arguments: Any) -> Any:
    """``return become(f, ...)``: leave this function for ``f``, keeping no frame of this one.

    Both must have the same signature.
    """
    return TailCall(target, arguments)


def check(outcome: Any) -> Any:
    """Leave the function with the status if it is not success; otherwise give what comes with it.

    ``check(f())`` for a ``Status``; ``x = check(f())`` for ``tuple[Status, T]``;
    ``x, y = check(f())`` for ``tuple[Status, T, U]``.
    """
    status, rest = (outcome[0], outcome[1:]) if type(outcome) is tuple else (outcome, ())
    if not _carries_status(type(status)):
        raise LanguageError(f"check() takes a Status, got {type(status).__name__}")
    if int(status) != 0:
        raise EarlyReturn(status)
    if not rest:
        return None
    return rest[0] if len(rest) == 1 else rest
