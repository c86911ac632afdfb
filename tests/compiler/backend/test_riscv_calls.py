"""Opaque constants and kept registers: delegation calls rewritten, as text and as they run."""

import pytest

from tests.support.executors import Executor
from zkos.compiler.backend.riscv_calls import NUMBER_OF, tighten
from zkos.compiler.backend.riscv_support import disguise
from zkos.lang import (
    Blake2State,
    Slice,
    U256Cell,
    blake2_delegation,
    function,
    u32,
    u256,
    u256_delegation,
)

BEFORE = """\
define void @f(ptr %a, ptr %b, i32 %c) {
entry:
  notail call void @zkos_u256_delegation_silent(ptr %a, ptr nonnull %b, i32 8), !dbg !7
  notail call void @zkos_u256_delegation_silent(ptr %a, ptr nonnull %b, i32 8), !dbg !7
  %t1 = notail call i32 @zkos_u256_delegation(ptr %b, ptr %a, i32 2)
  notail call void @zkos_u256_delegation_silent(ptr %a, ptr %b, i32 %c)
  notail call preserve_mostcc void @zkos_blake2_delegation(ptr %a, ptr %b, i32 1, i32 0)
  notail call preserve_mostcc void @zkos_blake2_delegation(ptr %a, ptr %b, i32 2, i32 0)
  br label %next
next:
  notail call preserve_mostcc void @zkos_blake2_delegation(ptr %a, ptr %b, i32 4, i32 0)
  ret void
}
"""


def test_each_u256_operation_has_a_control_word_of_its_own() -> None:
    lines = tighten(BEFORE).splitlines()
    names = [line.split()[0] for line in lines if "atomicrmw" in line]
    assert len(names) == len(set(names)) == 5
    calls = [line for line in lines if "delegation_silent_kept(" in line and "call" in line]
    assert [f"i32 {name})" in call for name, call in zip(names, calls, strict=False)] == [True] * 2
    assert all("preserve_mostcc" in call and call.endswith(", !dbg !7") for call in calls)


def test_a_variable_control_word_keeps_the_ordinary_call() -> None:
    call = "  notail call void @zkos_u256_delegation_silent(ptr %a, ptr %b, i32 %c)"
    assert call in tighten(BEFORE).splitlines()


def test_rounds_share_their_control_word_within_a_block_only() -> None:
    lines = tighten(BEFORE).splitlines()
    controls = [line.rpartition("i32 ")[2] for line in lines if "zkos_blake2_delegation(" in line]
    assert controls[0] == controls[1] != controls[2]


def test_every_control_word_of_the_machine_has_a_form() -> None:
    operations = {1, 2, 4, 8, 16, 32, 128}
    with_carry = {65, 66, 68, 192}
    assert operations | with_carry | set(range(8)) <= set(NUMBER_OF.values())
    assert len(NUMBER_OF) == len(set(NUMBER_OF.values()))


def test_an_unread_flag_makes_a_silent_call() -> None:
    text = """\

declare i32 @zkos_u256_delegation(ptr, ptr, i32) nounwind
define i32 @f(ptr %a, ptr %b) {
  %t1 = call i32 @zkos_u256_delegation(ptr %a, ptr %b, i32 1)
  %t12 = call i32 @zkos_u256_delegation(ptr %a, ptr %b, i32 1)
  ret i32 %t12
}
"""
    disguised = disguise(text)
    assert "  notail call void @zkos_u256_delegation_silent(ptr %a, ptr %b, i32 1)" in disguised
    assert "  %t12 = notail call i32 @zkos_u256_delegation(ptr %a, ptr %b, i32 1)" in disguised


@function
def chain(a: U256Cell, b: U256Cell, c: U256Cell, state: Blake2State, message: Slice[u32]) -> u32:
    """Repeat control words, with flags read and not, so that a stale a2 would show."""
    u256_delegation(a, b, 8)
    u256_delegation(a, c, 8)
    first = u256_delegation(a, b, 1)
    second = u256_delegation(a, b, 1)
    third = u256_delegation(a, b, 1)
    u256_delegation(b, a, 1)
    u256_delegation(c, b, 8)
    blake2_delegation(state, message, 1, 1)
    blake2_delegation(state, message, 2, 1)
    fourth = u256_delegation(c, a, 2)
    fifth = u256_delegation(c, a, 66)
    return first + second * 2 + third * 4 + fourth * 8 + fifth * 16


@pytest.mark.all_executors
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_repeated_operations_do_not_disturb_each_other(executor: Executor, seed: int) -> None:
    top = (1 << 256) - 1
    start = [top // (3 * seed), top // 2 - seed, top // 5]
    cells = [U256Cell() for _ in start]
    for cell, number in zip(cells, start, strict=True):
        cell.number = u256(number)
    flags = executor.call(chain, *cells, Blake2State(), list(range(16)))
    a, b, c = start
    a = a * b % (top + 1)
    a = a * c % (top + 1)
    expected = 0
    for place in range(3):
        expected |= (a + b) // (top + 1) << place
        a = (a + b) % (top + 1)
    b = (a + b) % (top + 1)
    c = b * c % (top + 1)
    expected |= int(c < a) << 3
    c = (c - a) % (top + 1)
    expected |= int(c < a + 1) << 4
    c = (c - a - 1) % (top + 1)
    assert flags == expected
    assert [int(cell.number) for cell in cells] == [a, b, c]
