"""``zkos prove-log`` on the result of a batch with messages."""

import json
from pathlib import Path

import pytest

from tests.cli.support import zkos
from tests.integration.random_blocks import MESSAGE, MESSENGER
from tests.support.chain import ALICE, CHAIN_ID, funded, keccak256, transaction

BLOCK = {
    "chain_id": hex(CHAIN_ID),
    "pre": funded(ALICE),
    "transactions": [transaction(to=MESSENGER, data=MESSAGE), transaction(nonce=1)],
}
NEXT = {
    "block": {"timestamp": "0x99"},
    "transactions": [transaction(nonce=2, to=MESSENGER, data=MESSAGE)],
}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    (folder / "batch.json").write_text(json.dumps({"blocks": [BLOCK, NEXT]}))
    outcome = zkos("run", folder / "batch.json", "--json")
    assert outcome.status == 0, outcome.stderr
    (folder / "result.json").write_text(outcome.stdout)
    return folder / "result.json"


@pytest.mark.parametrize("position", [0, 1])
def test_the_siblings_lead_from_the_message_to_the_commitment(result, position):
    proof = zkos("prove-log", result, position, "--json").json
    log = bytes.fromhex(proof["log"][2:])
    assert log[56:] == keccak256(b"hello") and log[36:56].hex() == ALICE.address[2:]
    digest = keccak256(log)
    for height, sibling in enumerate(proof["siblings"]):
        other = bytes.fromhex(sibling[2:])
        digest = keccak256(other + digest if position >> height & 1 else digest + other)
    assert "0x" + digest.hex() == proof["commitment"]


@pytest.mark.parametrize(
    ("content", "position", "message"),
    [
        (None, 2, "expected the position of one of 2 logs, got 2"),
        ("{}", 0, "l2_to_l1_logs: missing"),
        ('{"l2_to_l1_logs": [{"transaction_number": -1}]}', 0,
         "l2_to_l1_logs[0].transaction_number: expected a number of 16 bits, got -1"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(result, tmp_path, content, position, message):
    path = result
    if content is not None:
        path = tmp_path / "result.json"
        path.write_text(content)
    outcome = zkos("prove-log", path, position)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1 and message in outcome.stderr
