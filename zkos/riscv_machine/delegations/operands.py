"""Conditions on the memory that a delegation works on, the same for all of them.

Docs:    docs/machine.md, "Delegations".
Source:  zksync-airbender v0.5.2: operands are aligned, in RAM, and do not overlap, as all
         accesses of one call happen at one time.
Units:   addresses in bytes, lengths in words.
Errors:  a reason to stop (``state``); 0 is success.
"""

from zkos.lang import Slice, function, u32, u64
from zkos.riscv_machine.state import (
    DELEGATION_ALIGNMENT,
    DELEGATION_OUTSIDE,
    DELEGATION_ROM,
    ROM_BYTES,
)


@function
def check_operand(ram: Slice[u32], address: u32, alignment: u32, words: u32) -> u32:
    """Check one operand; ``alignment`` is a power of two."""
    if address & (alignment - 1) != 0:
        return u32(DELEGATION_ALIGNMENT)
    if address < ROM_BYTES:
        return u32(DELEGATION_ROM)
    if u64(address >> 2) + u64(words) > u64(ram.length):
        return u32(DELEGATION_OUTSIDE)
    return u32(0)


@function(inline=True)
def is_overlapping(a: u32, a_words: u32, b: u32, b_words: u32) -> bool:
    """Say whether two operands share a byte."""
    return a < b + b_words * 4 and b < a + a_words * 4
