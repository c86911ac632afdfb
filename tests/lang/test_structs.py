"""Structs, values, status, slices and arenas under CPython."""

import pytest

from zkos.lang import (
    Arena,
    Array,
    LanguageError,
    Ref,
    Slice,
    Status,
    Trap,
    Unverified,
    as_bytes,
    as_words,
    check,
    copy,
    function,
    load_be,
    local,
    store_be,
    struct,
    u8,
    u32,
    u64,
    u256,
    value,
)


@struct
class Node:
    number: u64
    next: Ref["Node"]
    bytes_: Array[u8, 4]

    def bump(self, by: u64) -> Status:
        if by == 0:
            return Status(7)
        self.number += by
        return Status(0)


@value
class Pair:
    left: u32
    right: u32


@function
def bump_twice(node: Node, by: u64) -> tuple[Status, u64]:
    check(node.bump(by))
    check(node.bump(by))
    return Status(0), node.number


def region(size: int) -> Arena:
    arena = Arena()
    arena.over(Slice[u8].of(bytes(size)), True)
    return arena


def test_check_returns_early_with_the_status_and_zeros():
    node = region(100).new(Node)
    assert bump_twice(node, 3) == (Status(0), 6)
    assert bump_twice(node, 0) == (Status(7), 0)


def test_an_unset_reference_traps():
    node = region(100).new(Node)
    with pytest.raises(Trap, match="before it was set"):
        _ = node.next
    node.next = node
    assert node.next is node


def test_a_struct_refuses_unknown_fields_and_wrong_types():
    node = local(Node)
    with pytest.raises(LanguageError, match="has no field"):
        node.colour = u8(1)
    with pytest.raises(LanguageError):
        node.number = u32(1)
    with pytest.raises(LanguageError, match="in place"):
        node.bytes_ = node.bytes_


def test_a_value_is_immutable():
    pair = Pair(1, 2)
    assert (pair.left, type(pair.right)) == (1, u32)
    with pytest.raises(LanguageError):
        pair.left = u32(5)
    with pytest.raises(LanguageError):
        Pair(1)


def test_a_status_is_no_condition_and_no_number():
    with pytest.raises(LanguageError):
        bool(Status(0))
    with pytest.raises(LanguageError):
        _ = Status(0) == 0


def test_slices_share_memory_and_check_bounds():
    data = Slice[u8].of(bytes(range(8)))
    window = data[2:6]
    window[0] = 99
    assert data[2] == 99
    assert window.length == 4
    for index in (4, u32(4)):
        with pytest.raises(Trap):
            _ = window[index]
    with pytest.raises(Trap):
        _ = data[6:9]
    with pytest.raises(LanguageError):
        len(data)


def test_words_and_bytes_are_views():
    data = Slice[u8].of(bytes(range(8)))
    words = as_words(data)
    words[1] = u32(0x01020304)
    assert data.to_bytes() == bytes([0, 1, 2, 3, 4, 3, 2, 1])
    assert as_bytes(words).to_bytes() == data.to_bytes()
    with pytest.raises(Trap):
        as_words(data[1:5])


def test_big_endian_loads_and_stores_check_bounds():
    data = Slice[u8].of(bytes(40))
    store_be(data, 3, u256(0xABCD))
    assert load_be(u256, data, 3) == 0xABCD
    with pytest.raises(Trap):
        load_be(u256, data, 9)


def test_copy_wants_equal_lengths_and_handles_overlap():
    data = Slice[u8].of(bytes(range(6)))
    copy(data[1:6], data[0:5])
    assert data.to_bytes() == bytes([0, 0, 1, 2, 3, 4])
    with pytest.raises(Trap):
        copy(data[0:2], data[0:3])


def test_an_arena_traps_when_exhausted_and_reuses_after_release():
    arena = region(64)
    mark = arena.mark()
    arena.slice(u64, 8)
    with pytest.raises(Trap, match="exhausted"):
        arena.slice(u8, 1)
    arena.release(mark)
    assert arena.remaining() == 64
    assert arena.slice(u64, 8)[7] == 0


def test_unverified_is_a_value_with_one_field():
    assert Unverified[u32] is Unverified[u32]
    assert Unverified[u32](7).unverified_value == 7
