"""The example blocks: what is in them, and that they run as their receipts say."""

import gzip
import json

import pytest

from examples import demo
from zkos.host.block_file import load
from zkos.host.hashing import keccak256


@pytest.mark.parametrize(
    ("block", "receipts"),
    [(demo.MAINNET, demo.MAINNET_RECEIPTS), (demo.SMALL, demo.SMALL_RECEIPTS)],
    ids=["mainnet", "small"],
)
def test_every_transaction_has_the_hash_of_its_receipt(block, receipts):
    (loaded,) = load(block).blocks
    hashes = ["0x" + keccak256(one.encoded).hex() for one in loaded.transactions]
    assert hashes == [one["hash"] for one in demo.read(receipts)["transactions"]]


def test_the_mainnet_block_is_whole():
    # Figures of the block, known from a node: README of its source.
    (loaded,) = load(demo.MAINNET).blocks
    assert loaded.number == 22244135
    assert len(loaded.transactions) == 125
    expected = json.loads(gzip.decompress(demo.MAINNET_RECEIPTS.read_bytes()))
    assert sum(one["gas_used"] for one in expected["transactions"]) == 9145346
    assert sum(len(one["logs"]) for one in expected["transactions"]) == 176
    assert sum(len(slots) for slots in expected["slots"].values()) == 139


def test_the_demo_finds_that_everything_agrees(capsys):
    assert demo.main() == 0
    assert capsys.readouterr().out.strip().endswith("everything agrees")


def test_the_demo_sees_a_difference():
    document = {
        "transactions": [{"hash": "0x1", "status": "success", "gas_used": 1, "logs": []}],
        "account_diffs": {},
        "storage_writes": [{"address": "0x7", "key": "0x1", "value": "0x2"}],
    }
    expected = {
        "transactions": [{"hash": "0x1", "status": "reverted", "gas_used": 1, "logs": []}],
        "accounts": {},
        "slots": {"0x7": {"0x1": "0x3"}},
    }
    assert list(demo.against_receipts(document, expected)) == [
        'transactions[0].status: "success", "reverted"',
        'storage_writes.0x7.0x1: "0x2", "0x3"',
    ]
