"""A workload on all engines by turns: the median of the rounds counts.

An engine also runs a contract that stops at once, whose time is subtracted. What is left is the
interpreter, and the handing over of results: ours hands over logs, revm keeps them in the timed
call.

Units:   Mgas/s = 10^6 gas a second, without the intrinsic gas; ratio = ours over the other's.
Errors:  BenchmarkError when engines disagree about the gas.
"""

import statistics
from dataclasses import dataclass

from zkos.host.bench.engines import (
    BenchmarkError,
    Engine,
    has_py_evm,
    revm,
    run_py_evm,
    run_revm,
    run_zkos,
)
from zkos.host.bench.workloads import Workload

PY_EVM_SHARE = 50
"""py-evm runs a workload for so many times fewer rounds."""


@dataclass(frozen=True)
class Speed:
    """One workload on all engines; None for one that is not installed."""

    workload: str
    gas: int
    zkos: float
    revm: float
    revm_ratio: float
    py_evm: float | None
    py_evm_ratio: float | None


def measure(workload: Workload, repeats: int) -> Speed:
    """Time a workload on all engines."""
    revm()
    engines: list[tuple[Engine, int]] = [(run_zkos, workload.rounds), (run_revm, workload.rounds)]
    if has_py_evm():
        engines.append((run_py_evm, workload.rounds // PY_EVM_SHARE))
    run_zkos(workload, 0)  # builds the kernel
    times: list[list[float]] = [[] for _ in engines]
    gas = [0] * len(engines)
    for _ in range(repeats):
        for at, (engine, rounds) in enumerate(engines):
            seconds, gas[at] = engine(workload, rounds)
            idle, _ = engine(workload, 0)
            times[at].append(seconds - idle)
    if gas[0] != gas[1]:
        raise BenchmarkError(f"{workload.name}: we used {gas[0]:,} gas, revm {gas[1]:,}")
    speeds = [
        spent / 1e6 / statistics.median(taken) for spent, taken in zip(gas, times, strict=True)
    ]
    slow = speeds[2] if len(speeds) > 2 else None
    ratio = speeds[0] / slow if slow else None
    return Speed(workload.name, gas[0], speeds[0], speeds[1], speeds[0] / speeds[1], slow, ratio)
