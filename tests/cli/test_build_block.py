"""``zkos build-block`` on the example and on bad pools."""

import json

from tests.cli.support import EXAMPLES, zkos
from tests.cli.test_bad_input import refused
from tests.host.sequencer.test_block_builder import exhausted_authorization
from tests.support.chain import transaction
from zkos.host.state.database import StateDatabase
from zkos.host.state.directory import is_unused

POOL = EXAMPLES / "candidates.json"


def test_the_example_loses_its_three_bad_candidates_and_the_rest_proves(tmp_path):
    block = tmp_path / "block.json"
    outcome = zkos("build-block", POOL, "-o", block, "--json")
    assert outcome.status == 0, outcome.stderr
    fates = [(one["fate"], one["error"]) for one in outcome.json["candidates"]]
    included = ("included", None)
    assert fates == [
        included,
        ("aborts", "AuthorizationOutOfNative"),
        ("over limit", "BlockGasLimitReached"),
        included,
        ("invalid", "NonceTooHigh"),
        included,
    ]
    assert outcome.json["ends_before"] is None
    written, pool = json.loads(block.read_text()), json.loads(POOL.read_text())
    assert written["transactions"] == [pool["transactions"][at] for at in (0, 3, 5)]
    for place in ("x86_64", "riscv"):
        command = ("run", block, "--mode", "proving", "--executor", place, "--json")
        proved = zkos(*command).json
        for field, value in outcome.json.items():
            if field not in ("mode", "executor", "candidates", "ends_before"):
                assert proved[field] == value


def test_a_run_of_the_pool_as_it_stands_names_the_transaction_that_aborts():
    for mode in ("forward", "proving"):
        outcome = zkos("run", POOL, "--mode", mode)
        assert (outcome.status, outcome.stdout) == (1, "")
        assert "block 0, transaction 1: the kernel stopped: AuthorizationOutOfNative" in (
            outcome.stderr
        )


def test_the_table_names_the_reasons(tmp_path):
    outcome = zkos("build-block", POOL, "-o", tmp_path / "block.json")
    assert outcome.status == 0
    for word in ("aborts", "NonceTooHigh", "BlockGasLimitReached", "886,200"):
        assert word in outcome.stdout


def test_a_block_that_ends_before_a_transaction_from_l1_is_written_with_status_1(tmp_path):
    pool = {
        "transactions": [
            {
                "type": "0x7f", "from": "0x1", "to": "0x2", "gas_limit": "0x186a0",
                "gas_per_pubdata_limit": "0x0", "max_fee_per_gas": "0xa",
                "total_deposited": "0x0", "refund_recipient": "0x3", "data": "0x",
            }
        ]
    }  # fmt: skip
    path, block = tmp_path / "pool.json", tmp_path / "block.json"
    path.write_text(json.dumps({"blocks": [pool]}))
    outcome = zkos("build-block", path, "-o", block, "--json")
    assert outcome.status == 1
    assert "ends before candidate 0, which comes from L1" in outcome.stderr
    assert "DepositTooLow" in outcome.stderr and outcome.json["ends_before"] == 0
    assert json.loads(block.read_text())["blocks"] == [{"transactions": []}]


def test_bad_pools_are_refused_in_one_line(tmp_path):
    path, block = tmp_path / "pool.json", tmp_path / "block.json"
    for document, part in (
        ({"blocks": [{}, {}]}, "expected one block of candidates, got 2"),
        ({"block": {"native_price": "0x0"}}, "native_price"),
        ({"transactions": 5}, "expected an array"),
    ):
        path.write_text(json.dumps(document))
        refused(zkos("build-block", path, "-o", block), str(path), part)
    assert not block.exists()


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    refused(zkos("build-block", POOL, "-o", tmp_path / "no" / "block.json"), "cannot write")


def test_a_block_is_built_on_a_state_directory_and_committed_to_it(tmp_path):
    directory, block = tmp_path / "state", tmp_path / "block.json"
    outcome = zkos("build-block", POOL, "-o", block, "--state", directory, "--json")
    assert outcome.status == 0, outcome.stderr
    alone = zkos("build-block", POOL, "-o", tmp_path / "alone.json", "--json").json
    assert outcome.json == alone
    with StateDatabase(directory) as database:
        assert database.last.root.hex() == alone["state_root"][2:]
    transfer = transaction(nonce=2, max_fee=10, gas_limit=1_000_000)
    document = {
        "chain_id": "0x25",
        "block": {"base_fee": "0xa", "native_price": "0xa", "timestamp": "0x40"},
        "transactions": [exhausted_authorization(), transfer, transfer],
    }
    pool = tmp_path / "pool.json"
    pool.write_text(json.dumps(document))
    second = zkos("build-block", pool, "-o", block, "--state", directory, "--json").json
    errors = [one["error"] for one in second["candidates"]]
    assert errors == ["AuthorizationOutOfNative", None, "NonceTooLow"]
    assert second["state_commitment_before"] == alone["state_commitment_after"]
    with StateDatabase(directory) as database:
        assert database.last.root.hex() == second["state_root"][2:]


def test_a_block_that_cannot_be_written_is_not_committed(tmp_path):
    directory = tmp_path / "state"
    output = tmp_path / "no" / "block.json"
    refused(zkos("build-block", POOL, "-o", output, "--state", directory), "cannot write")
    assert is_unused(directory)
