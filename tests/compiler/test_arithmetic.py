"""Integer operations mean the same in all executors; expected values come from plain ints."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.executors import Executor
from zkos.lang import Function, Trap, function, i32, reinterpret, u8, u32, u256
from zkos.lang.integers import INTEGER_TYPES, is_integer

BINARY: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}
COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def wrapped(kind: Any, value: int) -> int:
    """Reduce a number to a width, by the rule of two's complement."""
    value %= 1 << kind.bits
    return value - (1 << kind.bits) if kind.signed and value >> (kind.bits - 1) else value


def _operations(kind: Any) -> dict[str, Function]:
    @function(name=f"add_{kind.__name__}")
    def add(a: kind, b: kind) -> kind:
        return a + b

    @function(name=f"sub_{kind.__name__}")
    def sub(a: kind, b: kind) -> kind:
        return a - b

    @function(name=f"mul_{kind.__name__}")
    def mul(a: kind, b: kind) -> kind:
        return a * b

    @function(name=f"and_{kind.__name__}")
    def and_(a: kind, b: kind) -> kind:
        return a & b

    @function(name=f"or_{kind.__name__}")
    def or_(a: kind, b: kind) -> kind:
        return a | b

    @function(name=f"xor_{kind.__name__}")
    def xor(a: kind, b: kind) -> kind:
        return a ^ b

    found = {"+": add, "-": sub, "*": mul, "&": and_, "|": or_, "^": xor}
    if not kind.signed:

        @function(name=f"div_{kind.__name__}")
        def div(a: kind, b: kind) -> kind:
            return a // b

        @function(name=f"mod_{kind.__name__}")
        def mod(a: kind, b: kind) -> kind:
            return a % b

        found |= {"//": div, "%": mod}
    return found


def _comparisons(kind: Any) -> dict[str, Function]:
    @function(name=f"eq_{kind.__name__}")
    def eq(a: kind, b: kind) -> bool:
        return a == b

    @function(name=f"ne_{kind.__name__}")
    def ne(a: kind, b: kind) -> bool:
        return a != b

    @function(name=f"lt_{kind.__name__}")
    def lt(a: kind, b: kind) -> bool:
        return a < b

    @function(name=f"le_{kind.__name__}")
    def le(a: kind, b: kind) -> bool:
        return a <= b

    @function(name=f"gt_{kind.__name__}")
    def gt(a: kind, b: kind) -> bool:
        return a > b

    @function(name=f"ge_{kind.__name__}")
    def ge(a: kind, b: kind) -> bool:
        return a >= b

    return {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def _shifts(kind: Any, amount: Any) -> tuple[Function, Function]:
    @function(name=f"left_{kind.__name__}_{amount.__name__}")
    def left(a: kind, n: amount) -> kind:
        return a << n

    @function(name=f"right_{kind.__name__}_{amount.__name__}")
    def right(a: kind, n: amount) -> kind:
        return a >> n

    return left, right


def _unary(kind: Any) -> tuple[Function, Function | None]:
    @function(name=f"invert_{kind.__name__}")
    def invert(a: kind) -> kind:
        return ~a

    if not kind.signed:
        return invert, None

    @function(name=f"negate_{kind.__name__}")
    def negate(a: kind) -> kind:
        return -a

    return invert, negate


def _convert(source: Any, target: Any) -> Function:
    @function(name=f"{source.__name__}_to_{target.__name__}")
    def convert(a: source) -> target:
        return target(a)

    return convert


OPERATIONS = {kind: _operations(kind) for kind in INTEGER_TYPES}
COMPARISONS = {kind: _comparisons(kind) for kind in INTEGER_TYPES}
SHIFTS = {
    (kind, amount): _shifts(kind, amount) for kind in INTEGER_TYPES for amount in (u8, u32, u256)
}
UNARY = {kind: _unary(kind) for kind in INTEGER_TYPES}
CONVERSIONS = {(a, b): _convert(a, b) for a in INTEGER_TYPES for b in INTEGER_TYPES}


def numbers(kind: Any, count: int) -> list[int]:
    """Give edge cases and random numbers of all sizes."""
    source = random.Random(kind.bits)
    edges = [0, 1, 2, kind.maximum, kind.maximum - 1, kind.minimum, kind.maximum >> 1]
    sized = [wrapped(kind, source.getrandbits(source.randint(1, kind.bits))) for _ in range(count)]
    return edges + sized


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    tables: list[Any] = [*OPERATIONS.values(), *COMPARISONS.values()]
    functions = [one for table in tables for one in table.values()]
    functions += [one for pair in [*SHIFTS.values(), *UNARY.values()] for one in pair if one]
    executor.program([*functions, *CONVERSIONS.values(), *CONSTANTS])
    return executor


@function
def by_constants(a: u256) -> tuple[u256, u256, u256, u256]:
    return a // 1, a % 1, a // 65536, a % 65536


@function
def shifts_by_constants(a: u32) -> tuple[u32, u32, u32, u32, u32]:
    return a << 0, a << 31, a << 32, a >> 33, u32(1) << (a % 32)


@function
def signed_shifts_by_constants(a: i32) -> tuple[i32, i32, i32]:
    return a >> 31, a >> 32, a >> 100


@function
def from_bool(a: bool) -> tuple[u8, u256]:
    return u8(a), u256(a)


@function
def same_bits(a: u32) -> tuple[i32, u32]:
    signed = reinterpret(i32, a)
    return signed, reinterpret(u32, signed)


@function
def bool_algebra(a: bool, b: bool) -> tuple[bool, bool, bool, bool, bool]:
    return a & b, a | b, a ^ b, a == b, not a


CONSTANTS = [
    by_constants, shifts_by_constants, signed_shifts_by_constants, from_bool, same_bits,
    bool_algebra,
]  # fmt: skip


@pytest.mark.all_executors
@pytest.mark.parametrize("kind", INTEGER_TYPES, ids=lambda kind: kind.__name__)
def test_operations_wrap(compiled: Executor, kind: Any) -> None:
    pairs = [(a, b) for a in numbers(kind, 6) for b in numbers(kind, 6)]
    if compiled.name == "riscv":
        pairs = random.Random(1).sample(pairs, 12)
    for symbol, operation in OPERATIONS[kind].items():
        for a, b in pairs:
            if symbol in ("//", "%") and b == 0:
                with pytest.raises(Trap):
                    compiled.call(operation, a, b)
            else:
                expected = wrapped(kind, BINARY[symbol](a, b))
                assert compiled.call(operation, a, b) == expected, (symbol, a, b)


@pytest.mark.all_executors
@pytest.mark.parametrize("kind", INTEGER_TYPES, ids=lambda kind: kind.__name__)
def test_comparisons(compiled: Executor, kind: Any) -> None:
    some = numbers(kind, 2) if compiled.name != "riscv" else [0, kind.maximum, kind.minimum]
    for symbol, operation in COMPARISONS[kind].items():
        for a in some:
            for b in some:
                assert compiled.call(operation, a, b) is COMPARE[symbol](a, b), (symbol, a, b)


@pytest.mark.all_executors
@pytest.mark.parametrize("kind", INTEGER_TYPES, ids=lambda kind: kind.__name__)
def test_shifts_by_the_width_or_more_leave_nothing(compiled: Executor, kind: Any) -> None:
    for amount in (u8, u32, u256):
        left, right = SHIFTS[kind, amount]
        counts = [0, 1, kind.bits - 1, kind.bits, kind.bits + 1, 255, amount.maximum]
        for a in (1, kind.maximum, kind.minimum, numbers(kind, 1)[-1]):
            for n in (count for count in counts if count <= amount.maximum):
                shifted = wrapped(kind, a << n) if n < kind.bits else 0
                assert compiled.call(left, a, n) == shifted, (a, n)
                assert compiled.call(right, a, n) == a >> min(n, kind.bits), (a, n)


@pytest.mark.all_executors
@pytest.mark.parametrize("kind", INTEGER_TYPES, ids=lambda kind: kind.__name__)
def test_unary_operations(compiled: Executor, kind: Any) -> None:
    invert, negate = UNARY[kind]
    for a in numbers(kind, 3):
        assert compiled.call(invert, a) == wrapped(kind, ~a)
        if negate is not None:
            assert compiled.call(negate, a) == wrapped(kind, -a)


@pytest.mark.all_executors
@pytest.mark.parametrize("source", INTEGER_TYPES, ids=lambda kind: kind.__name__)
def test_conversions_keep_the_low_bits(compiled: Executor, source: Any) -> None:
    for target in INTEGER_TYPES:
        for a in (0, 1, source.maximum, source.minimum, numbers(source, 1)[-1]):
            assert compiled.call(CONVERSIONS[source, target], a) == wrapped(target, a)


@pytest.mark.all_executors
def test_constant_operands(compiled: Executor) -> None:
    a = (1 << 255) + 0x12345
    assert compiled.call(by_constants, a) == (a, 0, a >> 16, a & 0xFFFF)
    assert compiled.call(shifts_by_constants, 33) == (33, 1 << 31, 0, 0, 2)
    assert compiled.call(signed_shifts_by_constants, -5) == (-1, -1, -1)


@pytest.mark.all_executors
def test_bool_is_no_number_but_can_become_one(compiled: Executor) -> None:
    assert compiled.call(from_bool, True) == (1, 1)
    assert compiled.call(from_bool, False) == (0, 0)
    assert compiled.call(bool_algebra, True, False) == (False, True, True, False, False)


@pytest.mark.all_executors
def test_reinterpretation_keeps_all_bits(compiled: Executor) -> None:
    assert compiled.call(same_bits, 0xFFFF_FFFE) == (-2, 0xFFFF_FFFE)


def test_the_types_under_test_are_all_there_are() -> None:
    assert all(is_integer(kind) for kind in INTEGER_TYPES) and len(INTEGER_TYPES) == 14
