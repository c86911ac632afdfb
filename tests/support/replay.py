"""A border that plays a recorded stream of words, whatever is asked.

With it the proving kernel runs on ``python`` and ``x86_64`` exactly as the image runs on the
machine from recorded words: it takes a length word, then as many words as the program has room
for. A longer answer is not skipped; what follows in the stream answers the next query.
"""

from array import array
from collections.abc import Sequence

from zkos.host.errors import OracleError, WordsError
from zkos.host.oracle.border import Border
from zkos.interface.oracle_queries import NUMBER_OF_BLOCKS
from zkos.interface.services import SERVICE_ORACLE


class ReplayBorder(Border):
    """Gives the words of a stream."""

    def __init__(self, stream: Sequence[int]) -> None:
        super().__init__(_nobody)
        self._stream = array("I", stream)

    def exchange(self, service: int, request: Sequence[int], room: int) -> tuple[int, "array[int]"]:
        """Take the answer of a query from the stream."""
        if service != SERVICE_ORACLE:
            return super().exchange(service, request, room)
        length = room if request[0] == NUMBER_OF_BLOCKS.id else self._take(1, request[0])[0]
        return length, self._take(min(length, room), request[0])

    def _take(self, count: int, query_id: int) -> "array[int]":
        start = len(self.words)
        if start + count > len(self._stream):
            raise WordsError(
                f"the word stream ends too early: query 0x{query_id:08x} needs {count} words at "
                f"word {start}, the stream has {len(self._stream)}"
            )
        taken = self._stream[start : start + count]
        self.words.extend(taken)
        return taken


def _nobody(query_id: int, parameters: Sequence[int], memory: object) -> Sequence[int]:
    raise OracleError(f"query 0x{query_id:08x} was not taken from the stream")
