"""The executor ``x86_64``: the kernel compiled to machine code, loaded into this process.

Errors:  KernelError, BuildError; what the border raises passes through.
"""

import time

from zkos.compiler.backend.loader import Entry, HostConnection, load
from zkos.host.executors.kernel_images import KernelImage, Progress, build_image
from zkos.host.executors.kernel_run import (
    OUTPUT_WORDS,
    PUBLIC_INPUT_BYTES,
    KernelRun,
    check_status,
    reserve_heap,
    trapped,
)
from zkos.host.oracle.border import Border
from zkos.lang import Trap


class X8664Executor:
    """Runs the kernel as x86-64 code."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress

    def run(self, image: KernelImage, border: Border) -> KernelRun:
        """Run a kernel to its end."""
        started = time.perf_counter()
        built = build_image(image, self._progress)
        entry = Entry(load(built.path), image.entry)
        ready = time.perf_counter()
        output = bytearray(4 * OUTPUT_WORDS)
        try:
            status = entry(reserve_heap(), output, host=HostConnection(border.call_compiled))
        except Trap as trap:
            raise trapped(trap) from trap
        check_status(int(status))
        return KernelRun(
            bytes(output[:PUBLIC_INPUT_BYTES]),
            seconds={"build": ready - started, "run": time.perf_counter() - ready},
        )
