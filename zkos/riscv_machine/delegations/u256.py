"""Delegation 0x7ca: one operation on two 256-bit numbers.

Docs:    docs/machine.md, "Delegation 0x7ca".
Source:  zksync-airbender v0.5.2, u256 operations with control.
Units:   x10 and x11 are byte addresses of 8 little-endian words; the flag comes back in x12.

Errors:  a reason to stop (``state``), and nothing is changed then; 0 is success.
"""

from zkos.lang import Slice, as_bytes, function, load_le, store_le, u32, u256, u512
from zkos.riscv_machine.delegations.operands import check_operand
from zkos.riscv_machine.state import DELEGATION_CONTROL, DELEGATION_OVERLAP, MachineState

ALIGNMENT = 32
WORDS = 8

ADD, SUB, REVERSE_SUB, MUL_LOW, MUL_HIGH, EQUAL, CARRY, COPY = 1, 2, 4, 8, 16, 32, 64, 128


@function(inline=True)
def add(a: u256, b: u256, carry: u256) -> tuple[u256, u32]:
    """a + b + carry, and the carry out."""
    part = a + b
    total = part + carry
    return total, u32(part < a) | u32(total < part)


@function(inline=True)
def subtract(a: u256, b: u256, borrow: u256) -> tuple[u256, u32]:
    """a - b - borrow, and the borrow out."""
    part = a - b
    total = part - borrow
    return total, u32(a < b) | u32(part < borrow)


@function(inline=True)
def operate(a: u256, b: u256, operation: u32, carry: u256) -> tuple[u256, u32]:
    """Do one operation; gives what x10 will point to, and the flag."""
    if operation == ADD:
        result, flag = add(a, b, carry)
        return result, flag
    if operation == SUB:
        result, flag = subtract(a, b, carry)
        return result, flag
    if operation == REVERSE_SUB:
        result, flag = subtract(b, a, carry)
        return result, flag
    if operation == EQUAL:
        return a, u32(a == b)
    if operation == COPY:
        total = b + carry
        return total, u32(total < b)
    product = u512(a) * u512(b)
    high = u256(product >> 256)
    if operation == MUL_LOW:
        return u256(product), u32(high != 0)
    return high, u32(0)


@function(inline=False, noimplicitfloat=True)
def call(m: MachineState, ram: Slice[u32]) -> u32:
    """Carry out the call that x10 to x12 describe."""
    reason = check_operand(ram, m.x[10], ALIGNMENT, WORDS)
    if reason != 0:
        return reason
    reason = check_operand(ram, m.x[11], ALIGNMENT, WORDS)
    if reason != 0:
        return reason
    if m.x[10] == m.x[11]:
        return u32(DELEGATION_OVERLAP)
    operation = m.x[12] & ~u32(CARRY)
    # one bit, below bit 8
    if operation == 0 or operation & (operation - 1) != 0 or operation > COPY:
        return u32(DELEGATION_CONTROL)
    data = as_bytes(ram)
    a = load_le(u256, data.unchecked, m.x[10])
    b = load_le(u256, data.unchecked, m.x[11])
    result, flag = operate(a, b, operation, u256(m.x[12] >> 6 & 1))
    store_le(data.unchecked, m.x[10], result)
    m.x[12] = flag
    m.u256_calls += 1
    return u32(0)
