"""Structs, references, methods and arrays in place."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Array,
    Ref,
    Slice,
    Status,
    Trap,
    function,
    i16,
    i32,
    local,
    range,
    struct,
    u8,
    u16,
    u32,
    u64,
    u128,
    u160,
    u256,
    u512,
    unroll,
)

pytestmark = pytest.mark.all_executors


@struct
class Point:
    x: i32
    y: i32

    SCALE = 3

    def scaled(self) -> i32:
        return (self.x + self.y) * self.SCALE

    def move(self, dx: i32, dy: i32):
        self.x += dx
        self.y += dy


@struct
class Everything:
    flag: bool
    a: u8
    b: u160
    c: u16
    d: u32
    e: u64
    f: i16
    g: u128
    h: u256
    i: u512
    status: Status
    data: Slice[u8]
    point: Point
    numbers: Array[u64, 5]
    points: Array[Point, 3]
    other: Ref[Point]
    last: u8


@struct
class Node:
    value: u32
    next: Ref["Node"]
    has_next: bool

    def append(self, node: "Node"):
        self.next = node
        self.has_next = True

    def sum(self) -> u32:
        if self.has_next:
            return self.value + self.next.sum()
        return self.value


@function
def fill_fields(everything: Everything, a: u256):
    everything.flag = u8(a) == 0x42
    everything.a = u8(a)
    everything.b = u160(a)
    everything.c = u16(a)
    everything.d = u32(a)
    everything.e = u64(a)
    everything.f = i16(a)
    everything.g = u128(a)
    everything.h = a
    everything.i = u512(a) << 256
    everything.status = Status(u32(a))
    everything.last = 0xEE
    everything.point.move(5, -7)
    for k in range(5):
        everything.numbers[k] = u64(k) * 1000
    for k in range(3):
        everything.points[k].x = i32(k) * 2
        everything.points[k].y = i32(k) - 1
    everything.other = everything.point


@function
def fields_keep_what_they_got(a: u256) -> u32:
    everything = local(Everything)
    fill_fields(everything, a)
    wrong = u32(0)
    if everything.flag != (u8(a) == 0x42):
        wrong |= 1
    if everything.a != u8(a) or everything.b != u160(a) or everything.c != u16(a):
        wrong |= 2
    if everything.d != u32(a) or everything.e != u64(a) or everything.f != i16(a):
        wrong |= 4
    if everything.g != u128(a) or everything.h != a or everything.i >> 256 != u512(a):
        wrong |= 8
    if everything.status != Status(u32(a)) or everything.last != 0xEE:
        wrong |= 16
    if everything.point.scaled() != -6 or everything.data.length != 0:
        wrong |= 32
    total = u64(0)
    for k in range(everything.numbers.length):
        total += everything.numbers[k]
    if total != 10000:
        wrong |= 64
    if everything.points[2].scaled() != 15 or everything.points[1].y != 0:
        wrong |= 128
    if everything.other.x != 5 or everything.other is not everything.point:
        wrong |= 256
    return wrong


@function
def unset() -> i32:
    everything = local(Everything)
    return everything.other.x


@function
def unset_element(i: u32) -> i32:
    point = local(Point)
    point.x = 5
    references = local(Array[Ref[Point], 3])
    references[1] = point
    return references[i].x


@function
def linked(n: u32) -> u32:
    a = local(Node)
    b = local(Node)
    c = local(Node)
    a.value = n
    b.value = n + 1
    c.value = n + 2
    a.append(b)
    b.append(c)
    return a.sum()


@function
def same(a: Point, b: Point) -> bool:
    return a is b


@function
def identity() -> tuple[bool, bool]:
    a = local(Point)
    b = local(Point)
    return same(a, a), same(a, b)


FIELDS = ("x", "y")
X, Y = FIELDS


@function
def by_name() -> i32:
    point = local(Point)
    for name in unroll(FIELDS):
        setattr(point, name, i32(7))
    point.x += 1
    total = i32(0)
    for name in unroll(FIELDS):
        total = total * 10 + getattr(point, name)
    return total


@function
def touched(point: Point, data: Slice[u32], mark: u32) -> Point:
    data[0] = data[0] * 10 + mark
    return point


@function
def order_of_evaluation(data: Slice[u32]) -> i32:
    point = local(Point)
    setattr(touched(point, data, 1), X, touched(point, data, 2).y + 5)
    touched(point, data, 4).y = touched(point, data, 3).x
    return getattr(touched(point, data, 5), Y)


@function
def side_effect(data: Slice[u32]) -> u32:
    data[0] += 1
    return data[0]


@function
def augmented_index_is_computed_once(data: Slice[u32]):
    data[side_effect(data)] += 100


@function
def local_is_zeroed_each_time(n: u32) -> u32:
    total = u32(0)
    for i in range(n):
        total += fresh(i)
    return total


@function
def fresh(i: u32) -> u32:
    numbers = local(Array[u32, 4])
    numbers[i % 4] += i + 1
    return numbers[0] + numbers[1] + numbers[2] + numbers[3]


PROGRAM = [
    fields_keep_what_they_got, unset, unset_element, linked, identity, by_name,
    order_of_evaluation, augmented_index_is_computed_once, local_is_zeroed_each_time,
]  # fmt: skip


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


@pytest.mark.parametrize("a", [0, 0x42, (1 << 256) - 1, 0x1234567890ABCDEF << 150])
def test_every_field_keeps_its_value(compiled: Executor, a: int) -> None:
    assert compiled.call(fields_keep_what_they_got, a) == 0


def test_an_unset_reference_traps(compiled: Executor) -> None:
    with pytest.raises(Trap):
        compiled.call(unset)
    assert compiled.call(unset_element, 1) == 5
    for index in (0, 2, 3):
        with pytest.raises(Trap):
            compiled.call(unset_element, index)


def test_a_struct_may_refer_to_its_own_kind(compiled: Executor) -> None:
    assert compiled.call(linked, 10) == 33


def test_is_compares_references(compiled: Executor) -> None:
    assert compiled.call(identity) == (True, False)


def test_fields_by_import_time_names(compiled: Executor) -> None:
    assert compiled.call(by_name) == 87


def test_objects_and_values_are_computed_in_the_order_of_python(compiled: Executor) -> None:
    data = [0]
    assert compiled.call(order_of_evaluation, data) == 5
    assert data == [12345]


def test_augmented_assignment_computes_its_place_once(compiled: Executor) -> None:
    data = [0, 10, 20]
    compiled.call(augmented_index_is_computed_once, data)
    assert data == [1, 110, 20]


def test_local_memory_is_zero_at_each_call(compiled: Executor) -> None:
    assert compiled.call(local_is_zeroed_each_time, 10) == 55
