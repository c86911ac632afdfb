"""Comparison opcodes: 0x10 to 0x15.

Source:  Ethereum yellow paper, appendix H.2, 10s.
Units:   gas, native.
Charges: the rows.
Errors:  those of a step (rows.py).
"""

from zkos.kernel.execution_environments.evm.rows import (
    EQUAL,
    SUBTRACT,
    SUBTRACT_FROM_SECOND,
    binary,
    delegated,
    unary,
)
from zkos.lang import i256, reinterpret, u256


@delegated(0x10, "LT", SUBTRACT, gas=3, native=190, gives_flag=True)
def op_lt(a: u256, b: u256) -> u256:
    """Say whether the top is less."""
    return u256(a < b)


@delegated(0x11, "GT", SUBTRACT_FROM_SECOND, gas=3, native=190, gives_flag=True)
def op_gt(a: u256, b: u256) -> u256:
    """Say whether the top is greater."""
    return u256(a > b)


@binary(0x12, "SLT", gas=3, native=430)
def op_slt(a: u256, b: u256) -> u256:
    """Say whether the top is less, as signed numbers."""
    return u256(reinterpret(i256, a) < reinterpret(i256, b))


@binary(0x13, "SGT", gas=3, native=430)
def op_sgt(a: u256, b: u256) -> u256:
    """Say whether the top is greater, as signed numbers."""
    return u256(reinterpret(i256, a) > reinterpret(i256, b))


@delegated(0x14, "EQ", EQUAL, gas=3, native=500, gives_flag=True)
def op_eq(a: u256, b: u256) -> u256:
    """Say whether both are equal."""
    return u256(a == b)


@unary(0x15, "ISZERO", gas=3, native=300)
def op_iszero(a: u256) -> u256:
    """Say whether the top is zero."""
    return u256(a == 0)
