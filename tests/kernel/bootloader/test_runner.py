"""The runner: what calls and creations do between frames, by blocks with small contracts."""

from typing import Any

import pytest
import rlp

from tests.support.chain import (
    ALICE,
    ETHER,
    deployer,
    funded,
    integer,
    keccak256,
    run_block,
    transaction,
)

MAIN = "0x00000000000000000000000000000000000c0de0"
CALLEE = "0x00000000000000000000000000000000000c0de1"
ABSENT = "0x4242000000000000000000000000000000000000"
RETURN_WORD = "5f5260205ff3"  # of the top of the stack
# (out size, out offset, in size, in offset, value) zero, then address; gas and the call follow
NO_DATA = "5f5f5f5f5f"
CALL, CALLCODE, DELEGATECALL, STATICCALL = "f1", "f2", "f4", "fa"


def push(number: int | str) -> str:
    value = int(number, 16) if isinstance(number, str) else number
    data = integer(value) or b"\x00"
    return f"{0x5F + len(data):02x}" + data.hex()


def call(target: str, kind: str = CALL, value: int = 0, gas: str = "5a", out: int = 0) -> str:
    """Give the code of a call without input, output to 0; leaves success on the stack."""
    has_value = kind in (CALL, CALLCODE)
    return push(out) + "5f5f5f" + (push(value) if has_value else "") + push(target) + gas + kind


def run(
    executor: Any,
    code: str,
    others: dict[str, Any] | None = None,
    *,
    balance: int = 0,
    flavour: str = "production",
    **changes: Any,
) -> dict[str, Any]:
    """Call MAIN with this code; give the transaction's outcome."""
    pre = funded(ALICE) | (others or {}) | {MAIN: {"code": "0x" + code, "balance": hex(balance)}}
    raw = transaction(**{"to": MAIN, "gas_limit": 1_000_000, **changes})
    outcome: dict[str, Any] = run_block(executor, [raw], pre, flavour=flavour)["transactions"][0]
    return outcome


def word(outcome: dict[str, Any]) -> int:
    assert outcome["status"] == "success", outcome
    return int(outcome["output"], 16)


@pytest.mark.all_executors
def test_calls_nest_to_a_depth_of_1024(executor: Any) -> None:
    # success + what the callee counted, which is zero where the call failed
    count = call(MAIN, out=32) + "5f5101" + RETURN_WORD
    outcome = run(executor, count, gas_limit=2**45)
    assert word(outcome) == 1024


def test_call_kinds_differ_in_address_caller_and_value(executor: Any) -> None:
    show = {CALLEE: {"code": "0x305f523360205234604052" + "60605ff3"}}  # ADDRESS CALLER CALLVALUE
    alice, main, callee = (int(a, 16) for a in (ALICE.address, MAIN, CALLEE))
    for kind, value, expected in (
        (CALL, 7, (callee, main, 7)),
        (CALLCODE, 7, (main, main, 7)),
        (DELEGATECALL, 0, (main, alice, 5)),
        (STATICCALL, 0, (callee, main, 0)),
    ):
        code = call(CALLEE, kind, value, out=96) + "50" + "60605ff3"
        outcome = run(executor, code, show, balance=9, value=5)
        output = bytes.fromhex(outcome["output"][2:])
        found = tuple(int.from_bytes(output[at : at + 32], "big") for at in (0, 32, 64))
        assert found == expected, kind


def test_a_call_that_cannot_pay_its_value_fails_and_keeps_its_gas(executor: Any) -> None:
    code = call(ABSENT, value=10) + RETURN_WORD
    poor = run(executor, code, balance=9)
    rich = run(executor, code, balance=10)
    assert (word(poor), word(rich)) == (0, 1)
    # value 9000, new account 25000, cold 2600 are paid; the stipend comes back in both
    assert poor["gas_used"] == rich["gas_used"]
    pushes = 2 + 3 * 2 + 3 + 3 + 2 + 3 + 2 + 3 + 2
    assert abs(poor["gas_used"] - (21_000 + 9000 - 2300 + 25_000 + 2600 + pushes)) <= 12


def test_the_caller_keeps_a_64th_of_its_gas(executor: Any) -> None:
    burn = {CALLEE: {"code": "0xfe"}}  # INVALID burns what it was passed
    outcome = run(executor, call(CALLEE) + RETURN_WORD, burn, gas_limit=500_000)
    assert word(outcome) == 0
    before = 500_000 - 21_000 - (2 + 3 * 2 + 3 + 3 + 2) - 2600
    left = before // 64
    assert abs((500_000 - outcome["gas_used"]) - left) <= 30


def test_a_frame_that_reverts_takes_back_what_it_did(executor: Any) -> None:
    others = {
        CALLEE: {"code": "0x600160005560aa5f5260205ffd"},  # SSTORE(0, 1), revert with aa
    }
    code = call(CALLEE, out=32) + "6001553d600255" + "5f51" + RETURN_WORD
    outcome = run(executor, code, others)
    assert word(outcome) == 0xAA  # revert data arrives
    stores = {CALLEE: {"code": "0x6001600055"}}
    again = call(CALLEE) + "50" + call(CALLEE) + "50" + "00"
    kept = run(executor, again, stores)
    failing = {CALLEE: {"code": "0x60016000555f5ffd"}}
    taken_back = run(executor, again, failing)
    # written again: the second call pays 100 for a slot with its value, or the whole 20000 again
    assert taken_back["gas_used"] - kept["gas_used"] > 19_000


def test_warmth_is_taken_back_with_a_frame(executor: Any) -> None:
    probe = {CALLEE: {"code": "0x" + push(ABSENT) + "3150" + "5f5ffd"}}  # BALANCE, revert
    cold = run(executor, call(CALLEE) + "50" + push(ABSENT) + "3150" + "00", probe)
    probe = {CALLEE: {"code": "0x" + push(ABSENT) + "3150" + "00"}}
    warm = run(executor, call(CALLEE) + "50" + push(ABSENT) + "3150" + "00", probe)
    assert cold["gas_used"] - warm["gas_used"] == 2500 + 4  # and two PUSH0


def test_static_frames_cannot_write(executor: Any) -> None:
    store = {CALLEE: {"code": "0x6001600055"}}
    assert word(run(executor, call(CALLEE, STATICCALL) + RETURN_WORD, store)) == 0
    assert word(run(executor, call(CALLEE) + RETURN_WORD, store)) == 1


def created(sender: str, nonce: int) -> str:
    encoded = rlp.encode([bytes.fromhex(sender[2:]), integer(nonce)])
    return "0x" + keccak256(encoded)[12:].hex()


def test_a_deployment_gives_the_code_and_the_address(executor: Any) -> None:
    code = bytes.fromhex("60425f5260205ff3")
    raws = [
        transaction(to=None, data=deployer(code), value=3),
        transaction(nonce=1, to=created(ALICE.address, 0)),
    ]
    first, second = run_block(executor, raws, funded(ALICE))["transactions"]
    assert first["contract_address"] == created(ALICE.address, 0)
    assert (first["status"], first["output"]) == ("success", "0x" + code.hex())
    assert int(second["output"], 16) == 0x42


def test_the_target_of_a_creation_that_cannot_be_paid_is_warm_in_production_only(
    executor: Any,
) -> None:
    code = "5f5f6001f0" + "50" + push(created(MAIN, 0)) + "31" + "00"  # CREATE POP BALANCE STOP
    spent = 21_000 + 2 + 2 + 3 + 32_000 + 2 + 3
    for flavour, access in (("production", 100), ("ethereum", 2600)):
        assert run(executor, code, flavour=flavour)["gas_used"] == spent + access, flavour


def test_a_deployment_onto_a_contract_burns_everything(executor: Any) -> None:
    raw = transaction(to=None, data=deployer(b"\x00"), gas_limit=200_000)
    target = created(ALICE.address, 0)
    for taken in ({"code": "0x00"}, {"nonce": "0x1"}):
        pre = funded(ALICE) | {target: taken}
        outcome = run_block(executor, [raw], pre)["transactions"][0]
        assert (outcome["status"], outcome["gas_used"]) == ("reverted", 200_000)
        assert (outcome["output"], outcome["contract_address"]) == ("0x", None)
    pre = funded(ALICE) | {target: {"balance": "0x5"}}
    assert run_block(executor, [raw], pre)["transactions"][0]["status"] == "success"


@pytest.mark.parametrize(
    ("initcode", "output", "burns_all"),
    [
        ("60aa5f5260205ffd", "0x" + f"{0xAA:064x}", False),  # REVERT keeps gas and has data
        ("fe", "0x", True),
        ("60ef5f5360015ff3", "0x", True),  # code that begins with ef
        ("6160015ff3", "0x", True),  # 24577 bytes of code
    ],
)
def test_deployments_that_fail(executor: Any, initcode: str, output: str, burns_all: bool) -> None:
    raw = transaction(to=None, data=bytes.fromhex(initcode), gas_limit=6_000_000)
    outcome = run_block(executor, [raw], funded(ALICE))["transactions"][0]
    assert (outcome["status"], outcome["output"]) == ("reverted", output)
    assert (outcome["gas_used"] == 6_000_000) == burns_all


def creating(initcode: str, value: int = 0) -> str:
    """CREATE from memory; leaves the address on the stack."""
    size = len(initcode) // 2
    return push("0x" + initcode) + "5f52" + push(size) + push(32 - size) + push(value) + "f0"


def test_create_gives_the_address_of_the_deployer_s_nonce(executor: Any) -> None:
    initcode = deployer(bytes.fromhex("00")).hex()
    outcome = run(executor, creating(initcode) + RETURN_WORD)
    assert word(outcome) == int(created(MAIN, 0), 16)
    # a contract of the block file has nonce 0; each creation moves it, also one that reverts
    twice = creating("5f5ffd") + "50" + creating(initcode) + RETURN_WORD
    assert word(run(executor, twice)) == int(created(MAIN, 1), 16)
    # one that cannot pay its value does not
    unpaid = creating(initcode, value=1) + "50" + creating(initcode) + RETURN_WORD
    assert word(run(executor, unpaid)) == int(created(MAIN, 0), 16)


def test_a_creation_that_reverts_leaves_its_data(executor: Any) -> None:
    initcode = "60aa5f5260205ffd"
    assert word(run(executor, creating(initcode) + "3d01" + RETURN_WORD)) == 32
    initcode = deployer(bytes.fromhex("00")).hex()
    size_only = creating(initcode) + "503d" + RETURN_WORD
    assert word(run(executor, size_only)) == 0


def test_value_arrives_with_the_transaction(executor: Any) -> None:
    assert word(run(executor, "47" + RETURN_WORD, balance=2, value=5)) == 7  # SELFBALANCE
    poor = transaction(to=MAIN, value=ETHER)
    outcome = run_block(executor, [poor], funded(ALICE))["transactions"][0]
    assert outcome["error"] == "LackOfFundForMaxFee"
