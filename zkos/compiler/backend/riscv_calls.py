"""Cheaper delegation calls, made on optimised IR: constants that LLVM must not recompute or share.

A u256 operation with a constant control word becomes a call by ``preserve_mostcc``, so pointers
stay in a0 and a1 from one operation to the next. But the machine overwrites a2, where the control
word was, and LLVM would take it for unchanged: so each call gets a control word of its own, as an
*opaque constant* that nothing else may use. The control word of blake2s rounds, which nothing
overwrites, becomes one opaque constant per block, since LLVM loads a plain one again each time.

An opaque constant is an atomic instruction on address 0, one kind for each number; after
linking it becomes a load of that number (``riscv_patch.py``).

Units:   control words of the two delegations (airbender-machine, CSR 0x7ca and 0x7c7).
"""

import re

from zkos.compiler.backend.riscv_support import (
    BLAKE2_STUB,
    U256_KEPT_STUB,
    U256_SILENT_KEPT_STUB,
    U256_SILENT_STUB,
    U256_STUB,
)

_KEPT = {U256_STUB: U256_KEPT_STUB, U256_SILENT_STUB: U256_SILENT_KEPT_STUB}

_OPERATIONS = {"max": 0x14, "min": 0x10, "umax": 0x1C, "umin": 0x18}
_ORDERS = {"monotonic": 0, "acquire": 2, "release": 1, "acq_rel": 3}
_NUMBERS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 65, 66, 68, 128, 192)
_FORMS = tuple((operation, order) for operation in _OPERATIONS for order in _ORDERS)

_FORM_OF = dict(zip(_NUMBERS, _FORMS, strict=True))
NUMBER_OF = {
    (_OPERATIONS[operation], _ORDERS[order]): number
    for number, (operation, order) in _FORM_OF.items()
}
"""(funct5, aq and rl) of the atomic instruction -> the number that it stands for."""

_U256 = re.compile(
    rf"  ((?:%\S+ = )?)notail call (void|i32) @({U256_STUB}|{U256_SILENT_STUB})"
    r"\((.*), i32 (\d+)\)(.*)"
)
_BLAKE2 = re.compile(rf"  notail call preserve_mostcc void @{BLAKE2_STUB}\((.*), i32 (\d+)\)(.*)")
_LABEL = re.compile(r"\S+:")
_DEBUG = re.compile(r", !dbg !\d+")


class _Tightener:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.used: set[tuple[str, str]] = set()
        self._count = 0
        self._block: dict[int, str] = {}

    def opaque(self, number: int, tail: str) -> str:
        """Write an opaque constant and give its name."""
        operation, order = _FORM_OF[number]
        name = f"%zkos.opaque.{self._count}"
        self._count += 1
        debug = _DEBUG.search(tail)
        self.lines.append(
            f"  {name} = atomicrmw volatile {operation} ptr null, i32 0 {order}, align 4"
            f"{debug[0] if debug else ''}"
        )
        return name

    def line(self, text: str) -> None:
        """Take over one line."""
        found = _U256.fullmatch(text)
        if found and int(found[5]) in _FORM_OF:
            result, kind, stub, pointers, number, tail = found.groups()
            control = self.opaque(int(number), tail)
            self.used.add((kind, stub))
            self.lines.append(
                f"  {result}notail call preserve_mostcc {kind} @{_KEPT[stub]}"
                f"({pointers}, i32 {control}){tail}"
            )
            return
        found = _BLAKE2.fullmatch(text)
        if found and int(found[2]) in _FORM_OF:
            arguments, number, tail = found.groups()
            if int(number) not in self._block:
                self._block[int(number)] = self.opaque(int(number), tail)
            self.lines.append(
                f"  notail call preserve_mostcc void @{BLAKE2_STUB}"
                f"({arguments}, i32 {self._block[int(number)]}){tail}"
            )
            return
        if _LABEL.match(text) or text.startswith("define "):
            self._block = {}
        self.lines.append(text)


def tighten(text: str) -> str:
    """Rewrite the delegation calls of an optimised module."""
    tightener = _Tightener()
    for line in text.splitlines():
        tightener.line(line)
    declared = [
        f"declare preserve_mostcc {kind} @{_KEPT[stub]}(ptr, ptr, i32)"
        for kind, stub in sorted(tightener.used)
    ]
    return "\n".join([*tightener.lines, *declared, ""])
