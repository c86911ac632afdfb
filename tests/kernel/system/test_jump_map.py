"""The jump map marks what a plain reading of the code marks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.kernel.system.io.storage.bytecode import write_jump_map

opcodes = st.one_of(st.just(0x5B), st.integers(0x60, 0x7F), st.integers(0, 255))


def model(code: bytes) -> bytes:
    """Give the bits as the reference lays them out: whole 64-bit words, least bit first."""
    bits, i = 0, 0
    while i < len(code):
        if code[i] == 0x5B:
            bits |= 1 << i
        i += code[i] - 0x5E if 0x60 <= code[i] <= 0x7F else 1
    return bits.to_bytes((len(code) + 63) // 64 * 8, "little")


@given(st.lists(opcodes, max_size=300).map(bytes))
@settings(max_examples=100, deadline=None)
def test_jump_map_is_the_model(executor: Executor, code: bytes) -> None:
    expected = model(code)
    jump_map = bytearray(b"\xff" * len(expected))
    executor.call(write_jump_map, code, jump_map)
    assert bytes(jump_map) == expected


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 24576])
def test_all_jumpdests(executor: Executor, size: int) -> None:
    code = b"\x5b" * size
    jump_map = bytearray(len(model(code)))
    executor.call(write_jump_map, code, jump_map)
    assert bytes(jump_map) == model(code)
