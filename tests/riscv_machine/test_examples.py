"""The example programs, compiled by our compiler, against values computed here."""

import hashlib
from pathlib import Path

import pytest

from examples.machine import hashed_fibonacci
from examples.machine.build import PROGRAMS, build
from zkos.compiler.build import build_program
from zkos.compiler.debug_info import DebugInfo
from zkos.compiler.targets import RISCV
from zkos.host.machine import Machine
from zkos.host.machine.machine import require_end


def fibonacci(steps: int, first: int, modulus: int) -> int:
    """The number after so many steps from (first, 1)."""
    a, b = first, 1
    for _ in range(steps):
        a, b = b, (a + b) % modulus
    return b


def hashed(steps: int, hashes: int) -> int:
    """First word of the last hash of the chain; the number itself without hashes."""
    word = fibonacci(steps, 1, 10**9)
    for _ in range(hashes):
        digest = hashlib.blake2s(word.to_bytes(4, "little")).digest()
        word = int.from_bytes(digest[:4], "little")
    return word


def test_basic_fibonacci() -> None:
    result = Machine(build("basic_fibonacci").data).run()
    assert result.registers[10:26] == (fibonacci(10, 1, 2**32), *(0,) * 15)
    assert result.words_read == 0


@pytest.mark.parametrize("steps", [0, 1, 2, 1000, 123_456])
def test_dynamic_fibonacci(steps: int) -> None:
    result = Machine(build("dynamic_fibonacci").data).run(words=[steps])
    assert result.registers[10:26] == (fibonacci(steps, 0, 7919), steps, *(0,) * 14)
    assert result.words_read == 1


@pytest.mark.parametrize(("steps", "hashes"), [(0, 0), (15, 1), (0x3F0F, 0xFF), (3, 20)])
def test_hashed_fibonacci(steps: int, hashes: int) -> None:
    result = Machine(build("hashed_fibonacci").data).run(words=[steps, hashes])
    expected = (fibonacci(steps, 1, 10**9), steps, hashed(steps, hashes))
    assert result.registers[10:26] == (*expected, *(0,) * 13)
    assert result.delegations == {"blake2s": 10 * hashes, "u256": 0}
    assert result.public_input[8:12] == expected[2].to_bytes(4, "little")


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_end_where_the_tools_of_airbender_look(name: str) -> None:
    image = build(name).data
    result = Machine(image).run(words=[3, 1])
    assert result.pc == require_end(image)


def test_a_profile_names_functions_and_lines() -> None:
    built = build_program([PROGRAMS["hashed_fibonacci"]], RISCV, debug=True)
    information = DebugInfo(built.elf)
    symbols = {name: start for name, start, _ in information.functions()}
    profile = Machine(built.data, symbols=symbols).run(words=[1000, 3], profile=True).profile
    assert profile is not None
    assert sum(cost.blake2s for cost in profile.by_function().values()) == 30

    def line_of(pc: int) -> tuple[str, int] | None:
        place = information.find(pc)
        return (place.file, place.line) if place is not None and place.line else None

    lines = profile.by_line(line_of)
    file, number = next(iter(lines))
    assert file.endswith("examples/machine/hashed_fibonacci.py")
    source = Path(hashed_fibonacci.__file__).read_text().splitlines()
    assert "% MODULUS" in source[number - 1]
    assert 1000 <= lines[file, number] <= sum(lines.values()) <= profile.cycles
