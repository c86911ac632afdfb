"""Accepted failures: a TSV file with the columns pattern, count and reason.

A pattern is a shell pattern over whole case names. Exactly ``count`` matching cases must fail: one
that passes unexpectedly is a failure of the run, as is one failure too many.

Errors:  StateTestError for a malformed row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from zkos.host.statetest.files import StateTestError
from zkos.host.statetest.run_case import CaseResult

COLUMNS = 3


@dataclass(frozen=True)
class AcceptedFailure:
    """One row."""

    pattern: str
    count: int
    reason: str


def read_accepted(path: Path) -> list[AcceptedFailure]:
    """Read a list; empty lines and lines that begin with # are skipped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise StateTestError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StateTestError(f"{path}: expected lines of UTF-8: {error}") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) != COLUMNS or not all(parts) or not parts[1].isdecimal():
            raise StateTestError(f"{path}:{number}: expected pattern, count and reason with tabs")
        rows.append(AcceptedFailure(parts[0], int(parts[1]), parts[2]))
    return rows


@dataclass(frozen=True)
class Verdict:
    """The results of a run, sorted out."""

    passed: int
    """Those that passed, and the accepted failures."""
    failures: Sequence[CaseResult]
    accepted: Sequence[tuple[AcceptedFailure, Sequence[CaseResult]]]
    broken_rows: Sequence[tuple[AcceptedFailure, int]]
    """Rows whose count is not met, and how many of their cases failed; each is a failure."""

    @property
    def failed(self) -> int:
        """Failures that nobody accepted, and rows that do not hold."""
        return len(self.failures) + len(self.broken_rows)


def judge(results: Sequence[CaseResult], rows: Sequence[AcceptedFailure]) -> Verdict:
    """Sort results; a row none of whose cases was run is not judged."""
    failures = [result for result in results if result.difference is not None]
    accepted = []
    broken = []
    for row in rows:
        if not any(fnmatchcase(result.name, row.pattern) for result in results):
            continue
        matching = [one for one in failures if fnmatchcase(one.name, row.pattern)]
        if len(matching) != row.count:
            broken.append((row, len(matching)))
        accepted.append((row, matching))
        failures = [one for one in failures if one not in matching]
    failed = len(failures)
    return Verdict(len(results) - failed, failures, accepted, broken)
