"""The pool of LLVM processes, and the cache in front of it.

Processes are started when the first uncached job comes, used again by later builds, and end
with this process. An LLVM that dies costs its process only: the job becomes a ``BackendError``.

Errors:  BackendError names the module, says what LLVM said, and where the IR was saved.
"""

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from zkos.compiler.backend.llvm_worker import (
    VERSION,
    Compiled,
    Job,
    Refused,
    receive,
    send,
)
from zkos.compiler.cache import Cache, digest
from zkos.compiler.errors import InternalError

PROCESSES = 2
_START = "from zkos.compiler.backend.llvm_worker import main; main()"
PACKAGE_ROOT = Path(__file__).resolve().parents[3]


class BackendError(InternalError):
    """LLVM refused a module or died on it; the IR is kept in a file for the report."""


class Worker:
    """One LLVM process."""

    def __init__(self) -> None:
        path = os.pathsep.join([str(PACKAGE_ROOT), *filter(None, sys.path)])
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the process)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": path},
        )

    def run(self, job: Job) -> Compiled | Refused | None:
        """Compile one job; None when the process died of it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            send(self._process.stdin, job)
            reply = receive(self._process.stdout)
        except BrokenPipeError:
            return None
        return reply if isinstance(reply, Compiled | Refused) else None

    def close(self) -> str:
        """End the process; gives the end of what it wrote to its standard error."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue
        self._process.wait()
        self._errors.seek(0)
        text = self._errors.read().decode(errors="replace")
        self._errors.close()
        return text[-2000:].strip()


_idle: list[Worker] = []
_lock = threading.Lock()


def _close_idle() -> None:
    while _idle:
        _idle.pop().close()


atexit.register(_close_idle)


def _forget_idle() -> None:
    # A forked child must not talk to its parent's processes.
    _idle.clear()


os.register_at_fork(after_in_child=_forget_idle)


def compile_uncached(job: Job) -> bytes:
    """Compile one job in an LLVM process."""
    with _lock:
        worker = _idle.pop() if _idle else None
    reply = worker.run(job) if worker is not None else None
    if worker is None or reply is None:
        # A waiting process may have been ended from outside: a fresh one decides.
        if worker is not None:
            worker.close()
        worker = Worker()
        reply = worker.run(job)
    if reply is None:
        said = worker.close()
        raise BackendError(_describe(job, f"LLVM died: {said or 'no message'}"))
    with _lock:
        _idle.append(worker)
    if isinstance(reply, Refused):
        raise BackendError(_describe(job, reply.message))
    return reply.data


def _describe(job: Job, message: str) -> str:
    handle, path = tempfile.mkstemp(prefix=f"zkos-{job.name}-{job.target.name}-", suffix=".ll")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join(job.texts))
    return f"module {job.name} for {job.target.name}: {message} (its IR is in {path})"


def job_key(job: Job) -> str:
    """Name the object by everything that its bytes depend on."""
    return digest(VERSION, repr(job.target), str(job.level), *job.texts)


def compile_jobs(
    jobs: Sequence[Job],
    cache: Cache | None,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, bytes]:
    """Make all objects, at most two at a time; ``progress`` gets (module, done, total)."""
    objects: dict[str, bytes] = {}
    missing: list[Job] = []
    for job in jobs:
        found = cache.get(job_key(job)) if cache is not None else None
        if found is None:
            missing.append(job)
        else:
            objects[job.name] = found
            if progress is not None:
                progress(job.name, len(objects), len(jobs))
    # The largest first, so that the last one running is a small one.
    missing.sort(key=lambda job: (-sum(map(len, job.texts)), job.name))
    with ThreadPoolExecutor(PROCESSES) as pool:
        running = {pool.submit(compile_uncached, job): job for job in missing}
        try:
            for future in as_completed(running):
                job = running[future]
                objects[job.name] = future.result()
                if cache is not None:
                    cache.put(job_key(job), objects[job.name])
                if progress is not None:
                    progress(job.name, len(objects), len(jobs))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {job.name: objects[job.name] for job in jobs}
