"""Every opcode costs what the reference tables say, in gas and in native, on every path."""

import pytest

from tests.kernel.execution_environments.evm.harness import Result, execute
from tests.kernel.execution_environments.evm.opcode_table import (
    NEED_STATE,
    OPCODES,
    REFUSED_IN_STATIC,
)
from tests.support.executors import Executor
from zkos.interface.error_names import ERROR_NAMES
from zkos.kernel.execution_environments.environment import CALL_REQUEST, COMPLETED, HALT, REVERT
from zkos.kernel.execution_environments.evm.rows import ROWS

STEP = 20
GAS = 10**9
PLAIN = sorted(set(OPCODES) - {c for c in OPCODES if OPCODES[c][0] in NEED_STATE})
CALLS = {"CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"}
COPIES = {"CALLDATACOPY", "CODECOPY", "RETURNDATACOPY", "MCOPY"}
POPS_FIRST = {"EXP", "KECCAK256", "EXTCODECOPY"} | COPIES


def name_of(result: Result) -> str:
    return ERROR_NAMES[result.halt_status]


def words(size: int) -> int:
    return (size + 31) // 32


def memory_price(size: int, before: int = 0) -> tuple[int, int]:
    """Gas and native of growth to ``size`` bytes."""

    def total(number_of_words: int) -> int:
        return 3 * number_of_words + number_of_words**2 // 512

    new, old = words(size), words(before)
    if new <= old:
        return 0, 0
    return total(new) - total(old), 35 + 32 * (new - old)


def test_the_rows_are_the_opcodes_of_cancun() -> None:
    assert {code: (row.mnemonic, row.pops, row.pushes) for code, row in ROWS.items()} == {
        code: (mnemonic, pops, pushes) for code, (mnemonic, _, _, pops, pushes) in OPCODES.items()
    }


@pytest.mark.parametrize("code", PLAIN, ids=lambda code: OPCODES[code][0])
def test_fixed_price_and_stack_effect(executor: Executor, code: int) -> None:
    mnemonic, native, gas, pops, pushes = OPCODES[code]
    operands = [0] * pops
    if mnemonic in ("JUMP", "JUMPI"):
        operands = [33, 1][:pops]
    program = bytes([code]) + bytes(32) + (b"\x5b" if "JUMP" in mnemonic else b"")
    result = execute(executor, program, operands)
    stop, jumpdest = STEP, STEP + 40
    expected_gas, expected_native = gas, STEP + native + stop
    if mnemonic in ("STOP", "RETURN", "REVERT") or mnemonic in CALLS:
        expected_native -= stop
    if mnemonic in ("JUMP", "JUMPI"):
        expected_gas, expected_native = gas + 1, expected_native + jumpdest
    if mnemonic in COPIES:
        expected_native += 80
    if mnemonic == "KECCAK256":
        expected_gas += 30
    if mnemonic in ("MLOAD", "MSTORE", "MSTORE8"):
        growth_gas, growth_native = memory_price(32)
        expected_gas, expected_native = expected_gas + growth_gas, expected_native + growth_native
    assert (result.gas_used, result.native_used) == (expected_gas, expected_native)
    assert result.outcome == (REVERT if mnemonic == "REVERT" else 0)
    if mnemonic in CALLS:
        assert (result.point, len(result.stack)) == (CALL_REQUEST, 0)
    else:
        assert (result.point, len(result.stack)) == (COMPLETED, pushes)


@pytest.mark.parametrize(
    "code", sorted(c for c in OPCODES if OPCODES[c][3]), ids=lambda code: OPCODES[code][0]
)
def test_underflow_burns_the_gas_after_native_is_charged(executor: Executor, code: int) -> None:
    mnemonic, native, _, pops, _ = OPCODES[code]
    result = execute(executor, bytes([code]), [0] * (pops - 1))
    assert (result.outcome, name_of(result)) == (HALT, "StackUnderflow")
    assert result.gas_used == GAS
    assert result.native_used == STEP + (0 if mnemonic in POPS_FIRST else native)


@pytest.mark.parametrize(
    "code",
    sorted(c for c in OPCODES if OPCODES[c][4] > OPCODES[c][3]),
    ids=lambda code: OPCODES[code][0],
)
def test_overflow_halts_at_1024_entries(executor: Executor, code: int) -> None:
    mnemonic, native, _, _, _ = OPCODES[code]
    result = execute(executor, bytes([code]), [0] * 1024)
    assert (result.outcome, name_of(result)) == (HALT, "StackOverflow")
    assert (result.gas_used, result.native_used) == (GAS, STEP + native)
    if mnemonic not in NEED_STATE:
        assert execute(executor, bytes([code]), [0] * 1023).outcome != HALT


@pytest.mark.parametrize(
    "code", sorted(c for c in PLAIN if OPCODES[c][2]), ids=lambda code: OPCODES[code][0]
)
def test_one_gas_too_little_halts_and_has_used_the_native(executor: Executor, code: int) -> None:
    mnemonic, native, gas, pops, _ = OPCODES[code]
    result = execute(executor, bytes([code]) + bytes(40), [0] * pops, gas=gas - 1)
    assert (result.outcome, name_of(result)) == (HALT, "OutOfErgs")
    expected = STEP + native + (80 if mnemonic in COPIES else 0)
    assert (result.gas_used, result.native_used) == (gas - 1, expected)


@pytest.mark.parametrize("code", PLAIN, ids=lambda code: OPCODES[code][0])
def test_one_native_too_little_ends_the_transaction(executor: Executor, code: int) -> None:
    mnemonic, native, _, pops, _ = OPCODES[code]
    if mnemonic in ("STOP",):
        return
    available = STEP + native + (80 if mnemonic in COPIES else 0) - 1
    result = execute(executor, bytes([code]) + bytes(40), [0] * pops, native=available)
    assert ERROR_NAMES[result.status] == "OutOfNativeResources"
    assert result.native_used == available


@pytest.mark.parametrize("code", sorted(set(range(256)) - set(OPCODES)))
def test_unknown_opcodes_pay_the_step_and_burn_the_gas(executor: Executor, code: int) -> None:
    result = execute(executor, bytes([code]))
    assert (result.outcome, name_of(result)) == (HALT, "InvalidOpcode")
    assert (result.gas_used, result.native_used) == (GAS, STEP)


@pytest.mark.parametrize(
    "code",
    sorted(c for c in OPCODES if OPCODES[c][0] in REFUSED_IN_STATIC),
    ids=lambda code: OPCODES[code][0],
)
def test_static_frames_refuse_changes_after_the_charge(executor: Executor, code: int) -> None:
    _, native, _, pops, _ = OPCODES[code]
    result = execute(executor, bytes([code]), [0] * pops, is_static=True)
    assert (result.outcome, name_of(result)) == (HALT, "StaticViolation")
    assert (result.gas_used, result.native_used) == (GAS, STEP + native)


def test_a_call_with_value_is_refused_in_a_static_frame(executor: Executor) -> None:
    call = bytes([0xF1])
    assert execute(executor, call, [0] * 7, is_static=True).point == CALL_REQUEST
    refused = execute(executor, call, [0, 0, 1, 0, 0, 0, 0], is_static=True)
    assert (refused.outcome, name_of(refused)) == (HALT, "StaticViolation")
    callcode = execute(executor, bytes([0xF2]), [0, 0, 1, 0, 0, 0, 0], is_static=True)
    assert callcode.point == CALL_REQUEST


@pytest.mark.parametrize("exponent", [0, 1, 255, 256, 2**64, 2**248 - 1, 2**248, 2**256 - 1])
def test_exp_pays_for_each_byte_of_the_exponent(executor: Executor, exponent: int) -> None:
    size = (exponent.bit_length() + 7) // 8
    result = execute(executor, b"\x0a", [3, exponent])
    assert result.gas_used == 10 + 50 * size
    assert result.native_used == STEP + 700 + 5000 * size + STEP


@pytest.mark.parametrize("size", [1, 31, 32, 33, 136, 1000, 20000])
@pytest.mark.parametrize("offset", [0, 5, 64])
def test_keccak256_pays_for_words_and_permutations(
    executor: Executor, size: int, offset: int
) -> None:
    growth_gas, growth_native = memory_price(offset + size)
    result = execute(executor, b"\x20", [offset, size])
    assert result.gas_used == 30 + 6 * words(size) + growth_gas
    hash_native = 2500 + 17500 * max(1, -(-size // 136))
    assert result.native_used == STEP + 90 + growth_native + hash_native + STEP


@pytest.mark.parametrize("code", [0x37, 0x39, 0x3E, 0x5E], ids=lambda code: OPCODES[code][0])
@pytest.mark.parametrize("size", [0, 1, 32, 33, 100])
def test_copies_pay_for_words_and_bytes(executor: Executor, code: int, size: int) -> None:
    _, native, _, _, _ = OPCODES[code]
    growth_gas, growth_native = memory_price(7 + size if size else 0)
    result = execute(executor, bytes([code]), [7, 0, size], return_data=bytes(100))
    assert result.gas_used == 3 + 3 * words(size) + growth_gas
    assert result.native_used == STEP + native + 80 + size + growth_native + STEP


@pytest.mark.parametrize("code", [0xF3, 0xFD], ids=lambda code: OPCODES[code][0])
def test_return_and_revert_pay_for_memory_and_give_it(executor: Executor, code: int) -> None:
    _, native, _, _, _ = OPCODES[code]
    store = bytes.fromhex("60aa600052")
    growth_gas = memory_price(40)[0]
    result = execute(executor, store + bytes([code]), [31, 9])
    assert result.output == b"\xaa" + bytes(8)
    assert result.gas_used == 3 + 3 + 3 + growth_gas
    first_gas, first_native = memory_price(32)
    second_gas, second_native = memory_price(40, 32)
    assert first_gas + second_gas == growth_gas
    assert result.native_used == (80 + 80 + 270 + first_native + STEP + native + second_native)


@pytest.mark.parametrize("code", [0xF1, 0xF2, 0xF4, 0xFA], ids=lambda code: OPCODES[code][0])
def test_calls_pay_for_input_and_output_memory_apart(executor: Executor, code: int) -> None:
    operands = [0, 0x99, *([0] if code in (0xF1, 0xF2) else []), 10, 50, 100, 200]
    input_gas, input_native = memory_price(60)
    output_gas, output_native = memory_price(300, 60)
    result = execute(executor, bytes([code]), operands)
    assert (result.point, len(result.memory)) == (CALL_REQUEST, 320)
    assert result.gas_used == input_gas + output_gas
    assert result.native_used == STEP + 1500 + input_native + output_native


@pytest.mark.parametrize("end", [32, 33, 1024, 22 * 1024, 100_000, (1 << 18) - 32])
def test_memory_costs_by_the_quadratic_formula(executor: Executor, end: int) -> None:
    gas, native = memory_price(end)
    result = execute(executor, b"\x51", [end - 32])
    assert result.gas_used == 3 + gas
    assert result.native_used == STEP + 250 + native + STEP
    assert len(result.memory) == 32 * words(end)


def test_memory_must_leave_a_byte_of_the_heap_free(executor: Executor) -> None:
    native = memory_price(1 << 18)[1]
    result = execute(executor, b"\x51", [(1 << 18) - 32])
    assert (result.outcome, name_of(result)) == (HALT, "MemoryLimit")
    assert result.native_used == STEP + 250 + native


@pytest.mark.parametrize("offset", [2**32, 2**64, 2**256 - 1])
@pytest.mark.parametrize("code", [0x51, 0x52, 0x53], ids=lambda code: OPCODES[code][0])
def test_offsets_beyond_32_bits_halt_before_growth_is_charged(
    executor: Executor, code: int, offset: int
) -> None:
    result = execute(executor, bytes([code]), [offset, 0])
    assert (result.outcome, name_of(result)) == (HALT, "InvalidOperandOutOfRange")
    assert result.native_used == STEP + 250


def test_ranges_that_end_in_the_last_word_of_32_bits_halt_before_growth_is_charged(
    executor: Executor,
) -> None:
    result = execute(executor, b"\x51", [2**32 - 63])
    assert (result.outcome, name_of(result)) == (HALT, "MemoryLimit")
    assert result.native_used == STEP + 250


@pytest.mark.parametrize("code", [0x37, 0x39, 0x3E, 0x5E], ids=lambda code: OPCODES[code][0])
def test_sizes_beyond_32_bits_halt_before_the_copy_is_charged(
    executor: Executor, code: int
) -> None:
    result = execute(executor, bytes([code]), [0, 0, 2**32])
    assert (result.outcome, name_of(result)) == (HALT, "InvalidOperandOutOfRange")
    assert result.native_used == STEP
