"""Breakdowns of Ethereum's state tests add up, in both flavours: a sample, all with --full.

What the tests do to a chain is no matter here; they halt, call and destroy in every way, and in
production at prices at which native runs out as well. ``break_down`` compares the sums.
"""

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zkos.host.batch import Batch, Flavour
from zkos.host.batch_run import Runner
from zkos.host.costs.breakdown import GAS_PARTS, NATIVE_PARTS, meter_breakdowns
from zkos.host.costs.meter import Meter
from zkos.host.executors.kernel_images import Extra
from zkos.host.statetest.cases import parse_file
from zkos.host.statetest.files import read_files

ARCHIVE = Path(__file__).resolve().parents[2] / "vectors/ethereum-state-tests/ef-state-tests.tar.xz"
SEED, SAMPLED = 20241125, 400
NEVER_NEGATIVE = {*GAS_PARTS, *NATIVE_PARTS} - {"refund", "wrapped"}


def prices(rng: random.Random, batch: Batch) -> Batch:
    """Put a test into a production block with prices that make native scarce or plenty."""
    [block] = batch.blocks
    block = replace(
        block,
        native_price=rng.choice([1, 10, 1000]),
        pubdata_price=rng.choice([0, 0, 500]),
        gas_limit=min(block.gas_limit, 2**56 - 1),
    )
    return replace(batch, flavour=Flavour.PRODUCTION, blocks=[block])


def test_the_parts_of_state_tests_add_up(pytestconfig: pytest.Config) -> None:
    rng = random.Random(SEED)
    cases: list[Any] = [
        (test, case)
        for name, document in read_files([ARCHIVE])
        for test in parse_file(name, document)
        for case in test.cases
    ]
    chosen = cases if pytestconfig.getoption("--full") else rng.sample(cases, SAMPLED)
    seen: Counter[str] = Counter()
    for test, case in chosen:
        batch = test.batch(case)
        for one in (batch, prices(rng, batch)):
            meter = Meter()
            runner = Runner(take_event=meter.take, extra=Extra.METERING)
            [[found]] = meter_breakdowns(meter, runner.run_forward(one))
            if found is not None:
                parts = [*found.gas.items(), *found.native.items()]
                assert [part for part in parts if part[1] < 0 and part[0] in NEVER_NEGATIVE] == []
                seen.update(name for name, number in parts if number)
    assert seen["evm"] > 2 * SAMPLED and seen["precompiles"] > 20
    assert min(seen[part] for part in ("forfeited", "native", "pubdata", "refund")) > 5
