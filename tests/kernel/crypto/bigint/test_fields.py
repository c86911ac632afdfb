"""Prime fields of all widths and representations against Python's integers.

A program of random operations runs on two elements; what it leaves is compared with a model.
"""

import builtins
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.kernel.crypto.bigint.prime_field import PrimeField, make_prime_field
from zkos.kernel.crypto.bls12_381.curve import P as BLS12_381_P
from zkos.kernel.crypto.bls12_381.curve import R as BLS12_381_R
from zkos.kernel.crypto.bn254.curve import P as BN254_P
from zkos.kernel.crypto.p256.verify import P as P256_P
from zkos.kernel.crypto.secp256k1.constants import P as SECP256K1_P
from zkos.lang import Array, Function, Slice, U256Cell, function, local, range, u8, u256

FIELDS = {
    "secp256k1": make_prime_field(SECP256K1_P, "TestSecp256k1Field"),
    "P-256": make_prime_field(P256_P, "TestP256Field"),
    "bn254": make_prime_field(BN254_P, "TestBn254Field"),
    "BLS12-381 scalars": make_prime_field(BLS12_381_R, "TestBls12381Scalars"),
    "BLS12-381": make_prime_field(BLS12_381_P, "TestBls12381Field"),
}
COUNTS = {"python": 10, "riscv": 60, "x86_64": 200}
OPERATIONS = 12


def make_run(field: PrimeField, name: str) -> Function:
    arithmetic: Any = field.arithmetic
    cell: Any = field.cell
    number: Any = field.number
    one = field.represent(1)

    @function(name=f"run_{name}")
    def run(program: Slice[u8], a: number, b: number) -> tuple[number, bool]:
        field = local(arithmetic)
        field.begin()
        x = local(cell)
        y = local(cell)
        z = local(cell)
        field.enter(x, a)
        field.enter(y, b)
        for at in range(program.length):
            operation = program[at]
            if operation == 0:
                field.multiply(x, y)
            elif operation == 1:
                field.square(x)
            elif operation == 2:
                field.add(x, y)
            elif operation == 3:
                field.subtract(x, y)
            elif operation == 4:
                field.subtract_from(x, y)
            elif operation == 5:
                field.double(x)
            elif operation == 6:
                field.halve(x)
            elif operation == 7:
                field.negate(x)
            elif operation == 8:
                field.copy(z, x)
                field.copy(x, y)
                field.copy(y, z)
            elif operation == 9:
                field.square_times(x, 3)
            elif operation == 10:
                field.set_constant(z, one[0], one[1])
                field.add(x, z)
            else:
                field.multiply_into(z, x, x)
                field.square_into(x, z)
        left = field.leave(x)
        field.enter(z, left)
        field.subtract(z, x)
        return left, field.is_zero(z)

    return run


RUNS = {
    name: make_run(field, name.replace(" ", "_").replace("-", "_"))
    for name, field in FIELDS.items()
}


def model(p: int, program: bytes, x: int, y: int) -> int:
    half = (p + 1) // 2
    for operation in program:
        if operation == 8:
            x, y = y, x
            continue
        x = (
            x * y, x * x, x + y, x - y, y - x, 2 * x, x * half, -x, 0, x**8, x + 1, x**4,
        )[operation] % p  # fmt: skip
    return x


def numbers(p: int) -> st.SearchStrategy[int]:
    edges = [0, 1, 2, p - 1, p - 2, p // 2, p // 2 + 1, 2**255 % p, 2**256 % p, -(2**256) % p]
    return st.one_of(st.sampled_from(edges), st.integers(0, p - 1))


@pytest.mark.all_executors
@pytest.mark.parametrize("name", FIELDS)
def test_programs_of_field_operations(executor: Executor, name: str) -> None:
    p, run = FIELDS[name].modulus, RUNS[name]

    @settings(max_examples=COUNTS[executor.name], deadline=None)
    @given(st.lists(st.integers(0, OPERATIONS - 1), max_size=20).map(bytes), numbers(p), numbers(p))
    @example(bytes([2, 3, 3]), p - 1, p - 1)
    @example(bytes([0]), 0, p - 1)
    @example(bytes([2]), p - 1, p - 1)
    def check(program: bytes, a: int, b: int) -> None:
        assert executor.call(run, program, a, b) == (model(p, program, a, b), True)

    check()


def test_a_field_without_room_for_a_carry_is_refused() -> None:
    for modulus in (2**384 - 1, 2**380 + 2, 2**380 + 2**256 - 1):
        with pytest.raises(ValueError, match="expected"):
            make_prime_field(modulus, "TestImpossibleField")


def make_equality(field: PrimeField, name: str) -> Function:
    arithmetic: Any = field.arithmetic

    @function(name=f"equality_{name}")
    def equality(a: u256, x: u256, b: u256, y: u256) -> bool:
        field = local(arithmetic)
        field.begin()
        cells = local(Array[U256Cell, 4])
        field.enter(cells[0], a)
        field.enter(cells[1], x)
        field.enter(cells[2], b)
        field.enter(cells[3], y)
        return field.is_product_equal(cells[0], cells[1], cells[2], cells[3])

    return equality


NARROW = {name: field for name, field in FIELDS.items() if field.cell is U256Cell}
EQUALITIES = {name: make_equality(field, name) for name, field in NARROW.items()}


@pytest.mark.all_executors
@pytest.mark.parametrize("name", NARROW)
def test_products_are_compared_with_one_reduction(executor: Executor, name: str) -> None:
    modulus, compare = NARROW[name].modulus, EQUALITIES[name]
    random = Random(name)
    edges = [0, 1, 2, modulus - 1, modulus - 2, modulus // 2, (1 << 256) % modulus]
    seen = Counter[bool]()
    for _ in builtins.range(30 if executor.name == "python" else 150):
        a, x, b = (random.choice([random.choice(edges), random.randrange(modulus)]) for _ in "axb")
        quotient = a * x * pow(b, -1, modulus) % modulus if b else random.randrange(modulus)
        y = random.choice([quotient, quotient, (quotient + 1) % modulus, random.choice(edges)])
        expected = (a * x - b * y) % modulus == 0
        assert executor.call(compare, a, x, b, y) == expected, (a, x, b, y)
        seen[expected] += 1
    assert min(seen[True], seen[False]) > 5
