"""A recorded stream, played to the kernel as the machine plays it."""

from typing import Any

import pytest

from tests.adversarial.batches import batch
from tests.support.replay import ReplayBorder
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.errors import OracleError, WordsError
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.python import PythonExecutor
from zkos.host.executors.x86_64 import X8664Executor
from zkos.interface import oracle_queries as queries
from zkos.interface.oracle_queries import Query
from zkos.interface.services import SERVICE_ORACLE, SERVICE_RESULT


def ask(border: ReplayBorder, query: Query, room: int) -> tuple[int, list[int]]:
    length, words = border.exchange(SERVICE_ORACLE, [query.id], room)
    return length, list(words)


def test_answers_follow_one_another() -> None:
    border = ReplayBorder([2, 3, 7, 8, 9, 0])
    assert ask(border, queries.NUMBER_OF_BLOCKS, 1) == (1, [2])
    assert ask(border, queries.PROOF_DATA, 12) == (3, [7, 8, 9])
    assert ask(border, queries.DISCONNECT, 0) == (0, [])
    assert list(border.words) == [2, 3, 7, 8, 9, 0]


def test_words_without_room_answer_the_next_query() -> None:
    border = ReplayBorder([3, 7, 1, 9])
    assert ask(border, queries.PROOF_DATA, 1) == (3, [7])
    assert ask(border, queries.PROOF_DATA, 1) == (1, [9])


@pytest.mark.parametrize("words", [[], [3], [3, 1, 2]])
def test_a_stream_that_ends_too_early_is_a_words_error(words: list[int]) -> None:
    with pytest.raises(WordsError, match="ends too early"):
        ask(ReplayBorder(words), queries.PROOF_DATA, 12)


def test_a_stream_takes_no_results() -> None:
    with pytest.raises(OracleError, match="result records"):
        ReplayBorder([]).exchange(SERVICE_RESULT, [1], 0)


EXECUTORS = {"python": PythonExecutor, "x86_64": X8664Executor}


@pytest.mark.executors(*EXECUTORS)
def test_a_proving_run_needs_nothing_but_its_words(executor: Any) -> None:
    transfer = batch("transfer")
    recorded = Runner(ExecutorName.X86_64).run_proving(transfer)
    assert recorded.words is not None
    border = ReplayBorder(recorded.words)
    image = KernelImage(True, transfer.flavour, on_machine=False)
    assert EXECUTORS[executor.name]().run(image, border).output == recorded.public_input
    assert border.words == recorded.words
