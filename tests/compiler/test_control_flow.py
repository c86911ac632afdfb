"""Branches and loops run as Python runs them."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Slice,
    Trap,
    function,
    i8,
    leading_zeros,
    likely,
    range,
    select,
    switch,
    trap,
    u8,
    u32,
    u64,
    u160,
    unlikely,
    unroll,
)

pytestmark = pytest.mark.all_executors


@function
def classify(a: u32) -> u32:
    if a == 0:
        return 10
    elif a < 5 and a != 3:
        return 11
    elif not (a != 7) or likely(a > 100):
        return 12
    else:
        if unlikely(a == 3):
            return 13
    return 14


@function
def count_up(start: u8, stop: u8) -> tuple[u32, u32]:
    times = u32(0)
    total = u32(0)
    for i in range(start, stop):
        times += 1
        total += u32(i)
    return times, total


@function
def count_by_100(stop: u8) -> tuple[u32, u32]:
    times = u32(0)
    total = u32(0)
    for i in range(5, stop, 100):
        times += 1
        total += u32(i)
    return times, total


@function
def count_signed(start: i8, stop: i8) -> u32:
    times = u32(0)
    for i in range(start, stop):
        if i == i8(-1):
            times += 1000
        times += 1
    return times


@function
def bounds_are_read_once(n: u32) -> u32:
    times = u32(0)
    for i in range(n):
        n = u32(0)
        i += 5
        times += 1
    return times + n


@function
def first_divisor(n: u32) -> u32:
    d = u32(2)
    while True:
        if d * d > n:
            break
        if n % d != 0:
            d += 1
            continue
        return d
    return n


@function
def nested(n: u32) -> u32:
    found = u32(0)
    for i in range(n):
        for j in range(n):
            if j > i:
                break
            if (i + j) % 2 == 1:
                continue
            found += i * 10 + j
    return found


KEYS = (1, 5, 9)


@function
def by_switch(x: u8) -> u32:
    result = u32(0)
    for key in switch(x, KEYS):
        if key == 5:
            return u32(500)
        result = u32(key) * 100
        if key == 9:
            break
    else:
        result += 7
    return result


WIDE_KEYS = (1, 2, 1 << 100, (1 << 160) - 1)


@function
def by_wide_switch(x: u160) -> u32:
    for key in switch(x, WIDE_KEYS):
        return u32(WIDE_KEYS[0]) + leading_zeros(u160(key))
    return u32(0)


@function
def unrolled(a: u32) -> u32:
    total = u32(0)
    for i in unroll(range(6)):
        if i == 1:
            continue
        if a == i:
            break
        total += i * 10
    return total


PAIRS = (("one", 1), ("two", 2))


@function
def unrolled_pairs(a: u32) -> u32:
    total = a
    for name, number in unroll(PAIRS):
        if name == "one":
            total += number
        else:
            total *= number
    return total


@function
def noted(data: Slice[u8], value: bool) -> bool:
    data[0] += 1
    return value


@function
def short_circuits(data: Slice[u8], a: bool, b: bool) -> bool:
    return (noted(data, a) and noted(data, b)) or noted(data, False)


@function
def chosen(c: bool, a: u64, b: u64) -> tuple[u64, u64]:
    return a + 1 if c else b + 2, select(c, a, 5)


@function
def stops(a: u32) -> u32:
    if a == 1:
        trap()
    return a


@function
def fibonacci(n: u32) -> u64:
    if n < 2:
        return u64(n)
    return fibonacci(n - 1) + fibonacci(n - 2)


@function
def swapped(a: u32, b: u32) -> tuple[u32, u32]:
    a, b = b, a + b
    return a, b


PROGRAM = [
    classify, count_up, count_by_100, count_signed, bounds_are_read_once, first_divisor, nested,
    by_switch, by_wide_switch, unrolled, unrolled_pairs, short_circuits, chosen, stops, fibonacci,
    swapped,
]  # fmt: skip


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def test_branches(compiled: Executor) -> None:
    cases = {0: 10, 1: 11, 4: 11, 7: 12, 101: 12, 3: 13, 5: 14, 50: 14}
    assert {a: compiled.call(classify, a) for a in cases} == cases


def test_range_counts_to_the_largest_number_without_wrapping(compiled: Executor) -> None:
    assert compiled.call(count_up, 250, 255) == (5, 250 + 251 + 252 + 253 + 254)
    assert compiled.call(count_up, 5, 5) == (0, 0)
    assert compiled.call(count_up, 9, 5) == (0, 0)


def test_a_step_across_the_largest_number_ends_the_loop(compiled: Executor) -> None:
    assert compiled.call(count_by_100, 255) == (3, 5 + 105 + 205)
    assert compiled.call(count_by_100, 205) == (2, 110)
    assert compiled.call(count_by_100, 206) == (3, 315)
    assert compiled.call(count_by_100, 5) == (0, 0)


def test_range_over_signed_numbers(compiled: Executor) -> None:
    assert compiled.call(count_signed, -128, 127) == 255 + 1000
    assert compiled.call(count_signed, 3, -3) == 0


def test_range_reads_its_bounds_once(compiled: Executor) -> None:
    assert compiled.call(bounds_are_read_once, 5) == 5


def test_break_continue_and_return_leave_loops(compiled: Executor) -> None:
    assert [compiled.call(first_divisor, n) for n in (91, 97, 4)] == [7, 97, 2]
    expected = sum(i * 10 + j for i in range(7) for j in range(i + 1) if (i + j) % 2 == 0)
    assert compiled.call(nested, 7) == expected


def test_switch_runs_else_unless_the_body_breaks(compiled: Executor) -> None:
    assert [compiled.call(by_switch, x) for x in (1, 5, 9, 2)] == [107, 500, 900, 7]


def test_switch_on_a_wide_number(compiled: Executor) -> None:
    keys = [1, 2, 1 << 100, (1 << 160) - 1, 0, 1 << 101, 3]
    assert [compiled.call(by_wide_switch, x) for x in keys] == [160, 159, 60, 1, 0, 0, 0]


def test_unrolled_loops(compiled: Executor) -> None:
    assert compiled.call(unrolled, 9) == 140
    assert compiled.call(unrolled, 3) == 20
    assert compiled.call(unrolled_pairs, 4) == 10


def test_and_or_do_not_compute_what_they_do_not_need(compiled: Executor) -> None:
    for a, b, calls in ((True, True, 2), (True, False, 3), (False, True, 2)):
        data = bytearray(1)
        assert compiled.call(short_circuits, data, a, b) is (a and b)
        assert data[0] == calls


def test_conditional_values(compiled: Executor) -> None:
    assert compiled.call(chosen, True, 10, 20) == (11, 10)
    assert compiled.call(chosen, False, 10, 20) == (22, 5)


def test_trap_stops(compiled: Executor) -> None:
    assert compiled.call(stops, 0) == 0
    with pytest.raises(Trap):
        compiled.call(stops, 1)


def test_recursion(compiled: Executor) -> None:
    assert compiled.call(fibonacci, 12) == 144


def test_values_are_computed_before_names_change(compiled: Executor) -> None:
    assert compiled.call(swapped, 3, 4) == (4, 7)
