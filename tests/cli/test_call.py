"""``zkos call`` and ``zkos estimate-gas`` on the examples and on bad input."""

import json

import pytest

from tests.cli.support import EXAMPLES, zkos
from tests.cli.test_bad_input import refused
from zkos.host.state.database import StateDatabase

TRANSFER, OVERRIDES = EXAMPLES / "transfer.json", EXAMPLES / "overrides.json"
SENDER, RECIPIENT = "0x63f9725f107358c9115bc9d86c72dd5823e9b1e6", "0x" + "4242" + "00" * 18
CONTRACT, RICH = f"0x{0xC0DE5:040x}", f"0x{0xBEEF:040x}"
BALANCE_OF_RECIPIENT = f"73{RECIPIENT[2:]}315f5260205ff3"


@pytest.mark.parametrize("place", ["python", "x86_64"])
def test_the_example_shows_overridden_code_slot_and_block(place):
    outcome = zkos(
        "call", TRANSFER, "--to", CONTRACT, "--overrides", OVERRIDES, "--executor", place,
        "--json",
    )  # fmt: skip
    assert outcome.status == 0, outcome.stderr
    words = bytes.fromhex(outcome.json["output"][2:])
    assert [int.from_bytes(words[at : at + 32], "big") for at in (0, 32)] == [0x1234, 0x2A]
    assert outcome.json["status"] == "success" and outcome.json["revert_reason"] is None


def test_a_call_is_made_after_the_files_blocks_or_before_them(tmp_path):
    overrides = tmp_path / "overrides.json"
    overrides.write_text(json.dumps({"state": {CONTRACT: {"code": "0x" + BALANCE_OF_RECIPIENT}}}))
    command = ("call", TRANSFER, "--to", CONTRACT, "--overrides", overrides, "--json")
    after, before = zkos(*command).json, zkos(*command, "--before").json
    assert (int(after["output"], 16), int(before["output"], 16)) == (12345, 0)


def test_a_call_that_does_not_succeed_has_status_1():
    outcome = zkos("call", TRANSFER, "--to", RECIPIENT, "--value", 10**18, "--json")
    assert (outcome.status, outcome.json["error"]) == (1, "LackOfFundForMaxFee")
    outcome = zkos("call", TRANSFER, "--from", SENDER, "--data", "0x5f5ffd")  # deploys a revert
    assert outcome.status == 1 and "reverted" in outcome.stdout


def test_an_overridden_balance_can_be_spent():
    command = ("--from", RICH, "--to", RECIPIENT, "--value", 10**18, "--overrides", OVERRIDES)
    assert zkos("call", TRANSFER, *command).status == 0
    estimate = zkos("estimate-gas", TRANSFER, *command, "--json")
    assert (estimate.status, estimate.json["gas"]) == (0, 21000)


def test_the_example_transfer_is_estimated_with_and_without_price():
    command = ("estimate-gas", TRANSFER, "--from", SENDER, "--to", RECIPIENT, "--value", "5")
    assert zkos(*command, "--json").json["gas"] == 21000
    # at 10 native a gas it is native that decides: 872200 for an existing recipient and 14000
    priced = zkos(*command, "--gas-price", "1001", "--json").json
    assert priced["gas"] == 21000 and priced["native_used"] == 886200
    assert "gas" in zkos(*command).stdout


def test_an_access_list_is_paid_for_and_bad_ones_are_refused(tmp_path):
    path = tmp_path / "list.json"
    entries = [{"address": CONTRACT, "storageKeys": ["0x1", "0x2"]}]
    path.write_text(json.dumps(entries))
    command = ("call", TRANSFER, "--from", SENDER, "--to", RECIPIENT, "--access-list", path)
    assert zkos(*command, "--json").json["gas_used"] == 21000 + 2400 + 2 * 1900
    for document, part in (
        ({}, "expected an array"),
        ([{"address": CONTRACT}], "[0].storageKeys: missing field"),
        ([{"address": "0x1", "storageKeys": []}], "[0].address: expected 0x and 40 hex digits"),
    ):
        path.write_text(json.dumps(document))
        refused(zkos(*command), str(path), part)


def test_no_estimate_is_status_1_with_the_reason():
    outcome = zkos("estimate-gas", TRANSFER, "--data", "0x5f5ffd")
    assert (outcome.status, outcome.stdout) == (1, "")
    assert "the call fails with a gas limit of 1073741824: reverted" in outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("--to", "0x12"), 'expected 0x and 40 hex digits, got "0x12"'),
        (("--to", RECIPIENT, "--data", "12"), 'expected 0x-hex bytes, got "12"'),
        (("--to", RECIPIENT, "--value", "ten"), 'expected a number, decimal or 0x-hex, got "ten"'),
        (("--to", RECIPIENT, "--gas", "0x10000000000000000"), "at most 64 bits"),
        (("--overrides", "/nowhere"), "/nowhere: cannot read"),
    ],
)
def test_bad_options_are_refused_in_one_line(arguments, part):
    for command in ("call", "estimate-gas"):
        refused(zkos(command, TRANSFER, *arguments), part)


def test_a_call_on_a_state_directory_leaves_it_as_it_is(tmp_path):
    directory = tmp_path / "state"
    assert zkos("run", TRANSFER, "--state", directory).status == 0
    with StateDatabase(directory) as database:
        root = database.last.root
    block, overrides = tmp_path / "next.json", tmp_path / "overrides.json"
    block.write_text(json.dumps({"chain_id": "0x25", "block": {"timestamp": "0x50"}}))
    reads = f"435f52{BALANCE_OF_RECIPIENT.replace('5f5260205ff3', '60205260405ff3')}"
    overrides.write_text(json.dumps({"state": {CONTRACT: {"code": "0x" + reads}}}))
    outcome = zkos(
        "call", block, "--to", CONTRACT, "--overrides", overrides, "--state", directory, "--json"
    )
    assert outcome.status == 0, outcome.stderr
    words = bytes.fromhex(outcome.json["output"][2:])
    assert [int.from_bytes(words[at : at + 32], "big") for at in (0, 32)] == [2, 12345]
    estimate = ("estimate-gas", block, "--from", SENDER, "--to", RECIPIENT, "--value", 10**17)
    assert zkos(*estimate, "--state", directory, "--json").json["gas"] == 21000
    with StateDatabase(directory) as database:
        assert database.last.root == root
