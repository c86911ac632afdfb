"""Operands of the two delegations, with the alignment that the machine wants."""

from zkos.lang.containers import Array
from zkos.lang.integers import u32, u256
from zkos.lang.structs import struct


@struct(align=32)
class U256Cell:
    """A 256-bit number in memory, 32-byte aligned: an operand of ``u256_delegation``."""

    number: u256


@struct(align=128)
class Blake2State:
    """State h (8 words) and work vector v (16 words) of ``blake2_delegation``, 128-byte aligned."""

    words: Array[u32, 24]
