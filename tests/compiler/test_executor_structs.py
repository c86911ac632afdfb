"""Structs, references, arenas and the ways out, handed to functions on every executor alike."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Arena,
    Array,
    Ref,
    Slice,
    Status,
    Trap,
    build_constant,
    check,
    csr_read,
    csr_write,
    function,
    host_call,
    i16,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
    value,
)
from zkos.lang.host import connected, oracle_csr

pytestmark = pytest.mark.all_executors
TINY = build_constant("tiny")


@struct
class Inner:
    count: u8
    wide: u256
    numbers: Array[u32, 3]


@struct
class Node:
    key: u64
    signed: i16
    is_leaf: bool
    address: u160
    inner: Inner
    next: Ref["Node"]
    data: Slice[u8]
    outcome: Status


@value
class Pair:
    low: u32
    bytes: Slice[u8]


@function
def touch(node: Node) -> u32:
    node.key = node.key + 1
    node.signed = -node.signed
    node.is_leaf = not node.is_leaf
    node.address = node.address << 8
    node.inner.wide = node.inner.wide * node.inner.wide
    node.inner.numbers[2] = 7
    node.next.key = 99
    node.data[0] = 5
    node.data = node.data[1:]
    node.outcome = Status(3)
    return node.data.length


@function
def extend(arena: Arena, node: Node, text: Slice[u8]) -> Node:
    made = arena.new(Node)
    made.key = node.key * 2
    made.data = arena.slice(u8, text.length)
    for i in range(text.length):
        made.data[i] = text[i] ^ 0xFF
    node.next = made
    return made


@function
def skip(pair: Pair) -> Pair:
    return Pair(pair.low + 1, pair.bytes[pair.low :])


@function
def both(data: Slice[u8]) -> tuple[Status, Slice[u8], u256]:
    if data.length < 2:
        return Status(9), data[:0], 0
    return Status(0), data[1:2], u256(data.length) << 200


@function
def through(data: Slice[u8]) -> Status:
    part, _ = check(both(data))
    part[0] = 1
    return Status(0)


@function
def sum_nodes(nodes: Slice[Inner]) -> u32:
    total = u32(0)
    for i in range(nodes.length):
        total += u32(nodes[i].count)
        nodes[i].numbers[0] = total
    return total


@function
def ask(words: Slice[u32], word: u32) -> u32:
    request = local(Array[u32, 1])
    request[0] = word
    return host_call(4, request[:], words)


@function
def talk(count: u32) -> u32:
    total = u32(0)
    for i in range(count):
        csr_write(i)
        total += csr_read()
    return total


@function
def limit() -> u32:
    result = u32(1000)
    if TINY:
        result = u32(10)
    return result


def make_node() -> tuple[Node, Node, bytearray]:
    node, other, data = Node(), Node(), bytearray(b"abc")
    node.key, node.signed, node.address = u64(2**64 - 1), i16(-5), u160(1 << 152 | 3)
    node.inner.wide = u256(1 << 127)
    node.next = other
    node.data = Slice[u8].of(data)
    return node, other, data


def test_every_kind_of_field_goes_in_and_comes_back(executor: Executor) -> None:
    node, other, data = make_node()
    assert executor.call(touch, node) == 2
    assert (node.key, node.signed, node.is_leaf) == (0, 5, True)
    assert node.address == 3 << 8
    assert node.inner.wide == 1 << 254
    assert [node.inner.numbers[i] for i in range(3)] == [0, 0, 7]
    assert node.next is other and other.key == 99
    assert data == b"\5bc"
    assert node.data.to_bytes() == b"bc"
    assert node.data.buffer is data
    assert node.outcome == Status(3)


def test_an_unset_reference_stays_unset_and_traps(executor: Executor) -> None:
    node, _, _ = make_node()
    node.next = None
    with pytest.raises(Trap):
        executor.call(touch, node)
    assert node.key == 0  # what was written before the trap stays
    with pytest.raises(Trap):
        _ = node.next


def test_what_an_arena_made_comes_back_as_objects(executor: Executor) -> None:
    node, _, _ = make_node()
    node.key = u64(21)
    arena = Arena()
    arena.over(Slice[u8].of(bytearray(4096)), True)
    made = executor.call(extend, arena, node, b"xyz")
    assert made is node.next
    assert made.key == 42
    assert made.data.to_bytes() == bytes(c ^ 0xFF for c in b"xyz")
    again = executor.call(extend, arena, made, b"")
    assert again.key == 84 and node.next.next is again
    assert 0 < arena.remaining() < 4096 - 2 * 100


def test_an_arena_that_is_full_traps(executor: Executor) -> None:
    node, _, _ = make_node()
    arena = Arena()
    arena.over(Slice[u8].of(bytearray(64)), True)
    with pytest.raises(Trap):
        executor.call(extend, arena, node, b"xyz")


def test_values_and_tuples_with_slices(executor: Executor) -> None:
    assert executor.call(skip, (2, b"abcd")) == (3, b"cd")
    assert executor.call(both, b"abc") == (0, b"b", 3 << 200)
    assert executor.call(both, b"") == (9, b"", 0)


def test_a_status_result_is_its_code(executor: Executor) -> None:
    data = bytearray(b"abc")
    assert executor.call(through, data) == 0
    assert data == b"a\1c"
    assert executor.call(through, b"") == 9


def test_slices_of_structs(executor: Executor) -> None:
    nodes = Slice[Inner].of([Inner(), Inner(), Inner()])
    for index, node in enumerate((nodes[0], nodes[1], nodes[2])):
        node.count = u8(index + 10)
    assert executor.call(sum_nodes, nodes) == 33
    assert [nodes[i].numbers[0] for i in range(3)] == [10, 21, 33]


@pytest.mark.executors("python", "x86_64")
def test_host_calls_reach_what_is_connected(executor: Executor) -> None:
    def answer(service, request, reply):
        reply[1] = request[0] + service
        return 5

    words = [0, 0, 0]
    with connected(answer):
        assert executor.call(ask, words, 38) == 5
    assert words == [0, 42, 0]
    with pytest.raises(Trap):
        executor.call(ask, words, 38)


@pytest.mark.executors("riscv")
def test_the_oracle_csr_reaches_what_is_connected(executor: Executor) -> None:
    written: list[int] = []
    with oracle_csr(lambda: 100 + len(written), written.append):
        assert executor.call(talk, 3) == 101 + 102 + 103
    assert written == [0, 1, 2]


def test_build_constants_belong_to_a_program(executor: Executor) -> None:
    executor.program([limit], tiny=True)
    assert executor.call(limit) == 10
    executor.program([limit])
    assert executor.call(limit) == 1000
