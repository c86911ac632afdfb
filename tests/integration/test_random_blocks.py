"""Random blocks: forward and proving runs agree, and so do the executors.

``run_proving`` compares the proving kernel's public input with the one that the host predicts from
the forward run's results; a lost write, a wrong root or another order of queries breaks it.
"""

from collections import Counter
from typing import Any

import pytest

from tests.integration.mixed_blocks import mixed_block
from tests.support.random_blocks import random_block
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.result_json import batch_json

RUN_FIELDS = ("executor", "cycles", "delegations")
OUTCOMES = {
    "success", "reverted", "InvalidEncoding", "InvalidStructure", "InvalidChainId",
    "AuthListIsEmpty", "PriorityFeeGreaterThanMaxFee", "BaseFeeGreaterThanMaxFee",
    "CallerGasLimitMoreThanBlock", "RejectCallerWithCode", "LackOfFundForMaxFee",
    "OverflowPaymentInTransaction", "NonceOverflowInTransaction", "NonceTooHigh", "NonceTooLow",
    "MalleableSignature", "IncorrectFrom", "CreateInitCodeSizeLimit", "UpgradeTxNotFirst",
    "OutOfGasDuringValidation", "OutOfNativeResourcesDuringValidation", "BlockGasLimitReached",
    "BlockPubdataLimitReached",
}  # fmt: skip
"""What must happen in the blocks; the two limits that are missing take minutes to reach."""


def run(document: dict[str, Any], name: str, mode: Mode = Mode.PROVING) -> dict[str, Any]:
    result = batch_json(Runner(ExecutorName(name)).run(block_file.parse(document), mode))
    return {field: value for field, value in result.items() if field not in RUN_FIELDS}


@pytest.mark.executors("x86_64")
def test_proving_agrees_with_forward(executor: Any, pytestconfig: pytest.Config) -> None:
    count = 2000 if pytestconfig.getoption("--full") else 100
    seen: Counter[str] = Counter()
    for seed in range(count):
        result = run(mixed_block(seed), executor.name)
        seen.update(one["error"] or one["status"] for one in result["transactions"])
    assert set(seen) >= OUTCOMES
    assert min(seen["success"], seen["reverted"]) > count // 2


@pytest.mark.all_executors
@pytest.mark.executors("riscv")
def test_the_machine_agrees_with_x86_64(executor: Any, pytestconfig: pytest.Config) -> None:
    for seed in range(100_000, 100_060 if pytestconfig.getoption("--full") else 100_006):
        block = mixed_block(seed)
        for mode in Mode:
            assert run(block, executor.name, mode) == run(block, "x86_64", mode), (seed, mode)


@pytest.mark.executors("python")
@pytest.mark.parametrize("seed", [200, 201])
def test_plain_python_agrees_with_x86_64(executor: Any, seed: int) -> None:
    block = random_block(seed)
    assert run(block, executor.name, Mode.FORWARD) == run(block, "x86_64", Mode.FORWARD)
