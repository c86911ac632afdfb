"""The trace of a case: its steps as EIP-3155 has them, then one line with what came out.

The last line has EIP-3155's ``output``, ``gasUsed``, ``stateRoot``, ``pass`` and ``fork``, then
``error`` if the transaction failed, and ``test``, the name of the case.

Docs:    docs/tracing.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

from zkos.host.oracle.border import TakeEvent
from zkos.host.statetest.cases import FORK
from zkos.host.tracing.events import EventReader
from zkos.host.tracing.step_lines import step_line, summary_line
from zkos.host.tracing.steps import Step, StepTracer, Summary


@dataclass(frozen=True)
class TraceOptions:
    """What steps hold besides."""

    memory: bool = False
    return_data: bool = False


class CaseTrace:
    """Writes the lines of one case after another."""

    def __init__(self, options: TraceOptions, write: Callable[[str], None]) -> None:
        self._options = options
        self._write = write
        self._summary = Summary(b"", 0, None)

    def begin(self) -> TakeEvent:
        """Begin a case: gives what takes its events."""
        self._summary = Summary(b"", 0, None)
        tracer = StepTracer(
            self._step,
            self._keep,
            memory=self._options.memory,
            return_data=self._options.return_data,
        )
        return EventReader(tracer).take

    def end(self, name: str, state_root: bytes | None, failure: str | None, passed: bool) -> None:
        """End a case; ``failure`` says why its run has no end."""
        more: dict[str, object] = {}
        if failure is not None:
            more["error"] = failure
        if state_root is not None:
            more["stateRoot"] = "0x" + state_root.hex()
        self._write(summary_line(self._summary, **more, **{"pass": passed}, fork=FORK, test=name))

    def _step(self, step: Step) -> None:
        self._write(step_line(step))

    def _keep(self, summary: Summary) -> None:
        self._summary = summary
