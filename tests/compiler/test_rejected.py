"""Programs outside the subset are refused, at the right line and with a useful message."""

import pytest

from tests.compiler.programs import load, lower_source
from tests.compiler.rejected_expressions import REJECTED as EXPRESSIONS
from tests.compiler.rejected_functions import REJECTED as FUNCTIONS
from tests.compiler.rejected_statements import REJECTED as STATEMENTS
from zkos.compiler.errors import CompileError
from zkos.compiler.pipeline import lower
from zkos.compiler.targets import RISCV, X86_64

CASES = [*EXPRESSIONS, *STATEMENTS, *FUNCTIONS]


@pytest.mark.parametrize(("name", "source", "message"), CASES, ids=[case[0] for case in CASES])
def test_program_is_refused(name: str, source: str, message: str) -> None:
    with pytest.raises(CompileError) as caught:
        lower_source(source)
    found = caught.value.diagnostics
    lines = source.splitlines()
    marked = [n for n, line in enumerate(lines, 1) if line.endswith("# here")]
    fitting = [one for one in found if message in one.message or message in (one.hint or "")]
    assert fitting, str(caught.value)
    if marked:
        assert marked[0] in [one.line for one in fitting], str(caught.value)


def test_names_of_cases_are_unique() -> None:
    assert len({name for name, _, _ in CASES}) == len(CASES)


def test_message_shows_place_line_caret_and_hint() -> None:
    with pytest.raises(CompileError) as caught:
        lower_source("@function\ndef f(a: u32, b: u64) -> u64:\n    return b + a\n")
    place, line, caret, hint = str(caught.value).splitlines()
    assert place.endswith(":3:12: u64 and u32 do not meet in one operation")
    assert line == "    return b + a"
    assert caret == "    " + " " * len("return ") + "^"
    assert hint == "hint: convert one side, for example u64(...)"


def test_all_faults_of_all_functions_are_told_at_once() -> None:
    source = """
@function
def g(a: u32) -> u32:
    x = a / 2
    y = a ** 2
    return a

@function
def f(a: u32) -> u32:
    z = 0
    return g(a)
"""
    with pytest.raises(CompileError) as caught:
        lower_source(source)
    assert [one.line for one in caught.value.diagnostics] == [4, 5, 10]


def test_a_refused_local_is_not_complained_about_again() -> None:
    source = "@function\ndef f() -> u32:\n    x = 0\n    y = x + 1\n    return y + x\n"
    with pytest.raises(CompileError) as caught:
        lower_source(source)
    assert len(caught.value.diagnostics) == 1


TOO_WIDE = """
@function
def f(a: u32, b: u128) -> u32:
    return become(f, a, b)
"""


def test_tail_calls_must_fit_the_registers_of_riscv() -> None:
    function = load(TOO_WIDE)["f"]
    lower([function], X86_64, {}, False)
    with pytest.raises(CompileError, match="words of arguments, 8 fit"):
        lower([function], RISCV, {}, False)
