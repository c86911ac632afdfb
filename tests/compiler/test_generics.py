"""What ordinary Python makes at import time is compiled with the values of its closure."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Array,
    Function,
    Ref,
    Slice,
    function,
    local,
    range,
    struct,
    switch,
    table,
    u8,
    u32,
    u64,
    u256,
    unroll,
    value,
)

pytestmark = pytest.mark.all_executors


class prices:
    """A namespace of constants."""

    LOW = 3
    HIGH = u64(1 << 40)
    STEPS = (1, 10, 100)


def make_map(K, V, hash_of, count):
    """Make an open-addressing map class."""

    @struct(name=f"Slot[{K.__name__},{V.__name__}]")
    class Slot:
        is_used: bool
        key: K
        item: V

    @struct(name=f"Map[{K.__name__},{V.__name__}]")
    class Map:
        slots: Array[Slot, count]
        used: u32

        def find(self, wanted: K) -> Slot:
            position = hash_of(wanted) % count
            while self.slots[position].is_used and self.slots[position].key != wanted:
                position = (position + 1) % count
            return self.slots[position]

        def put(self, wanted: K, new: V):
            slot = self.find(wanted)
            if not slot.is_used:
                self.used += 1
                slot.is_used = True
                slot.key = wanted
            slot.item = new

        def get(self, wanted: K) -> V:
            return self.find(wanted).item

    return Map


@function
def low_bits(a: u256) -> u32:
    return u32(a)


@function
def same(a: u8) -> u32:
    return u32(a)


WideMap = make_map(u256, u64, low_bits, 16)
ByteMap = make_map(u8, u256, same, 32)


@function
def with_wide_map(keys: Slice[u256]) -> tuple[u64, u32]:
    numbers = local(WideMap)
    for i in range(keys.length):
        numbers.put(keys[i], numbers.get(keys[i]) + u64(i))
    return numbers.get(keys[0]), numbers.used


@function
def with_byte_map(keys: Slice[u8]) -> u256:
    numbers = local(ByteMap)
    for i in range(keys.length):
        numbers.put(keys[i], u256(i) << 200)
    return numbers.get(keys[0])


@function
def priced(a: u64) -> u64:
    total = a * prices.LOW + prices.HIGH
    for step in unroll(prices.STEPS):
        total += step
    if prices.LOW > 2:
        total += 1
    return total


def _make_push(size):
    @function(name=f"push{size}")
    def push(code: Slice[u8], at: u32) -> u256:
        number = u256(0)
        for i in unroll(range(size)):
            number = number << 8 | u256(code[at + i])
        return number

    return push


PUSHES = tuple(_make_push(size) for size in (1, 2, 32))
SIZES = (1, 2, 32)
NAMES = table(u32, SIZES)


@function
def push_by_size(code: Slice[u8], size: u32) -> u256:
    for key in switch(size, SIZES):
        for position in unroll(range(3)):
            if SIZES[position] == key:
                return PUSHES[position](code, 0) + u256(NAMES[position])
    return u256(0)


def make_pair(kind):
    """Make a value class and a function on it."""

    @value(name=f"Pair[{kind.__name__}]")
    class Pair:
        first: kind
        second: kind

        def sum(self) -> kind:
            return self.first + self.second

    @function(name=f"sum_{kind.__name__}")
    def add(a: kind, b: kind) -> kind:
        if kind is u8:
            return Pair(a, b).sum() + 100
        return Pair(a, b).sum()

    return add


SUMS: tuple[Function, ...] = tuple(make_pair(kind) for kind in (u8, u256))


@struct
class Tree:
    value: u32
    left: Ref["Tree"]
    right: Ref["Tree"]
    is_leaf: bool

    def grow(self, left: "Tree", right: "Tree") -> "Tree":
        self.left = left
        self.right = right
        return self


@function
def total(node: Tree) -> u32:
    if node.is_leaf:
        return node.value
    return node.value + total(node.left) + total(node.right)


@function
def tree_of_three(a: u32, b: u32, c: u32) -> u32:
    root = local(Tree)
    left = local(Tree)
    right = local(Tree)
    root.value = a
    left.value = b
    right.value = c
    left.is_leaf = True
    right.is_leaf = True
    return total(root.grow(left, right))


PROGRAM = [with_wide_map, with_byte_map, priced, push_by_size, *SUMS, tree_of_three]


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def test_a_generic_container_serves_two_types(compiled: Executor) -> None:
    keys = [5, 5 + (1 << 128), 7, 5]
    assert compiled.call(with_wide_map, keys) == (3, 3)
    assert compiled.call(with_byte_map, b"\x09\x08\x09") == 2 << 200


def test_constants_of_a_namespace(compiled: Executor) -> None:
    assert compiled.call(priced, 7) == 21 + (1 << 40) + 111 + 1


def test_functions_made_in_a_loop(compiled: Executor) -> None:
    code = bytes(range_of(40))
    assert compiled.call(push_by_size, code, 2) == 0x0001 + 2
    assert compiled.call(push_by_size, code, 32) == int.from_bytes(code[:32], "big") + 32
    assert compiled.call(push_by_size, code, 3) == 0


def test_types_decide_branches(compiled: Executor) -> None:
    assert compiled.call(SUMS[0], 3, 4) == 107
    assert compiled.call(SUMS[1], 3, 4) == 7


def test_strings_name_classes_that_come_later(compiled: Executor) -> None:
    assert compiled.call(tree_of_three, 1, 20, 300) == 321


def range_of(count: int) -> list[int]:
    """Count in plain Python: ``range`` is the language's in this file."""
    return [int(number) for number in range(count)]
