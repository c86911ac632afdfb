"""The delegations where they are computed, and as instructions, against independent sources."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.lang import (
    Blake2State,
    Slice,
    Trap,
    U256Cell,
    blake2_delegation,
    function,
    range,
    u32,
    u256_delegation,
)
from zkos.lang import u256 as u256_type
from zkos.lang.intrinsics import U256_CARRY

pytestmark = pytest.mark.all_executors
MODULUS = 1 << 256
IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip


@function
def operate(a: U256Cell, b: U256Cell, control: u32) -> u32:
    return u256_delegation(a, b, control)


@function
def operate_silently(a: U256Cell, b: U256Cell, control: u32):
    u256_delegation(a, b, control)


@function
def hash_block(state: Blake2State, message: Slice[u32], control: u32):
    for i in range(10):
        last = u32(1) if i == 9 else u32(0)
        blake2_delegation(state, message, u32(1) << i, control | last)


def expected(x: int, y: int, control: int) -> tuple[int, int]:
    carry = control >> 6 & 1
    match control & ~U256_CARRY:
        case 1:
            total = x + y + carry
            return total % MODULUS, total // MODULUS
        case 2:
            return (x - y - carry) % MODULUS, int(x < y + carry)
        case 4:
            return (y - x - carry) % MODULUS, int(y < x + carry)
        case 8:
            return x * y % MODULUS, int(x * y >= MODULUS)
        case 16:
            return x * y // MODULUS, 0
        case 32:
            return x, int(x == y)
        case _:
            return (y + carry) % MODULUS, (y + carry) // MODULUS


def cell(number: int) -> Any:
    made = U256Cell()
    made.number = u256_type(number)
    return made


WIDE = st.one_of(
    st.integers(0, MODULUS - 1), st.sampled_from([0, 1, MODULUS - 1, 1 << 255, (1 << 128) - 1])
)


@given(WIDE, WIDE, st.sampled_from([1, 2, 4, 8, 16, 32, 128]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_u256_operations(
    executor: Executor, x: int, y: int, operation: int, has_carry: bool
) -> None:
    control = operation | (U256_CARRY if has_carry else 0)
    number, flag = expected(x, y, control)
    a, b = cell(x), cell(y)
    assert executor.call(operate, a, b, control) == flag
    assert (a.number, b.number) == (number, y)
    a = cell(x)
    executor.call(operate_silently, a, b, control)
    assert a.number == number


@pytest.mark.parametrize("control", [0, 3, 64])
def test_unknown_control_words_stop_the_program(executor: Executor, control: int) -> None:
    with pytest.raises(Trap):
        executor.call(operate, cell(1), cell(2), control)


def test_one_cell_given_twice_stops_the_program(executor: Executor) -> None:
    same = cell(3)
    with pytest.raises(Trap):
        executor.call(operate, same, same, 1)


@given(st.binary(max_size=64))
@settings(max_examples=60, deadline=None)
def test_ten_rounds_hash_a_block_like_hashlib(executor: Executor, data: bytes) -> None:
    state = Blake2State()
    words = [IV[0] ^ 0x01010020, *IV[1:], *[0] * 16]
    words[20] = IV[4] ^ len(data)
    words[22] = IV[6] ^ 0xFFFFFFFF
    for index, word in enumerate(words):
        state.words[index] = word
    padded = data.ljust(64, b"\0")
    message = [int.from_bytes(padded[i : i + 4], "little") for i in (4 * k for k in SIXTEEN)]
    executor.call(hash_block, state, message, 0)
    digest = state.words[0:8].to_bytes()
    assert digest == hashlib.blake2s(data).digest()


@given(st.binary(min_size=64, max_size=64), st.booleans())
@settings(max_examples=60, deadline=None)
def test_compression_mode_hashes_two_nodes(
    executor: Executor, nodes: bytes, is_right: bool
) -> None:
    own, other = (nodes[32:], nodes[:32]) if is_right else (nodes[:32], nodes[32:])
    state = Blake2State()
    for index in SIXTEEN[:8]:
        state.words[index] = int.from_bytes(own[4 * index : 4 * index + 4], "little")
    message = [int.from_bytes(other[4 * i : 4 * i + 4], "little") for i in SIXTEEN[:8]] + [0] * 8
    executor.call(hash_block, state, message, 4 | (2 if is_right else 0))
    assert state.words[0:8].to_bytes() == hashlib.blake2s(nodes).digest()


SIXTEEN = list(map(int, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15".split()))
