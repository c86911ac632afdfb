"""The pool: a case that takes too long or whose process dies is a failed case, and only that."""

import json
import os
import signal

import pytest

from tests.conformance.test_state_tests import VECTORS
from zkos.host.batch_run import ExecutorName
from zkos.host.statetest import pool
from zkos.host.statetest.cases import parse_file
from zkos.host.statetest.files import read_files
from zkos.host.statetest.pool import PoolOptions, run_tests
from zkos.host.statetest.run_case import CaseResult

DEADLY, ENDLESS = "deadly", "endless"


@pytest.fixture(scope="module")
def test_of_one_case():
    return next(
        test
        for name, document in read_files([VECTORS / "ef-state-tests.tar.xz"])
        if name.endswith("stExample/add11.json")
        for test in parse_file(name, document)
    )


def named(test, *names):
    """Give a test with cases of these names."""
    cases = tuple(type(test.cases[0])(name, b"", test.cases[0].expected) for name in names)
    return type(test)(test.accounts, test.initial, test.block, cases)


def work(pipe, executor, trace):
    """Be a worker whose cases do what their names say."""
    while True:
        try:
            test = pipe.recv()
        except EOFError:
            return
        for case in test.cases:
            pipe.send(None)
            if case.name == DEADLY:
                os.kill(os.getpid(), signal.SIGKILL)
            while case.name == ENDLESS:
                signal.pause()
            pipe.send(CaseResult(case.name, None, 0.0))


def outcome(results):
    return {one.name: one.difference and one.difference.field for one in results}


def test_a_case_that_ends_its_process_or_has_no_end_fails_alone(monkeypatch, test_of_one_case):
    monkeypatch.setattr(pool, "work", work)
    names = ["one", DEADLY, "two", ENDLESS, "three"]
    options = PoolOptions(ExecutorName.PYTHON, processes=1, timeout_seconds=1)
    told = []
    tests = [named(test_of_one_case, *names), named(test_of_one_case, "four")]
    results = run_tests(tests, options, done=told.append)
    assert [one.name for one in results] == [*names, "four"]
    expected = dict.fromkeys([*names, "four"]) | {DEADLY: "process", ENDLESS: "time"}
    assert outcome(results) == outcome(told) == expected
    texts = {one.name: one.difference.actual for one in results if one.difference}
    assert texts == {DEADLY: "it died (exit status -9)", ENDLESS: "none"}


def test_a_trace_comes_in_the_order_of_the_cases(test_of_one_case):
    first = test_of_one_case.cases[0]
    cases = tuple(
        type(first)(str(number), first.transaction, first.expected) for number in range(3)
    )
    test = type(test_of_one_case)(
        test_of_one_case.accounts, test_of_one_case.initial, test_of_one_case.block, cases
    )
    lines = []
    options = PoolOptions(ExecutorName.X86_64, trace=pool.TraceOptions(memory=True))
    results = run_tests([test], options, write_trace=lambda text: lines.extend(text.split("\n")))
    assert [one.difference for one in results] == [None] * 3
    documents = [json.loads(line) for line in lines]
    assert [one["test"] for one in documents if "test" in one] == ["0", "1", "2"]
    steps = [one for one in documents if "pc" in one]
    assert len(steps) == 18
    assert {one["memory"] for one in steps} == {"0x"}
