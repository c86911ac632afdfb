"""Breakdowns: parts that add up to what the kernel reports, and are the specification's figures."""

import gzip
import json
from typing import Any

import pytest

from examples.demo import MAINNET
from tests.kernel.bootloader.transaction.test_l1_transaction import from_l1, upgrade
from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    Signer,
    authorization,
    deployer,
    funded,
    transaction,
)
from tests.support.random_blocks import random_block
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.costs.breakdown import Breakdown, meter_breakdowns
from zkos.host.costs.meter import Meter
from zkos.host.executors.kernel_images import Extra

CONTRACT, OTHER, ABSENT = "0x" + "c0" * 20, "0x" + "07" * 20, "0x" + "42" * 20
FRESH = Signer(0xF4E54)
BALANCE = 10**30


def breakdowns(document: dict[str, Any], executor: str = "x86_64") -> list[Breakdown | None]:
    """Run a block file and break its transactions down; the sums are checked on the way."""
    meter = Meter()
    runner = Runner(ExecutorName(executor), take_event=meter.take, extra=Extra.METERING)
    run = runner.run_forward(block_file.parse(document))
    return [one for block in meter_breakdowns(meter, run) for one in block]


def parts_of(
    raw: Any, pre: dict[str, Any] | None = None, flavour: str = "production", **block: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Give the gas and native parts, those that are not 0, of a block's only transaction."""
    document = {
        "chain_id": hex(CHAIN_ID), "flavour": flavour, "transactions": [raw],
        "pre": funded(ALICE, BOB, balance=BALANCE) | (pre or {}),
        "block": {name: hex(number) for name, number in block.items()},
    }  # fmt: skip
    [found] = breakdowns(document)
    assert found is not None
    return (
        {name: number for name, number in found.gas.items() if number},
        {name: number for name, number in found.native.items() if number},
    )


def keccak_native(length: int) -> int:
    return 2500 + 17_500 * max(1, -(-length // 136))


def hashes_native(raw: str) -> int:
    return 2 * keccak_native(len(raw) // 2 - 1)


EXISTING, UNSET = 131_100, 250_240  # an account's first access: resources.md 3.3
SENDER = EXISTING + 4000 + 5000 + 5000  # read, balance check, nonce, fee
CALLER = 4000


def test_a_transfer_is_split_as_the_specification_counts() -> None:
    raw = transaction(to=ABSENT, value=7)
    gas, native = parts_of(raw)
    assert gas == {"intrinsic": 18_000, "signature": 3000}
    assert native == {
        "intrinsic": 30_000, "signature": 522_000, "hashing": hashes_native(raw),
        "storage": SENDER + CALLER + UNSET + 4000 + 10_000,
    }  # fmt: skip
    assert sum(native.values()) == 1_005_340


def test_pubdata_is_priced_by_the_byte() -> None:
    _, free = parts_of(transaction(to=ABSENT, value=7))
    _, native = parts_of(transaction(to=ABSENT, value=7), pubdata_price=50, native_price=10)
    # 65 intrinsic bytes; sender 32 + 1 + 2 and its balance's 1 + 11; recipient 32 + 1 + 2
    assert native.pop("pubdata") % 5 == 0
    assert native == free


def test_native_that_costs_more_than_the_gas_raises_it() -> None:
    gas, native = parts_of(
        transaction(to=ABSENT, value=7, max_fee=10, gas_limit=2_000_000),
        base_fee=10, native_price=10,
    )  # fmt: skip
    assert sum(gas.values()) == sum(native.values()) == 1_005_340
    assert gas == {"intrinsic": 18_000, "signature": 3000, "native": 984_340}


def test_storage_hashing_and_the_rest_of_the_evm() -> None:
    # SLOAD(5); KECCAK256 of 32 bytes; SSTORE(7, it): a new slot that was not touched before
    code = "6005545060205f206007550000"
    raw = transaction(to=CONTRACT, gas_limit=200_000)
    gas, native = parts_of(raw, {CONTRACT: {"code": "0x" + code}})
    assert gas["storage"] == 2100 + 22_100 and gas["hashing"] == 36
    assert gas["intrinsic"] + gas["signature"] == 21_000
    pushes = 3 + 2 + 3 + 2 + 3  # PUSH1, POP, PUSH1, PUSH0, PUSH1
    assert gas["evm"] == pushes + 3  # a word of memory
    slot = 4000 + 242_240
    length = -(-len(code) // 2 // 8) * 8 + 8
    fetch = 500 + 800 + 340 * -(-length // 64)
    assert native["storage"] == (SENDER + CALLER + EXISTING + fetch + slot + slot + 120_800)
    assert native["hashing"] == hashes_native(raw) + keccak_native(32)


def call_code(target: str, size: int = 0, value: int = 0) -> str:
    """CALL with ``size`` bytes of zeros and a value; STOP."""
    return f"5f5f61{size:04x}5f60{value:02x}73{target[2:]}5af15000"


def test_precompiles_are_their_price_and_the_call_is_the_evm() -> None:
    for address, size, price, native_price in (
        (2, 64, 60 + 24, 1600 + 2 * 4200), (4, 64, 15 + 6, 20 + 640), (1, 128, 3000, 522_000),
    ):  # fmt: skip
        pre = {CONTRACT: {"code": "0x" + call_code(f"0x{address:040x}", size)}}
        gas, native = parts_of(transaction(to=CONTRACT, gas_limit=200_000), pre)
        assert (gas["precompiles"], native["precompiles"]) == (price, native_price)
        assert gas["storage"] == 100


def test_a_precompile_that_fails_costs_all_that_it_was_given() -> None:
    pre = {CONTRACT: {"code": "0x5f5f6101005f5f60086103e8f15000"}}  # pairing of 256 bytes, 1000 gas
    gas, _ = parts_of(transaction(to=CONTRACT, gas_limit=200_000), pre)
    assert gas["precompiles"] == 1000


def test_messages_to_l1_are_hashed_by_a_system_contract() -> None:
    data = bytes.fromhex("62f84b24") + (32).to_bytes(32, "big") + (5).to_bytes(32, "big")
    raw = transaction(to=f"0x{0x8008:040x}", data=data + b"hello".ljust(32, b"\0"))
    gas, native = parts_of(raw)
    message = keccak_native(88) + 3 * keccak_native(64) + 2 * keccak_native(5) + 6000 + 10
    assert native["hashing"] == hashes_native(raw) + message
    assert native["precompiles"] == 1000 + 6000 + 3 * 200 + 2 * 96
    assert gas["hashing"] == 36
    assert gas["precompiles"] == 100 + 549 + 8 * 5 + 36 + 1500 + 8 * 96


def test_refunds_are_negative_and_bounded() -> None:
    pre = {CONTRACT: {"code": "0x5f5f5500", "storage": {"0x0": "0x1"}}}
    gas, _ = parts_of(transaction(to=CONTRACT, gas_limit=200_000), pre)
    assert gas["refund"] == -4800
    assert gas["storage"] == 5000


def test_value_and_new_accounts_are_paid_less_the_stipend() -> None:
    pre = {CONTRACT: {"code": "0x" + call_code(OTHER, value=1), "balance": "0x5"}}
    gas, _ = parts_of(transaction(to=CONTRACT, gas_limit=200_000), pre)
    pushes = 2 + 2 + 3 + 2 + 3 + 3 + 2 + 2  # PUSH0 twice, PUSH2, PUSH0, PUSH1, PUSH20, GAS, POP
    assert gas["evm"] == pushes + 9000 + 25_000 - 2300
    assert gas["storage"] == 2600


def test_a_halt_burns_evm_gas() -> None:
    gas, _ = parts_of(transaction(to=CONTRACT, gas_limit=100_000), {CONTRACT: {"code": "0xfe"}})
    assert gas == {"intrinsic": 18_000, "signature": 3000, "evm": 79_000}


def test_access_lists_are_storage_and_deployments_intrinsic() -> None:
    gas, _ = parts_of(transaction(access_list=[(OTHER, [1, 2])], data=b"\1\0"))
    assert gas == {"intrinsic": 18_020, "signature": 3000, "storage": 2400 + 3800}
    initcode = deployer(b"\0" * 3)
    gas, native = parts_of(transaction(to=None, data=initcode, gas_limit=200_000))
    calldata = sum(16 if byte else 4 for byte in initcode)
    assert gas["intrinsic"] == 18_000 + 32_000 + 2 + calldata
    stored = 8 + 8
    raw = transaction(to=None, data=initcode, gas_limit=200_000)
    assert native["hashing"] == (
        hashes_native(raw) + keccak_native(3) + 800 + 340 * -(-stored // 64)
    )


def test_native_that_runs_out_forfeits_all_gas() -> None:
    """1000 native a gas less than 2 ** 35: the loop ends by native, the gas is gone."""
    loop = {CONTRACT: {"code": "0x5b5f56", "balance": "0x1"}}
    raw = transaction(to=CONTRACT, max_fee=10, gas_limit=2_000_000)
    gas, native = parts_of(raw, loop, base_fee=10, native_price=10)
    assert gas["forfeited"] == 2_000_000 - 21_000
    assert sum(gas.values()) == 2_000_000
    # native spent in execution is given back
    assert native["storage"] == SENDER and "evm" not in native


def test_a_transaction_from_l1_has_no_signature() -> None:
    gas, native = parts_of(from_l1(gas_per_pubdata_limit=1, value=5))
    assert gas == {"intrinsic": 21_000}
    assert set(native) == {"intrinsic", "hashing", "storage", "pubdata"}
    for limit in (100_000, 150_000, 300_000):  # too little for intrinsic, hash and call
        gas, native = parts_of(from_l1(gas_limit=limit, max_fee_per_gas=10, value=5))
        assert sum(gas.values()) == sum(native.values()) == limit
        assert gas["forfeited"] > 0


def test_an_upgrade_is_broken_down_too() -> None:
    gas, native = parts_of(upgrade())
    assert (gas, sum(native.values())) == ({"intrinsic": 21_000}, 737_980)


def test_a_charge_for_pubdata_that_wraps_takes_everything_away_again() -> None:
    """resources.md 2.7: 80 bytes of an authorization at 100 each, 7999 native left."""
    entry = authorization(FRESH, CONTRACT)

    def signed(gas_limit: int) -> str:
        return transaction(ALICE, 4, to=OTHER, authorizations=[entry], max_fee=10,
                           gas_limit=gas_limit)  # fmt: skip

    pre = {OTHER: {"code": "0x5f5ffd"}}
    prices = {"base_fee": 10, "native_price": 10, "pubdata_price": 1000}
    enough, _ = parts_of(signed(5_000_000), pre, **prices)
    least = sum(enough.values())
    gas, native = parts_of(signed(least - 1), pre, **prices)
    assert native["wrapped"] == -sum(number for name, number in native.items() if name != "wrapped")
    assert sum(native.values()) == 0 and sum(gas.values()) < 60_000 < least


def test_invalid_transactions_have_no_breakdown_and_disturb_none() -> None:
    document = {
        "chain_id": hex(CHAIN_ID), "pre": funded(ALICE, BOB),
        "transactions": ["0x03c0", transaction(), transaction(nonce=7), transaction(BOB, to=ABSENT),
                         transaction(gas_limit=20_000, nonce=1)],
    }  # fmt: skip
    assert [found is None for found in breakdowns(document)] == [True, False, True, False, True]


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_parts_of_random_blocks_add_up(first: int) -> None:
    """``break_down`` compares the sums with gas_used and native_used of the kernel's results."""
    counted = sum(
        found is not None for seed in range(first, first + 50)
        for found in breakdowns(random_block(seed))
    )  # fmt: skip
    assert counted > 150


def test_the_parts_of_a_mainnet_block_add_up_to_its_gas() -> None:
    document = json.loads(gzip.decompress(MAINNET.read_bytes()))
    found = [one for one in breakdowns(document) if one is not None]
    assert len(found) == 125
    assert sum(sum(one.gas.values()) for one in found) == 9_145_346  # of the block, by a node
    assert sum(one.gas["signature"] for one in found) == 125 * 3000


def test_python_counts_as_x86_64_does() -> None:
    for seed in (300, 301):
        document = random_block(seed)
        assert breakdowns(document, "python") == breakdowns(document, "x86_64")
