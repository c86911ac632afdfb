"""Random blocks: executors agree, and the proving kernel outputs what the host predicts."""

from collections import Counter

import pytest

from tests.integration.random_blocks import random_block
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.result_json import batch_json

SEEDS = range(24)
FEW_SEEDS = range(3)  # plain Python is slow


def result(executor, seed, mode):
    """Run the block of a seed."""
    batch = block_file.parse(random_block(seed))
    found = batch_json(Runner(executor).run(batch, mode))
    for name in ("executor", "cycles", "delegations"):
        found.pop(name, None)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_proving_on_the_machine_gives_what_the_host_predicts(seed):
    assert result(ExecutorName.RISCV, seed, Mode.PROVING) == result(
        ExecutorName.X86_64, seed, Mode.PROVING
    )


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_plain_python_agrees_in_every_field(seed):
    assert result(ExecutorName.PYTHON, seed, Mode.FORWARD) == result(
        ExecutorName.X86_64, seed, Mode.FORWARD
    )


def test_the_blocks_have_all_outcomes():
    outcomes = Counter()
    for seed in SEEDS:
        found = result(ExecutorName.X86_64, seed, Mode.FORWARD)
        outcomes.update((one["status"], one["error"]) for one in found["transactions"])
    statuses = {status for status, _ in outcomes}
    assert statuses == {"success", "reverted", "invalid"}
    assert len({error for status, error in outcomes if status == "invalid"}) >= 3
