"""A lying oracle: one answer of an honest one is changed, and the proving run is watched.

The block has what a state can have: plain accounts, a contract that reads and writes existing,
zero and absent slots, a call that reverts, a deployment, a rejected transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.chain import ALICE, BOB, CHAIN_ID, deployer, funded, transaction
from zkos.host import block_file
from zkos.host.batch import Batch
from zkos.host.batch_run import Runner
from zkos.host.errors import KernelError, OracleError
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState
from zkos.interface.oracle_queries import QUERIES_BY_ID, Query

STOP, OTHER, SAME = "stop", "other public input", "same public input"
ACCOUNT_WORDS = 32  # 124 bytes and a word of padding
CONTRACT = "0x00000000000000000000000000000000000c0de0"
# Without calldata: slot 2 := slot 1, read slot 3 (absent), slot 4 := 9 (absent), STOP.
# With calldata: slot 5 := 1, REVERT.
CODE = bytes.fromhex("36601457600154600255600354506009600455005b600160055560006000fd")


def example_batch() -> Batch:
    """The block that is lied about."""
    transactions = [
        transaction(ALICE, nonce=0, value=12345),
        transaction(ALICE, nonce=1, to=CONTRACT, gas_limit=300_000),
        transaction(ALICE, nonce=2, to=CONTRACT, data=b"\1", gas_limit=300_000),
        transaction(BOB, nonce=7, value=1),
        transaction(BOB, nonce=0, to=None, data=deployer(bytes.fromhex("5b00")), gas_limit=300_000),
    ]
    pre: dict[str, Any] = funded(ALICE, BOB)
    pre[CONTRACT] = {
        "nonce": "0x1",
        "code": "0x" + CODE.hex(),
        "storage": {"0x01": "0x07", "0x02": "0x00"},
    }
    return block_file.parse({"chain_id": hex(CHAIN_ID), "pre": pre, "transactions": transactions})


@dataclass(frozen=True)
class Answer:
    """One honest answer."""

    number: int
    query: Query
    words: tuple[int, ...]


@dataclass(frozen=True)
class Forgery:
    """A change of one answer: ``field`` says what of it."""

    answer: Answer
    field: str
    words: tuple[int, ...]


class LyingOracle:
    """Answers as an honest oracle does, apart from the one answer that is forged.

    Once the run has left the honest path it may ask what nobody can answer; zeros come back.
    """

    def __init__(self, honest: BatchOracle, forgery: Forgery | None) -> None:
        self._honest = honest
        self._forgery = forgery
        self.answers: list[Answer] = []

    def answer(self, query_id: int, parameters: Sequence[int], memory: Any) -> Sequence[int]:
        """Give the words."""
        query = QUERIES_BY_ID[query_id]
        try:
            words = tuple(self._honest.answer(query_id, parameters, memory))
        except OracleError:
            if self._forgery is None:
                raise
            words = (0,) * (query.reply.fixed_words if query.reply else 2)
        number = len(self.answers)
        self.answers.append(Answer(number, query, words))
        if self._forgery is not None and number == self._forgery.answer.number:
            return self._forgery.words
        return words


class Liar:
    """Runs the proving kernel over the example block."""

    def __init__(self) -> None:
        self.batch = example_batch()
        ledger = Runner().run_forward(self.batch).ledger
        self._changes = [settled.outcome.changes for settled in ledger.blocks]
        self._image = KernelImage(True, self.batch.flavour, on_machine=False)
        self.statuses = [one["status"] for one in ledger.blocks[0].outcome.transactions]
        oracle = self._oracle(None)
        self.public_input = self._run(oracle)
        assert self.public_input == ledger.public_input
        self.answers = oracle.answers

    def _oracle(self, forgery: Forgery | None) -> LyingOracle:
        state = MemoryState(self.batch.initial_state)
        return LyingOracle(BatchOracle(self.batch, state, self._changes.__getitem__), forgery)

    def _run(self, oracle: LyingOracle) -> bytes:
        return X8664Executor().run(self._image, Border(oracle.answer)).output

    def outcome(self, forgery: Forgery) -> str:
        """Say what a lie leads to."""
        try:
            found = self._run(self._oracle(forgery))
        except KernelError:
            return STOP
        return SAME if found == self.public_input else OTHER

    def forgeries(self) -> Iterator[Forgery]:
        """Every field of every answer changed, and every answer cut off and drawn out."""
        for answer in self.answers:
            yield from forgeries_of(answer)


def forgeries_of(answer: Answer) -> Iterator[Forgery]:
    """The lies about one answer."""

    def lie(field: str, change: Callable[[list[int]], None]) -> Forgery:
        words = list(answer.words)
        change(words)
        return Forgery(answer, field, tuple(words))

    def flip(position: int, bit: int = 0) -> Callable[[list[int]], None]:
        def change(words: list[int]) -> None:
            words[position] ^= 1 << bit

        return change

    if answer.query.reply is None:
        if answer.query.has_length_word:
            yield lie("first byte", flip(0))
            yield lie("two words more", lambda words: words.extend((0, 0)))
            yield lie("no words", lambda words: words.clear())
            if len(answer.words) == ACCOUNT_WORDS and answer.words[-1] == 0:
                yield lie("padding", flip(-1))
        else:
            yield lie("number", flip(0))
        return
    for field in answer.query.reply.fields:
        places = range(field.offset, field.offset + field.words, 8)
        if field.words <= 8:
            yield lie(field.name, flip(field.offset))
            continue
        for place in (places[0], places[len(places) // 2], places[-1]):
            yield lie(field.name, flip(place))
    yield lie("one word more", lambda words: words.append(0))
    if answer.words:
        yield lie("one word less", lambda words: words.pop())
