"""``zkos run --state``: a chain of block files on one state directory."""

import json

import pytest

from tests.cli.support import zkos
from tests.support.chain import ALICE, BOB, CHAIN_ID, deployer, funded, transaction
from zkos.host.state.database import StateDatabase

COUNTER = bytes.fromhex("5f546001015f55")  # slot 0 += 1
FIRST = {
    "chain_id": hex(CHAIN_ID),
    "pre": funded(ALICE, BOB),
    "block": {"number": "0x5", "timestamp": "0x10"},
    "last_block_timestamp": "0xf",
    "transactions": [transaction(nonce=0, to=None, data=deployer(COUNTER), gas_limit=200_000)],
}


def later(nonce, contract, timestamp):
    """A block that calls the counter."""
    return {
        "chain_id": hex(CHAIN_ID),
        "block": {"timestamp": hex(timestamp)},
        "transactions": [transaction(nonce=nonce, to=contract)],
    }


def write(path, document):
    path.write_text(json.dumps(document))
    return path


def run(path, directory, *options):
    outcome = zkos("run", path, "--state", directory, "--json", *options)
    assert outcome.status == 0, outcome.stderr
    return outcome.json


@pytest.fixture
def chain(tmp_path):
    """A state directory after its first block, and the contract that it deployed."""
    directory = tmp_path / "state"
    result = run(write(tmp_path / "1.json", FIRST), directory)
    return directory, result["transactions"][0]["contract_address"], result


def test_blocks_in_a_row_equal_one_batch_of_them(chain, tmp_path):
    directory, contract, first = chain
    second = run(write(tmp_path / "2.json", later(1, contract, 0x20)), directory)
    pair = {"blocks": [later(2, contract, 0x30), later(3, contract, 0x40)]}
    both = run(write(tmp_path / "3.json", pair), directory, "--mode", "proving")
    entries = [FIRST, later(1, contract, 0x20), *pair["blocks"]]
    batch = zkos("run", write(tmp_path / "all.json", {"blocks": entries}), "--json").json
    hashes = [first["block_hash"], second["block_hash"]]
    hashes += [block["block_hash"] for block in both["blocks"]]
    assert hashes == [block["block_hash"] for block in batch["blocks"]]
    assert second["state_commitment_before"] == first["state_commitment_after"]
    assert both["state_commitment_after"] == batch["state_commitment_after"]
    with StateDatabase(directory) as database:
        assert database.last.root.hex() == batch["blocks"][-1]["state_root"][2:]
        position = database.position
    assert (position.number, position.timestamp) == (8, 0x40)
    assert [f"0x{one:064x}" for one in position.block_hashes[:4]] == hashes[::-1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pre": {}}, "pre: the chain has a state already; leave this out"),
        ({"block": {"number": "0x9"}}, "block.number: expected 6 to continue the chain, got 9"),
        ({"last_block_timestamp": "0x1"},
         "last_block_timestamp: expected 16 to continue the chain, got 1"),
        ({"block": {"block_hashes": ["0x1"]}},
         "block.block_hashes: differ from those of the chain; leave them out"),
        ({"chain_id": "0x5"},
         "is of chain 37 (production), and the batch is of chain 5 (production)"),
        ({"flavour": "ethereum"},
         "is of chain 37 (production), and the batch is of chain 37 (ethereum)"),
    ],
)  # fmt: skip
def test_what_does_not_continue_the_chain_is_bad_input(chain, tmp_path, changes, message):
    directory, contract, _ = chain
    outcome = zkos(
        "run", write(tmp_path / "2.json", later(1, contract, 0x20) | changes), "--state", directory
    )
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1 and message in outcome.stderr
    with StateDatabase(directory) as database:
        assert database.height == 1


def test_a_run_that_fails_leaves_the_directory_alone(chain, tmp_path):
    directory, contract, _ = chain
    backwards = later(1, contract, 0x2)  # the timestamp is before the last block's
    path = write(tmp_path / "2.json", backwards)
    assert zkos("run", path, "--state", directory, "--mode", "proving").status == 1
    with StateDatabase(directory) as database:
        assert database.height == 1
    unused = tmp_path / "unused"
    assert zkos("run", write(tmp_path / "0.json", []), "--state", unused).status == 2
    assert not unused.exists()


def test_a_directory_of_something_else_is_bad_input(tmp_path):
    outcome = zkos("run", write(tmp_path / "1.json", FIRST), "--state", tmp_path)
    assert outcome.status == 2
    assert outcome.stderr == (f"zkos: {tmp_path} is not a state directory: it has no data.mdb\n")
