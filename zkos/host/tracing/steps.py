"""Steps as EIP-3155 has them and go-ethereum's ``evm --json`` writes them.

A step is told before it runs; what it cost is known when the next event comes, and then the step
goes on to the sink. The cost of a call holds the gas that it passes on, that of a creation doesn't.

Docs:    docs/tracing.md.
Source:  EIP-3155.
Units:   gas, native.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zkos.host.tracing.events import Event, Tracer, error_text, frame_error
from zkos.interface.error_names import CLASS_HALT, CLASS_OUT_OF_NATIVE
from zkos.interface.opcode_names import OPCODE_NAMES
from zkos.interface.results import TRANSACTION_INVALID
from zkos.interface.trace_events import WANTS_MEMORY, WANTS_RETURN_DATA

OUT_OF_NATIVE = "out of native resources"
REVERT = 0xFD
REVERTED = "execution reverted"


@dataclass
class Step:
    """One executed opcode."""

    pc: int
    opcode: int
    gas: int
    native: int
    refund: int
    memory_bytes: int
    stack: Sequence[bytes]
    depth: int
    """1 for the frame that the transaction enters."""
    memory: bytes | None = None
    return_data: bytes | None = None
    gas_cost: int = 0
    native_cost: int = 0
    error: str | None = None

    @property
    def name(self) -> str:
        """Mnemonic of the opcode."""
        return OPCODE_NAMES.get(self.opcode, f"opcode {self.opcode:#x} not defined")


@dataclass
class Summary:
    """The end of a transaction's steps."""

    output: bytes
    gas_used: int
    """Of the transaction."""
    error: str | None
    """Why the frame that the transaction entered failed, or the transaction is invalid."""
    transaction_hash: bytes = b""
    is_included: bool = True
    """Whether the transaction is part of the block."""
    frame_gas_used: int = 0
    """Of the frame that the transaction entered alone."""


class StepTracer(Tracer):
    """Completes steps and hands them on, in order; then each transaction's summary."""

    def __init__(
        self,
        on_step: Callable[[Step], None],
        on_summary: Callable[[Summary], None],
        *,
        memory: bool = False,
        return_data: bool = False,
    ) -> None:
        self.wants = WANTS_MEMORY * memory | WANTS_RETURN_DATA * return_data
        self._on_step = on_step
        self._on_summary = on_summary
        self._open: Step | None = None
        self._left: Event | None = None
        self._entered = False
        self._frame_gas = 0
        self._summary = Summary(b"", 0, None)

    def step(self, event: Event, _: bytes) -> None:
        """Take an opcode that is about to run."""
        self._finish(event["gas"], event["native"])
        self._open = Step(
            pc=event["pc"],
            opcode=event["opcode"],
            gas=event["gas"],
            native=event["native"],
            refund=event["refund"],
            memory_bytes=event["memory_bytes"],
            stack=event["stack"],
            depth=event["depth"] + 1,
        )

    def step_memory(self, _: Event, memory: bytes) -> None:
        """Take the memory before the last step."""
        assert self._open is not None
        self._open.memory = memory

    def step_return_data(self, _: Event, data: bytes) -> None:
        """Take the return data before the last step."""
        assert self._open is not None
        self._open.return_data = data

    def leave(self, event: Event, _: bytes) -> None:
        """Take the end of the interpreter's run: after a request the cost is not known yet."""
        status = event["status"]
        if status >> 8 in (CLASS_HALT, CLASS_OUT_OF_NATIVE):
            self._finish(event["gas"], event["native"], error_text(status))
        elif event["is_request"]:
            self._left = event
        else:
            is_revert = self._open is not None and self._open.opcode == REVERT
            self._finish(event["gas"], event["native"], REVERTED if is_revert else None)

    def enter(self, event: Event, _: bytes) -> None:
        """Take the beginning of a frame: what asked for it is paid."""
        if event["depth"] == 0:
            self._entered, self._frame_gas = True, event["gas"]
        native = event["caller_native"] + event["native"]
        if self._left is not None and self._left["creating_opcode"]:
            self._finish(self._left["gas"], native)
        else:
            self._finish(event["caller_gas"], native)

    def exit(self, event: Event, output: bytes) -> None:
        """Take the end of a frame, which may not have been able to pay for its last request."""
        error = frame_error(event)
        self._finish(event["gas"], event["native"], error)
        if event["depth"] == 0:
            self._entered = False
            self._summary = Summary(output, 0, error, frame_gas_used=self._frame_gas - event["gas"])

    def result(self, event: Event, _: bytes) -> None:
        """Take the transaction's result; frames that have no end ran out of native."""
        summary, self._summary = self._summary, Summary(b"", 0, None)
        if self._entered:
            self._finish(0, 0, OUT_OF_NATIVE)
            summary = Summary(b"", 0, OUT_OF_NATIVE, frame_gas_used=self._frame_gas)
            self._entered = False
        if event["status"] == TRANSACTION_INVALID:
            summary.error = error_text(event["error"])
            summary.is_included = False
        summary.gas_used = event["gas_used"]
        summary.transaction_hash = event["hash"]
        self._on_summary(summary)

    def _finish(self, gas: int, native: int, error: str | None = None) -> None:
        step, self._open, self._left = self._open, None, None
        if step is not None:
            step.gas_cost = step.gas - gas
            step.native_cost = step.native - native
            step.error = error
            self._on_step(step)
