"""``--state`` of ``zkos run`` and ``zkos prove-input``: a chain of block files on one directory."""

import json

import pytest

from tests.cli.support import zkos
from tests.support.chain import ALICE, BOB, CHAIN_ID, deployer, funded, transaction
from zkos.host.batch import Flavour
from zkos.host.block_file import parse
from zkos.host.executors.kernel_images import KernelImage, build_image
from zkos.host.state.database import StateDatabase
from zkos.host.state.state import MemoryState, flat_key, initial_content

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


def test_the_words_for_a_chain_are_those_of_a_block_file_with_its_state(chain, tmp_path):
    directory, contract, first = chain
    block = later(1, contract, 0x20)
    slots, preimages = initial_content(parse(FIRST).initial_state)
    state = MemoryState(parse(FIRST).initial_state)
    writes = [(flat_key_of(one), bytes_of(one["value"])) for one in first["storage_writes"]]
    state.apply(writes, [])
    leaves = [state.leaf(at)[0] for at in range(2, state.next_free_slot)]
    assert f"0x{state.root().hex()}" == first["state_root"] and len(leaves) > len(slots)
    alone = block | {
        "leaves": [["0x" + leaf.key.hex(), "0x" + leaf.value.hex()] for leaf in leaves],
        "preimages": ["0x" + one.hex() for one in preimages] + [*first["preimages"].values()],
        "block": block["block"]
        | {"number": "0x6", "block_hashes": [first["block_hash"], *["0x0"] * 255]},
        "last_block_timestamp": "0x10",
    }
    with_state = write(tmp_path / "alone.json", alone)
    without = write(tmp_path / "2.json", block)
    image = build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True)).path
    expected = prove_input(with_state, tmp_path / "expected.words")
    for at, options in enumerate([(), ("--program", image)]):
        made = prove_input(without, tmp_path / f"{at}.words", "--state", directory, *options)
        assert made == expected
    shown = zkos("machine", "run", image, "--input", tmp_path / "0.words", "--json").json
    document, _ = expected
    assert shown["public_input"] == document["public_input"]
    assert shown["public_input"] == run(without, directory)["public_input"]


def test_words_for_the_first_block_make_no_directory(tmp_path):
    block, directory = write(tmp_path / "1.json", FIRST), tmp_path / "state"
    expected = prove_input(block, tmp_path / "own.words")
    assert prove_input(block, tmp_path / "state.words", "--state", directory) == expected
    assert not directory.exists()


def prove_input(block, path, *options):
    """Give what the command prints and the words that it writes."""
    outcome = zkos("prove-input", block, "-o", path, "--json", *options)
    assert outcome.status == 0, outcome.stderr
    return outcome.json, path.read_text()


def flat_key_of(written):
    return flat_key(int(written["address"], 16), int(written["key"], 16))


def bytes_of(word):
    return bytes.fromhex(word[2:])
