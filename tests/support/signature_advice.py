"""Answers to the advice queries of a signature recovery, for tests without a block."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from zkos.host.oracle.advice import field_advice
from zkos.host.oracle.slopes import slope_advice
from zkos.interface import oracle_queries as queries
from zkos.interface.services import SERVICE_ORACLE
from zkos.lang import u32
from zkos.lang.host import connected, oracle_csr


def advice(request: Sequence[int]) -> list[int]:
    """Give the words that answer ``[id, parameters...]``."""
    query = queries.QUERIES_BY_ID[request[0]]
    asked = query.parameters.decode_python(list(request[1:]))
    if query is queries.FIELD_ADVICE:
        numbers = [field_advice(asked["kind"], asked["number"])]
    else:
        assert query is queries.SLOPE_ADVICE
        numbers = slope_advice(asked["u"], asked["v"], (asked["x"], asked["y"]))
    return [number >> 32 * word & 0xFFFFFFFF for number in numbers for word in range(8)]


class _Csr:
    """The same over the CSR: id, length and parameters in; length and words out."""

    def __init__(self) -> None:
        self._written: list[int] = []
        self._answer: list[int] = []

    def write(self, word: int) -> None:
        self._written.append(int(word))

    def read(self) -> int:
        if not self._answer:
            number, length, *parameters = self._written
            assert length == len(parameters)
            words = advice([number, *parameters])
            self._answer, self._written = [len(words), *words], []
        return self._answer.pop(0)


@contextmanager
def advised() -> Iterator[None]:
    """Answer the kernel's questions of all executors."""

    def answer(service: int, request: Any, reply: Any) -> int:
        assert service == SERVICE_ORACLE
        words = advice([int(request[i]) for i in range(request.size)])
        for place, word in enumerate(words[: reply.size]):
            reply[place] = u32(word)
        return len(words)

    csr = _Csr()
    with connected(answer), oracle_csr(csr.read, csr.write):
        yield
