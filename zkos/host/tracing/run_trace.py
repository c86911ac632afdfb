"""The trace of a run, written to a stream: JSON, or text for people.

Steps are written while the run goes on, a line each and a summary line per transaction. Call trees
and differences are one JSON list at the end, an entry per transaction as go-ethereum's
debug_traceBlock gives them: ``block`` (place in the batch), ``txHash``, and ``result``; or
``error`` for an invalid transaction.

Docs:    docs/tracing.md.
"""

import json
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, TextIO

import rlp

from zkos.host.batch import Flavour, OfferedTransaction, TransactionFormat
from zkos.host.batch_run import BatchRun
from zkos.host.oracle.border import TakeEvent
from zkos.host.result_json import data, transaction_hash
from zkos.host.results import STATUS_NAMES
from zkos.host.state.state import State
from zkos.host.tracing.calls import CallTracer, tree_text
from zkos.host.tracing.changes import ChangeTracer, changes_text
from zkos.host.tracing.events import EventReader, Tracer
from zkos.host.tracing.step_lines import step_line, step_text, summary_line
from zkos.host.tracing.steps import Step, StepTracer, Summary
from zkos.interface.error_names import ERROR_NAMES

ABI_GAS_LIMIT = slice(96, 128)
"""Bytes of the gas limit in the ABI encoding: its fourth word."""


class TraceKind(Enum):
    """What is traced."""

    STEPS = "steps"
    CALLS = "calls"
    DIFF = "diff"


class RunTrace:
    """Takes the events of a run and writes its trace."""

    def __init__(
        self,
        kind: TraceKind,
        stream: TextIO,
        flavour: Flavour,
        *,
        is_text: bool,
        memory: bool = False,
        return_data: bool = False,
    ) -> None:
        self._kind = kind
        self._stream = stream
        self._is_text = is_text
        self._has_native = flavour is Flavour.PRODUCTION
        self._calls = CallTracer(has_native=self._has_native)
        self._changes = ChangeTracer()
        steps = StepTracer(self._step, self._summary, memory=memory, return_data=return_data)
        tracers: dict[TraceKind, Tracer] = {
            TraceKind.STEPS: steps,
            TraceKind.CALLS: self._calls,
            TraceKind.DIFF: self._changes,
        }
        self.take_event: TakeEvent = EventReader(tracers[kind]).take

    def _step(self, step: Step) -> None:
        write = step_text if self._is_text else step_line
        print(write(step, has_native=self._has_native), file=self._stream)

    def _summary(self, summary: Summary) -> None:
        if self._is_text:
            error = "" if summary.error is None else f": {summary.error}"
            end = f"{data(summary.transaction_hash)} used {summary.gas_used} gas{error}"
            print(end, file=self._stream)
        else:
            line = summary_line(summary, txHash=data(summary.transaction_hash))
            print(line, file=self._stream)

    def finish(self, run: BatchRun, state: State) -> None:
        """Write what is known at the end; ``state`` is the one before the batch."""
        if self._kind is TraceKind.STEPS:
            return
        entries = list(self._entries(run, state))
        if not self._is_text:
            print(json.dumps(entries, indent=1), file=self._stream)
            return
        for entry in entries:
            print(f"{entry['txHash']} in block {entry['block']}", file=self._stream)
            for line in self._text(entry):
                print(f"  {line}", file=self._stream)

    def _text(self, entry: dict[str, Any]) -> Iterator[str]:
        if "error" in entry:
            yield f"invalid: {entry['error']}"
        elif self._kind is TraceKind.CALLS:
            result = entry["result"]
            yield from tree_text(result if isinstance(result, list) else [result])
        else:
            yield from changes_text(entry["result"])

    def _entries(self, run: BatchRun, state: State) -> Iterator[dict[str, Any]]:
        at = 0
        made: dict[bytes, bytes] = {}

        def preimage(digest: bytes) -> bytes | None:
            return made.get(digest) or state.preimage(digest)

        for number, settled in enumerate(run.ledger.blocks):
            made |= {bytes(one["hash"]): one["data"] for one in settled.outcome.preimages}
            offered = settled.block.transactions
            for one, result in zip(offered, settled.outcome.transactions, strict=True):
                entry: dict[str, Any] = {"block": number, "txHash": data(transaction_hash(one))}
                if STATUS_NAMES[result["status"]] == "invalid":
                    entry["error"] = ERROR_NAMES[result["error"]]
                elif self._kind is TraceKind.CALLS:
                    entry["result"] = _call_result(one, self._calls.trees[at])
                else:
                    entry["result"] = self._changes.transactions[at].document(preimage)
                yield entry
                at += 1


def _call_result(offered: OfferedTransaction, trees: Sequence[dict[str, Any]]) -> Any:
    """Give a transaction's call tree; several, as upgrades may have, are a list."""
    if len(trees) != 1:
        return list(trees)
    limit = gas_limit_of(offered)
    return trees[0] if limit is None else {**trees[0], "gas": hex(limit)}


def gas_limit_of(offered: OfferedTransaction) -> int | None:
    """Read the gas limit of a transaction that the kernel has accepted.

    None for an encoding that the kernel takes and the library does not: lengths with leading zeros.
    """
    if offered.format is TransactionFormat.ABI:
        return int.from_bytes(offered.encoded[ABI_GAS_LIMIT], "big")
    kind = offered.encoded[0] if offered.encoded[0] < 0x80 else 0
    try:
        fields = rlp.decode(offered.encoded[1:] if kind else offered.encoded)
    except rlp.DecodingError:
        return None
    return int.from_bytes(fields[{0: 2, 1: 3}.get(kind, 4)], "big")
