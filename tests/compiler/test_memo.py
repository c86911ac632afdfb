"""Checked functions are reused between programs, and only where they mean the same."""

from zkos.compiler.pipeline import Memo, lower
from zkos.compiler.targets import RISCV, X86_64
from zkos.lang import build_constant, function, u32

LARGE = build_constant("memo_large")


@function
def step(x: u32) -> u32:
    return x + 1


@function
def amount() -> u32:
    if LARGE:
        return u32(1000)
    return u32(10)


@function(export="memo_program")
def program(x: u32) -> u32:
    return step(x) + amount()


def texts(memo, target=X86_64, **constants):
    return lower([program], target, constants, debug=True, memo=memo).modules


def test_the_text_is_that_of_a_run_without_memo():
    memo = Memo()
    for _ in range(2):
        for target in (X86_64, RISCV):
            for large in (False, True):
                expected = texts(None, target, memo_large=large)
                assert texts(memo, target, memo_large=large) == expected


def test_a_function_that_reads_the_constant_has_a_tree_for_each_value():
    memo = Memo()
    small, large = texts(memo, memo_large=False), texts(memo, memo_large=True)
    assert small != large
    assert "1000" in large[__name__] and "1000" not in small[__name__]


def test_a_function_that_reads_no_constant_is_checked_once():
    memo = Memo()
    texts(memo, memo_large=False)
    found = memo.find(step, X86_64, {"memo_large": True})
    assert found is not None
    assert memo.find(amount, X86_64, {"memo_large": True}) is None
    assert memo.find(step, RISCV, {}) is None
    texts(memo, memo_large=True)
    assert memo.find(step, X86_64, {"memo_large": False}) is found
