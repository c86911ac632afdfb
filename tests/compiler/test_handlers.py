"""Handler tables, calls through them, and functions that replace themselves."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Array,
    HandlerTable,
    Slice,
    Trap,
    become,
    function,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
)

pytestmark = pytest.mark.all_executors


@struct
class Machine:
    code: Slice[u8]
    steps: u32


def _make_adder(amount):
    @function(name=f"op_add_{amount}", noimplicitfloat=True)
    def op_add(m: Machine, pc: u32, total: u64, fuel: u32) -> u64:
        return become(step, m, pc + 1, total + amount, fuel)

    return op_add


@function(noimplicitfloat=True)
def op_stop(m: Machine, pc: u32, total: u64, fuel: u32) -> u64:
    m.steps = pc
    return total


@function(noimplicitfloat=True)
def op_jump_back(m: Machine, pc: u32, total: u64, fuel: u32) -> u64:
    if fuel == 0:
        return become(op_stop, m, pc, total, fuel)
    return become(HANDLERS[m.code[0]], m, 0, total * 3 % 1000003, fuel - 1)


@function(noimplicitfloat=True)
def step(m: Machine, pc: u32, total: u64, fuel: u32) -> u64:
    return become(HANDLERS.unchecked[m.code[pc] % 4], m, pc, total, fuel)


HANDLERS = HandlerTable((op_stop, _make_adder(1), _make_adder(7), op_jump_back))


@function
def run(code: Slice[u8], fuel: u32) -> tuple[u64, u32]:
    m = local(Machine)
    for i in range(code.length):
        if code[i] > 3:
            return u64(0), u32(0)
    copied = local(Array[u8, 8])
    for i in range(code.length):
        copied[i] = code[i]
    m.code = copied[:]
    total = step(m, 0, 5, fuel)
    return total, m.steps


@function
def double(a: u32, b: u32) -> u32:
    return a * 2 + b


@function
def triple(a: u32, b: u32) -> u32:
    return a * 3 + b


CHOICES = HandlerTable((double, triple, double))


@function
def call_one(i: u32, a: u32) -> u32:
    return CHOICES[i](a, 1) + CHOICES[1](a, 2)


@function
def is_even(n: u32, steps: u32) -> bool:
    if n == 0:
        return True
    return become(is_odd, n - 1, steps + 1)


@function
def is_odd(n: u32, steps: u32) -> bool:
    if n == 0:
        return False
    return become(is_even, n - 1, steps + 1)


@function
def parity(n: u32) -> bool:
    return is_even(n, 0)


PROGRAM = [run, call_one, parity]


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def _expected(code: bytes, fuel: int) -> tuple[int, int]:
    total, pc = 5, 0
    while code[pc] != 0:
        if code[pc] == 3:
            if fuel == 0:
                return total, pc
            fuel, pc, total = fuel - 1, 0, total * 3 % 1000003
        else:
            total, pc = total + {1: 1, 2: 7}[code[pc]], pc + 1
    return total, pc


@pytest.mark.parametrize(("code", "fuel"), [(b"\0", 0), (b"\1\2\2\0", 5), (b"\1\2\2\3", 50)])
def test_handlers_replace_each_other(compiled: Executor, code: bytes, fuel: int) -> None:
    assert compiled.call(run, code, fuel) == _expected(code, fuel)


def test_calls_through_a_table(compiled: Executor) -> None:
    assert compiled.call(call_one, 0, 10) == 21 + 32
    assert compiled.call(call_one, 1, 10) == 31 + 32
    with pytest.raises(Trap):
        compiled.call(call_one, 3, 10)


def test_a_million_tail_calls_need_no_stack(compiled: Executor) -> None:
    count = 3001 if compiled.name == "python" else 1_000_001
    assert compiled.call(parity, count) is False
