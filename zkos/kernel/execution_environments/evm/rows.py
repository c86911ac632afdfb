"""The opcode decorators: one row per opcode, from which dispatch, names and tables are made.

    @opcode(0x56, "JUMP", pops=1, pushes=0, gas=8, native=70)
    def op_jump(frame: EvmFrame, registers: Registers) -> Status: ...

The row makes a *step*: charge, stack check, program counter, then the body. A body finds the
operands at the top of the stack and is free of checks on them. Shapes that many opcodes have
need less: ``unary``, ``binary`` and ``ternary`` take a function of numbers, ``delegated`` too
where the machine has a delegation for it; ``producer`` takes a function of the frame,
``queried`` one of the frame and a number.

Order of a step: native of the step and of the row are taken at once (nothing can come between),
then gas, then static frames are refused where the row says so, then the stack is checked. With
``pops_first`` only the step's native is taken before the stack check; the body charges the rest.

Source:  zksync-os@v0.2.5 evm_interpreter/src/interpreter.rs (order of charges),
         native_resource_constants.rs; resources reference, section 3.1.
Units:   gas, native.
Modes:   on the RISC-V machine ``delegated`` opcodes are one u256 delegation, elsewhere code.
Charges: STEP_NATIVE for every opcode; the row's gas and native.
Errors:  OUT_OF_NATIVE, OUT_OF_ERGS, STACK_UNDERFLOW, STACK_OVERFLOW, STATIC_VIOLATION,
         INVALID_OPCODE.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zkos.kernel.errors import (
    INVALID_OPCODE,
    OK,
    STACK_OVERFLOW,
    STACK_UNDERFLOW,
    STATIC_VIOLATION,
)
from zkos.kernel.execution_environments.evm.frame import (
    STACK_LIMIT,
    EvmFrame,
    Registers,
    top_of,
)
from zkos.kernel.execution_environments.evm.gas import STEP_NATIVE, spend
from zkos.lang import (
    RISCV,
    Function,
    Status,
    check,
    function,
    u32,
    u64,
    u256,
    u256_delegation,
    unlikely,
)

# Control words of the u256 delegation: airbender machine, CSR 0x7ca.
ADD = 1
SUBTRACT = 2
SUBTRACT_FROM_SECOND = 4
MULTIPLY_LOW = 8
EQUAL = 32

CANCUN = "cancun"  # the first fork that the kernel has; later rows name theirs


@dataclass(frozen=True)
class Row:
    """One opcode."""

    code: int
    mnemonic: str
    pops: int
    pushes: int
    gas: int
    native: int
    pops_first: bool
    refused_in_static: bool
    since: str
    step: Function


ROWS: dict[int, Row] = {}
"""Opcode -> its row, filled when the modules in opcodes/ are imported."""


def _make_step(
    mnemonic: str,
    body: Function,
    *,
    needs: int,
    grows: int,
    gas: int,
    native: int,
    refused_in_static: bool,
) -> Function:
    fullest = STACK_LIMIT - grows

    @function(inline=True, name="step_" + mnemonic.lower())
    def step(frame: EvmFrame, registers: Registers) -> Status:
        check(spend(registers, u64(gas), u64(native)))
        if refused_in_static:
            if unlikely(frame.context.is_static):
                return STATIC_VIOLATION
        if needs > 0 and grows > 0:
            # both bounds by one comparison: what is below the lower one wraps around
            if unlikely(registers.sp - needs > fullest - needs):
                return STACK_UNDERFLOW if registers.sp < needs else STACK_OVERFLOW
        elif needs > 0:
            if unlikely(registers.sp < needs):
                return STACK_UNDERFLOW
        elif grows > 0:
            if unlikely(registers.sp > fullest):
                return STACK_OVERFLOW
        registers.pc = registers.pc + 1
        return body(frame, registers)

    return step


def opcode(
    code: int,
    mnemonic: str,
    *,
    pops: int,
    pushes: int,
    gas: int = 0,
    native: int = 0,
    pops_first: bool = False,
    refused_in_static: bool = False,
    since: str = CANCUN,
) -> Callable[[Callable[..., Any]], Function]:
    """Make a function the body of an opcode."""

    def decorate(python: Callable[..., Any]) -> Function:
        body = function(python, inline=True) if not isinstance(python, Function) else python
        step = _make_step(
            mnemonic,
            body,
            needs=pops,
            grows=max(pushes - pops, 0),
            gas=0 if pops_first else gas,
            native=STEP_NATIVE + (0 if pops_first else native),
            refused_in_static=refused_in_static,
        )
        if code in ROWS:
            raise ValueError(f"opcode {code:#04x} is {ROWS[code].mnemonic} and {mnemonic}")
        ROWS[code] = Row(
            code, mnemonic, pops, pushes, gas, native, pops_first, refused_in_static, since, step
        )
        return body

    return decorate


def unary(code: int, mnemonic: str, *, gas: int, native: int) -> Callable[..., Function]:
    """Make a function of the top number an opcode."""

    def decorate(python: Callable[..., Any]) -> Function:
        operation = function(python, inline=True)

        @opcode(code, mnemonic, pops=1, pushes=1, gas=gas, native=native)
        @function(inline=True, name="body_" + mnemonic.lower())
        def body(frame: EvmFrame, registers: Registers) -> Status:
            top = top_of(registers)
            # the row has checked that the entry is there
            frame.stack.unchecked[top].number = operation(frame.stack.unchecked[top].number)
            return OK

        return body

    return decorate


def binary(code: int, mnemonic: str, *, gas: int, native: int) -> Callable[..., Function]:
    """Make a function of the two top numbers an opcode; the first one is the top."""

    def decorate(python: Callable[..., Any]) -> Function:
        operation = function(python, inline=True)

        @opcode(code, mnemonic, pops=2, pushes=1, gas=gas, native=native)
        @function(inline=True, name="body_" + mnemonic.lower())
        def body(frame: EvmFrame, registers: Registers) -> Status:
            top = top_of(registers)
            # the row has checked that both entries are there
            frame.stack.unchecked[top - 1].number = operation(
                frame.stack.unchecked[top].number, frame.stack.unchecked[top - 1].number
            )
            registers.sp = registers.sp - 1
            return OK

        return body

    return decorate


def delegated(
    code: int, mnemonic: str, control: int, *, gas: int, native: int, gives_flag: bool = False
) -> Callable[..., Function]:
    """Like ``binary`` for what is one operation of the u256 delegation on the RISC-V machine.

    The operation's first operand, which takes its result, is the second number for numbers and
    the top, which is popped, for flags.
    """

    def decorate(python: Callable[..., Any]) -> Function:
        operation = function(python, inline=True)

        @opcode(code, mnemonic, pops=2, pushes=1, gas=gas, native=native)
        @function(inline=True, name="body_" + mnemonic.lower())
        def body(frame: EvmFrame, registers: Registers) -> Status:
            top = top_of(registers)
            # the row has checked that both entries are there
            first = frame.stack.unchecked[top]
            second = frame.stack.unchecked[top - 1]
            if not RISCV:
                second.number = operation(first.number, second.number)
            elif gives_flag:
                second.number = u256(u256_delegation(first, second, u32(control)))
            else:
                _flag = u256_delegation(second, first, u32(control))
            registers.sp = registers.sp - 1
            return OK

        return body

    return decorate


def ternary(code: int, mnemonic: str, *, gas: int, native: int) -> Callable[..., Function]:
    """Make a function of the three top numbers an opcode; the first one is the top."""

    def decorate(python: Callable[..., Any]) -> Function:
        operation = function(python, inline=True)

        @opcode(code, mnemonic, pops=3, pushes=1, gas=gas, native=native)
        @function(inline=True, name="body_" + mnemonic.lower())
        def body(frame: EvmFrame, registers: Registers) -> Status:
            top = top_of(registers)
            # the row has checked that the three entries are there
            frame.stack.unchecked[top - 2].number = operation(
                frame.stack.unchecked[top].number,
                frame.stack.unchecked[top - 1].number,
                frame.stack.unchecked[top - 2].number,
            )
            registers.sp = registers.sp - 2
            return OK

        return body

    return decorate


def producer(code: int, mnemonic: str, *, gas: int, native: int) -> Callable[..., Function]:
    """Make a function of the frame, whose number is pushed, an opcode."""

    def decorate(python: Callable[..., Any]) -> Function:
        operation = function(python, inline=True)

        @opcode(code, mnemonic, pops=0, pushes=1, gas=gas, native=native)
        @function(inline=True, name="body_" + mnemonic.lower())
        def body(frame: EvmFrame, registers: Registers) -> Status:
            # the row has checked that there is room
            frame.stack.unchecked[registers.sp].number = operation(frame)
            registers.sp = registers.sp + 1
            return OK

        return body

    return decorate


def queried(code: int, mnemonic: str, *, gas: int, native: int) -> Callable[..., Function]:
    """Make a function of the frame and the top number an opcode."""

    def decorate(python: Callable[..., Any]) -> Function:
        operation = function(python, inline=True)

        @opcode(code, mnemonic, pops=1, pushes=1, gas=gas, native=native)
        @function(inline=True, name="body_" + mnemonic.lower())
        def body(frame: EvmFrame, registers: Registers) -> Status:
            top = top_of(registers)
            # the row has checked that the entry is there
            frame.stack.unchecked[top].number = operation(frame, frame.stack.unchecked[top].number)
            return OK

        return body

    return decorate


@function(inline=True)
def step_invalid(frame: EvmFrame, registers: Registers) -> Status:
    """Halt at INVALID or at a byte that is no opcode."""
    check(spend(registers, u64(0), u64(STEP_NATIVE)))
    return INVALID_OPCODE
