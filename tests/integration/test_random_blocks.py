"""Random blocks: forward and proving runs agree, and so do the executors.

``run_proving`` compares the proving kernel's public input with the one that the host predicts from
the forward run's results; a lost write, a wrong root or another order of queries breaks it.
"""

from collections import Counter
from typing import Any

import pytest

from tests.support.random_blocks import random_block
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.result_json import batch_json

RUN_FIELDS = ("executor", "cycles", "delegations")


def run(seed: int, name: str, mode: Mode = Mode.PROVING) -> dict[str, Any]:
    batch = block_file.parse(random_block(seed))
    result = batch_json(Runner(ExecutorName(name)).run(batch, mode))
    return {field: value for field, value in result.items() if field not in RUN_FIELDS}


@pytest.mark.executors("x86_64")
@pytest.mark.parametrize("first", range(0, 60, 10))
def test_proving_agrees_with_forward(executor: Any, first: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first, first + 10):
        result = run(seed, executor.name)
        seen.update(one["error"] or one["status"] for one in result["transactions"])
    assert seen["success"] > 20 and seen["reverted"] > 2 and len(seen) > 4


@pytest.mark.all_executors
@pytest.mark.executors("riscv")
@pytest.mark.parametrize("seed", range(100, 106))
def test_the_machine_agrees_with_x86_64(executor: Any, seed: int) -> None:
    assert run(seed, executor.name) == run(seed, "x86_64")


@pytest.mark.executors("python")
@pytest.mark.parametrize("seed", [200, 201])
def test_plain_python_agrees_with_x86_64(executor: Any, seed: int) -> None:
    assert run(seed, executor.name, Mode.FORWARD) == run(seed, "x86_64", Mode.FORWARD)
