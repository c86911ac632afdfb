"""Calls: what a simulation checks and what it does not, and what overrides change."""

import random
from typing import Any

import pytest
import rlp

from tests.host.simulation.support import EXECUTOR as X86
from tests.host.simulation.support import block_batch, calling, number, simulator
from tests.kernel.bootloader.transaction.test_l1_transaction import from_l1
from tests.support.chain import (
    ALICE,
    BOB,
    ETHER,
    funded,
    integer,
    keccak256,
    transaction,
)
from tests.support.random_blocks import CONTRACTS, SIGNERS, TARGETS, BlockMaker, state
from zkos.host.batch_run import Runner
from zkos.host.block_file import parse
from zkos.host.errors import BlockFileError, InputError
from zkos.host.executors.python import PythonExecutor
from zkos.host.result_json import batch_json
from zkos.host.simulation.simulator import Simulator, after_batch, revert_reason

CONTRACT, OTHER = "0x" + "c0" * 20, "0x" + "07" * 20
NOBODY = "0x" + "9b" * 20
SIGNER = SIGNERS[0]


def returning(code: str) -> dict[str, str]:
    """Give an account whose code returns the word that ``code`` leaves on the stack."""
    return {"code": "0x" + code + "5f5260205ff3"}


def output(pre: dict[str, Any], code: str, overrides: Any = None, **call: Any) -> int:
    """Give the word that code gives when it is called."""
    there = simulator({**pre, CONTRACT: {**pre.get(CONTRACT, {}), **returning(code)}},
                      overrides=overrides)  # fmt: skip
    call = {"sender": ALICE.address, "to": CONTRACT, **call}
    simulated = there.call(calling(**call))
    assert simulated.is_success, simulated.problem
    return int.from_bytes(simulated.result["output"], "big")


# ---------------------------------------------------------------------- checks that are skipped


def test_a_contract_may_call_and_anybody_without_money() -> None:
    there = simulator({CONTRACT: {"code": "0x00"}})
    for sender in (CONTRACT, NOBODY):
        assert there.call(calling(sender, OTHER)).is_success


def test_the_senders_nonce_is_the_accounts() -> None:
    created = simulator(funded(ALICE) | {NOBODY: {"nonce": "0x7"}})
    for sender, nonce in ((ALICE.address, 0), (NOBODY, 7)):
        found = created.call(calling(sender, None, bytes.fromhex("5f5ff3"))).result
        encoded = rlp.encode([bytes.fromhex(sender[2:]), integer(nonce)])
        assert found["contract_address"] == int.from_bytes(keccak256(encoded)[12:], "big")


def test_without_a_price_gas_price_and_base_fee_are_zero() -> None:
    assert output({}, "3a", sender=NOBODY) == output({}, "48", sender=NOBODY) == 0
    assert output(funded(ALICE), "3a", gas_price=1234, gas_limit=10**6) == 1234
    assert output(funded(ALICE), "48", gas_price=1234, gas_limit=10**6) == 1000


def test_a_price_must_be_paid_and_be_enough() -> None:
    there = simulator(funded(ALICE))
    poor = there.call(calling(NOBODY, OTHER, gas_price=1000))
    assert poor.problem == "LackOfFundForMaxFee"
    low = there.call(calling(ALICE.address, OTHER, gas_price=999, gas_limit=10**6))
    assert low.problem == "BaseFeeGreaterThanMaxFee"


def test_value_must_be_there() -> None:
    there = simulator(funded(ALICE))
    assert there.call(calling(ALICE.address, OTHER, value=ETHER)).is_success
    refused = there.call(calling(ALICE.address, OTHER, value=ETHER + 1))
    assert (refused.status, refused.problem) == ("invalid", "LackOfFundForMaxFee")


def test_native_is_a_hundred_for_each_gas_whatever_is_paid() -> None:
    """A real transaction at this price has one native for each gas: it uses 872200 gas."""
    cheap = {"gas_price": 10, "gas_limit": 2_000_000}
    there = simulator(funded(ALICE, BOB), base_fee=10, native_price=10)
    call = calling(ALICE.address, BOB.address, **cheap)
    assert there.call(call).result["gas_used"] == 21_000
    assert there.call(call, is_transaction=True).result["gas_used"] == 872_200
    assert there.call(calling(ALICE.address, BOB.address)).result["gas_used"] == 21_000


def test_a_transaction_from_l1_has_a_hundred_native_for_each_gas_too() -> None:
    raw = from_l1(gas_limit=100_000, max_fee_per_gas=10)  # one native for each gas, as a real one
    [block] = parse({"transactions": [raw]}).blocks
    there = simulator({})
    [real] = there.run(block.transactions[0], block, simulation=False).transactions
    [simulated] = there.run(block.transactions[0], block).transactions
    assert (real["status"], simulated["status"]) == (1, 0)  # reverted, success
    assert simulated["native_used"] == 737_980


def test_gas_is_still_needed() -> None:
    there = simulator(funded(ALICE))
    problems = [there.call(calling(ALICE.address, BOB.address), gas).problem
                for gas in (17_999, 20_999)]  # fmt: skip
    assert problems == ["OutOfGasDuringValidation"] * 2
    assert there.call(calling(ALICE.address, BOB.address), 21_000).is_success


def test_a_call_does_what_the_signed_transaction_does() -> None:
    """All but the signature is equal, at the price that gives 100 native for each gas."""
    compared = 0
    for seed in range(40):
        flavour = "ethereum" if seed % 2 else "production"
        maker = BlockMaker(seed, flavour)
        target, data = random.Random(seed).choice(TARGETS), maker.data()
        fields = {"to": target, "data": data, "value": 50, "gas_limit": 300_000}
        batch = block_batch(
            state(),
            flavour,
            [transaction(SIGNER, max_fee=1000, priority_fee=1000, **fields)],
            native_price=10,
        )
        [signed] = batch_json(Runner().run_forward(batch))["transactions"]
        call = calling(SIGNER.address, target, data, value=50, gas_limit=300_000, gas_price=1000)
        there = simulator(state(), flavour)
        for is_transaction in (False, True):
            simulated = there.call(call, is_transaction=is_transaction).json()
            compared += 1
            assert {name: simulated[name] for name in signed if name != "hash"} == {
                name: value for name, value in signed.items() if name != "hash"
            }
    assert compared == 80


def test_nothing_of_a_call_stays() -> None:
    counter = {CONTRACT: {"code": "0x5f54600101805f555f5260205ff3"}}  # adds one, gives the sum
    there = simulator(counter)
    for _ in range(3):
        found = there.call(calling(NOBODY, CONTRACT))
        assert int.from_bytes(found.result["output"], "big") == 1


def test_calls_see_the_state_after_the_blocks_of_a_file() -> None:
    counter = {CONTRACT: {"code": "0x5f54600101805f555f5260205ff3"}}
    batch = block_batch(
        counter | funded(ALICE), "production", [transaction(to=CONTRACT)], number=5, timestamp=77
    )
    with after_batch(batch, Runner()) as (block, after):
        assert (block.number, block.timestamp) == (5, 77)
        there = Simulator(batch, block, after, X86)
        assert int.from_bytes(there.call(calling(NOBODY, CONTRACT)).result["output"], "big") == 2


def test_python_runs_calls_too() -> None:
    pre = {CONTRACT: returning("602a")}
    for flavour in ("production", "ethereum"):
        results = [
            simulator(pre, flavour, executor=executor).call(calling(NOBODY, CONTRACT)).json()
            for executor in (PythonExecutor(), X86)
        ]
        assert results[0] == results[1] and int(results[0]["output"], 16) == 42


# ---------------------------------------------------------------------- overrides


def test_a_balance_is_overridden() -> None:
    overrides = {"state": {OTHER: {"balance": "0x2a"}}}
    assert output({}, f"73{OTHER[2:]}31", overrides) == 42
    assert output({OTHER: {"balance": "0x1"}}, f"73{OTHER[2:]}31", overrides) == 42


def test_an_overridden_account_keeps_the_rest() -> None:
    pre = {OTHER: {"balance": "0x7", "nonce": "0x3", "code": "0x602a5f5260205ff3"}}
    call = f"60205f5f5f5f73{OTHER[2:]}5af1505f51"  # the word that OTHER gives
    for override in ({"balance": "0x9"}, {"nonce": "0x9"}, {"stateDiff": {"0x1": "0x1"}}):
        assert output(pre, call, {"state": {OTHER: override}}) == 42
    assert output(pre, f"73{OTHER[2:]}31", {"state": {OTHER: {"code": "0x00"}}}) == 7


def test_a_nonce_decides_about_created_addresses() -> None:
    there = simulator({}, overrides={"state": {NOBODY: {"nonce": "0x5"}}})
    created = there.call(calling(NOBODY, None, bytes.fromhex("5f5ff3"))).result
    encoded = rlp.encode([bytes.fromhex(NOBODY[2:]), integer(5)])
    assert created["contract_address"] == int.from_bytes(keccak256(encoded)[12:], "big")


def test_code_is_overridden_and_removed() -> None:
    call = f"60205f5f5f5f73{OTHER[2:]}5af1505f51"
    old = {OTHER: {"code": "0x60015f5260205ff3"}}
    assert output(old, call) == 1
    assert output(old, call, {"state": {OTHER: {"code": "0x602a5f5260205ff3"}}}) == 42
    assert output(old, call, {"state": {OTHER: {"code": "0x"}}}) == 0
    assert output({}, call, {"state": {OTHER: {"code": "0x602a5f5260205ff3"}}}) == 42
    assert output(old, f"73{OTHER[2:]}3b", {"state": {OTHER: {"code": "0x"}}}) == 0


def test_storage_is_changed_or_replaced() -> None:
    pre = {CONTRACT: {"storage": {"0x1": "0x11", "0x2": "0x22"}}}
    changed = {"state": {CONTRACT: {"stateDiff": {"0x1": "0x99"}}}}
    replaced = {"state": {CONTRACT: {"state": {"0x1": "0x99"}}}}
    assert [output(pre, code, changed) for code in ("600154", "600254", "600354")] == [
        0x99, 0x22, 0
    ]  # fmt: skip
    assert [output(pre, code, replaced) for code in ("600154", "600254", "600354")] == [0x99, 0, 0]


def test_the_block_is_overridden() -> None:
    block = {
        "number": "0x11", "timestamp": "0x22", "gas_limit": "0x333333", "coinbase": OTHER,
        "base_fee": "0x5",
    }  # fmt: skip
    overrides = {"block": block}
    values = {"43": 0x11, "42": 0x22, "45": 0x333333, "41": number(OTHER)}
    assert {code: output({}, code, overrides) for code in values} == values
    assert output(funded(ALICE), "48", overrides, gas_price=5, gas_limit=10**6) == 5
    there = simulator({CONTRACT: returning("44")}, "ethereum", {"block": {"mix_hash": "0x77"}})
    found = there.call(calling(NOBODY, CONTRACT)).result["output"]
    assert int.from_bytes(found, "big") == 0x77


def merged(pre: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    """Give the state that overrides describe, as a block file has it."""
    accounts = {address: dict(account) for address, account in pre.items()}
    for address, override in overrides.items():
        account = accounts.setdefault(address, {})
        account.setdefault("balance", "0x0")
        account |= {name: override[name] for name in ("balance", "nonce", "code")
                    if name in override}  # fmt: skip
        old = account.get("storage", {})
        if "state" in override:
            old = dict.fromkeys(old, "0x0")
        account["storage"] = {**old, **override.get("state", override.get("stateDiff", {}))}
    return accounts


@pytest.mark.parametrize("seed", range(12))
def test_overrides_are_as_a_state_in_which_things_are_so(seed: int) -> None:
    rng = random.Random(seed)
    slots = [f"0x{slot:064x}" for slot in range(6)]
    overrides: dict[str, Any] = {}
    for address in rng.sample([*TARGETS, NOBODY], 5):
        override: dict[str, Any] = {"balance": hex(rng.randrange(ETHER))}
        if rng.random() < 0.5:
            override["code"] = "0x" + rng.choice(list(CONTRACTS.values()))
        if rng.random() < 0.3:
            override["nonce"] = hex(rng.randrange(1, 9))
        kind = rng.choice(["state", "stateDiff"])
        override[kind] = {slot: hex(rng.randrange(4)) for slot in rng.sample(slots, 3)}
        overrides[address] = override
    flavour = "ethereum" if seed % 2 else "production"
    overridden = simulator(state(), flavour, {"state": overrides})
    plain = simulator(merged(state(), overrides), flavour)
    maker = BlockMaker(seed, flavour)
    for _ in range(20):
        call = calling(rng.choice([SIGNER.address, NOBODY]), rng.choice(TARGETS), maker.data())
        assert overridden.call(call).json() == plain.call(call).json()


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ({"state": {OTHER: {"state": {}, "stateDiff": {}}}}, "exclude each other"),
        ({"state": {"0x12": {}}}, "expected 0x and 40 hex digits"),
        ({"state": {OTHER: {"balanse": "0x1"}}}, "no such field"),
        ({"state": {OTHER: {"nonce": "0x10000000000000000"}}}, "at most 64 bits"),
        ({"block": {"excess_blob_gas": "0x1"}}, "no such field"),
        ({"blocks": {}}, "no such field"),
        ([], "expected an object"),
    ],
)
def test_wrong_overrides_are_named(document: Any, part: str) -> None:
    with pytest.raises(BlockFileError, match=part):
        simulator({}, overrides=document)


def test_a_native_price_of_zero_is_refused() -> None:
    with pytest.raises(InputError, match="native_price"):
        simulator({}, native_price=0)


# ---------------------------------------------------------------------- reasons of reverts


def encoded_reason(text: bytes) -> bytes:
    words = (32).to_bytes(32, "big") + len(text).to_bytes(32, "big")
    return bytes.fromhex("08c379a0") + words + text + bytes(-len(text) % 32)


def test_reasons_of_solidity_are_read() -> None:
    assert revert_reason(encoded_reason(b"not enough")) == "not enough"
    assert revert_reason(bytes.fromhex("4e487b71") + (0x11).to_bytes(32, "big")) == "panic 0x11"
    for other in (b"", b"\x08\xc3\x79\xa0", encoded_reason(b"x")[:-32], b"abcd" + bytes(64)):
        assert revert_reason(other) is None


def test_a_revert_says_why() -> None:
    data = encoded_reason(b"not enough")
    code = f"60{len(data):02x}600a5f3960{len(data):02x}5ffd" + data.hex()
    simulated = simulator({CONTRACT: {"code": "0x" + code}}).call(calling(NOBODY, CONTRACT))
    assert simulated.problem == "reverted: not enough"
    assert simulated.json()["revert_reason"] == "not enough"
