"""Live oracles: who answers a running program.

``Oracle`` is the seam: the words that the program wrote since its last read go in, words to read
come out. ``QueryOracle`` speaks the protocol of ZKsync OS on it.

Docs:    docs/machine.md, "Oracle".
Source:  zksync-os v0.2.5: a query is id, count, parameters; an answer is its length, words.
Units:   words.
Errors:  OracleError for a query that is not complete when the program begins to read.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from zkos.host.errors import OracleError
from zkos.host.machine.guest_memory import GuestMemory

BLOCK_COUNT_QUERY = 0xDEADBEEF
"""The one query whose answer has no length word."""
LOG_QUERY = 0xFFFFFFFF
"""A log line: written and never answered."""


class Oracle(Protocol):
    """What a live run asks."""

    def answer(self, written: Sequence[int], memory: GuestMemory) -> Sequence[int]:
        """Give the words that the program will read next; none means that there are none.

        ``written`` may be empty: the program read all of the last answer and wants more.
        """
        ...

    def listen(self, written: Sequence[int], memory: GuestMemory) -> None:
        """Take words that the program wrote without reading: at its end, or very many."""
        ...


Answer = Callable[[int, Sequence[int], GuestMemory], Sequence[int]]
"""(query id, parameters, memory) -> answer words, without the length word."""


class QueryOracle:
    """Takes ZKsync OS queries apart and records every word that the program was given."""

    def __init__(self, answer: Answer, log: Callable[[bytes], None] | None = None) -> None:
        self._answer = answer
        self._log = log
        self._unread: list[int] = []
        self.given: list[int] = []

    def answer(self, written: Sequence[int], memory: GuestMemory) -> Sequence[int]:
        """Answer the query that was written."""
        self.listen(written, memory)
        query, self._unread = self._unread, []
        if not query:
            return []
        if len(query) < 2 or len(query) != 2 + query[1]:
            shown = " ".join(f"{word:08x}" for word in query[:8])
            raise OracleError(f"the program reads in the middle of a query: {shown}")
        words = list(self._answer(query[0], query[2:], memory))
        if query[0] != BLOCK_COUNT_QUERY:
            words.insert(0, len(words))
        self.given += words
        return words

    def listen(self, written: Sequence[int], memory: GuestMemory) -> None:
        """Keep what was written; hand complete log lines on."""
        self._unread += written
        while self._unread and self._unread[0] == LOG_QUERY:
            if len(self._unread) < 2 or len(self._unread) < 2 + self._unread[1]:
                return
            end = 2 + self._unread[1]
            line, self._unread = self._unread[2:end], self._unread[end:]
            if self._log is not None and line:
                data = b"".join(word.to_bytes(4, "little") for word in line[1:])
                self._log(data[: line[0]])
