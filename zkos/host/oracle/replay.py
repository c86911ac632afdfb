"""An oracle that answers from recorded words alone, whatever is asked.

With it the proving kernel runs from a recorded (or forged) stream on every executor, as the
machine does.

Errors:  WordsError for a stream that ends too early.
"""

from collections.abc import Sequence

from zkos.host.errors import WordsError
from zkos.host.oracle.memory import Memory
from zkos.interface.oracle_queries import QUERIES_BY_ID


class ReplayOracle:
    """Gives the words of a stream, answer by answer."""

    def __init__(self, words: Sequence[int]) -> None:
        self._words = words
        self.position = 0

    def answer(self, query_id: int, parameters: Sequence[int], memory: Memory | None) -> list[int]:
        """Give the words that follow in the stream, without the length word."""
        query = QUERIES_BY_ID.get(query_id)
        if query is not None and not query.has_length_word:
            return self._take(1, query_id)
        return self._take(self._take(1, query_id)[0], query_id)

    def _take(self, count: int, query_id: int) -> list[int]:
        end = self.position + count
        if end > len(self._words):
            raise WordsError(
                f"the word stream ends too early: query 0x{query_id:08x} needs {count} words at "
                f"word {self.position}, the stream has {len(self._words)}"
            )
        taken = list(self._words[self.position : end])
        self.position = end
        return taken
