"""Opcodes that ask for accounts, slots, events and other frames cost what the tables say.

Each case is a contract in a production block. Its costs are the difference to the same contract
of the same size that only stops, so that nothing of the transaction around it is counted.
Figures: resources reference, sections 3.1 to 3.5, 3.7 and 4.
"""

from functools import cache
from typing import Any

import pytest

from tests.kernel.execution_environments.evm.opcode_table import OPCODES
from tests.kernel.execution_environments.evm.test_opcode_costs import memory_price
from tests.support.chain import ALICE, funded, run_block, transaction
from tests.support.executors import Executor

MAIN = "0x00000000000000000000000000000000000c0de0"
OTHER = "0x00000000000000000000000000000000000c0de1"
ABSENT = "0x4242000000000000000000000000000000000000"
IDENTITY = "0x0000000000000000000000000000000000000004"
CODE_BYTES = 160
OTHER_CODE = b"\x00" * 100
OTHER_STORED = 104 + 16  # padded code and jump map

STEP = 20
TOUCHED, EXISTING, UNSET = 4000, 131100, 250240  # account access
SLOT, OLD_SLOT, NEW_SLOT = 4000, 121120, 242240
WRITE_OLD, WRITE_NEW = 50560, 120800
UPDATE = 1000

Cost = tuple[int, int]


def hashing(size: int) -> int:
    return 2500 + 17500 * max(1, -(-size // 136))


def fetching(stored: int) -> int:
    return 500 + 800 + 340 * -(-stored // 64)


def push(value: int | str) -> bytes:
    if isinstance(value, str):
        return b"\x73" + bytes.fromhex(value[2:])
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([0x5F + len(data)]) + data


def operands(*values: int | str) -> bytes:
    """Push so that the first value is on top."""
    return b"".join(push(value) for value in reversed(values))


def price_of_pushes(code: bytes) -> Cost:
    gas = native = at = 0
    while at < len(code):
        assert 0x5F <= code[at] <= 0x7F
        _, native_of_one, gas_of_one, _, _ = OPCODES[code[at]]
        gas, native = gas + gas_of_one, native + native_of_one + STEP
        at += code[at] - 0x5E
    return gas, native


@cache
def run(name: str, code: bytes, executor: Executor) -> Cost:
    """Run MAIN with this code; give gas and native of the transaction."""
    del name  # of the executor, which the cache must tell apart
    pre: dict[str, Any] = funded(ALICE)
    storage = {"0x1": "0x5"}
    pre[MAIN] = {"code": "0x" + code.ljust(CODE_BYTES, b"\0").hex(), "balance": "0x10",
                 "nonce": "0x1", "storage": storage}  # fmt: skip
    pre[OTHER] = {"code": "0x" + OTHER_CODE.hex(), "nonce": "0x1"}
    block = run_block(executor, [transaction(to=MAIN, gas_limit=1_000_000)], pre)
    outcome = block["transactions"][0]
    assert outcome["status"] == "success", outcome
    return outcome["gas_used"], outcome["computational_native_used"]


def cost(executor: Executor, *steps: tuple[int, tuple[int | str, ...]]) -> Cost:
    """Give what the last of these opcodes costs, each run on its operands."""

    def total(parts: tuple[tuple[int, tuple[int | str, ...]], ...]) -> Cost:
        code = b"".join(operands(*values) + bytes([opcode]) for opcode, values in parts)
        gas, native = run(executor.name, code, executor)
        for _, values in parts:
            push_gas, push_native = price_of_pushes(operands(*values))
            gas, native = gas - push_gas, native - push_native
        return gas, native

    whole, before = total(steps), total(steps[:-1])
    return whole[0] - before[0], whole[1] - before[1]


BALANCE, EXTCODESIZE, EXTCODECOPY, EXTCODEHASH = 0x31, 0x3B, 0x3C, 0x3F
SLOAD, SSTORE, TLOAD, TSTORE = 0x54, 0x55, 0x5C, 0x5D


@pytest.mark.parametrize("opcode", [BALANCE, EXTCODESIZE, EXTCODEHASH])
def test_account_reads_pay_by_warmth_and_existence(executor: Executor, opcode: int) -> None:
    read = (opcode, (OTHER,))
    assert cost(executor, read) == (2600, STEP + 60 + EXISTING)
    assert cost(executor, read, read) == (100, STEP + 60 + TOUCHED)
    assert cost(executor, (opcode, (ABSENT,))) == (2600, STEP + 60 + UNSET)
    assert cost(executor, (opcode, (IDENTITY,))) == (100, STEP + 60 + UNSET)
    assert cost(executor, (opcode, (MAIN,))) == (100, STEP + 60 + TOUCHED)


def test_extcodecopy_pays_memory_account_code_and_copy(executor: Executor) -> None:
    memory_gas, memory_native = memory_price(40)
    assert cost(executor, (EXTCODECOPY, (OTHER, 7, 90, 33))) == (
        memory_gas + 2600 + 3 * 2,
        STEP + memory_native + EXISTING + fetching(OTHER_STORED) + 100 + 80 + 33,
    )
    again = (EXTCODECOPY, (OTHER, 0, 0, 0))
    assert cost(executor, again, again) == (
        100, STEP + TOUCHED + fetching(OTHER_STORED) + 100 + 80,
    )  # fmt: skip
    assert cost(executor, (EXTCODECOPY, (ABSENT, 0, 0, 0))) == (2600, STEP + UNSET + 100 + 80)


def test_selfbalance_pays_no_access(executor: Executor) -> None:
    assert cost(executor, (0x47, ())) == (5, STEP + 60)


def test_sload_pays_by_warmth_and_existence(executor: Executor) -> None:
    new, old = (SLOAD, (2,)), (SLOAD, (1,))
    assert cost(executor, new) == (2100, STEP + 100 + SLOT + NEW_SLOT)
    assert cost(executor, old) == (2100, STEP + 100 + SLOT + OLD_SLOT)
    assert cost(executor, old, old) == (100, STEP + 100 + SLOT)


def test_sstore_pays_access_and_write(executor: Executor) -> None:
    create = (SSTORE, (2, 7))
    assert cost(executor, create) == (22100, STEP + 100 + SLOT + NEW_SLOT + WRITE_NEW)
    assert cost(executor, create, (SSTORE, (2, 8))) == (100, STEP + 100 + SLOT + WRITE_OLD)
    change = (SSTORE, (1, 7))
    assert cost(executor, change) == (5000, STEP + 100 + SLOT + OLD_SLOT + WRITE_OLD)
    assert cost(executor, (SLOAD, (1,)), change) == (2900, STEP + 100 + SLOT + WRITE_OLD)
    assert cost(executor, (SSTORE, (1, 5))) == (2200, STEP + 100 + SLOT + OLD_SLOT + WRITE_OLD)


def test_transient_storage_costs_100(executor: Executor) -> None:
    assert cost(executor, (TSTORE, (2, 7))) == (100, STEP + 100 + 4000)
    assert cost(executor, (TLOAD, (2,))) == (100, STEP + 100 + 4000)


@pytest.mark.parametrize("topics", range(5))
def test_logs_pay_for_topics_and_data(executor: Executor, topics: int) -> None:
    memory_gas, memory_native = memory_price(47)
    assert cost(executor, (0xA0 + topics, (7, 40, *range(topics)))) == (
        memory_gas + 375 + 375 * topics + 8 * 40,
        STEP + 50 + memory_native + 6000 + 200 * topics + 2 * 40,
    )


def deposit(size: int, stored: int) -> int:
    return 4000 + hashing(size) + 6 * size + 800 + 340 * -(-stored // 64) + 500 + 1000


@pytest.mark.parametrize("opcode", [0xF0, 0xF5])
def test_creations_pay_for_both_accounts_the_initcode_and_the_deposit(
    executor: Executor, opcode: int
) -> None:
    salt = () if opcode == 0xF0 else (99,)
    address_native = 4000 if opcode == 0xF0 else hashing(40)
    address_gas = 0 if opcode == 0xF0 else 6 * 2
    memory_gas, memory_native = memory_price(40)
    gas, native = cost(executor, (opcode, (0, 0, 40, *salt)))
    assert gas == 32000 + memory_gas + 2 * 2 + address_gas
    assert native == (
        STEP + 25000 + memory_native + address_native
        + UNSET + TOUCHED + UPDATE  # target, nonce of the deployer
        + 6 * 40 + TOUCHED + UPDATE  # jump map, nonce of the target
        + STEP + deposit(0, 0)  # the constructor stops at once
    )  # fmt: skip


def test_a_creation_with_value_and_code_pays_for_them(executor: Executor) -> None:
    returning = (0x52, (0, 0x600A5FF3 << 224))  # memory: PUSH1 10 PUSH0 RETURN
    gas, native = cost(executor, returning, (0xF0, (3, 0, 4)))
    inner_memory_gas, inner_memory_native = memory_price(10)
    assert gas == 32000 + 2 + 3 + 2 + inner_memory_gas + 200 * 10
    assert native == (
        STEP + 25000 + 4000
        + UNSET + TOUCHED + TOUCHED + UPDATE  # target, balance check, nonce of the deployer
        + 2 * (TOUCHED + UPDATE)  # transfer
        + 6 * 4 + TOUCHED + UPDATE
        + (STEP + 60) + (STEP + 50) + STEP + 40 + inner_memory_native
        + deposit(10, 16 + 8)
    )  # fmt: skip


@pytest.mark.parametrize("opcode", [0xF1, 0xF2, 0xF4, 0xFA])
def test_calls_pay_for_the_callee_and_its_code(executor: Executor, opcode: int) -> None:
    value = (0,) if opcode in (0xF1, 0xF2) else ()
    call = (opcode, (50_000, OTHER, *value, 0, 0, 0, 0))
    code_native = fetching(OTHER_STORED)
    stop = STEP
    assert cost(executor, call) == (2600, STEP + 1500 + EXISTING + code_native + stop)
    assert cost(executor, call, call) == (100, STEP + 1500 + TOUCHED + code_native + stop)


def test_a_call_with_value_to_an_absent_account_creates_it(executor: Executor) -> None:
    call = (0xF1, (0, ABSENT, 1, 0, 0, 0, 0))
    transfer = TOUCHED + 2 * (TOUCHED + UPDATE)
    assert cost(executor, call) == (2600 + 9000 + 25000 - 2300, STEP + 1500 + UNSET + transfer)
    assert cost(executor, call, call) == (100 + 9000 - 2300, STEP + 1500 + TOUCHED + transfer)
    free = (0xF1, (0, ABSENT, 0, 0, 0, 0, 0))
    assert cost(executor, free) == (2600, STEP + 1500 + UNSET)


def test_callcode_with_value_pays_for_value_but_never_for_a_new_account(
    executor: Executor,
) -> None:
    call = (0xF2, (0, ABSENT, 1, 0, 0, 0, 0))
    transfer = TOUCHED + 2 * (TOUCHED + UPDATE)
    assert cost(executor, call) == (2600 + 9000 - 2300, STEP + 1500 + UNSET + transfer)


@pytest.mark.parametrize(
    ("beneficiary", "gas", "native"),
    [
        (OTHER, 5000 + 2600, EXISTING + UPDATE + TOUCHED + UPDATE),
        (ABSENT, 5000 + 2600 + 25000, UNSET + UPDATE + TOUCHED + UPDATE),
        (IDENTITY, 5000 + 25000, UNSET + UPDATE + TOUCHED + UPDATE),
        (MAIN, 5000, 0),
    ],
)
def test_selfdestruct_pays_for_the_beneficiary(
    executor: Executor, beneficiary: str, gas: int, native: int
) -> None:
    own = STEP + 100 + TOUCHED + UPDATE
    stop = STEP  # which the contract that it is compared with ends with
    assert cost(executor, (0xFF, (beneficiary,))) == (gas, own + native - stop)


def test_the_sentry_refuses_sstore_with_the_stipend(executor: Executor) -> None:
    """2300 gas are left at SSTORE: the callee is called with value and no gas of its own."""
    code = operands(1, 5) + bytes([SSTORE])
    writer = {OTHER: {"code": "0x" + code.hex()}}
    pre = funded(ALICE) | writer
    outcome = run_block(executor, [transaction(to=OTHER, gas_limit=21000 + 6 + 2300)], pre)
    refused = outcome["transactions"][0]
    assert (refused["status"], refused["gas_used"]) == ("reverted", 21000 + 6 + 2300)
