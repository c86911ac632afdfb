"""Tail calls: what ``become`` hands over must fit the registers of the machine.

LLVM gives up on a tail call whose arguments need memory on RISC-V, and ends the process.

Units:   registers (words of 32 bits on RISC-V).
Errors:  diagnostics at the ``become``.
"""

from zkos.compiler.emit.layout import scalars
from zkos.compiler.errors import Diagnostic
from zkos.compiler.ir import tree
from zkos.compiler.passes.report import diagnostic
from zkos.compiler.targets import Target

RISCV_ARGUMENT_WORDS = 8
RISCV_RESULT_WORDS = 2


def words(kind: object) -> int:
    """Count the RISC-V registers of a value; more than exist when it is passed in memory."""
    count = 0
    for text in scalars(kind):
        bits = 32 if text == "ptr" else int(text[1:])
        count += (bits + 31) // 32 if bits <= 64 else RISCV_ARGUMENT_WORDS + 1
    return count


def check_tail_calls(function: tree.FunctionTree, target: Target) -> list[Diagnostic]:
    """Refuse tail calls that do not fit registers."""
    found: list[Diagnostic] = []
    if not target.is_riscv:
        return found
    for node in tree.walk(function):
        if not isinstance(node, tree.Become):
            continue
        count = sum(words(parameter.type) for parameter in function.parameters)
        if count > RISCV_ARGUMENT_WORDS:
            message = f"become() with {count} words of arguments, {RISCV_ARGUMENT_WORDS} fit"
            hint = "pass wide numbers and slices in a struct"
            found.append(diagnostic(function, node, message, hint))
        if words(function.result) > RISCV_RESULT_WORDS:
            message = "become() in a function whose result does not fit two words"
            found.append(diagnostic(function, node, message))
    return found
