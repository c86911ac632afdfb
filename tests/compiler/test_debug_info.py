"""Machine code to Python lines, as gdb, perf and the profiler see it."""

import builtins
import io
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from zkos.compiler.build import Built, build_program
from zkos.compiler.debug_info import DebugInfo, Place
from zkos.compiler.targets import RISCV, TARGETS, X86_64, Target
from zkos.lang import Slice, function, range, u32

LINES = Path(__file__).read_text().splitlines()


def line_of(text: str) -> int:
    """Number of the first line that holds a text."""
    return next(number for number, line in enumerate(LINES, 1) if text in line)


@function(inline=False)
def weigh(words: Slice[u32], factor: u32) -> u32:
    total = u32(0)
    for i in range(words.length):
        total += words[i] * factor  # the heavy line
    return total


@function
def measure(words: Slice[u32]) -> u32:
    return weigh(words, words.length) ^ 0x5A5A  # the calling line


def build(target: Target, debug: bool = True) -> Built:
    return build_program([measure], target, debug=debug, entries=[measure])


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_code_of_a_function_belongs_to_its_lines(target: Target) -> None:
    info = DebugInfo(build(target).elf)
    assert info.has_lines
    start, size = next(
        (start, size) for name, start, size in info.functions() if name == weigh.symbol
    )
    places = [info.find(address) for address in range_of(start, size)]
    assert {place.function for place in places if place} == {weigh.symbol}
    lines = {place.line for place in places if place}
    assert line_of("# the heavy line") in lines
    assert all(line_of("def weigh") <= line <= line_of("def measure") for line in lines)
    assert {place.file.rpartition("/")[2] for place in places if place} == {Path(__file__).name}


def range_of(start: int, size: int) -> list[int]:
    return [start + offset for offset in builtins.range(0, size, 2)]


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_is_outside_all_functions_has_no_place(target: Target) -> None:
    info = DebugInfo(build(target).elf)
    _, start, size = list(info.functions())[-1]
    assert info.find(start + size + (1 << 20)) is None
    assert info.function_at(0) is None


def test_without_debug_information_the_function_is_still_known() -> None:
    info = DebugInfo(build(RISCV, debug=False).elf)
    assert not info.has_lines
    start = next(start for name, start, _ in info.functions() if name == measure.symbol)
    assert info.find(start) == Place(measure.symbol, "", 0)


def test_a_debugger_finds_the_subprogram_and_its_line() -> None:
    dwarf = ELFFile(io.BytesIO(build(X86_64).elf)).get_dwarf_info()
    found = {}
    for unit in dwarf.iter_CUs():
        for entry in unit.iter_DIEs():
            if entry.tag == "DW_TAG_subprogram" and "DW_AT_name" in entry.attributes:
                name = entry.attributes["DW_AT_name"].value.decode()
                found[name] = entry.attributes["DW_AT_decl_line"].value
    assert found[weigh.symbol] in (line_of("def weigh"), line_of("def weigh") - 1)


def test_line_tables_of_dropped_functions_do_not_shadow_others() -> None:
    built = build(RISCV)
    info = DebugInfo(built.elf)
    # The run-time library is linked in and dropped again: nothing at 0 but the start code.
    assert info.find(0) is None
    assert not any("division64" in name for name, _, _ in info.functions())
