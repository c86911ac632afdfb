"""Running many cases over all cores: processes that each load the kernel once.

A task is a few cases of one test. The kernel is built before the processes start, so that they
find it. A process that dies ends the run with an error that names the tasks that were open.

Errors:  StateTestError for a malformed test, BuildError, RunError when a process died.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import cache

from zkos.host.batch import Flavour
from zkos.host.batch_run import ExecutorName
from zkos.host.errors import RunError
from zkos.host.executors.kernel_images import KernelImage, Progress, build_image
from zkos.host.statetest.cases import StateTest
from zkos.host.statetest.run_case import CaseResult, CaseRunner

CASES_PER_TASK = 16


def run_tests(
    tests: Sequence[StateTest],
    executor: ExecutorName,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
    done: Callable[[CaseResult], None] | None = None,
) -> list[CaseResult]:
    """Run all cases; the results are in the order of the cases."""
    if executor is not ExecutorName.PYTHON:
        build_image(_image(executor), progress)
    tasks = list(_split(tests))
    count = min(processes or os.cpu_count() or 1, len(tasks))
    if count <= 1:
        runner = CaseRunner(executor)
        return [_told(done, runner.run(test, case)) for test in tasks for case in test.cases]
    found: dict[int, list[CaseResult]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context) as pool:
        waiting = {pool.submit(run_task, executor, test): at for at, test in enumerate(tasks)}
        while waiting:
            ended, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ended:
                at = waiting.pop(future)
                found[at] = _result(future, tasks[at])
                for result in found[at]:
                    _told(done, result)
    return [result for at in range(len(tasks)) for result in found[at]]


def _told(done: Callable[[CaseResult], None] | None, result: CaseResult) -> CaseResult:
    if done is not None:
        done(result)
    return result


def _split(tests: Sequence[StateTest]) -> Iterator[StateTest]:
    for test in tests:
        for at in range(0, len(test.cases), CASES_PER_TASK):
            yield replace(test, cases=test.cases[at : at + CASES_PER_TASK])


def _result(future: "Future[list[CaseResult]]", task: StateTest) -> list[CaseResult]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise RunError(f"a process died at {task.cases[0].name} or beside it") from error


def run_task(executor: ExecutorName, test: StateTest) -> list[CaseResult]:
    """Run the cases of a task in this process."""
    runner = _runner(executor)
    return [runner.run(test, case) for case in test.cases]


@cache
def _runner(executor: ExecutorName) -> CaseRunner:
    return CaseRunner(executor)


def _image(executor: ExecutorName) -> KernelImage:
    return KernelImage(False, Flavour.ETHEREUM, on_machine=executor is ExecutorName.RISCV)
