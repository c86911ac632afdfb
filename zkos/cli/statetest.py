"""``zkos statetest``: run Ethereum state tests."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from zkos.cli.options import (
    executor_option,
    json_option,
    refuse_tracing_on_machine,
    trace_memory_options,
)
from zkos.cli.progress import build_progress
from zkos.host.batch_run import ExecutorName
from zkos.host.errors import InputError
from zkos.host.statetest.accepted import Verdict, judge, read_accepted
from zkos.host.statetest.case_trace import TraceOptions
from zkos.host.statetest.cases import StateTest, parse_file
from zkos.host.statetest.files import read_files
from zkos.host.statetest.pool import PoolOptions, build_kernel, run_tests
from zkos.host.statetest.run_case import CaseResult


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@executor_option
@click.option("--filter", "pattern", help="Only cases whose name matches, or holds, this pattern.")
@click.option(
    "--accept", type=click.Path(path_type=Path), help="Accepted failures: pattern, count, reason."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes (default: all cores).")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    default=300.0,
    show_default=True,
    help="Seconds that a case may take; 0 for any time.",
)
@click.option(
    "--trace",
    is_flag=True,
    help="Print each step (EIP-3155), and a line per case; with --json on stderr.",
)
@trace_memory_options
@json_option
def statetest(
    paths: tuple[Path, ...],
    executor: str,
    pattern: str | None,
    accept: Path | None,
    jobs: int | None,
    timeout: float,
    trace: bool,
    trace_memory: bool,
    trace_return_data: bool,
    as_json: bool,
) -> int:
    """Run the state tests in PATHS: JSON files, folders, archives."""
    rows = [] if accept is None else read_accepted(accept)
    tests = list(_select(paths, pattern))
    total = sum(len(test.cases) for test in tests)
    if not total:
        raise InputError("no case to run: none for this fork, or none that the filter matches")
    options = PoolOptions(
        ExecutorName(executor),
        jobs,
        timeout if 0 < timeout < math.inf else None,
        TraceOptions(trace_memory, trace_return_data) if trace else None,
    )
    if trace:
        refuse_tracing_on_machine(options.executor)
    with build_progress() as building:
        build_kernel(options, building)
    with _case_progress(0 if trace else total) as done:
        results = run_tests(
            tests,
            options,
            done=done,
            write_trace=lambda lines: print(lines, file=sys.stderr if as_json else sys.stdout),
        )
    verdict = judge(results, rows)
    if as_json:
        print(json.dumps(_document(verdict), indent=2))
    else:
        _print_verdict(verdict)
    summary = f"{verdict.passed} passed, {verdict.failed} failed"
    print(summary, file=sys.stderr if as_json else sys.stdout)
    return 1 if verdict.failed else 0


def _select(paths: Sequence[Path], pattern: str | None) -> Iterator[StateTest]:
    for name, document in read_files(paths):
        for test in parse_file(name, document):
            cases = tuple(
                case
                for case in test.cases
                if pattern is None or pattern in case.name or fnmatchcase(case.name, pattern)
            )
            if cases:
                yield replace(test, cases=cases)


@contextmanager
def _case_progress(total: int) -> Iterator[Callable[[CaseResult], None]]:
    """Draw a bar, but for no cases."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not total
    ) as bars:
        task = bars.add_task("running cases", total=total)
        failed = 0

        def done(result: CaseResult) -> None:
            nonlocal failed
            failed += result.difference is not None
            text = f"running cases, {failed} failed" if failed else "running cases"
            bars.update(task, advance=1, description=text)

        yield done


def _print_verdict(verdict: Verdict) -> None:
    for row, results in verdict.accepted:
        print(f"accepted: {row.pattern}: {len(results)} ({row.reason})")
    for result in verdict.failures:
        difference = result.difference
        assert difference is not None
        print(f"FAILED {result.name}")
        print(f"  {difference.field}: expected {difference.expected}, got {difference.actual}")
    for row, count in verdict.broken_rows:
        print(f"FAILED {row.pattern}: expected {row.count} accepted failures, got {count}")


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "passed": verdict.passed,
        "failed": verdict.failed,
        "failures": [
            {
                "case": result.name,
                "field": result.difference.field,
                "expected": result.difference.expected,
                "actual": result.difference.actual,
            }
            for result in verdict.failures
            if result.difference is not None
        ],
        "accepted": [
            {
                "pattern": row.pattern,
                "count": row.count,
                "reason": row.reason,
                "cases": [result.name for result in results],
            }
            for row, results in verdict.accepted
        ],
        "broken_rows": [
            {"pattern": row.pattern, "expected": row.count, "actual": count}
            for row, count in verdict.broken_rows
        ],
    }
