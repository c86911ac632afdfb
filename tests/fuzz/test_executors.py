"""Random worlds give the same records on all executors, native included."""

from typing import Any

import pytest

from tests.fuzz.campaign import make_world
from tests.fuzz.kernel import Kernel
from zkos.host.executors.python import PythonExecutor
from zkos.host.executors.riscv import RiscvExecutor
from zkos.host.executors.x86_64 import X8664Executor

FIRST = 1_000_000  # seeds that the comparison with revm does not reach
WORLDS = {"riscv": {"programs": 100, "state tests": 100}, "python": {"state tests": 12}}
FULL_WORLDS = {
    "riscv": {"programs": 1000, "state tests": 1000},
    "python": {"programs": 12, "state tests": 250},
}


RECORDS = (
    "transactions", "logs", "l2_to_l1_logs", "messages", "storage_writes", "account_diffs",
    "preimages", "pubdata", "block",
)  # fmt: skip


@pytest.mark.all_executors
@pytest.mark.executors("riscv", "python")
def test_worlds_give_the_records_of_x86_64(executor: Any, pytestconfig: pytest.Config) -> None:
    is_on_machine = executor.name == "riscv"
    runner = RiscvExecutor() if is_on_machine else PythonExecutor()
    kernel, reference = Kernel(runner, on_machine=is_on_machine), Kernel(X8664Executor())
    chosen = FULL_WORLDS if pytestconfig.getoption("--full") else WORLDS
    for kind, count in chosen[executor.name].items():
        for seed in range(FIRST, FIRST + count):
            world = make_world(kind, seed)
            found, expected = kernel.run_block(world), reference.run_block(world)
            for name in RECORDS:
                assert getattr(found, name) == getattr(expected, name), (kind, seed, name)
