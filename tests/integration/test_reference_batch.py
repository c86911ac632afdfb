"""Two blocks of all transaction types, against what the official program of v0.2.5 output."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.result_json import batch_json

FILE = Path(__file__).parents[1] / "vectors/reference-blocks/blocks.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text())
BATCHES = {"B": 1, "BC": 2}


def run(executor: Any, name: str, mode: Mode, scheme: int = 3) -> dict[str, Any]:
    document = copy.deepcopy(VECTORS["batch"])
    document["blocks"] = document["blocks"][: BATCHES[name]]
    document["da_commitment_scheme"] = scheme
    batch = block_file.parse(document)
    return batch_json(Runner(ExecutorName(executor.name)).run(batch, mode))


@pytest.mark.all_executors
def test_the_blocks_give_the_official_results(executor: Any) -> None:
    result = run(executor, "BC", Mode.FORWARD)
    for block, expected in zip(result["blocks"], VECTORS["expected"]["blocks"], strict=True):
        for found, wanted in zip(block["transactions"], expected["transactions"], strict=True):
            assert {name: found[name] for name in wanted} == wanted
        for name in ("block_hash", "state_root", "pubdata", "state_commitment_after"):
            assert block[name] == expected[name], name


@pytest.mark.all_executors
@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("scheme", [1, 3])
def test_the_batches_have_the_official_public_input(executor: Any, name: str, scheme: int) -> None:
    result = run(executor, name, Mode.PROVING, scheme)
    assert result["public_input"] == VECTORS["expected"]["public_input"][str(scheme)][name]
