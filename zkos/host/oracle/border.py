"""The host's end of the kernel's border: oracle queries in, answers and records out.

``python`` and ``x86_64`` reach it by ``host_call`` (services of ``interface/services.py``), a
machine by queries on its CSR; both end in the same two methods. What the program is given is
recorded as the words that it would read from the CSR: the length of each answer, then the answer.

Errors:  OracleError, and KernelError for a record that is malformed.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from zkos.host.errors import OracleError
from zkos.host.oracle.memory import Memory
from zkos.interface.oracle_queries import NUMBER_OF_BLOCKS
from zkos.interface.services import (
    RESULT_QUERY_ID,
    SERVICE_ORACLE,
    SERVICE_RESULT,
    SERVICE_TRACE,
)
from zkos.interface.wire_host import words_to_bytes

AnswerQuery = Callable[[int, Sequence[int], Memory | None], Sequence[int]]
"""Answers a query, given by id and parameter words. Fastest with words in an ``array``."""
TakeRecords = Callable[[bytes], None]
TakeEvent = Callable[[bytes], int]
"""Takes the bytes of a trace event; gives what is wanted besides (interface/trace_events.py)."""
_NOTHING = array("I")


def refuse_records(records: bytes) -> None:
    """Take no records: a proving run returns nothing but its public input."""
    raise OracleError(f"a proving kernel handed over result records ({len(records)} bytes)")


def ignore_event(event: bytes) -> int:
    """Take no interest in trace events."""
    return 0


class Border:
    """One run's connection to the host."""

    def __init__(
        self,
        answer: AnswerQuery,
        take_records: TakeRecords = refuse_records,
        take_event: TakeEvent = ignore_event,
    ) -> None:
        self._answer = answer
        self._take_records = take_records
        self._take_event = take_event
        self._keeps_words = take_records is refuse_records
        self.words = array("I")
        """The words that a proving run was given so far; a forward run's are of no use."""

    def query(self, query_id: int, parameters: Sequence[int], memory: Memory | None) -> list[int]:
        """Answer a query of the machine's CSR; the length word is the caller's."""
        if query_id == RESULT_QUERY_ID:
            self._take_records(words_to_bytes(parameters))
            return []
        return list(self._answer(query_id, parameters, memory))

    def serve(self, service: int, request: Sequence[int]) -> "array[int]":
        """Answer a host call: the reply words."""
        if service != SERVICE_ORACLE:
            if service != SERVICE_RESULT:
                raise OracleError(f"the kernel called an unknown host service {service}")
            self._take_records(words_to_bytes(request))
            return _NOTHING
        words = self._answer(request[0], request[1:], None)
        if not isinstance(words, array):
            words = array("I", words)
        if self._keeps_words:
            if request[0] != NUMBER_OF_BLOCKS.id:
                self.words.append(len(words))
            self.words.extend(words)
        return words

    def exchange(self, service: int, request: Sequence[int], room: int) -> tuple[int, "array[int]"]:
        """Answer a host call that has room for so many words: the answer's length, its words.

        A trace event's answer is a number and no words.
        """
        if service == SERVICE_TRACE:
            return self._take_event(words_to_bytes(request)), _NOTHING
        words = self.serve(service, request)
        return len(words), words

    def call_compiled(self, service: int, request: memoryview, reply: memoryview) -> int:
        """Answer a host call of compiled code: words of format "I" in and out."""
        room = len(reply)
        length, words = self.exchange(service, request, room)
        fitting = words if len(words) <= room else words[:room]
        if fitting:
            reply[: len(fitting)] = fitting
        return length

    def call_python(self, service: int, request: Any, reply: Any) -> int:
        """Answer a host call of the kernel under CPython: slices of u32 in and out."""
        asked = memoryview(request.to_bytes()).cast("I")
        length, words = self.exchange(service, asked, reply.size)
        fitting = min(len(words), reply.size)
        start = 4 * reply.start
        reply.buffer[start : start + 4 * fitting] = words[:fitting].tobytes()
        return length
