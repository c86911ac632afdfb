"""What a program spends between its queries: the sections of a batch.

Any program that speaks the oracle's protocol can be measured so, also one without symbols: a
query begins a section, which lasts until the query that begins the next. What a program does
between two queries is its own affair; two programs agree in what a section is given and must have
finished, and may put the work that lies between into different sections.

    start           up to the metadata of the first block
    block context   metadata, up to the question for the first transaction
    transaction     each one, up to the question for the next
    block end       from "no more transactions" to the proof data: header, logs, pubdata
    state           proof data, tree queries, new root, commitments, up to the disconnect
    batch end       after the disconnect: the next block's start, or the public input

Units:   cycles in executed instructions.
Errors:  what the wrapped oracle raises; WordsError for recorded words that end too early.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zkos.host.errors import WordsError
from zkos.host.machine import Cost, GuestMemory
from zkos.host.machine.oracles import Answer
from zkos.interface import oracle_queries as queries

START = "start"
CONTEXT = "block context"
TRANSACTION = "transaction"
BLOCK_END = "block end"
STATE = "state"
BATCH_END = "batch end"
SECTIONS = (START, CONTEXT, TRANSACTION, BLOCK_END, STATE, BATCH_END)

_OPENING = {
    queries.BLOCK_METADATA_QUERY.id: CONTEXT,
    queries.PROOF_DATA.id: STATE,
    queries.DISCONNECT.id: BATCH_END,
}


@dataclass(frozen=True)
class Section:
    """One part of a run."""

    kind: str
    block: int
    """Place in the batch; -1 before the first."""
    transaction: int | None
    """Place among the offered transactions of the block."""
    cost: Cost


class RecordedAnswers:
    """Gives recorded words answer by answer, so that the queries between them can be seen."""

    def __init__(self, words: Sequence[int]) -> None:
        self._words = words
        self._position = 0

    def answer(self, query_id: int, parameters: Sequence[int], memory: GuestMemory) -> list[int]:
        """Take the next answer, whatever is asked."""
        if query_id == queries.NUMBER_OF_BLOCKS.id:
            return self._take(1)
        return self._take(self._take(1)[0])

    def _take(self, count: int) -> list[int]:
        start, self._position = self._position, self._position + count
        if self._position > len(self._words):
            raise WordsError(
                f"truncated words: expected {count} at word {start}, got {len(self._words) - start}"
            )
        return list(self._words[start : self._position])


class SectionMeter:
    """Stands between a program and its oracle and reads the machine's counters at each query."""

    def __init__(self, answer: Answer, counts: Callable[[], Cost]) -> None:
        self._answer = answer
        self._counts = counts
        self._sections: list[Section] = []
        self._kind, self._block, self._transaction = START, -1, -1
        self._began = Cost()

    def answer(self, query_id: int, parameters: Sequence[int], memory: GuestMemory) -> list[int]:
        """Answer a query and note where a section begins."""
        words = list(self._answer(query_id, parameters, memory))
        if query_id == queries.NEXT_TRANSACTION_SIZE.id:
            self._open(TRANSACTION if words[0] else BLOCK_END)
        elif query_id in _OPENING:
            self._open(_OPENING[query_id])
        return words

    def finish(self, total: Cost) -> list[Section]:
        """Close the last section; ``total`` is what the whole run cost."""
        self._close(total)
        return self._sections

    def _open(self, kind: str) -> None:
        self._close(self._counts())
        self._kind = kind
        if kind == CONTEXT:
            self._block += 1
            self._transaction = -1
        elif kind == TRANSACTION:
            self._transaction += 1

    def _close(self, now: Cost) -> None:
        place = self._transaction if self._kind == TRANSACTION else None
        self._sections.append(Section(self._kind, self._block, place, now - self._began))
        self._began = now
