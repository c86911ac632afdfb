"""Bitwise opcodes: 0x16 to 0x1d.

Source:  Ethereum yellow paper, appendix H.2, 10s; EIP-145 (shifts).
Units:   gas, native; a shift is in bits, the index of BYTE counts from the highest byte.
Charges: the rows.
Errors:  those of a step (rows.py).
"""

from zkos.kernel.crypto.bigint import evm_arithmetic
from zkos.kernel.execution_environments.evm.rows import binary, unary
from zkos.lang import u256


@binary(0x16, "AND", gas=3, native=100)
def op_and(a: u256, b: u256) -> u256:
    """Keep the bits that both have."""
    return a & b


@binary(0x17, "OR", gas=3, native=90)
def op_or(a: u256, b: u256) -> u256:
    """Keep the bits that one has."""
    return a | b


@binary(0x18, "XOR", gas=3, native=90)
def op_xor(a: u256, b: u256) -> u256:
    """Keep the bits that differ."""
    return a ^ b


@unary(0x19, "NOT", gas=3, native=60)
def op_not(a: u256) -> u256:
    """Turn all bits over."""
    return ~a


@binary(0x1A, "BYTE", gas=3, native=160)
def op_byte(index: u256, a: u256) -> u256:
    """Give one byte; 0 beyond the number."""
    return evm_arithmetic.byte(index, a)


@binary(0x1B, "SHL", gas=3, native=240)
def op_shl(shift: u256, a: u256) -> u256:
    """Shift to the left."""
    return a << shift


@binary(0x1C, "SHR", gas=3, native=240)
def op_shr(shift: u256, a: u256) -> u256:
    """Shift to the right."""
    return a >> shift


@binary(0x1D, "SAR", gas=3, native=400)
def op_sar(shift: u256, a: u256) -> u256:
    """Shift a signed number to the right."""
    return evm_arithmetic.sar(shift, a)
