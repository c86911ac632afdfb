"""Decoding trace events and handing them to a tracer.

Docs:    docs/tracing.md.
Errors:  KernelError for an event that is unknown or malformed.
"""

from collections.abc import Callable, Mapping
from typing import Any

from zkos.host.errors import KernelError
from zkos.interface import trace_events as events
from zkos.interface.error_names import ERROR_NAMES
from zkos.interface.wire_host import WireError, bytes_to_words

Event = Mapping[str, Any]
"""Fields of an event by name; hashes are bytes, all else numbers."""
WORD_BYTES = 4
HALT_NAMES: Mapping[str, str] = {
    "OutOfErgs": "out of gas",
    "StackUnderflow": "stack underflow",
    "StackOverflow": "stack limit reached",
    "InvalidJump": "invalid jump destination",
    "InvalidOpcode": "invalid opcode",
    "StaticViolation": "write protection",
    "OutOfBoundsReturnData": "return data out of bounds",
    "MemoryLimit": "gas uint64 overflow",
    "InvalidOperandOutOfRange": "gas uint64 overflow",
    "CreateInitcodeSizeLimit": "max initcode size exceeded",
    "CodeSizeLimit": "max code size exceeded",
    "CodeStartsWithEf": "invalid code: must not begin with 0xef",
    "OutOfNativeResources": "out of native resources",
    "ReturnDataLimit": "return data limit reached",
}
"""Official name -> what go-ethereum says, where it has the error."""
OUTCOMES: Mapping[int, str] = {
    events.OUTCOME_REVERT: "execution reverted",
    events.OUTCOME_TOO_DEEP: "max call depth exceeded",
    events.OUTCOME_INSUFFICIENT_BALANCE: "insufficient balance for transfer",
    events.OUTCOME_NONCE_OVERFLOW: "nonce uint64 overflow",
    events.OUTCOME_COLLISION: "contract address collision",
    events.OUTCOME_HOOK_FAILED: "precompile failed",
}


def error_text(status: int) -> str:
    """Say what a kernel status means, in go-ethereum's words where it has the error."""
    name = ERROR_NAMES.get(status, f"error {status:#x}")
    return HALT_NAMES.get(name, name)


def frame_error(event: Event) -> str | None:
    """Say why a frame failed, from the event of its end."""
    if event["outcome"] == events.OUTCOME_SUCCESS:
        return None
    if event["outcome"] == events.OUTCOME_HALT:
        return error_text(event["status"])
    return OUTCOMES[event["outcome"]]


class Tracer:
    """What makes a trace: one method per event, all of which do nothing here."""

    wants = 0
    """What comes with a step besides: WANTS_MEMORY, WANTS_RETURN_DATA."""

    def step(self, event: Event, _: bytes) -> None:
        """Take an opcode that is about to run."""

    def step_memory(self, _: Event, memory: bytes) -> None:
        """Take the memory before the last step."""

    def step_return_data(self, _: Event, data: bytes) -> None:
        """Take the return data before the last step."""

    def leave(self, event: Event, _: bytes) -> None:
        """Take the end of the interpreter's run."""

    def enter(self, event: Event, calldata: bytes) -> None:
        """Take the beginning of a frame."""

    def exit(self, event: Event, output: bytes) -> None:
        """Take the end of a frame."""

    def self_destruct(self, event: Event, _: bytes) -> None:
        """Take what SELFDESTRUCT moved."""

    def account_change(self, event: Event, _: bytes) -> None:
        """Take an account before and after."""

    def slot_change(self, event: Event, _: bytes) -> None:
        """Take a slot before and after."""

    def result(self, event: Event, _: bytes) -> None:
        """Take the transaction's result, before what it changed."""

    def transaction_end(self, _: Event, __: bytes) -> None:
        """Take the end of the transaction."""


class EventReader:
    """Takes the bytes of events and calls the tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._wants = tracer.wants
        self._pieces: list[bytes] = []
        self._handlers: dict[int, Callable[[Event, bytes], None]] = {
            event.id: getattr(tracer, event.name.replace(" ", "_"))
            for event in events.EVENTS
            if event is not events.DATA
        }
        self._ignores_steps = type(tracer).step is Tracer.step

    def take(self, event: bytes) -> int:
        """Take one event; gives what the tracer wants besides."""
        event_id = int.from_bytes(event[:WORD_BYTES], "little")
        if event_id == events.STEP.id and self._ignores_steps:
            return 0
        record = events.EVENTS_BY_ID.get(event_id)
        if record is None:
            raise KernelError(f"the kernel sent an unknown trace event ({event_id})")
        try:
            fields = record.layout.decode_python(bytes_to_words(event[WORD_BYTES:]))
        except WireError as error:
            raise KernelError(f"the kernel sent a malformed {record.name}: {error}") from error
        if record is events.DATA:
            self._pieces.append(fields["data"])
            return 0
        data, self._pieces = b"".join(self._pieces), []
        self._handlers[event_id](fields, data)
        return self._wants if record is events.STEP else 0
