"""A host for kernel functions under test: slots, preimages and other answers from dictionaries.

``connected_oracle(host)`` connects it to all executors: as host calls, and as the oracle CSR. What
was asked is kept in ``host.asked``, what was reported in ``host.records``.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from zkos.interface import oracle_queries as queries
from zkos.interface.results import RECORDS_BY_ID
from zkos.interface.services import RESULT_QUERY_ID, SERVICE_ORACLE, SERVICE_RESULT
from zkos.interface.wire_host import bytes_to_words
from zkos.lang.host import connected, oracle_csr

ACCOUNT_STORAGE = 0x8003


class FakeHost:
    """Answers from plain data."""

    def __init__(self) -> None:
        self.slots: dict[tuple[int, int], int] = {}
        self.preimages: dict[bytes, bytes] = {}
        self.answers: dict[int, list[int]] = {}  # query id -> words, for any other query
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.records: list[tuple[str, dict[str, Any]]] = []

    def set_account(self, address: int, record: bytes) -> None:
        """Put a 124-byte record behind an account slot."""
        digest = hashlib.blake2s(record).digest()
        self.preimages[digest] = record
        self.slots[ACCOUNT_STORAGE, address] = int.from_bytes(digest, "big")

    def answer(self, query_id: int, parameters: Sequence[int]) -> list[int]:
        """Give the answer words of a query."""
        query = queries.QUERIES_BY_ID[query_id]
        asked = query.parameters.decode_python(parameters)
        self.asked.append((query.name, asked))
        if query_id in self.answers:
            return self.answers[query_id]
        if query is queries.INITIAL_SLOT:
            place = (asked["address"], int.from_bytes(asked["key"], "big"))
            value = self.slots.get(place)
            assert query.reply is not None
            return query.reply.encode_python({"is_new": value is None, "value": value or 0})
        if query is queries.ACCOUNT:
            return self._account(asked["address"])
        if query is queries.PREIMAGE:
            words = bytes_to_words(self.preimages[asked["hash"]])
            return words + [0] * (len(words) % 2)
        raise AssertionError(f"nobody expected the query {query.name}")

    def _account(self, address: int) -> list[int]:
        value = self.slots.get((ACCOUNT_STORAGE, address))
        slot = queries.SLOT_REPLY.encode_python({"is_new": value is None, "value": value or 0})
        record = self.preimages[value.to_bytes(32, "big")] if value else b""
        words = slot + bytes_to_words(record)
        return words + [0] * (len(words) % 2)

    def call(self, service: int, request: Any, reply: Any) -> int:
        """Take a host call."""
        words = [int(request[i]) for i in range(request.size)]
        if service == SERVICE_RESULT:
            self.take(words)
            return 0
        assert service == SERVICE_ORACLE
        answer = self.answer(words[0], words[1:])
        for i, word in enumerate(answer[: reply.size]):
            reply[i] = word
        return len(answer)

    def take(self, words: Sequence[int]) -> None:
        """Take result records."""
        while words:
            record_id, length, *words = words
            record = RECORDS_BY_ID[record_id]
            self.records.append((record.name, record.layout.decode_python(words[:length])))
            words = words[length:]


class _Csr:
    def __init__(self, host: FakeHost) -> None:
        self.host = host
        self.written: list[int] = []
        self.unread: list[int] = []

    def write(self, word: int) -> None:
        self.unread = []
        self.written.append(int(word))

    def read(self) -> int:
        if self.written:
            query_id, count, *parameters = self.written
            assert count == len(parameters)
            self.written = []
            if query_id == RESULT_QUERY_ID:
                self.host.take(parameters)
                self.unread = [0]
            else:
                words = self.host.answer(query_id, parameters)
                has_length = queries.QUERIES_BY_ID[query_id].has_length_word
                self.unread = [len(words), *words] if has_length else list(words)
        return self.unread.pop(0)


@contextmanager
def connected_oracle(host: FakeHost) -> Iterator[FakeHost]:
    """Let a host answer in every executor."""
    csr = _Csr(host)
    with ExitStack() as stack:
        stack.enter_context(connected(host.call))
        stack.enter_context(oracle_csr(csr.read, csr.write))
        yield host
