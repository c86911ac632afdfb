"""Why a machine stopped, as sentences.

Errors:  MachineStopError is the error; its message is one line with pc, word and reason.
"""

from collections.abc import Callable
from dataclasses import dataclass

from zkos.host.errors import MachineError
from zkos.host.machine.disassembly import disassemble
from zkos.riscv_machine import state
from zkos.riscv_machine.decode import ABORT_WORD
from zkos.riscv_machine.tracer import Record


@dataclass(frozen=True)
class Stop:
    """Where and why a machine stopped, and what it had done until then."""

    reason: int
    value: int
    pc: int
    word: int
    cycles: int
    registers: tuple[int, ...]


class MachineStopError(MachineError):
    """The program broke a rule of the machine, ran out of words, or ran too long."""

    def __init__(self, stop: Stop, where: str = "", trace: tuple[Record, ...] = ()) -> None:
        self.stop = stop
        self.trace = trace
        place = (
            f"pc {stop.pc:#x}{where}, word {stop.word:#010x} ({disassemble(stop.word, stop.pc)})"
        )
        super().__init__(f"{explain(stop)}; {place}, after {stop.cycles} instructions")


def _illegal(stop: Stop) -> str:
    if stop.word == ABORT_WORD:
        return "the program aborted"
    return "this machine has no such instruction"


def _operands(stop: Stop) -> str:
    x = stop.registers
    return f"x10 = {x[10]:#x}, x11 = {x[11]:#x}, x12 = {x[12]:#x}, x13 = {x[13]:#x}"


_SENTENCES: dict[int, Callable[[Stop], str]] = {
    state.END: lambda stop: "the program ended instead of returning to the host",
    state.LIMIT: lambda stop: "the limit of instructions is reached",
    state.ILLEGAL: _illegal,
    state.MISALIGNED: lambda stop: f"misaligned access to {stop.value:#x}",
    state.OUTSIDE: lambda stop: f"access to {stop.value:#x}, where no memory is",
    state.ROM_STORE: lambda stop: f"store to {stop.value:#x}, which is in ROM",
    state.JUMP_MISALIGNED: lambda stop: f"jump to {stop.value:#x}, no multiple of 4",
    state.JUMP_OUTSIDE: lambda stop: f"execution at {stop.value:#x}, which is not in ROM",
    state.NO_WORDS: lambda stop: "the oracle has no more words to read",
    state.DELEGATION_SOURCE: lambda stop: f"rs1 of a delegation is {stop.value:#x}, not 0",
    state.DELEGATION_ALIGNMENT: lambda stop: f"misaligned delegation operand: {_operands(stop)}",
    state.DELEGATION_ROM: lambda stop: f"delegation operand in ROM: {_operands(stop)}",
    state.DELEGATION_OUTSIDE: lambda stop: f"delegation operand outside RAM: {_operands(stop)}",
    state.DELEGATION_OVERLAP: lambda stop: f"delegation operands overlap: {_operands(stop)}",
    state.DELEGATION_CONTROL: lambda stop: f"bad delegation control word: {_operands(stop)}",
}


def explain(stop: Stop) -> str:
    """Give the reason in words."""
    return _SENTENCES[stop.reason](stop)
