"""Recorded word streams with one word corrupted, replayed on the image that is proved.

A word has the name of the lie (``classes``) that says what must become of it.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from tests.adversarial.classes import CLASSES
from tests.adversarial.forging import OTHER, SAME, STOP, Answer, Liar
from tests.adversarial.lies import (
    BLOCK_HASHES,
    HASH_WORDS,
    OF_TRANSACTIONS,
    PRICES,
    has_padding_word,
    held_leaves,
    reads_sibling,
)
from zkos.interface import oracle_queries as queries

PATTERNS = (1, 1 << 31, 0xFFFF_FFFF)
"""What a word is combined with by exclusive or."""
WHOLE_WORD = 0xFFFF_FFFF


@dataclass(frozen=True)
class Word:
    """One word of a stream, and what it says."""

    position: int
    answer: Answer
    lie: str
    bits: int = WHOLE_WORD
    """Those that count; the others are padding of a byte string."""

    @property
    def name(self) -> str:
        """Query and lie."""
        return f"{self.answer.name}: {self.lie}"


def words_of(liar: Liar) -> Iterator[Word]:
    """Name every word of the recorded stream of a batch."""
    position = 0
    for answer in liar.answers:
        suffix = f", {liar.status(answer)}" if answer.query in OF_TRANSACTIONS else ""
        if answer.query.has_length_word:
            is_string = answer.query.reply is None
            lie = "two words more" if is_string else "one word more"
            yield Word(position, answer, lie + suffix)
            position += 1
        for lie, bits in _fields_of(liar, answer):
            yield Word(position, answer, lie + suffix, bits)
            position += 1
    assert position == len(liar.words)


def _fields_of(liar: Liar, answer: Answer) -> Iterator[tuple[str, int]]:
    """Name the words of an answer, without its length."""
    if answer.query is queries.NUMBER_OF_BLOCKS:
        yield "one more", WHOLE_WORD
    elif answer.query.reply is None:
        for place in range(len(answer.words)):
            used = min(max(answer.byte_length - 4 * place, 0), 4)
            yield "first byte" if used else "padding", WHOLE_WORD >> (32 - 8 * used)
    else:
        for field in answer.query.reply.fields:
            if field.name == "siblings":
                yield from _siblings(liar, answer)
            elif field.name == "block_hashes":
                yield from [("block_hashes, oldest", WHOLE_WORD)] * HASH_WORDS
                yield from [("block_hashes", WHOLE_WORD)] * HASH_WORDS * (BLOCK_HASHES - 1)
            elif has_padding_word(field):
                yield from [(field.name, WHOLE_WORD)] * (field.words - 1)
                yield f"{field.name}, padding word", WHOLE_WORD
            else:
                yield from [(field.name, WHOLE_WORD)] * field.words


def _siblings(liar: Liar, answer: Answer) -> Iterator[tuple[str, int]]:
    held = held_leaves(liar, answer.block)
    for level in range(queries.TREE_DEPTH):
        is_read = reads_sibling(held, answer.words[0], level)
        name = "siblings" if is_read else "siblings, known otherwise"
        yield from [(name, WHOLE_WORD)] * HASH_WORDS


def corrupted(liar: Liar, word: Word, pattern: int) -> bytes:
    """Give the stream with one word changed."""
    words = array("I", liar.words)
    words[word.position] ^= pattern
    return words.tobytes()


def allowed_ends(liar: Liar, word: Word, pattern: int) -> set[str]:
    """Say how a run may end that reads a corrupted word.

    Where a live oracle would be asked something else because of it, the recorded stream does not
    fit any more, which is a stop nearly always. Prices show in what they do to transactions only,
    which is anything.
    """
    if pattern & word.bits == 0:
        return {SAME}
    if word.lie in PRICES:
        return {SAME, OTHER, STOP}
    ends = CLASSES[liar.row(word.answer)][word.lie].by_place()[liar.place(word.answer)]
    asks_otherwise = word.answer.query in OF_TRANSACTIONS
    return ends | {STOP} if asks_otherwise or OTHER in ends else ends
