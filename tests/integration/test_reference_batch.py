"""Two blocks of all transaction types, against what the official program of v0.2.5 output."""

import copy
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.result_json import batch_json
from zkos.host.state.state import MemoryState

FILE = Path(__file__).parents[1] / "vectors/reference-blocks/blocks.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text())
BATCHES = ("B", "C", "BC")


def hexes(parts: Iterable[bytes]) -> list[str]:
    return [f"0x{part.hex()}" for part in parts]


@cache
def block_c_alone() -> dict[str, Any]:
    """Give C as the first block of a batch: on the state that B leaves."""
    before, after = VECTORS["batch"]["blocks"]
    batch = block_file.parse({**VECTORS["batch"], "blocks": [before]})
    [settled] = Runner().run_forward(batch).ledger.blocks
    changes = settled.outcome.changes
    state = MemoryState(batch.initial_state)
    state.apply(changes.writes, changes.preimages)
    leaves = [state.leaf(index)[0] for index in range(2, state.next_free_slot)]
    known = [account.full_code for account in batch.initial_state.accounts.values()]
    known += [account.record for account in batch.initial_state.accounts.values()]
    hashes = [f"0x{number:064x}" for number in settled.after.block_hashes]
    return {
        **after,
        "block": {**after["block"], "block_hashes": hashes},
        "last_block_timestamp": before["block"]["timestamp"],
        "leaves": [hexes((leaf.key, leaf.value)) for leaf in leaves],
        "preimages": before["preimages"] + hexes({*filter(None, known), *changes.preimages}),
    }


def run(executor: Any, name: str, mode: Mode, scheme: int = 3) -> dict[str, Any]:
    document = copy.deepcopy(VECTORS["batch"])
    both = document["blocks"]
    document["blocks"] = {"B": both[:1], "C": [block_c_alone()], "BC": both}[name]
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


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
@pytest.mark.parametrize("name", BATCHES)
def test_the_batches_in_blobs_have_the_official_public_input(executor: Any, name: str) -> None:
    result = run(executor, name, Mode.PROVING, 4)
    assert result["public_input"] == VECTORS["expected"]["public_input"]["4"][name]
