"""The executor ``riscv``: the kernel's flat image on the Airbender machine.

A forward image hands its records over by a query and needs the live border; a proving image runs
from recorded words alone, or live.

Errors:  MachineStopError, BuildError; what the border raises passes through.
"""

import time
from collections.abc import Sequence

from zkos.host.executors.elf_symbols import function_symbols
from zkos.host.executors.kernel_images import KernelImage, Progress, build_image
from zkos.host.executors.kernel_run import KernelRun, MachineCounts
from zkos.host.machine import Machine, MachineResult, QueryOracle
from zkos.host.oracle.border import Border


class RiscvExecutor:
    """Runs the kernel on the machine."""

    def __init__(self, progress: Progress | None = None, profile: bool = False) -> None:
        self._progress = progress
        self._profile = profile

    def run(self, image: KernelImage, border: Border) -> KernelRun:
        """Run a kernel to its end, its queries answered live."""
        oracle = QueryOracle(border.query)
        started = time.perf_counter()
        machine = self._machine(image)
        ready = time.perf_counter()
        result = machine.run(oracle=oracle, profile=self._profile)
        border.words.extend(oracle.given)
        return _outcome(result, ready - started, time.perf_counter() - ready)

    def run_words(self, image: KernelImage, words: Sequence[int]) -> KernelRun:
        """Run a proving kernel from recorded words alone."""
        started = time.perf_counter()
        machine = self._machine(image)
        ready = time.perf_counter()
        result = machine.run(words, profile=self._profile)
        return _outcome(result, ready - started, time.perf_counter() - ready)

    def _machine(self, image: KernelImage) -> Machine:
        built = build_image(image, self._progress)
        return Machine(built.path.read_bytes(), symbols=function_symbols(built.elf_path))


def _outcome(result: MachineResult, build_seconds: float, seconds: float) -> KernelRun:
    return KernelRun(
        result.public_input,
        MachineCounts(result.cycles, result.delegations, result.words_read),
        result.profile,
        seconds={"build": build_seconds, "run": seconds},
    )
