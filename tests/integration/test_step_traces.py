"""Traces of state tests against revm's, step by step.

The cases are a random sample, the same every time, of those with little gas. What is compared:
place, opcode, gas, stack, depth, memory size, refund counter; whether there is an error, but for
calls and creations (revm blames them for a callee that fails); and the cost where both have the
same idea of it (revm counts the gas that a creation passes on, and an opcode that fails costs
nothing there). The refund counter is the transaction's here, as in go-ethereum, and the frame's in
revm: what the frame added is compared.
"""

import json
from collections.abc import Iterator

import pytest

from tests.conformance.test_state_tests import VECTORS, sample
from tests.support.revm_traces import decoded, revm_traces
from zkos.host.batch_run import ExecutorName
from zkos.host.statetest.case_trace import CaseTrace, TraceOptions
from zkos.host.statetest.cases import parse_file
from zkos.host.statetest.files import read_files
from zkos.host.statetest.run_case import CaseRunner

CASES, FULL_CASES = 100, 1100
GAS = 500_000
CREATIONS = (0xF0, 0xF5)
CALLS = (0xF1, 0xF2, 0xF4, 0xFA)
BLOB_TYPE = 3
FULL_STACKS = "stackLimit"  # in the names of cases whose steps have a thousand words each


def has_little_gas(test, case):
    is_fit = case.expected.exception is None and case.transaction[0] != BLOB_TYPE
    is_fit = is_fit and FULL_STACKS not in case.name
    return is_fit and decoded(case.transaction)["gas"] < GAS


def number(value: str | int) -> int:
    return int(value, 0) if isinstance(value, str) else value


def with_refunds_of_frames(ours: list) -> list:
    """Take what the transaction's refund counter held when its frame began from each step."""
    held: list[int] = []
    kept = []
    for step in ours:
        del held[step["depth"] :]
        if len(held) < step["depth"]:
            held.append(number(step["refund"]))
        kept.append(step | {"refund": (number(step["refund"]) - held[-1]) % 2**64})
    return kept


def comparable(steps: list, ours: list) -> Iterator[dict]:
    """Give what both must have; ``ours`` says which steps are creations or fail."""
    for at, step in enumerate(steps):
        found = {name: step[name] for name in ("pc", "op", "gas", "stack", "depth")}
        found |= {name: number(step[name]) for name in ("memSize", "refund")}
        if step["op"] not in CALLS + CREATIONS:
            found["fails"] = "error" in step
        if at < len(ours) and ours[at]["op"] not in CREATIONS and "error" not in ours[at]:
            found["gasCost"] = step["gasCost"]
        yield found


def without_empty_code(steps: list, ours: list) -> list:
    """Leave out revm's STOP in code of no bytes, where go-ethereum and this have no step."""
    kept: list = []
    for step in steps:
        is_first = (step["pc"], step["op"], step["stack"]) == (0, 0, [])
        here = ours[len(kept)] if len(kept) < len(ours) else None
        if not is_first or (here is not None and (here["pc"], here["op"]) == (0, 0)):
            kept.append(step)
    return kept


@pytest.mark.executors("x86_64", "python")
def test_steps_are_those_of_revm(executor, pytestconfig):
    tests = [
        test
        for name, document in read_files([VECTORS / "ef-state-tests.tar.xz"])
        for test in parse_file(name, document)
    ]
    count = FULL_CASES if pytestconfig.getoption("--full") else CASES
    cases = sample(tests, count, has_little_gas)
    if executor.name == "python":
        cases = cases[:1]
    steps = 0
    theirs = revm_traces([(test, test.cases[0]) for test in cases])
    for test, expected in zip(cases, theirs, strict=True):
        lines: list[str] = []
        trace = CaseTrace(TraceOptions(), lines.append)
        result = CaseRunner(ExecutorName(executor.name), trace).run(test, test.cases[0])
        assert result.difference is None
        *ours, summary = map(json.loads, lines)
        steps += len(ours)
        expected = without_empty_code(expected, ours)
        found = comparable(with_refunds_of_frames(ours), ours)
        assert list(found) == list(comparable(expected, ours)), result.name
        assert summary["pass"]
        assert summary["stateRoot"] == "0x" + test.cases[0].expected.state_root.hex()
    assert steps > 0
