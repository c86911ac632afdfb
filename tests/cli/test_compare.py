"""``zkos compare``: our image against another program, which here is ours again or a tiny one."""

import json

import pytest

from tests.cli.support import EXAMPLES, zkos
from tests.riscv_machine import assembler as a
from zkos.host.batch import Flavour
from zkos.host.executors.kernel_images import KernelImage, build_image

TRANSFER = EXAMPLES / "transfer.json"


@pytest.fixture(scope="module")
def image():
    return build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True)).path


@pytest.fixture
def silent_program(tmp_path):
    """A program that asks nothing and ends with an empty public input."""
    path = tmp_path / "silent.bin"
    path.write_bytes(a.END.to_bytes(4, "little"))
    return path


def test_the_same_program_costs_the_same_in_every_section(image):
    outcome = zkos("compare", TRANSFER, "--program", image, "--json")
    assert outcome.status == 0, outcome.stderr
    found = outcome.json
    assert found["equal"] and found["ratio"] == 1
    assert found["ours"] == found["program"]
    assert found["ours"]["public_input"] == found["predicted_public_input"]
    run = zkos("machine", "run", image, "--oracle", TRANSFER, "--json").json
    assert found["ours"]["instructions"] == run["cycles"]
    assert found["ours"]["blake2s"] == run["delegations"]["blake2s"]


def test_sections_follow_the_batch_and_add_up(image, tmp_path):
    document = json.loads(TRANSFER.read_text())
    first = {name: document[name] for name in ("block", "pre", "transactions")}
    batch = tmp_path / "batch.json"
    batch.write_text(json.dumps({"blocks": [first, {"block": {"timestamp": "0x2b"}}]}))
    found = zkos("compare", batch, "--program", image, "--json").json["ours"]
    places = [(one["kind"], one["block"], one["transaction"]) for one in found["sections"]]
    assert places == [
        ("start", -1, None),
        ("block context", 0, None),
        ("transaction", 0, 0),
        ("block end", 0, None),
        ("state", 0, None),
        ("batch end", 0, None),
        ("block context", 1, None),
        ("block end", 1, None),
        ("state", 1, None),
        ("batch end", 1, None),
    ]
    for unit in ("instructions", "blake2s", "u256", "effective_cycles"):
        assert sum(one[unit] for one in found["sections"]) == found[unit]


def test_another_public_input_is_a_failed_comparison(silent_program):
    outcome = zkos("compare", TRANSFER, "--program", silent_program)
    assert outcome.status == 1
    assert "equal                    no" in outcome.stdout
    assert "ours took 1, the program 0" in outcome.stdout


def test_only_the_production_flavour_can_be_compared(silent_program):
    outcome = zkos("compare", EXAMPLES / "small-ethereum.json", "--program", silent_program)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "production flavour" in outcome.stderr


def test_a_program_without_end_is_one_line(tmp_path):
    path = tmp_path / "broken.bin"
    path.write_bytes(bytes(8))
    outcome = zkos("compare", TRANSFER, "--program", path)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert len(outcome.stderr.strip().splitlines()) == 1
