"""Arithmetic opcodes: 0x01 to 0x0b.

Source:  Ethereum yellow paper, appendix H.2, 0s; EIP-160 (EXP);
         zksync-os@v0.2.5 evm_interpreter/src/instructions/arithmetic.rs.
Units:   gas, native; numbers are unsigned unless the docstring says otherwise.
Charges: the rows; EXP 50 gas and 5000 native per byte of the exponent.
Errors:  those of a step (rows.py).
"""

from zkos.kernel.crypto.bigint import evm_arithmetic
from zkos.kernel.errors import OK
from zkos.kernel.execution_environments.evm.frame import EvmFrame, Registers
from zkos.kernel.execution_environments.evm.gas import EXP_BYTE_GAS, EXP_BYTE_NATIVE, spend
from zkos.kernel.execution_environments.evm.rows import (
    ADD,
    MULTIPLY_LOW,
    SUBTRACT_FROM_SECOND,
    binary,
    delegated,
    opcode,
    ternary,
)
from zkos.lang import Status, check, leading_zeros, u64, u256

EXP_GAS = 10
EXP_NATIVE = 700


@delegated(0x01, "ADD", ADD, gas=3, native=140)
def op_add(a: u256, b: u256) -> u256:
    """Add."""
    return a + b


@delegated(0x02, "MUL", MULTIPLY_LOW, gas=5, native=400)
def op_mul(a: u256, b: u256) -> u256:
    """Multiply."""
    return a * b


@delegated(0x03, "SUB", SUBTRACT_FROM_SECOND, gas=3, native=140)
def op_sub(a: u256, b: u256) -> u256:
    """Subtract the second number from the top."""
    return a - b


@binary(0x04, "DIV", gas=5, native=1500)
def op_div(a: u256, b: u256) -> u256:
    """Divide the top; 0 for a zero divisor."""
    return evm_arithmetic.div(a, b)


@binary(0x05, "SDIV", gas=5, native=1000)
def op_sdiv(a: u256, b: u256) -> u256:
    """Divide signed numbers, rounding to zero."""
    return evm_arithmetic.sdiv(a, b)


@binary(0x06, "MOD", gas=5, native=1300)
def op_mod(a: u256, b: u256) -> u256:
    """Give the remainder; 0 for a zero divisor."""
    return evm_arithmetic.mod(a, b)


@binary(0x07, "SMOD", gas=5, native=800)
def op_smod(a: u256, b: u256) -> u256:
    """Give the remainder of signed numbers, with the sign of the top."""
    return evm_arithmetic.smod(a, b)


@ternary(0x08, "ADDMOD", gas=8, native=2000)
def op_addmod(a: u256, b: u256, modulus: u256) -> u256:
    """Add without overflow and reduce."""
    return evm_arithmetic.addmod(a, b, modulus)


@ternary(0x09, "MULMOD", gas=8, native=4000)
def op_mulmod(a: u256, b: u256, modulus: u256) -> u256:
    """Multiply without overflow and reduce."""
    return evm_arithmetic.mulmod(a, b, modulus)


@opcode(0x0A, "EXP", pops=2, pushes=1, gas=EXP_GAS, native=EXP_NATIVE, pops_first=True)
def op_exp(frame: EvmFrame, registers: Registers) -> Status:
    """Raise the top to the power of the second number."""
    # STACK
    top = registers.sp - 1
    base = frame.stack.unchecked[top].number
    exponent = frame.stack.unchecked[top - 1].number  # both are there: checked by the row
    # GAS
    exponent_bytes = (u64(256) - u64(leading_zeros(exponent)) + 7) >> 3
    check(
        spend(
            registers,
            EXP_GAS + EXP_BYTE_GAS * exponent_bytes,
            EXP_NATIVE + EXP_BYTE_NATIVE * exponent_bytes,
        )
    )
    # OPERATION
    frame.stack.unchecked[top - 1].number = evm_arithmetic.exp(base, exponent)
    registers.sp = top
    return OK


@binary(0x0B, "SIGNEXTEND", gas=5, native=400)
def op_signextend(index: u256, a: u256) -> u256:
    """Repeat the sign bit of the byte at ``index``, counted from the lowest, upwards."""
    return evm_arithmetic.signextend(index, a)
