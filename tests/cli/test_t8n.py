"""``zkos t8n`` against mainnet's own roots, state tests, and its convention."""

import io
import json
import sys
from pathlib import Path

import pyrevm
import pytest
import rlp

from tests.cli.support import zkos
from tests.conformance.test_state_tests import VECTORS, sample
from tests.integration.test_mainnet_block import read
from tests.support.chain import ALICE, BOB, keccak256
from tests.support.revm_traces import code_of, decoded
from zkos.host.statetest.cases import parse_file
from zkos.host.statetest.files import read_files
from zkos.host.t8n.result import blob_gas_price

MAINNET = Path(__file__).parents[1] / "vectors/mainnet-traces/header.json"
EMPTY_ROOT = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
ETHER = 10**18
ENV = {
    "currentCoinbase": "0x" + "cc" * 20,
    "currentGasLimit": "0x1c9c380",
    "currentNumber": "1",
    "currentTimestamp": "1000",
    "currentRandom": "0x" + "00" * 32,
    "currentBaseFee": "7",
    "currentExcessBlobGas": "0x0",
    "blockHashes": {"0": "0x" + "11" * 32},
    "withdrawals": [],
}
ALLOC = {ALICE.address: {"balance": hex(ETHER)}}
TRANSFER = {
    "type": "0x0", "nonce": "0x0", "gasPrice": "0x9", "gas": "0x5208", "to": BOB.address,
    "value": "0x1", "input": "0x", "v": "0x0", "r": "0x0", "s": "0x0",
    "secretKey": f"0x{ALICE.secret:064x}",
}  # fmt: skip


@pytest.fixture
def t8n(tmp_path):
    """Run the tool on documents; gives the outcome with what it printed."""

    def run(alloc, env, txs, *options, suffix=".json"):
        places = []
        for name, document in (("alloc", alloc), ("env", env), ("txs", txs)):
            path = tmp_path / (name + (suffix if name == "txs" else ".json"))
            path.write_text(document if isinstance(document, str) else json.dumps(document))
            places += [f"--input.{name}", path]
        outputs = ["--output.alloc", "stdout", "--output.result", "stdout"]
        return zkos("t8n", *places, *outputs, "--output.basedir", tmp_path / "out", *options)

    return run


def made(outcome):
    assert outcome.status == 0, outcome.stderr
    return outcome.json["alloc"], outcome.json["result"]


def test_mainnet_s_block_has_its_roots_and_bloom(t8n):
    header = json.loads(MAINNET.read_text())
    block = read("mainnet-22244135.json.gz")
    given = block["block"]
    env = {
        "currentCoinbase": given["coinbase"],
        "currentGasLimit": given["gas_limit"],
        "currentNumber": given["number"],
        "currentTimestamp": given["timestamp"],
        "currentRandom": given["mix_hash"],
        "currentBaseFee": given["base_fee"],
        "currentExcessBlobGas": given["excess_blob_gas"],
        "blockHashes": {str(int(given["number"], 16) - 1): given["block_hashes"][0]},
        "withdrawals": header["withdrawals"],
    }
    items = [bytes.fromhex(one[2:]) for one in block["transactions"]]
    body = rlp.encode([one if one[0] < 0x80 else rlp.decode(one) for one in items])
    _, result = made(t8n(block["pre"], env, json.dumps("0x" + body.hex()), suffix=".rlp"))
    assert result["txRoot"] == header["transactionsRoot"]
    assert result["receiptsRoot"] == header["receiptsRoot"]
    assert result["logsBloom"] == header["logsBloom"]
    assert result["gasUsed"] == header["gasUsed"]
    assert result["withdrawalsRoot"] == header["withdrawalsRoot"]
    assert result["blobGasUsed"] == header["blobGasUsed"]
    assert "rejected" not in result


def test_state_tests_have_their_state_root_and_logs(t8n):
    tests = [
        test
        for name, document in read_files([VECTORS / "ef-state-tests.tar.xz"])
        for test in parse_file(name, document)
    ]
    for test in sample(tests, 12, lambda test, case: decoded_gas(case) < 500_000):
        (case,) = test.cases
        alloc = {
            f"0x{address:040x}": {
                "balance": hex(account.balance),
                "nonce": hex(account.nonce),
                "code": "0x" + code_of(test, address).hex(),
                "storage": {f"0x{k:064x}": f"0x{v:064x}" for k, v in account.storage.items()},
            }
            for address, account in test.accounts.items()
        }
        env = ENV | {
            "currentCoinbase": f"0x{test.block.coinbase:040x}",
            "currentGasLimit": hex(test.block.gas_limit),
            "currentNumber": hex(test.block.number),
            "currentTimestamp": hex(test.block.timestamp),
            "currentRandom": f"0x{test.block.mix_hash:064x}",
            "currentBaseFee": hex(test.block.base_fee),
            "currentExcessBlobGas": hex(test.block.excess_blob_gas),
        }
        item = case.transaction
        body = rlp.encode([item if item[0] < 0x80 else rlp.decode(item)])
        _, result = made(t8n(alloc, env, json.dumps("0x" + body.hex()), suffix=".rlp"))
        assert ("rejected" in result) == (case.expected.exception is not None), case.name
        assert result["logsHash"] == "0x" + case.expected.logs_hash.hex()
        assert result["stateRoot"] == "0x" + case.expected.state_root.hex(), case.name


def decoded_gas(case):
    return 10**9 if case.transaction[0] == 3 else decoded(case.transaction)["gas"]


def test_a_transfer_is_signed_and_a_second_one_rejected(t8n, tmp_path):
    outcome = t8n(ALLOC, ENV, [TRANSFER, TRANSFER], "--output.body", "body.rlp")
    alloc, result = made(outcome)
    assert alloc[BOB.address] == {"balance": "0x1"}
    assert alloc[ALICE.address] == {"balance": hex(ETHER - 1 - 9 * 21000), "nonce": "0x1"}
    assert alloc["0x" + "cc" * 20] == {"balance": hex(2 * 21000)}
    (receipt,) = result["receipts"]
    assert (receipt["status"], receipt["gasUsed"], receipt["logs"]) == ("0x1", "0x5208", [])
    assert result["rejected"] == [
        {"index": 1, "error": "nonce too low (NonceTooLow): tx: 0 state: 1"}
    ]
    body = json.loads((tmp_path / "out/body.rlp").read_text())
    raw = rlp.decode(bytes.fromhex(body[2:]))
    assert len(raw) == 2
    assert receipt["transactionHash"] == "0x" + keccak256(rlp.encode(raw[0])).hex()
    again = t8n(ALLOC, ENV, json.dumps(body), suffix=".rlp")
    assert again.json["result"] == result


def test_transactions_of_all_types_are_signed(t8n):
    fees = {"maxFeePerGas": "0x9", "maxPriorityFeePerGas": "0x1"}
    access = {"accessList": [{"address": BOB.address, "storageKeys": ["0x" + "00" * 32]}]}
    blob = {"maxFeePerBlobGas": "0x1", "blobVersionedHashes": ["0x01" + "00" * 31]}
    kinds = [{}, access, access | fees, access | fees | blob]
    txs = [
        TRANSFER | extra | {"type": hex(kind), "nonce": hex(kind), "gas": "0xffff"}
        for kind, extra in enumerate(kinds)
    ]
    txs.append(TRANSFER | {"nonce": "0x4", "protected": False})
    alloc, result = made(t8n(ALLOC, ENV, txs))
    assert "rejected" not in result
    assert [one["type"] for one in result["receipts"]] == ["0x0", "0x1", "0x2", "0x3", "0x0"]
    assert alloc[BOB.address] == {"balance": "0x5"}
    assert result["blobGasUsed"] == result["receipts"][3]["blobGasUsed"] == "0x20000"
    assert result["receipts"][3]["blobGasPrice"] == "0x1"


# Stores timestamp and root as EIP-4788 says; not its code: any code is called.
BEACON = "0x000f3df6d732807ef1319fb7b8bb8522d0beac02"
STORE_CALLDATA_AT_TIMESTAMP = "0x5f35425500"


def test_the_beacon_root_is_stored_and_withdrawals_are_credited(t8n):
    env = ENV | {
        "parentBeaconBlockRoot": "0x" + "be" * 32,
        "withdrawals": [
            {"index": "0x1", "validatorIndex": "0x2", "address": BOB.address, "amount": "0x3"}
        ],
    }
    contract = {"balance": "0x1", "code": STORE_CALLDATA_AT_TIMESTAMP}
    alloc, result = made(t8n(ALLOC | {BEACON: contract}, env, []))
    assert alloc[BEACON]["storage"] == {f"0x{1000:064x}": "0x" + "be" * 32}
    assert alloc[BOB.address] == {"balance": hex(3 * 10**9)}
    assert set(alloc) == {ALICE.address, BEACON, BOB.address}
    assert result["withdrawalsRoot"] != EMPTY_ROOT
    assert result["txRoot"] == result["receiptsRoot"] == EMPTY_ROOT


def test_fees_that_are_left_out_follow_from_the_parent(t8n):
    env = {name: one for name, one in ENV.items() if name not in ("currentBaseFee",)}
    parent = {"parentBaseFee": "0x0a", "parentGasUsed": "0x00", "parentGasLimit": "0x1c9c380"}
    blobs = {"parentExcessBlobGas": "0x60000", "parentBlobGasUsed": "0x20000"}
    del env["currentExcessBlobGas"]
    _, result = made(t8n(ALLOC, env | parent | blobs, []))
    assert result["currentBaseFee"] == "0x9"
    assert result["currentExcessBlobGas"] == "0x20000"


@pytest.mark.parametrize("excess", [0, 2_314_057, 2_314_058, 10_000_000, 49_414_144])
def test_the_blob_gas_price_is_revm_s(excess):
    env = pyrevm.BlockEnv(excess_blob_gas=excess)
    assert blob_gas_price(excess) == env.blob_gasprice


def test_everything_can_come_from_standard_input(monkeypatch, t8n):
    document = {"alloc": ALLOC, "env": ENV, "txs": [TRANSFER]}
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(document)))
    places = [part for name in document for part in (f"--input.{name}", "stdin")]
    outcome = zkos("t8n", *places, "--json")
    assert outcome.json["result"] == made(t8n(ALLOC, ENV, [TRANSFER]))[1]


def test_traces_are_files_named_after_the_transactions(t8n, tmp_path):
    alloc = ALLOC | {BOB.address: {"code": "0x6001600101", "balance": "0x1"}}
    call = TRANSFER | {"gas": "0xffff"}
    _, result = made(t8n(alloc, ENV, [call], "--trace", "--trace.memory"))
    name = f"trace-0-{result['receipts'][0]['transactionHash']}.jsonl"
    *steps, summary = map(json.loads, (tmp_path / "out" / name).read_text().splitlines())
    assert [step["opName"] for step in steps] == ["PUSH1", "PUSH1", "ADD", "STOP"]
    assert steps[0]["memory"] == "0x"
    made(t8n(alloc, ENV, [call], "--trace", "--trace.nostack", "--state.reward", "-1"))
    first = json.loads((tmp_path / "out" / name).read_text().splitlines()[0])
    assert (first["stack"], "memory" in first) == (None, False)
    assert summary == {"output": "", "gasUsed": hex(int(result["gasUsed"], 16) - 21000)}


BLOCKHASH_OF_ZERO = "0x5f40"


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"withdrawals": None}, 3, "no withdrawals"),
        ({"currentBaseFee": None}, 3, "neither currentBaseFee nor parentBaseFee"),
        ({"blockHashes": {}}, 4, "BLOCKHASH of block 0"),
        ({"currentNumber": "x"}, 10, "env.currentNumber: expected a number, decimal or 0x-hex"),
    ],
)
def test_failures_have_the_statuses_of_the_convention(t8n, change, status, message):
    alloc = ALLOC | {BOB.address: {"code": BLOCKHASH_OF_ZERO, "balance": "0x1"}}
    outcome = t8n(alloc, ENV | change, [TRANSFER | {"gas": "0xffff"}])
    assert outcome.status == status
    assert message in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("transaction", "message"),
    [
        ({"secretKey": "0x0"}, "txs[0].secretKey: expected a secp256k1 key"),
        ({"type": "0x4"}, "txs[0].type: expected a transaction type from 0x0 to 0x3"),
        ({"to": "0x12"}, "txs[0].to: expected 0x and 40 hex digits"),
        ({"nonce": "-1"}, "txs[0].nonce: expected a number, decimal or 0x-hex"),
        ({"accessList": {}, "type": "0x1"}, "txs[0].accessList: expected an array"),
    ],
)
def test_a_malformed_transaction_is_named(t8n, transaction, message):
    outcome = t8n(ALLOC, ENV, [TRANSFER | transaction])
    assert outcome.status == 10
    assert message in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


@pytest.mark.parametrize("body", ["0xc180", "0xc1c0", "0x80", "0x"])
def test_a_body_with_a_transaction_of_no_bytes_is_refused(t8n, body):
    outcome = t8n(ALLOC, ENV, json.dumps(body), suffix=".rlp")
    assert outcome.status == 12, outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1


def test_bad_files_have_the_statuses_of_the_convention(t8n, tmp_path):
    assert t8n("{", ENV, []).status == 10
    assert t8n(ALLOC, ENV, json.dumps("0xf9"), suffix=".rlp").status == 12
    assert t8n(ALLOC, ENV, [], "--input.env", tmp_path / "none.json").status == 11
    outcome = t8n(ALLOC, ENV, [], "--state.fork", "London")
    assert (outcome.status, "expected Cancun" in outcome.stderr) == (2, True)
