"""Ethereum's state tests for Cancun: all on x86_64, random samples elsewhere, larger with --full.

The samples are the same every time; that for CPython leaves out what takes long there.
"""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from zkos.host.batch_run import ExecutorName
from zkos.host.senders import recover_sender
from zkos.host.statetest.accepted import judge, read_accepted
from zkos.host.statetest.cases import parse_file
from zkos.host.statetest.files import read_files
from zkos.host.statetest.pool import PoolOptions, run_tests

VECTORS = Path(__file__).resolve().parents[1] / "vectors/ethereum-state-tests"
ACCEPTED = Path(__file__).parent / "accepted_state_test_failures.tsv"
CASES = 13_937
SEED = 20241024
CASE_SECONDS = 300
SMALL_BYTES = 200
"""Longest transaction, and code with its jump map, of the sample for CPython."""
LONG_RUNS = ("Loop", "50000", "Recursive", "1024", "Bomb", "Dos")
"""Words in the names of cases that run until millions of gas are used."""


@pytest.fixture(scope="module")
def tests():
    return [
        test
        for name, document in read_files([VECTORS / "ef-state-tests.tar.xz"])
        for test in parse_file(name, document)
    ]


def sample(tests, count, is_fit=lambda test, case: True):
    """Take cases at random, the same ones every time."""
    single = [
        replace(test, cases=(case,)) for test in tests for case in test.cases if is_fit(test, case)
    ]
    return random.Random(SEED).sample(single, count)


def run(tests, executor):
    """Run cases; give the differences that nobody accepted, and the verdict."""
    results = run_tests(tests, PoolOptions(executor, timeout_seconds=CASE_SECONDS))
    assert len(results) == sum(len(test.cases) for test in tests)
    verdict = judge(results, read_accepted(ACCEPTED))
    return {one.name: one.difference for one in verdict.failures}, verdict


def is_small(test, case):
    """Say whether a case is over soon: little code, no loops."""
    code = sum(len(account.full_code) for account in test.initial.accounts.values())
    is_long = any(word in case.name for word in LONG_RUNS)
    return code < SMALL_BYTES and len(case.transaction) < SMALL_BYTES and not is_long


def test_the_archive_holds_all_cases(tests):
    assert sum(len(test.cases) for test in tests) == CASES


def test_every_transaction_that_must_be_accepted_names_a_signer(tests):
    accepted = [
        case for test in tests for case in test.cases[:1] if case.expected.exception is None
    ]
    assert all(recover_sender(case.transaction) for case in accepted)


def test_all_cases_pass_on_x86_64(tests):
    found, verdict = run(tests, ExecutorName.X86_64)
    assert found == {}
    assert verdict.broken_rows == []


def test_cases_pass_on_riscv(tests, request):
    count = 3000 if request.config.getoption("--full") else 300
    found, _ = run(sample(tests, count), ExecutorName.RISCV)
    assert found == {}


def test_cases_pass_as_python(tests, request):
    count = 300 if request.config.getoption("--full") else 40
    found, _ = run(sample(tests, count, is_small), ExecutorName.PYTHON)
    assert found == {}
