"""The executor ``riscv``: the kernel's flat image on the Airbender machine.

A forward image hands its records over by a query and needs the live border; a proving image runs
from recorded words alone, or live.

Errors:  MachineStopError, BuildError; what the border raises passes through.
"""

import time
from collections.abc import Sequence

from zkos.host.executors.elf_symbols import LineLookup, function_symbols
from zkos.host.executors.kernel_images import BuiltImage, KernelImage, Progress, build_image
from zkos.host.executors.kernel_run import KernelRun, MachineCounts
from zkos.host.machine import Machine, MachineResult, QueryOracle
from zkos.host.machine.oracles import Answer
from zkos.host.oracle.border import Border
from zkos.host.profiling.run_profile import RunProfile
from zkos.host.profiling.sections import RecordedAnswers, SectionMeter


class RiscvExecutor:
    """Runs the kernel on the machine."""

    def __init__(self, progress: Progress | None = None, profile: bool = False) -> None:
        self._progress = progress
        self._profile = profile

    def run(self, image: KernelImage, border: Border) -> KernelRun:
        """Run a kernel to its end, its queries answered live."""
        started = time.perf_counter()
        built = build_image(image, self._progress)
        machine = _machine(built)
        ready = time.perf_counter()
        if self._profile:
            result, profile, oracle = _run_profiled(machine, built, border.query)
        else:
            oracle, profile = QueryOracle(border.query), None
            result = machine.run(oracle=oracle)
        border.words.extend(oracle.given)
        return _outcome(result, profile, ready - started, time.perf_counter() - ready)

    def run_words(self, image: KernelImage, words: Sequence[int]) -> KernelRun:
        """Run a proving kernel from recorded words alone."""
        started = time.perf_counter()
        built = build_image(image, self._progress)
        machine = _machine(built)
        ready = time.perf_counter()
        if self._profile:
            result, profile, _ = _run_profiled(machine, built, RecordedAnswers(words).answer)
        else:
            result, profile = machine.run(words), None
        return _outcome(result, profile, ready - started, time.perf_counter() - ready)


def _machine(built: BuiltImage) -> Machine:
    return Machine(built.path.read_bytes(), symbols=function_symbols(built.elf_path))


def _run_profiled(
    machine: Machine, built: BuiltImage, answer: Answer
) -> tuple[MachineResult, RunProfile, QueryOracle]:
    """Run with profile; also recorded words are given answer by answer, to see the queries."""
    meter = SectionMeter(answer, machine.counts)
    oracle = QueryOracle(meter.answer)
    result = machine.run(oracle=oracle, profile=True)
    assert result.profile is not None
    sections = tuple(meter.finish(result.cost))
    lines = LineLookup(built.elf_path)
    profile = RunProfile(result.profile, sections, built.path.read_bytes(), lines)
    return result, profile, oracle


def _outcome(
    result: MachineResult, profile: RunProfile | None, build_seconds: float, seconds: float
) -> KernelRun:
    return KernelRun(
        result.public_input,
        MachineCounts(result.cycles, result.delegations, result.words_read),
        profile,
        seconds={"build": build_seconds, "run": seconds},
    )
