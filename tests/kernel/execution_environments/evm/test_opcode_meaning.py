"""What opcodes compute, against Python's integers and byte strings."""

from collections.abc import Callable

import pytest
from Crypto.Hash import keccak
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.kernel.execution_environments.evm.harness import (
    CALLER,
    SELF,
    VALUE,
    execute,
)
from tests.support.executors import Executor
from zkos.interface.error_names import ERROR_NAMES
from zkos.kernel.execution_environments.environment import HALT

WORD = 2**256
MINIMUM = 2**255
EDGES = [0, 1, 2, 31, 32, 255, 256, 2**64 - 1, 2**64, MINIMUM - 1, MINIMUM, WORD - 2, WORD - 1]
numbers = st.one_of(
    st.sampled_from(EDGES), st.integers(0, 300), st.integers(0, 2**64), st.integers(0, WORD - 1)
)


def signed(number: int) -> int:
    return number - WORD if number >= MINIMUM else number


def truncated_division(a: int, b: int) -> int:
    return abs(a) // abs(b) * (-1 if (a < 0) != (b < 0) else 1)


def sign_extended(index: int, a: int) -> int:
    if index >= 31:
        return a
    bits = 8 * (index + 1)
    low = a % 2**bits
    return low - 2**bits if low >> (bits - 1) else low


BINARY: dict[int, Callable[[int, int], int]] = {
    0x01: lambda a, b: a + b,
    0x02: lambda a, b: a * b,
    0x03: lambda a, b: a - b,
    0x04: lambda a, b: a // b if b else 0,
    0x05: lambda a, b: truncated_division(signed(a), signed(b)) if b else 0,
    0x06: lambda a, b: a % b if b else 0,
    0x07: lambda a, b: signed(a) - signed(b) * truncated_division(signed(a), signed(b)) if b else 0,
    0x0A: lambda a, b: pow(a, b, WORD),
    0x0B: sign_extended,
    0x10: lambda a, b: a < b,
    0x11: lambda a, b: a > b,
    0x12: lambda a, b: signed(a) < signed(b),
    0x13: lambda a, b: signed(a) > signed(b),
    0x14: lambda a, b: a == b,
    0x16: lambda a, b: a & b,
    0x17: lambda a, b: a | b,
    0x18: lambda a, b: a ^ b,
    0x1A: lambda a, b: b >> 8 * (31 - a) & 0xFF if a < 32 else 0,
    0x1B: lambda a, b: b << a if a < 256 else 0,
    0x1C: lambda a, b: b >> a if a < 256 else 0,
    0x1D: lambda a, b: signed(b) >> min(a, 256),
}
UNARY: dict[int, Callable[[int], int]] = {0x15: lambda a: a == 0, 0x19: lambda a: ~a}
TERNARY: dict[int, Callable[[int, int, int], int]] = {
    0x08: lambda a, b, n: (a + b) % n if n else 0,
    0x09: lambda a, b, n: a * b % n if n else 0,
}


def all_in_one(codes: list[int], operands: tuple[int, ...]) -> bytes:
    """Code that runs each opcode on the operands and leaves all results on the stack."""
    pushes = b"".join(b"\x7f" + operand.to_bytes(32, "big") for operand in reversed(operands))
    return b"".join(pushes + bytes([code]) for code in codes)


@given(a=numbers, b=numbers, c=numbers)
@example(a=MINIMUM, b=WORD - 1, c=0)
@example(a=WORD - 1, b=WORD - 1, c=WORD - 1)
@settings(max_examples=60, deadline=None)
def test_arithmetic_is_that_of_integers(executor: Executor, a: int, b: int, c: int) -> None:
    code = (
        all_in_one(list(BINARY), (a, b))
        + all_in_one(list(UNARY), (a,))
        + all_in_one(list(TERNARY), (a, b, c))
    )
    expected = (
        [rule(a, b) for rule in BINARY.values()]
        + [rule(a) for rule in UNARY.values()]
        + [rule(a, b, c) for rule in TERNARY.values()]
    )
    result = execute(executor, code)
    assert list(reversed(result.stack)) == [int(number) % WORD for number in expected]


@pytest.mark.parametrize("size", range(33))
def test_push_reads_its_immediate(executor: Executor, size: int) -> None:
    immediate = bytes(range(0x81, 0x81 + size))
    result = execute(executor, bytes([0x5F + size]) + immediate + b"\x38")
    assert result.stack == (size + 2, int.from_bytes(immediate, "big"))


@pytest.mark.parametrize("size", range(1, 33))
def test_push_at_the_end_of_the_code_reads_zeros(executor: Executor, size: int) -> None:
    for present in {0, 1, size // 2, size - 1}:
        immediate = bytes(range(0x81, 0x81 + present))
        result = execute(executor, b"\x5f" + bytes([0x5F + size]) + immediate)
        assert result.stack[0] == int.from_bytes(immediate.ljust(size, b"\0"), "big")
        assert result.outcome == 0


@pytest.mark.parametrize("position", range(1, 17))
def test_dup_and_swap_reach_the_named_entry(executor: Executor, position: int) -> None:
    entries = [100 + i for i in range(20)]
    duplicated = execute(executor, bytes([0x7F + position]), entries)
    assert list(duplicated.stack) == [entries[position - 1], *entries]
    swapped = execute(executor, bytes([0x8F + position]), entries)
    entries[0], entries[position] = entries[position], entries[0]
    assert list(swapped.stack) == entries


@given(
    offset=st.integers(0, 100),
    number=numbers,
    byte_offset=st.integers(0, 150),
    byte=numbers,
    read=st.integers(0, 200),
)
@settings(max_examples=40, deadline=None)
def test_memory_is_a_byte_string_that_grows_by_words(
    executor: Executor, offset: int, number: int, byte_offset: int, byte: int, read: int
) -> None:
    model = bytearray(1000)
    model[offset : offset + 32] = number.to_bytes(32, "big")
    model[byte_offset] = byte % 256
    end = max(offset + 32, byte_offset + 1, read + 32)
    code = b"\x52\x53\x51\x59"
    result = execute(executor, code, [offset, number, byte_offset, byte, read])
    size = -(-end // 32) * 32
    assert result.memory == bytes(model[:size])
    assert result.stack == (size, int.from_bytes(model[read : read + 32], "big"))


@given(target=st.integers(0, 90), source=st.integers(0, 90), size=st.integers(0, 90))
@settings(max_examples=40, deadline=None)
def test_mcopy_allows_overlap(executor: Executor, target: int, source: int, size: int) -> None:
    words = [0x0101 * 7**i % WORD for i in range(1, 4)]
    before = b"".join(number.to_bytes(32, "big") for number in words)
    operands = [item for i, number in enumerate(words) for item in (32 * i, number)]
    result = execute(executor, b"\x52\x52\x52\x5e", [*operands, target, source, size])
    end = max(target, source) + size if size else 0
    model = bytearray(before.ljust(max(96, -(-end // 32) * 32), b"\0"))
    model[target : target + size] = model[source : source + size]
    assert result.memory == bytes(model[: len(result.memory)])
    assert len(result.memory) == len(model)


DATA = bytes(range(1, 71))


@pytest.mark.parametrize("offset", [0, 1, 38, 39, 69, 70, 71, 2**32, 2**64, WORD - 1])
def test_calldata_is_followed_by_zeros(executor: Executor, offset: int) -> None:
    result = execute(executor, b"\x35", [offset], calldata=DATA)
    assert result.stack == (int.from_bytes(DATA[offset : offset + 32].ljust(32, b"\0"), "big"),)


@pytest.mark.parametrize("offset", [0, 10, 60, 70, 71, 2**32, 2**256 - 1])
@pytest.mark.parametrize("code", [0x37, 0x39])
def test_copies_fill_up_with_zeros(executor: Executor, code: int, offset: int) -> None:
    program = bytes([0x53, code]) + DATA
    source = DATA if code == 0x37 else program
    dirty = [40, 0xAA]
    result = execute(executor, program, [*dirty, 5, offset, 50], calldata=DATA)
    copied = source[offset : offset + 50].ljust(50, b"\0")
    assert result.memory == (bytes(5) + copied).ljust(64, b"\0")


@pytest.mark.parametrize(
    ("offset", "size", "is_right"),
    [(0, 70, True), (70, 0, True), (1, 70, False), (71, 0, False), (0, 71, False)],
)
def test_returndatacopy_stays_in_bounds(
    executor: Executor, offset: int, size: int, is_right: bool
) -> None:
    result = execute(executor, b"\x3e", [0, offset, size], return_data=DATA)
    if is_right:
        assert result.memory[:size] == DATA[offset : offset + size]
    else:
        assert ERROR_NAMES[result.halt_status] == "OutOfBoundsReturnData"


@pytest.mark.parametrize("size", [0, 1, 32, 136, 200])
def test_keccak256_hashes_memory(executor: Executor, size: int) -> None:
    code = b"\x37\x20"
    data = bytes(i * 7 % 256 for i in range(size))
    result = execute(executor, code, [3, 0, size, 3, size], calldata=data)
    assert result.stack[0] == int(keccak.new(digest_bits=256, data=data).hexdigest(), 16)


def test_keccak256_of_nothing_ignores_the_offset(executor: Executor) -> None:
    result = execute(executor, b"\x20", [2**255, 0])
    assert result.stack[0] == int(keccak.new(digest_bits=256).hexdigest(), 16)
    assert result.memory == b""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0x30, SELF), (0x32, 1008), (0x33, CALLER), (0x34, VALUE), (0x36, 70), (0x38, 1),
        (0x3A, 1007), (0x3D, 9), (0x41, 1004), (0x42, 1001), (0x43, 1000), (0x44, 1),
        (0x45, 1002), (0x46, 1003), (0x48, 1005), (0x4A, 1), (0x58, 0), (0x59, 0),
        (0x5A, 10**9 - 2),
    ],
)  # fmt: skip
def test_context_opcodes_push_their_number(executor: Executor, code: int, expected: int) -> None:
    result = execute(executor, bytes([code]), calldata=DATA, return_data=DATA[:9])
    assert result.stack == (expected,)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (999, 0x8000 + 255), (744, 0x8000), (743, 0), (1000, 0), (1001, 0), (0, 0),
        (2**64, 0), (2**64 + 999, 0), (WORD - 1, 0),
    ],
)  # fmt: skip
def test_blockhash_knows_256_blocks(executor: Executor, number: int, expected: int) -> None:
    assert execute(executor, b"\x40", [number]).stack == (expected,)


@pytest.mark.parametrize("target", [0, 1, 3, 4, 5, 36, 37, 2**32 + 4, WORD - 1])
@pytest.mark.parametrize("condition", [0, 1, 2**255])
def test_jumps_need_a_jumpdest_that_is_no_push_data(
    executor: Executor, target: int, condition: int
) -> None:
    """The code: JUMPI STOP PUSH1 JUMPDEST JUMPDEST PC."""
    code = bytes.fromhex("5700605b5b58")
    result = execute(executor, code, [target, condition])
    if condition == 0:
        assert (result.outcome, result.stack) == (0, ())
    elif target == 4:
        assert (result.outcome, result.stack) == (0, (5,))
    else:
        assert result.outcome == HALT
        assert ERROR_NAMES[result.halt_status] == "InvalidJump"
    jumped = execute(executor, b"\x56" + code[1:], [target])
    assert (jumped.outcome == 0) == (target == 4)


def test_running_off_the_code_is_a_stop(executor: Executor) -> None:
    for code in (b"", b"\x5b", b"\x5f\x5f"):
        result = execute(executor, code)
        assert (result.outcome, result.output) == (0, b"")
