"""Modular powers against Python's pow()."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor, get_executor
from zkos.kernel.crypto.modexp.modexp import modexp
from zkos.lang import Arena, Slice, function, local, u8, u32

ARENA_BYTES = 1 << 18


@function
def power(
    base: Slice[u8], exponent: Slice[u8], zeros: u32, modulus: Slice[u8], output: Slice[u8],
    memory: Slice[u8],
):  # fmt: skip
    """Call with an arena over ``memory``."""
    arena = local(Arena)
    arena.over(memory, True)
    modexp(base, exponent, zeros, modulus, output, arena)


def computed(
    executor: Executor, base: bytes, exponent: bytes, modulus: bytes, zeros: int = 0
) -> int:
    output = bytearray(b"\xaa" * len(modulus))
    executor.call(power, base, exponent, zeros, modulus, output, bytearray(ARENA_BYTES))
    return int.from_bytes(output, "big")


def expected(base: bytes, exponent: bytes, modulus: bytes) -> int:
    numbers = [int.from_bytes(number, "big") for number in (base, exponent, modulus)]
    return pow(*numbers) if numbers[2] else 0


def cases(count: int, longest: int, seed: int) -> list[tuple[bytes, bytes, bytes]]:
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        base, exponent, modulus = (rng.randbytes(rng.randrange(longest + 1)) for _ in range(3))
        number = int.from_bytes(modulus, "big")
        twos = rng.choice((0, 0, 1, 8, 200, 255, 256, 257, 512, rng.randrange(8 * longest + 1)))
        number = number >> twos << twos
        made.append((base, exponent, number.to_bytes(len(modulus), "big")))
    return made


EDGES = [
    (b"", b"", b""), (b"", b"", b"\x05"), (b"\x00", b"\x00", b"\x02"), (b"\x03", b"", b"\x01"),
    (b"\x03", b"\x05", b"\x00\x00"), (b"\xff" * 32, b"\x02", b"\xff" * 32),
    (b"\xff" * 64, b"\x03", b"\xff" * 64), (b"\xff" * 33, b"\x01", b"\x80" + bytes(32)),
    (b"\x02", b"\x01\x00", b"\x01" + bytes(32)), (b"\x05" * 100, b"\x07", b"\x0b"),
    (b"\xff" * 64, b"\xff" * 17, b"\x80" + bytes(62) + b"\x01"), (b"\x06", b"\x30", b"\x30"),
]  # fmt: skip


@pytest.mark.all_executors
def test_zeros_that_follow_the_exponent_count(executor: Executor) -> None:
    for exponent in (b"", b"\x00", b"\x05", b"\x01" * 20):
        for modulus in (b"\x0d" * 40, b"\x0c" * 40, b"\x01" + bytes(33)):
            found = computed(executor, b"\x03" * 7, exponent, modulus, 3)
            assert found == expected(b"\x03" * 7, exponent + bytes(3), modulus)


@pytest.mark.all_executors
def test_edges(executor: Executor) -> None:
    for case in EDGES:
        assert computed(executor, *case) == expected(*case), case


@pytest.mark.all_executors
def test_random_numbers(executor: Executor) -> None:
    count, longest = {"python": (6, 40), "riscv": (8, 70), "x86_64": (300, 160)}[executor.name]
    for case in cases(count, longest, 5):
        assert computed(executor, *case) == expected(*case), case


NUMBERS = st.binary(max_size=100)


@settings(max_examples=60, deadline=None)
@given(base=NUMBERS, exponent=NUMBERS, modulus=NUMBERS)
def test_any_numbers(base: bytes, exponent: bytes, modulus: bytes) -> None:
    executor = get_executor("x86_64")
    assert computed(executor, base, exponent, modulus) == expected(base, exponent, modulus)
