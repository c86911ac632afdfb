"""The executor ``python``: the kernel's source, run by CPython as it stands.

Errors:  KernelError; what the border raises passes through.
"""

import time

from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.kernel_run import (
    HEAP_BYTES,
    OUTPUT_WORDS,
    PUBLIC_INPUT_BYTES,
    KernelRun,
    check_status,
    reserve_heap,
    trapped,
)
from zkos.host.oracle.border import Border
from zkos.lang import Slice, Trap, building, u8, u32
from zkos.lang.host import connected


class PythonExecutor:
    """Runs the kernel under CPython."""

    def run(self, image: KernelImage, border: Border) -> KernelRun:
        """Run a kernel to its end."""
        heap = Slice[u8](reserve_heap(), 0, HEAP_BYTES)
        output = Slice[u32].of([0] * OUTPUT_WORDS)
        started = time.perf_counter()
        try:
            with building(**image.constants), connected(border.call_python):
                status = image.entry(heap, output)
        except Trap as trap:
            raise trapped(trap) from trap
        check_status(int(status))
        return KernelRun(
            output.to_bytes()[:PUBLIC_INPUT_BYTES], seconds={"run": time.perf_counter() - started}
        )
