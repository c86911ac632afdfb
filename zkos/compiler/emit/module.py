"""One LLVM module: the functions of one source file and what they need around them.

Text depends on the functions alone: no counter runs across functions, and everything is in the
order of source lines or sorted.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from zkos.compiler.emit.debug import DebugInfo
from zkos.compiler.emit.layout import convention, result_type, scalars
from zkos.compiler.frontend import types
from zkos.compiler.targets import Target
from zkos.lang.containers import Table
from zkos.lang.functions import Function, HandlerTable


class Module:
    """The text of one module while it grows."""

    def __init__(self, name: str, target: Target, debug: bool) -> None:
        self.name = name
        self.target = target
        self.debug = DebugInfo(debug)
        self.declarations: set[str] = set()
        self.globals: dict[str, str] = {}
        self.helpers: dict[str, str] = {}
        self.bodies: list[str] = []
        self.used: dict[str, Function] = {}

    def declare(self, text: str) -> None:
        """Declare something from outside the program."""
        self.declarations.add(text)

    def string(self, text: str) -> str:
        """Give the address of a constant C string."""
        data = text.encode() + b"\0"
        name = f'@"string.{hashlib.sha256(data).hexdigest()[:12]}"'
        body = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:02X}" for b in data)
        self.globals[name] = f'private unnamed_addr constant [{len(data)} x i8] c"{body}"'
        return name

    def table(self, table: Table) -> str:
        """Give the address of a constant table."""
        kind: Any = table.element
        unit = kind.bits if kind.bits <= 64 else (32 if kind.bits % 64 else 64)
        numbers = []
        for value in table.values:
            bits = int(value) & ((1 << kind.bits) - 1)
            for shift in range(0, kind.bits, unit):
                numbers.append(bits >> shift & ((1 << unit) - 1))
        return self._constant(f"i{unit}", [str(number) for number in numbers], 8)

    def handlers(self, table: HandlerTable) -> str:
        """Give the address of a table of function addresses."""
        names = [self.symbol(handler) for handler in table.handlers]
        return self._constant("ptr", names, self.target.pointer_bytes)

    def _constant(self, text: str, items: list[str], align: int) -> str:
        body = ", ".join(f"{text} {item}" for item in items)
        digest = hashlib.sha256(body.encode()).hexdigest()[:16]
        name = f'@"table.{digest}"'
        self.globals[name] = (
            f"private unnamed_addr constant [{len(items)} x {text}] [{body}], align {align}"
        )
        return name

    def symbol(self, function: Function) -> str:
        """Give the quoted symbol of a function, and remember that it is used."""
        self.used[function.symbol] = function
        return f'@"{function.symbol}"'

    def helper(self, name: str, make: Callable[[Target], str]) -> str:
        """Give the symbol of a function that the compiler writes itself."""
        if name not in self.helpers:
            self.helpers[name] = make(self.target)
        return f'@"{name}"'

    def add(self, body: str) -> None:
        """Add the text of a function."""
        self.bodies.append(body)

    def text(self, defined: set[str]) -> str:
        """Give the whole module; ``defined`` are the symbols that have a body here."""
        declared = [
            prototype(function, self.target)
            for symbol, function in sorted(self.used.items())
            if symbol not in defined
        ]
        head = [
            f'source_filename = "{self.name}"',
            f'target datalayout = "{self.target.data_layout}"',
            f'target triple = "{self.target.triple}"',
        ]
        constants = [f"{name} = {text}" for name, text in sorted(self.globals.items())]
        outside = [*sorted(self.declarations), *declared]
        helpers = [text for _, text in sorted(self.helpers.items())]
        weights = ['!0 = !{!"branch_weights", i32 1048575, i32 1}',
                   '!1 = !{!"branch_weights", i32 1, i32 1048575}',
                   "!2 = !{}"]  # fmt: skip
        tail = [*weights, *self.debug.text()]
        parts = [head, constants, outside, helpers, self.bodies, tail]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def prototype(function: Function, target: Target) -> str:
    """Give the declaration of a function of another module."""
    parameters, result = types.signature(function)
    texts = ", ".join(text for _, kind in parameters for text in scalars(kind))
    head = f"declare hidden {convention(function, target)}{result_type(result)}"
    return f'{head} @"{function.symbol}"({texts}) nounwind'
