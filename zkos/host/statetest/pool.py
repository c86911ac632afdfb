"""Running many cases over all cores: processes that each load the kernel once.

A worker is given a few cases of one test and says when it begins one and what came out. A case
that takes too long, or whose process dies, is a failed case: its worker is replaced by another one,
which goes on after it. The kernel is built before the workers start, so that they find it.

Errors:  BuildError; whatever stops a case is its outcome.
"""

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from zkos.host.batch_run import ExecutorName
from zkos.host.executors.kernel_images import Progress, build_image
from zkos.host.statetest.case_trace import CaseTrace, TraceOptions
from zkos.host.statetest.cases import StateTest
from zkos.host.statetest.run_case import CaseResult, CaseRunner, Difference, image_for

CASES_PER_TASK = 16
LINES_PER_MESSAGE = 4096
CONTEXT = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class PoolOptions:
    """How cases are run."""

    executor: ExecutorName
    processes: int | None = None
    """None: all cores. A trace is written by one process, so that cases don't mix."""
    timeout_seconds: float | None = None
    """What a case may take; None: any time."""
    trace: TraceOptions | None = None


def build_kernel(options: PoolOptions, progress: Progress | None = None) -> None:
    """Build the kernel that the workers will look for."""
    if options.executor is not ExecutorName.PYTHON:
        build_image(image_for(options.executor, tracing=options.trace is not None), progress)


def run_tests(
    tests: Sequence[StateTest],
    options: PoolOptions,
    *,
    done: Callable[[CaseResult], None] | None = None,
    write_trace: Callable[[str], None] | None = None,
) -> list[CaseResult]:
    """Run all cases; the results are in the order of the cases."""
    build_kernel(options)
    tasks = [
        replace(test, cases=test.cases[at : at + CASES_PER_TASK])
        for test in tests
        for at in range(0, len(test.cases), CASES_PER_TASK)
    ]
    return _Pool(options, tasks, done, write_trace).run()


@dataclass
class _Worker:
    """A process, and what it is at."""

    process: SpawnProcess
    pipe: Connection
    task: int | None = None
    done: int = 0
    """Cases of the task that are finished."""
    started: float | None = None
    """When the present case began; None between cases, and while the process starts."""


class _Pool:
    def __init__(
        self,
        options: PoolOptions,
        tasks: Sequence[StateTest],
        done: Callable[[CaseResult], None] | None,
        write_trace: Callable[[str], None] | None,
    ) -> None:
        self._options = options
        self._tasks = tasks
        self._done = done
        self._write_trace = write_trace
        self._waiting = deque(range(len(tasks)))
        self._results: list[list[CaseResult]] = [[] for _ in tasks]
        self._workers: list[_Worker] = []

    def run(self) -> list[CaseResult]:
        """Run the tasks to their end."""
        wanted = 1 if self._options.trace else self._options.processes or os.cpu_count() or 1
        try:
            for _ in range(min(wanted, len(self._tasks))):
                self._start_worker()
            while any(worker.task is not None for worker in self._workers):
                self._wait()
        finally:
            for worker in self._workers:
                worker.pipe.close()
                worker.process.kill()
                worker.process.join()
        return [result for results in self._results for result in results]

    def _start_worker(self, task: int | None = None, done: int = 0) -> None:
        ours, theirs = CONTEXT.Pipe()
        options = self._options
        process = CONTEXT.Process(
            target=work, args=(theirs, options.executor, options.trace), daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        self._give(worker, self._waiting.popleft() if task is None else task, done)

    def _give(self, worker: _Worker, task: int, done: int) -> None:
        worker.task, worker.done, worker.started = task, done, None
        test = self._tasks[task]
        worker.pipe.send(replace(test, cases=test.cases[done:]))

    def _wait(self) -> None:
        """Take what workers say, until the next deadline."""
        busy = {worker.pipe: worker for worker in self._workers if worker.task is not None}
        limit = self._options.timeout_seconds
        seconds = None
        if limit is not None:
            begun = [worker.started for worker in busy.values() if worker.started is not None]
            seconds = max(min(begun, default=time.monotonic()) + limit - time.monotonic(), 0.0)
        for pipe in wait(list(busy), seconds):
            assert isinstance(pipe, Connection)
            self._take(busy[pipe])
        now = time.monotonic()
        for worker in list(self._workers):
            if limit is not None and worker.started is not None and now - worker.started > limit:
                self._replace(worker, Difference("time", f"an end within {limit:g} s", "none"))

    def _take(self, worker: _Worker) -> None:
        try:
            message = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join()
            code = worker.process.exitcode
            self._replace(worker, Difference("process", "an end", f"it died (exit status {code})"))
            return
        if message is None:
            worker.started = time.monotonic()
        elif isinstance(message, str):
            if self._write_trace is not None:
                self._write_trace(message)
        else:
            self._finish_case(worker, message)
            assert worker.task is not None
            if worker.done == len(self._tasks[worker.task].cases):
                worker.task = None
                if self._waiting:
                    self._give(worker, self._waiting.popleft(), 0)

    def _finish_case(self, worker: _Worker, result: CaseResult) -> None:
        assert worker.task is not None
        worker.done += 1
        worker.started = None
        self._results[worker.task].append(result)
        if self._done is not None:
            self._done(result)

    def _replace(self, worker: _Worker, difference: Difference) -> None:
        """Give up a case and its worker."""
        assert worker.task is not None
        task = worker.task
        began, name = worker.started, self._tasks[task].cases[worker.done].name
        seconds = 0.0 if began is None else time.monotonic() - began
        self._finish_case(worker, CaseResult(name, difference, seconds))
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()
        if worker.done < len(self._tasks[task].cases):
            self._start_worker(task, worker.done)
        elif self._waiting:
            self._start_worker()


def work(pipe: Connection, executor: ExecutorName, trace: TraceOptions | None) -> None:
    """Be a worker: run the cases of the tasks that come, as long as there is a parent.

    Says None before a case, a piece of the trace as it comes, and the result after it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    lines = _Lines(pipe)
    runner = CaseRunner(executor, None if trace is None else CaseTrace(trace, lines.add))
    while True:
        try:
            test: StateTest = pipe.recv()
        except EOFError:
            return
        for case in test.cases:
            pipe.send(None)
            result = runner.run(test, case)
            lines.flush()
            pipe.send(result)


class _Lines:
    """Lines of a trace on their way to the parent."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        self._lines.append(line)
        if len(self._lines) >= LINES_PER_MESSAGE:
            self.flush()

    def flush(self) -> None:
        if self._lines:
            self._pipe.send("\n".join(self._lines))
            self._lines.clear()
