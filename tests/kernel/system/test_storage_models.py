"""A second storage model takes the flat one's place without a change of EEs or bootloader.

The same block runs with both, under CPython: a deposit from L1 into an empty state, deployments,
calls that write, read, revert, log and destroy, a delegation. Fees are zero, since the second model
charges nothing, so everything that a user can see must be equal.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import rlp

from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    authorization,
    deployer,
    integer,
    keccak256,
    transaction,
)
from tests.support.kernel_runs import run_both

ROOT = Path(__file__).parents[3]
ETHER = 10**18


def counter_code() -> bytes:
    """Slot 0 grows by one and is logged; data of one byte reverts, of two bytes destroys."""
    head = "3660011460{revert:02x}57" + "3660021460{destroy:02x}57"
    work = "5f5460010180" + "5f55" + "5f52" + "60205fa0" + "60205ff3"
    size = len(bytes.fromhex(head.format(revert=0, destroy=0) + work))
    code = head.format(revert=size, destroy=size + 4) + work + "5b5f5ffd" + "5b33ff"
    return bytes.fromhex(code)


def signed(nonce, **fields):
    return transaction(nonce=nonce, max_fee=0, gas_limit=2_000_000, **fields)


def deposit(signer):
    return {
        "type": "0x7f", "from": signer.address, "to": signer.address, "gas_limit": "0x186a0",
        "gas_per_pubdata_limit": "0x0", "max_fee_per_gas": "0x0", "value": hex(ETHER),
        "total_deposited": hex(ETHER), "refund_recipient": signer.address, "data": "0x",
    }  # fmt: skip


@pytest.fixture
def block(tmp_path):
    creation = rlp.encode([bytes.fromhex(ALICE.address[2:]), integer(1)])
    contract = "0x" + keccak256(creation)[12:].hex()
    transactions = [
        deposit(ALICE),
        signed(0, to=BOB.address, value=77),
        signed(1, to=None, data=deployer(counter_code())),
        signed(5, to=BOB.address),
        signed(2, kind=4, to=BOB.address, authorizations=(authorization(BOB, contract),)),
        signed(3, to=BOB.address),
        signed(4, to=BOB.address, data=b"\x01", value=5),
        signed(5, to=BOB.address, value=5),
        signed(6, to=None, data=bytes.fromhex("60015f5533ff"), value=9),
        signed(7, to="0x" + "00" * 19 + "02", data=b"hash this"),
        signed(8, to=contract),
    ]
    path = tmp_path / "block.json"
    context = {"base_fee": "0x0", "native_price": "0x1"}
    document = {"chain_id": hex(CHAIN_ID), "block": context, "transactions": transactions}
    path.write_text(json.dumps(document))
    return path


def test_a_block_does_the_same_on_a_second_storage_model(block):
    flat = run_both(block)
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.support.run_plain_model", str(block)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    plain = json.loads(outcome.stdout)
    statuses = [status for status, _, _ in flat["transactions"]]
    assert {0, 1, 2} == set(statuses), flat["transactions"]
    assert flat["logs"] and flat["slots"]
    for name in ("transactions", "logs", "slots", "accounts"):
        assert plain[name] == flat[name], name
    assert plain["pubdata"] != flat["pubdata"]
    assert plain["public_input"] != flat["public_input"]
