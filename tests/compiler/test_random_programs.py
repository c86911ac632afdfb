"""Random programs do the same in plain Python as on the compiled executors."""

import random

import pytest

from tests.compiler.programs import load
from tests.compiler.random_memory import make_memory_program
from tests.compiler.random_programs import make_program
from tests.support.executors import Executor, get_executor
from zkos.lang import Trap

FUNCTIONS = 12
INPUTS = 4
EDGES = (0, 1, (1 << 63) - 1, (1 << 64) - 1)


def _outcome(
    executor: Executor, function: object, given: tuple[int, ...], data: list[int] | bytearray
) -> object:
    data = data.copy()
    try:
        return executor.call(function, *given, data), data
    except Trap:
        return "trap", data


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
@pytest.mark.parametrize("seed", range(6))
def test_compiled_code_does_what_python_does(executor: Executor, seed: int) -> None:
    names = load(make_program(seed, FUNCTIONS))
    functions = [names[f"f{number}"] for number in range(FUNCTIONS)]
    executor.program(functions)
    python = get_executor("python")
    source = random.Random(seed)
    for function in functions:
        for _ in range(INPUTS):
            a = source.choice([*EDGES, source.getrandbits(64)])
            b = source.getrandbits(source.choice([1, 64, 256]))
            c = source.choice([0, -1, -(1 << 63), source.getrandbits(62)])
            data = [3, 1, 4, 1, 5, 9, 2, 0xFFFF_FFFF]
            expected = _outcome(python, function, (a, b, c), data)
            assert _outcome(executor, function, (a, b, c), data) == expected, (function, a, b, c)


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
@pytest.mark.parametrize("seed", range(3))
def test_compiled_memory_holds_what_python_holds(executor: Executor, seed: int) -> None:
    names = load(make_memory_program(seed, FUNCTIONS))
    functions = [names[f"f{number}"] for number in range(FUNCTIONS)]
    executor.program(functions)
    python = get_executor("python")
    source = random.Random(seed)
    for function in functions:
        for _ in range(INPUTS):
            a, b = source.choice([*EDGES, source.getrandbits(64)]), source.getrandbits(256)
            data = bytearray(source.randbytes(90))
            expected = _outcome(python, function, (a, b), data)
            assert _outcome(executor, function, (a, b), data) == expected, (function, a, b)
