"""Status values, early return by check, and what stands beside a failed status."""

import pytest

from tests.support.executors import Executor
from zkos.lang import Slice, Status, Trap, check, function, local, range, struct, u8, u32, u64

pytestmark = pytest.mark.all_executors

FULL = Status(0x101)
BAD = Status(0x202)


@struct
class Box:
    n: u32


@function
def limited(a: u32) -> Status:
    if a > 10:
        return FULL
    return Status(0)


@function
def halved(a: u32) -> tuple[Status, u32]:
    check(limited(a))
    if a % 2 != 0:
        return BAD, 99
    return Status(0), a // 2


@function
def both(a: u32, b: u32) -> tuple[Status, u32, u64, bool]:
    x = check(halved(a))
    y = check(halved(b))
    return Status(0), x, u64(y), True


@function
def sums(data: Slice[u8], a: u32, b: u32) -> Status:
    data[0] = 1
    x, y, _ = check(both(a, b))
    data[0] = 2
    data[1] = u8(x) + u8(y)
    return Status(0)


@function
def in_a_loop(n: u32) -> tuple[Status, u32]:
    total = u32(0)
    for i in range(n):
        total += check(halved(i * 2))
    return Status(0), total


@function
def refused(a: u32) -> tuple[Status, u32]:
    if a == 1:
        check(BAD)
    if a == 2:
        check(Status(a + 40))
    check(Status(0))
    return Status(0), a


@function
def inspected(a: u32) -> u32:
    status, value = halved(a)
    if status == FULL:
        return 1000
    if status != Status(0):
        return u32(status)
    return value


@function
def find(box: Box, a: u32) -> tuple[Status, Box]:
    check(limited(a))
    return Status(0), box


@function
def passed_on(box: Box, a: u32) -> tuple[Status, Box]:
    status, found = find(box, a)
    return status, found


@function
def used_unset(a: u32) -> u32:
    box = local(Box)
    box.n = 5
    status, found = find(box, a)
    if status == BAD:
        return 0
    return found.n


@function
def not_used(a: u32) -> u32:
    box = local(Box)
    box.n = 5
    status, found = passed_on(box, a)
    if status != Status(0):
        return u32(status)
    return found.n


PROGRAM = [
    limited, halved, both, sums, in_a_loop, refused, inspected, used_unset, not_used,
]  # fmt: skip


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def test_a_failed_check_returns_zeros_beside_the_status(compiled: Executor) -> None:
    assert compiled.call(halved, 8) == (0, 4)
    assert compiled.call(halved, 11) == (0x101, 0)
    assert compiled.call(halved, 7) == (0x202, 99)


def test_statuses_travel_up(compiled: Executor) -> None:
    assert compiled.call(both, 4, 6) == (0, 2, 3, True)
    assert compiled.call(both, 4, 3) == (0x202, 0, 0, False)
    assert compiled.call(both, 12, 3) == (0x101, 0, 0, False)


def test_what_was_written_before_the_failure_stays(compiled: Executor) -> None:
    data = bytearray(2)
    assert compiled.call(sums, data, 4, 6) == 0 and data == b"\x02\x05"
    data = bytearray(2)
    assert compiled.call(sums, data, 4, 7) == 0x202 and data == b"\x01\x00"


def test_check_in_a_loop(compiled: Executor) -> None:
    assert compiled.call(in_a_loop, 6) == (0, 15)
    assert compiled.call(in_a_loop, 7) == (0x101, 0)


def test_check_of_a_constant_is_a_return(compiled: Executor) -> None:
    assert [compiled.call(refused, a) for a in (0, 1, 2)] == [(0, 0), (0x202, 0), (42, 0)]


def test_a_status_can_be_looked_at(compiled: Executor) -> None:
    assert [compiled.call(inspected, a) for a in (8, 11, 7)] == [4, 1000, 0x202]


def test_a_reference_beside_a_failed_status_is_unset(compiled: Executor) -> None:
    assert compiled.call(used_unset, 3) == 5
    with pytest.raises(Trap):
        compiled.call(used_unset, 11)
    assert compiled.call(not_used, 3) == 5
    assert compiled.call(not_used, 11) == 0x101
