"""Steps as go-ethereum's debug_traceTransaction gives them without a tracer.

What is different from go-ethereum in the steps themselves is in tracing.md. ``native`` and
``nativeCost`` are there besides; ``storage`` is not.

Docs:    docs/tracing.md.
Source:  go-ethereum, eth/tracers/logger (ExecutionResult, StructLogRes).
Units:   gas, native.
Errors:  RpcError for more steps than an answer can hold.
"""

from collections.abc import Collection
from typing import Any

from zkos.host.node.rpc_errors import refused
from zkos.host.result_json import data
from zkos.host.tracing.steps import Step, StepTracer, Summary

MOST_STEPS = 200_000
"""Of one answer; a step takes about half a kilobyte of it."""
WORD_BYTES = 32


class StructLogs:
    """Collects the steps of some transactions of a block; ``results`` has an entry for each."""

    def __init__(
        self, wanted: Collection[int], *, stack: bool, memory: bool, return_data: bool
    ) -> None:
        self.results: list[dict[str, Any]] = []
        self.tracer = StepTracer(self._step, self._summary, memory=memory, return_data=return_data)
        self._wanted = wanted
        self._has_stack = stack
        self._steps: list[dict[str, Any]] = []
        self._place = 0
        self._count = 0

    def _step(self, step: Step) -> None:
        if self._place not in self._wanted:
            return
        self._count += 1
        if self._count > MOST_STEPS:
            raise refused(f"more than {MOST_STEPS} steps: use a tracer, or zkos run --trace")
        self._steps.append(self._document(step))

    def _summary(self, summary: Summary) -> None:
        if self._place in self._wanted:
            self.results.append(
                {
                    "gas": summary.gas_used,
                    "failed": summary.error is not None,
                    "returnValue": data(summary.output),
                    "structLogs": self._steps,
                }
            )
            self._steps = []
        self._place += 1

    def _document(self, step: Step) -> dict[str, Any]:
        document: dict[str, Any] = {
            "pc": step.pc,
            "op": step.name,
            "gas": step.gas,
            "gasCost": step.gas_cost,
            "native": step.native,
            "nativeCost": step.native_cost,
            "depth": step.depth,
        }
        if self._has_stack:
            document["stack"] = [hex(int.from_bytes(word, "big")) for word in step.stack]
        if step.memory is not None:
            document["memory"] = [
                data(step.memory[at : at + WORD_BYTES])
                for at in range(0, len(step.memory), WORD_BYTES)
            ]
        if step.return_data:
            document["returnData"] = data(step.return_data)
        if step.refund:
            document["refund"] = step.refund
        if step.error is not None:
            document["error"] = step.error
        return document
