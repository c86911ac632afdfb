"""Recorded word streams with one word corrupted, replayed on the image that is proved."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from tests.adversarial.forging import Answer, Liar

LENGTH = "length"
PATTERNS = (1, 1 << 31, 0xFFFF_FFFF)
"""What a word is combined with by exclusive or."""


@dataclass(frozen=True)
class Word:
    """One word of a stream, and what it says."""

    position: int
    answer: Answer
    field: str


def words_of(liar: Liar) -> Iterator[Word]:
    """Name every word of the recorded stream of a batch."""
    position = 0
    for answer in liar.answers:
        if answer.query.has_length_word:
            yield Word(position, answer, LENGTH)
            position += 1
        for field in _fields_of(answer):
            yield Word(position, answer, field)
            position += 1
    assert position == len(liar.words)


def _fields_of(answer: Answer) -> Iterator[str]:
    """Name the words of an answer."""
    if answer.query.reply is None:
        used = -(-answer.byte_length // 4)
        for place in range(len(answer.words)):
            yield "content" if place < used else "padding"
        return
    for field in answer.query.reply.fields:
        yield from [field.name] * field.words


def corrupted(liar: Liar, word: Word, pattern: int) -> bytes:
    """Give the stream with one word changed."""
    words = array("I", liar.words)
    words[word.position] ^= pattern
    return words.tobytes()
