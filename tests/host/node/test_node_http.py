"""A node over HTTP, spoken to by web3.py: what developers do with a chain."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web3.exceptions import ContractLogicError

from tests.cli.support import zkos
from tests.host.node.support import (
    COUNTER,
    REVERTER,
    TRANSFER,
    RunningNode,
    account,
    running,
    signed,
)
from tests.support.chain import deployer, keccak256

ALICE, BOB = account(0), account(1)
SLOT_ZERO = "0x" + "0" * 63 + "1"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running(tmp_path_factory.mktemp("node") / "state") as found:
        yield found


def next_nonce(node: RunningNode, of: Any = ALICE) -> int:
    return int(node.call("eth_getTransactionCount", of.address, "pending"), 16)


def deploy(node: RunningNode, code: bytes) -> str:
    transaction = signed(ALICE, next_nonce(node), to=None, data=deployer(code))
    return str(node.call("eth_getTransactionReceipt", node.send(transaction))["contractAddress"])


@pytest.fixture(scope="module")
def counter(node: RunningNode) -> str:
    return deploy(node, COUNTER)


def test_it_says_which_chain_it_is(node: RunningNode) -> None:
    assert node.web3.eth.chain_id == 37
    assert node.call("net_version") == "37"
    assert node.call("web3_clientVersion").startswith("zkos/v")
    assert node.call("eth_accounts") == []
    assert node.call("eth_syncing") is False
    assert node.call("web3_sha3", "0x61") == "0x" + keccak256(b"a").hex()


def test_a_transfer_is_sealed_at_once_and_all_its_parts_agree(node: RunningNode) -> None:
    before = node.web3.eth.get_balance(BOB.address)
    raw = signed(ALICE, next_nonce(node), to=BOB.address, value=5, maxPriorityFeePerGas=7)
    digest = node.web3.eth.send_raw_transaction(raw)
    receipt = node.web3.eth.get_transaction_receipt(digest)
    block = node.web3.eth.get_block(receipt["blockNumber"], full_transactions=True)
    assert receipt["status"] == 1
    assert receipt["gasUsed"] == receipt["cumulativeGasUsed"] == 21_000
    assert receipt["effectiveGasPrice"] == 1007
    assert block["transactions"] == [node.web3.eth.get_transaction(digest)]
    assert block["hash"] == receipt["blockHash"]
    assert node.web3.eth.get_balance(BOB.address) == before + 5
    number, index = hex(receipt["blockNumber"]), "0x0"
    by_hash = node.call("eth_getTransactionByHash", "0x" + digest.hex())
    assert by_hash == node.call("eth_getTransactionByBlockNumberAndIndex", number, index)
    block_hash = "0x" + receipt["blockHash"].hex()
    assert by_hash == node.call("eth_getTransactionByBlockHashAndIndex", block_hash, index)
    assert node.call("eth_getBlockTransactionCountByHash", block_hash) == "0x1"
    assert node.call("eth_getBlockTransactionCountByNumber", number) == "0x1"
    assert node.call("eth_getBlockReceipts", number) == [
        node.call("eth_getTransactionReceipt", "0x" + digest.hex())
    ]


@pytest.mark.parametrize("kind", [0, 1])
def test_older_transaction_types_are_taken(node: RunningNode, kind: int) -> None:
    changes: dict[str, Any] = {"type": kind, "accessList": []} if kind else {}
    fields = {
        "chainId": 37, "nonce": next_nonce(node), "gas": 50_000, "to": BOB.address, "value": 1,
        "data": b"", "gasPrice": 1500, **changes,
    }  # fmt: skip
    digest = node.send(bytes(ALICE.sign_transaction(fields).raw_transaction))
    found = node.call("eth_getTransactionByHash", digest)
    assert (found["type"], found["gasPrice"], found["chainId"]) == (hex(kind), hex(1500), "0x25")
    assert node.call("eth_getTransactionReceipt", digest)["effectiveGasPrice"] == hex(1500)


def test_an_account_delegates_to_a_contract(node: RunningNode, counter: str) -> None:
    carol = account(2)
    target = node.web3.to_checksum_address(counter)
    signed_delegation = carol.sign_authorization({"chainId": 37, "address": target, "nonce": 1})
    raw = signed(carol, 0, type=4, to=carol.address, authorizationList=[signed_delegation])
    digest = node.send(raw)
    found = node.web3.eth.get_transaction(digest)
    [listed] = found["authorizationList"]
    assert (found["type"], listed["address"], listed["nonce"]) == (4, target, 1)
    assert listed["r"] == signed_delegation.r
    assert node.call("eth_getCode", carol.address) == "0xef0100" + counter[2:]
    assert int(node.call("eth_getStorageAt", carol.address, "0x0"), 16) == 1


def test_a_block_hashes_to_its_hash(node: RunningNode) -> None:
    rlp = pytest.importorskip("rlp")
    node.send(signed(ALICE, next_nonce(node)))
    for tag in ("earliest", "latest"):
        block = node.call("eth_getBlockByNumber", tag)
        names = (
            *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot"),
            *("receiptsRoot", "logsBloom", "difficulty", "number", "gasLimit", "gasUsed"),
            *("timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas"),
        )
        numbers = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas"}
        fields = [
            int(block[name], 16) if name in numbers else bytes.fromhex(block[name][2:])
            for name in names
        ]
        assert block["hash"] == "0x" + keccak256(rlp.encode(fields)).hex()


def test_a_contract_is_deployed_called_and_changes_its_storage(
    node: RunningNode, counter: str
) -> None:
    assert node.call("eth_getCode", counter) == "0x" + COUNTER.hex()
    assert node.call("eth_getCode", counter, "earliest") == "0x"
    asked = node.call("eth_call", {"to": counter})
    count = int(node.call("eth_getStorageAt", counter, "0x0"), 16)
    assert int(asked, 16) == count + 1
    digest = node.send(signed(ALICE, next_nonce(node), to=counter))
    assert int(node.call("eth_getStorageAt", counter, "0x0"), 16) == count + 1
    before = hex(int(node.call("eth_getTransactionReceipt", digest)["blockNumber"], 16) - 1)
    assert int(node.call("eth_getStorageAt", counter, "0x0", before), 16) == count
    by_hash = {"blockHash": node.call("eth_getBlockByNumber", before)["hash"]}
    assert int(node.call("eth_getStorageAt", counter, "0x0", by_hash), 16) == count
    assert int(node.call("eth_call", {"to": counter}, before), 16) == count + 1


def test_overrides_change_a_call_and_nothing_else(node: RunningNode, counter: str) -> None:
    overrides = {counter: {"stateDiff": {SLOT_ZERO[:-1] + "0": "0x" + f"{41:064x}"}}}
    assert int(node.call("eth_call", {"to": counter}, "latest", overrides), 16) == 42
    access_list = [{"address": counter, "storageKeys": [SLOT_ZERO]}]
    plain = int(node.call("eth_call", {"to": counter, "accessList": access_list}), 16)
    assert plain == int(node.call("eth_getStorageAt", counter, "0x0"), 16) + 1


def test_a_call_pays_what_a_transaction_would(node: RunningNode) -> None:
    contract = deploy(node, bytes.fromhex("3a5f5260205ff3"))  # gives GASPRICE
    call = {"from": ALICE.address, "to": contract}
    for fees, price in (
        ({}, 0),
        ({"gasPrice": hex(1500)}, 1500),
        ({"maxFeePerGas": hex(2000), "maxPriorityFeePerGas": "0x3"}, 1003),
        ({"maxFeePerGas": hex(1001), "maxPriorityFeePerGas": "0x3"}, 1001),
    ):
        assert int(node.call("eth_call", call | fees), 16) == price
    assert "BaseFeeGreaterThanMaxFee" in node.error("eth_call", call | {"gasPrice": "0x1"})[1]


def test_an_estimate_is_exact(node: RunningNode, counter: str) -> None:
    call = {"from": ALICE.address, "to": counter, "data": "0x" + "11" * 32}
    gas = int(node.call("eth_estimateGas", call), 16)
    assert node.call("eth_call", call | {"gas": hex(gas)})
    assert node.error("eth_call", call | {"gas": hex(gas - 1)})[0] == 3


def test_a_revert_has_its_reason_and_its_data(node: RunningNode) -> None:
    contract = deploy(node, REVERTER)
    with pytest.raises(ContractLogicError, match="no"):
        node.web3.eth.call({"to": node.web3.to_checksum_address(contract)})
    reply = node.reply("eth_call", {"to": contract})["error"]
    assert (reply["code"], reply["message"]) == (3, "execution reverted: no")
    assert reply["data"] == "0x" + REVERTER[10:].hex()
    assert node.error("eth_estimateGas", {"to": contract})[0] == 3
    digest = node.send(signed(ALICE, next_nonce(node), to=contract))
    assert node.call("eth_getTransactionReceipt", digest)["status"] == "0x0"


def test_logs_are_found_by_address_and_topic(node: RunningNode, counter: str) -> None:
    word = "0x" + "0" * 24 + BOB.address[2:].lower()
    digest = node.send(signed(ALICE, next_nonce(node), to=counter, data=bytes.fromhex(word[2:])))
    receipt = node.call("eth_getTransactionReceipt", digest)
    [log] = receipt["logs"]
    assert log["topics"] == ["0x" + TRANSFER, "0x" + "0" * 24 + ALICE.address[2:].lower(), word]
    every = {"fromBlock": "earliest"}
    for found in (
        node.call("eth_getLogs", every | {"topics": [None, None, word]}),
        node.call("eth_getLogs", {"blockHash": receipt["blockHash"], "address": [counter]}),
        node.call("eth_getLogs", {"address": counter, "topics": [["0x" + TRANSFER, word]]}),
    ):
        assert found == [log]
    assert node.call("eth_getLogs", every | {"address": ALICE.address}) == []
    assert node.call("eth_getLogs", every | {"topics": [word]}) == []
    assert node.call("eth_getLogs", every | {"topics": [None, None, None, None]}) == []
    assert int(receipt["logsBloom"], 16) != 0


def test_what_is_invalid_is_refused_by_the_kernels_name(node: RunningNode) -> None:
    nonce = next_nonce(node)
    poor = node.web3.eth.account.create()
    assert node.refusal(signed(ALICE, 0)).startswith("NonceTooLow") or nonce == 0
    assert node.refusal(signed(poor, 0)).startswith("LackOfFundForMaxFee")
    assert "BaseFeeGreaterThanMaxFee" in node.refusal(signed(ALICE, nonce, maxFeePerGas=1))
    assert "InvalidChainId" in node.refusal(signed(ALICE, nonce, chainId=1))
    assert "CallerGasLimitMoreThanBlock" in node.refusal(signed(ALICE, nonce, gas=10**9))
    assert "InvalidEncoding" in node.refusal(b"\x02\xff")
    assert "InvalidEncoding" in node.refusal(b"\xc0")
    assert next_nonce(node) == nonce


def test_a_gap_of_nonces_waits_until_it_is_filled(node: RunningNode) -> None:
    nonce = next_nonce(node, BOB)
    later = node.send(signed(BOB, nonce + 1))
    assert node.call("eth_getTransactionByHash", later)["blockNumber"] is None
    assert node.call("eth_getTransactionReceipt", later) is None
    assert next_nonce(node, BOB) == nonce
    node.send(signed(BOB, nonce))
    assert node.call("eth_getTransactionReceipt", later)["status"] == "0x1"
    assert next_nonce(node, BOB) == nonce + 2


def test_a_replacement_must_pay_a_tenth_more(node: RunningNode) -> None:
    nonce = next_nonce(node, BOB) + 1
    first = node.send(signed(BOB, nonce, maxFeePerGas=2000))
    assert "already known" in node.refusal(signed(BOB, nonce, maxFeePerGas=2000))
    assert "underpriced" in node.refusal(signed(BOB, nonce, maxFeePerGas=2199))
    second = node.send(signed(BOB, nonce, maxFeePerGas=2200))
    assert node.call("eth_getTransactionByHash", first) is None
    node.send(signed(BOB, nonce - 1))
    assert node.call("eth_getTransactionReceipt", second)["status"] == "0x1"


def test_the_fee_history_has_the_tips_that_were_paid(node: RunningNode) -> None:
    node.send(signed(ALICE, next_nonce(node), maxPriorityFeePerGas=9))
    history = node.web3.eth.fee_history(1, "latest", [0, 50, 100])
    assert history["reward"] == [[9, 9, 9]]
    assert history["baseFeePerGas"] == [1000, 1000]
    assert node.call("eth_gasPrice") == hex(1000)
    assert node.call("eth_maxPriorityFeePerGas") == "0x0"


def test_blocks_that_are_not_there_are_null_or_one_clear_error(node: RunningNode) -> None:
    assert node.call("eth_getBlockByNumber", "0xffffff") is None
    assert node.call("eth_getBlockByHash", "0x" + "12" * 32) is None
    assert node.call("eth_getTransactionReceipt", "0x" + "12" * 32) is None
    assert node.error("eth_getBalance", ALICE.address, "0xffffff") == (-32000, "header not found")


def test_receipts_and_blocks_are_those_of_zkos_run(node: RunningNode, tmp_path: Path) -> None:
    genesis = node.call("eth_getBlockByNumber", "earliest")
    pre = {account(at).address: {"balance": hex(10_000 * 10**18)} for at in range(10)}
    for number in range(1, int(node.call("eth_blockNumber"), 16) + 1):
        block_file = node.call("zkos_getBlockFile", hex(number))
        if number == 1:
            block_file["pre"] = pre
            block_file["block"]["block_hashes"] = [genesis["hash"]]
        path = tmp_path / "block.json"
        path.write_text(json.dumps(block_file))
        result = zkos("run", path, "--state", tmp_path / "state", "--json").json
        assert result["block_hash"] == node.call("eth_getBlockByNumber", hex(number))["hash"]
        assert result["pubdata"] == node.call("zkos_getPubdata", hex(number))
        receipts = node.call("eth_getBlockReceipts", hex(number))
        assert [
            (
                one["transactionHash"], int(one["status"], 16), int(one["gasUsed"], 16),
                [(log["address"], log["topics"], log["data"]) for log in one["logs"]],
                one["contractAddress"],
            )
            for one in receipts
        ] == [
            (
                one["hash"], int(one["status"] == "success"), one["gas_used"],
                [(log["address"], log["topics"], log["data"]) for log in one["logs"]],
                one["contract_address"],
            )
            for one in result["transactions"]
        ]  # fmt: skip
