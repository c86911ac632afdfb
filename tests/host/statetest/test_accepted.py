"""Accepted failures: what counts as passed, and rows that do not hold."""

import pytest

from zkos.host.statetest.accepted import AcceptedFailure, judge, read_accepted
from zkos.host.statetest.files import StateTestError
from zkos.host.statetest.run_case import CaseResult, Difference

GOOD = CaseResult("a/one/0", None, 0.0)
BAD = CaseResult("a/two/0", Difference("logs", "0x1", "0x2"), 0.0)
OTHER = CaseResult("b/three/0", Difference("logs", "0x1", "0x2"), 0.0)


def test_an_accepted_failure_counts_as_passed():
    verdict = judge([GOOD, BAD], [AcceptedFailure("a/*", 1, "why")])
    assert (verdict.passed, verdict.failed) == (2, 0)


def test_a_failure_that_no_row_names_stays_one():
    verdict = judge([BAD, OTHER], [AcceptedFailure("a/*", 1, "why")])
    assert (verdict.passed, verdict.failed) == (1, 1)
    assert list(verdict.failures) == [OTHER]


def test_a_row_whose_case_passes_is_a_failure():
    assert judge([GOOD], [AcceptedFailure("a/*", 1, "why")]).failed == 1


def test_a_row_without_cases_in_this_run_is_not_judged():
    assert judge([GOOD], [AcceptedFailure("c/*", 1, "why")]).failed == 0


def test_rows_have_three_columns(tmp_path):
    path = tmp_path / "rows.tsv"
    path.write_text("# comment\n\na/*\t2\twhy\n")
    assert read_accepted(path) == [AcceptedFailure("a/*", 2, "why")]
    path.write_text("a/* 2 why\n")
    with pytest.raises(StateTestError, match=r"rows\.tsv:1"):
        read_accepted(path)
