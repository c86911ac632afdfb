"""The hooks that stand for system contracts: messages, withdrawals, and who is refused.

Figures: resources reference 3.7; the withdrawal's 26993 gas was measured on the official program.
"""

from typing import Any

import pytest

from tests.support.chain import ALICE, ETHER, funded, keccak256, run_block, transaction

CONTRACT = "0x00000000000000000000000000000000000c0de0"
MESSENGER, BASE_TOKEN, DEPLOYER = (f"0x{number:040x}" for number in (0x8008, 0x800A, 0x8006))
RECEIVER = "0x" + "aa" * 20
SEND_TO_L1 = bytes.fromhex("62f84b24")
WITHDRAW = bytes.fromhex("51cff8d9")
WITHDRAW_WITH_MESSAGE = bytes.fromhex("84bc3eb0")
SET_BYTECODE_DETAILS = bytes.fromhex("f6eca0b0")


def word(value: int | str) -> bytes:
    return (int(value, 16) if isinstance(value, str) else value).to_bytes(32, "big")


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 32)


def encoded(message: bytes) -> bytes:
    return word(32) + word(len(message)) + padded(message)


def calldata_gas(data: bytes) -> int:
    return 21_000 + sum(16 if byte else 4 for byte in data)


def keccak_native(length: int) -> int:
    return 2500 + 17_500 * max(1, -(-length // 136))


def message_gas(length: int) -> int:
    return 549 + 8 * length + 2 * (30 + 6 * -(-length // 32))


def message_native(length: int) -> int:
    return keccak_native(88) + 3 * keccak_native(64) + 2 * keccak_native(length) + 6000 + 2 * length


def event_native(topics: int, length: int) -> int:
    return 6000 + 200 * topics + 2 * length


def send(executor: Any, to: str, data: bytes, **changes: Any) -> tuple[dict[str, Any], Any]:
    raw = transaction(to=to, data=data, **{"gas_limit": 300_000, **changes})
    result = run_block(executor, [raw], funded(ALICE))
    return result["transactions"][0], result


def base_native(data: bytes, value: int = 0) -> int:
    """Native of a call of an absent account with this calldata."""
    raw = transaction(data=data, gas_limit=300_000, value=value)
    length = len(raw) // 2 - 1
    moved = 14_000 if value else 0
    return 991_340 - 40_000 + 2 * keccak_native(length) + len(data) + moved


@pytest.mark.all_executors
def test_a_message_goes_to_l1_with_its_event_and_price(executor: Any) -> None:
    for message in (b"hello", b"", b"m" * 32, b"n" * 200):
        data = SEND_TO_L1 + encoded(message)
        outcome, result = send(executor, MESSENGER, data)
        digest = "0x" + keccak256(message).hex()
        assert (outcome["status"], outcome["output"]) == ("success", digest)
        [sent] = result["messages"]
        assert (sent["sender"], sent["data"]) == (ALICE.address, "0x" + message.hex())
        [log] = outcome["logs"]
        sent_topic = "0x" + keccak256(b"L1MessageSent(address,bytes32,bytes)").hex()
        assert log["address"] == MESSENGER
        assert log["topics"] == [sent_topic, "0x" + word(ALICE.address).hex(), digest]
        assert log["data"] == "0x" + data[4:].hex()
        length, size = len(message), len(data) - 4
        gas = 100 + message_gas(length) + 1500 + 8 * size
        assert outcome["gas_used"] == calldata_gas(data) + gas
        native = 1000 + message_native(length) + event_native(3, size)
        assert outcome["native_used"] == base_native(data) + native


def test_malformed_messages_revert_and_keep_their_gas(executor: Any) -> None:
    good = encoded(b"hello")
    for data in (
        b"", b"\x62\xf8\x4b", b"\0\0\0\0" + good, SEND_TO_L1, SEND_TO_L1 + good[:63],
        SEND_TO_L1 + word(64) + good[32:], SEND_TO_L1 + word(32) + word(33) + bytes(32),
        SEND_TO_L1 + word(32) + word(2**32) + bytes(32), SEND_TO_L1 + good + b"\0",
    ):  # fmt: skip
        outcome, result = send(executor, MESSENGER, data)
        assert (outcome["status"], outcome["output"]) == ("reverted", "0x")
        assert outcome["gas_used"] == calldata_gas(data) + 100
        assert result["messages"] == []
    outcome, _ = send(executor, MESSENGER, SEND_TO_L1 + good, value=1)
    assert (outcome["status"], outcome["gas_used"]) == (
        "reverted", calldata_gas(SEND_TO_L1 + good)
    )  # fmt: skip
    tolerated = SEND_TO_L1 + good + word(7)
    assert send(executor, MESSENGER, tolerated)[0]["status"] == "success"


def test_running_out_of_gas_in_a_hook_reverts_with_nothing_left(executor: Any) -> None:
    data = SEND_TO_L1 + encoded(b"hello")
    needed = calldata_gas(data) + 100 + message_gas(5) + 1500 + 8 * 96
    assert send(executor, MESSENGER, data, gas_limit=needed)[0]["status"] == "success"
    outcome, result = send(executor, MESSENGER, data, gas_limit=needed - 1)
    assert (outcome["status"], outcome["gas_used"]) == ("reverted", needed - 1)
    assert result["messages"] == [] and outcome["logs"] == []


def test_a_withdrawal_burns_and_tells_l1(executor: Any) -> None:
    data = WITHDRAW + word(RECEIVER)
    outcome, result = send(executor, BASE_TOKEN, data, value=777)
    assert (outcome["status"], outcome["output"], outcome["gas_used"]) == ("success", "0x", 26_993)
    message = bytes.fromhex("6c0960f9" + "aa" * 20) + word(777)
    [sent] = result["messages"]
    assert (sent["sender"], sent["data"]) == (BASE_TOKEN, "0x" + message.hex())
    native = 1000 + 5000 + message_native(56) + event_native(3, 128) + event_native(3, 32)
    assert outcome["native_used"] == base_native(data, 777) + native
    events = [(log["address"], log["topics"][0]) for log in outcome["logs"]]
    topic = "0x" + keccak256(b"Withdrawal(address,address,uint256)").hex()
    assert events[1] == (BASE_TOKEN, topic) and events[0][0] == MESSENGER
    assert outcome["logs"][1]["topics"][1:] == [
        "0x" + word(ALICE.address).hex(), "0x" + word(RECEIVER).hex()
    ]  # fmt: skip
    burned = result["account_diffs"].get(BASE_TOKEN, {"balance": "0x0"})
    assert int(burned["balance"], 16) == 0


def test_a_withdrawal_with_data_carries_caller_and_data(executor: Any) -> None:
    for extra in (b"", b"x" * 7, b"y" * 100):
        data = WITHDRAW_WITH_MESSAGE + word(RECEIVER) + word(64) + word(len(extra)) + padded(extra)
        outcome, result = send(executor, BASE_TOKEN, data, value=5)
        assert outcome["status"] == "success"
        caller = bytes.fromhex(ALICE.address[2:])
        message = bytes.fromhex("6c0960f9" + "aa" * 20) + word(5) + caller + extra
        assert result["messages"][0]["data"] == "0x" + message.hex()
        event = word(5) + word(64) + word(len(extra)) + padded(extra)
        assert outcome["logs"][1]["data"] == "0x" + event.hex()
        topic = keccak256(b"WithdrawalWithMessage(address,address,uint256,bytes)").hex()
        assert outcome["logs"][1]["topics"][0] == "0x" + topic
        e = 64 + len(padded(message))
        v = 96 + len(padded(extra))
        gas = 200 + message_gas(76 + len(extra)) + 1500 + 8 * e + 1500 + 8 * v
        assert outcome["gas_used"] == calldata_gas(data) + gas
        native = 6000 + (80 + e) + message_native(76 + len(extra)) + event_native(3, e)
        native += (80 + v) + event_native(3, v)
        assert outcome["native_used"] == base_native(data, 5) + native


def test_refused_withdrawals_give_the_value_back(executor: Any) -> None:
    wide = "0x01" + "00" * 11 + "aa" * 20
    for data in (
        b"", WITHDRAW, WITHDRAW + word(RECEIVER)[:-1], WITHDRAW + word(wide),
        b"\1\2\3\4" + bytes(32),
        WITHDRAW_WITH_MESSAGE + word(RECEIVER) + word(64),
        WITHDRAW_WITH_MESSAGE + word(wide) + word(64) + word(0),
        WITHDRAW_WITH_MESSAGE + word(RECEIVER) + word(64) + word(1),
        WITHDRAW_WITH_MESSAGE + word(RECEIVER) + word(2**32) + word(0),
    ):  # fmt: skip
        outcome, result = send(executor, BASE_TOKEN, data, value=9)
        assert (outcome["status"], outcome["logs"], result["messages"]) == ("reverted", [], [])
        spent = outcome["gas_used"] * 1000
        assert int(result["account_diffs"][ALICE.address]["balance"], 16) == ETHER - spent


@pytest.mark.parametrize("kind", ["f2", "f4", "fa"])
def test_delegated_and_static_calls_are_refused(executor: Any, kind: str) -> None:
    data = SEND_TO_L1 + encoded(b"hello")
    value = "5f" if kind == "f2" else ""
    copied = f"60{len(data):02x}5f5f37"  # CALLDATACOPY(0, 0, length)
    code = copied + f"5f5f60{len(data):02x}5f{value}6180085a{kind}5f5260205ff3"
    pre = funded(ALICE) | {CONTRACT: {"code": "0x" + code}}
    raw = transaction(to=CONTRACT, data=data, gas_limit=300_000)
    result = run_block(executor, [raw], pre)
    assert int(result["transactions"][0]["output"], 16) == 0
    assert result["messages"] == []


def test_only_the_complex_upgrader_deploys(executor: Any) -> None:
    data = SET_BYTECODE_DETAILS + word(CONTRACT) + bytes(32) + word(10) + bytes(32)
    outcome, _ = send(executor, DEPLOYER, data)
    assert (outcome["status"], outcome["gas_used"]) == ("reverted", calldata_gas(data) + 100)
