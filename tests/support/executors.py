"""The executors that tests run functions on: ``python``, ``x86_64`` and ``riscv``.

Each has ``name``, ``call(function, *arguments)`` and ``program([functions])``; what arguments
may be is said in ``arguments.py``. A program that stops itself raises ``Trap`` in all of them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tests.support.arguments import plain, to_typed
from tests.support.compiled import RiscvExecutor, X8664Executor
from zkos.lang import Function, building
from zkos.lang.errors import LanguageError


class Executor(Protocol):
    """What the ``executor`` fixture gives."""

    name: str

    def call(self, function: Function, *arguments: Any) -> Any:
        """Run one function, compiled alone if it is in no program."""
        ...

    def program(self, functions: Sequence[Function], **constants: bool) -> None:
        """Compile functions together, with these build constants; later calls use them."""
        ...


class PythonExecutor:
    """Runs functions under CPython as they stand."""

    name = "python"

    def __init__(self) -> None:
        self._constants: dict[Function, Mapping[str, bool]] = {}

    def program(self, functions: Sequence[Function], **constants: bool) -> None:
        """Remember the build constants of these functions."""
        for function in functions:
            self._constants[function] = constants

    def call(self, function: Function, *arguments: Any) -> Any:
        """Run one function."""
        parameters, _ = function.signature
        if len(arguments) != len(parameters):
            raise LanguageError(
                f"{function.symbol}: {len(arguments)} arguments for {len(parameters)} parameters"
            )
        pairs = [
            to_typed(kind, given) for (_, kind), given in zip(parameters, arguments, strict=True)
        ]
        try:
            with building(**self._constants.get(function, {})):
                return plain(function(*(typed for typed, _ in pairs)))
        finally:
            for _, write_back in pairs:
                if write_back is not None:
                    write_back()


_MAKERS = {"python": PythonExecutor, "x86_64": X8664Executor, "riscv": RiscvExecutor}
_made: dict[str, Executor] = {}


def available() -> list[str]:
    """Name the executors that exist, the definition first."""
    return list(_MAKERS)


def get_executor(name: str) -> Executor:
    """Give the executor of that name, one per test run."""
    if name not in _made:
        _made[name] = _MAKERS[name]()
    return _made[name]
