"""Build constants choose what is compiled; the other side need not make sense."""

import pytest

from tests.support.executors import Executor
from zkos.compiler.pipeline import lower
from zkos.compiler.targets import RISCV as RISCV_TARGET
from zkos.compiler.targets import X86_64
from zkos.lang import (
    RISCV,
    Slice,
    address_of,
    build_constant,
    csr_read,
    csr_write,
    function,
    u8,
    u32,
    u64,
)

SLOW = build_constant("slow_for_tests")
LIMIT = 100


@function
def by_build(a: u32) -> u32:
    if SLOW:
        return a + 1
    return a + 2


@function
def by_build_and_value(a: u32) -> u32:
    if SLOW and a > 5:
        return u32(1)
    elif not SLOW or a == 0:
        return u32(2)
    return u32(3)


@function
def by_limit(a: u32) -> u32:
    return a * 2 if LIMIT > 50 else a


@function
def read_word() -> u32:
    if RISCV:
        csr_write(5)
        return csr_read()
    return u32(7)


@function
def distance(data: Slice[u8]) -> u32:
    if RISCV:
        return address_of(data[3:]) - address_of(data)
    return u32(3)


@function
def width() -> u64:
    return u64(32) if RISCV else u64(64)


@pytest.mark.all_executors
@pytest.mark.parametrize("is_slow", [False, True])
def test_a_build_constant_decides(executor: Executor, is_slow: bool) -> None:
    executor.program([by_build, by_build_and_value, by_limit], slow_for_tests=is_slow)
    assert executor.call(by_build, 10) == (11 if is_slow else 12)
    found = [executor.call(by_build_and_value, a) for a in (10, 0, 3)]
    assert found == ([1, 2, 3] if is_slow else [2, 2, 2])
    assert executor.call(by_limit, 4) == 8


@pytest.mark.executors("x86_64")
def test_the_target_is_a_build_constant(executor: Executor) -> None:
    assert executor.call(width) == 64
    assert executor.call(read_word) == 7


@pytest.mark.all_executors
def test_the_machine_tells_where_a_slice_lies(executor: Executor) -> None:
    assert executor.call(distance, bytes(5)) == 3


def test_only_one_side_is_compiled() -> None:
    fast = lower([by_build], X86_64, {}, False).modules[__name__]
    slow = lower([by_build], X86_64, {"slow_for_tests": True}, False).modules[__name__]
    assert ", 2\n" in fast and ", 1\n" not in fast
    assert ", 1\n" in slow and ", 2\n" not in slow


def test_what_the_target_lacks_may_stand_in_the_other_side() -> None:
    assert "zkos_csr_read" not in lower([read_word], X86_64, {}, False).modules[__name__]
    assert "zkos_csr_read" in lower([read_word], RISCV_TARGET, {}, False).modules[__name__]
