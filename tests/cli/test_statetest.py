"""``zkos statetest``: what it prints, and its exit status."""

import json
import re
import tarfile

import pytest

from tests.cli.support import EXAMPLES, zkos

ARCHIVE = EXAMPLES.parent / "tests/vectors/ethereum-state-tests/ef-state-tests.tar.xz"
MEMBER = "GeneralStateTests/stExample/add11.json"


@pytest.fixture(scope="module")
def document():
    with tarfile.open(ARCHIVE) as archive:
        return json.loads(archive.extractfile(MEMBER).read())


@pytest.fixture
def good(tmp_path, document):
    path = tmp_path / "good.json"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def bad(tmp_path, document):
    """Make a test that expects another state."""
    changed = json.loads(json.dumps(document))
    changed["add11"]["post"]["Cancun"][0]["hash"] = "0x" + "11" * 32
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(changed))
    return path


def test_the_last_line_counts_what_passed(good):
    outcome = zkos("statetest", good)
    assert outcome.status == 0, outcome.stderr
    assert outcome.stdout.splitlines()[-1] == "1 passed, 0 failed"


def test_a_failure_shows_the_field_and_both_values(bad):
    outcome = zkos("statetest", bad)
    assert outcome.status == 1
    assert "FAILED bad/add11/0" in outcome.stdout
    assert f"state root: expected 0x{'11' * 32}, got 0x" in outcome.stdout
    assert outcome.stdout.splitlines()[-1] == "0 passed, 1 failed"


def test_json_lists_failures_and_leaves_the_count_to_stderr(bad):
    outcome = zkos("statetest", bad, "--json")
    assert outcome.status == 1
    assert outcome.stderr.splitlines()[-1] == "0 passed, 1 failed"
    assert outcome.json["failed"] == 1
    assert outcome.json["failures"][0]["field"] == "state root"


def test_a_folder_is_searched_and_the_filter_picks(good, bad):
    outcome = zkos("statetest", good.parent, "--filter", "good/*")
    assert outcome.stdout.splitlines()[-1] == "1 passed, 0 failed"


def test_an_archive_in_a_folder_is_opened():
    outcome = zkos("statetest", ARCHIVE.parent, "--filter", "*/add11/0")
    assert outcome.stdout.splitlines()[-1] == "1 passed, 0 failed"


def test_steps_are_printed_and_the_case_s_end(good):
    outcome = zkos("statetest", good, "--trace", "--trace-memory")
    *steps, end = [json.loads(line) for line in outcome.stdout.splitlines()[:-1]]
    assert list(steps[0]) == [
        "pc", "op", "gas", "gasCost", "memory", "memSize", "stack", "depth", "refund", "opName",
    ]  # fmt: skip
    assert (steps[-1]["opName"], end["pass"], end["test"]) == ("STOP", True, "good/add11/0")
    machine = zkos("statetest", good, "--trace", "--json")
    assert machine.json["passed"] == 1
    assert json.loads(machine.stderr.splitlines()[-2]) == end


def test_a_case_that_takes_too_long_is_a_failure(good):
    outcome = zkos("statetest", good, "--executor", "python", "--timeout", "0.01")
    assert outcome.status == 1
    assert "time: expected an end within 0.01 s, got none" in outcome.stdout


def test_an_accepted_failure_is_listed_and_one_that_passes_is_a_failure(tmp_path, good, bad):
    rows = tmp_path / "rows.tsv"
    rows.write_text("bad/*\t1\tbecause\n")
    outcome = zkos("statetest", bad, "--accept", rows)
    assert outcome.status == 0
    assert "accepted: bad/*: 1 (because)" in outcome.stdout
    rows.write_text("good/*\t1\tbecause\n")
    outcome = zkos("statetest", good, "--accept", rows)
    assert outcome.status == 1
    assert "expected 1 accepted failures, got 0" in outcome.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ('{"t": {"post": {"Cancun": []}}}', "t.*missing field"),
        ("{}", "no case to run"),
    ],
)
def test_bad_input_is_one_line_with_status_2(tmp_path, text, message):
    path = tmp_path / "test.json"
    path.write_text(text)
    outcome = zkos("statetest", path)
    assert outcome.status == 2
    assert len(outcome.stderr.splitlines()) == 1
    assert re.search(message, outcome.stderr)
