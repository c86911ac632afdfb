"""``zkos recover``: a chain that was run, rebuilt from its results' pubdata."""

import json

import pytest

from tests.cli.support import zkos
from tests.support.chain import ALICE, BOB, CHAIN_ID, deployer, funded, transaction
from zkos.host.errors import PubdataError
from zkos.host.pubdata.recover import changes_of

FIRST = {
    "chain_id": hex(CHAIN_ID),
    "pre": funded(ALICE, BOB),
    "block": {"number": "0x5"},
    "transactions": [transaction(to=None, data=deployer(b"\x60\x01\x5f\x55"), gas_limit=200_000)],
}
SECOND = {
    "chain_id": hex(CHAIN_ID),
    "block": {"timestamp": "0x30"},
    "transactions": [transaction(nonce=1, value=5), transaction(BOB, value=7, to=ALICE.address)],
}


def write(path, document):
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def chain(tmp_path):
    """The genesis file, and the result of two blocks after it."""
    path = write(tmp_path / "chain.json", {"blocks": [FIRST, SECOND]})
    result = zkos("run", path, "--json").json
    genesis = write(tmp_path / "genesis.json", {**FIRST, "transactions": []})
    return genesis, result


def test_result_files_give_the_state_commitment_of_the_run(chain, tmp_path):
    genesis, result = chain
    recovered = zkos("recover", genesis, write(tmp_path / "result.json", result), "--json").json
    last = result["blocks"][-1]
    assert recovered == {
        "blocks": 2, "block_number": 6, "block_hash": last["block_hash"], "timestamp": 0x30,
        "state_root": last["state_root"], "next_free_slot": last["next_free_slot"],
        "state_commitment": result["state_commitment_after"],
    }  # fmt: skip


def test_bytes_and_hex_in_several_files_make_a_state_directory_that_goes_on(chain, tmp_path):
    genesis, result = chain
    first, second = (block["pubdata"] for block in result["blocks"])
    (tmp_path / "1.bin").write_bytes(bytes.fromhex(first[2:]))
    (tmp_path / "2.hex").write_text(second[:40] + "\n" + second[40:] + "\n")
    files = (tmp_path / "1.bin", tmp_path / "2.hex")
    directory = tmp_path / "state"
    recovered = zkos("recover", genesis, *files, "--state", directory, "--json").json
    assert recovered["state_commitment"] == result["state_commitment_after"]
    third = {**SECOND, "transactions": [transaction(nonce=2)], "block": {"timestamp": "0x40"}}
    run = zkos("run", write(tmp_path / "3.json", third), "--state", directory, "--json").json
    assert run["state_commitment_before"] == result["state_commitment_after"]
    assert run["transactions"][0]["status"] == "success"


def test_a_recovery_that_fails_leaves_no_half_of_a_state(chain, tmp_path, monkeypatch):
    genesis, result = chain
    path = write(tmp_path / "result.json", result)
    rest = [changes_of]

    def fail_second(*arguments):
        if not rest:
            raise PubdataError("the second block does not fit")
        return rest.pop()(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr("zkos.host.pubdata.recover_chain.changes_of", fail_second)
        outcome = zkos("recover", genesis, path, "--state", tmp_path / "state")
    assert (outcome.status, outcome.stderr) == (2, "zkos: the second block does not fit\n")
    assert list((tmp_path / "state").iterdir()) == []
    assert zkos("recover", genesis, path, "--state", tmp_path / "state").status == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x01\x02", "byte 1: expected 32 bytes of the block hash, and 1 are left"),
        (b"\x07", "byte 0: expected an encoding of version 1, got 7"),
        (b"0x0", "expected 0x-hex of whole bytes"),
        (b"{}", "neither pubdata nor a result of zkos run --json"),
        (b'{"pubdata": 5}', "expected 0x-hex, got '5'"),
        (b"{", "neither pubdata nor a result of zkos run --json"),
        (b"0x\xff", "expected 0x-hex of whole bytes"),
    ],
)
def test_bad_pubdata_is_one_line(chain, tmp_path, content, message):
    genesis, _ = chain
    path = tmp_path / "pubdata"
    path.write_bytes(content)
    outcome = zkos("recover", genesis, path)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr == f"zkos: {path}: {message}\n" or outcome.stderr == (
        f"zkos: {path}: pubdata, {message}\n"
    )
    assert zkos("recover", genesis, tmp_path / "none").status == 2
