"""Recorded word streams: the whole input of a proving run.

In a file each word is 8 hex digits, most significant first, without separators, as the Airbender
prover's command line takes it; white space at both ends is ignored.

A ``ReplayOracle`` answers host calls from a stream alone, so that the proving kernel can be run
from recorded (or forged) words on every executor.

Source:  airbender-machine reference, 7.
Errors:  WordsError for a malformed file and for a stream that ends too early.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from zkos.host.errors import WordsError
from zkos.host.oracle.answers import Memory
from zkos.interface.oracle_queries import QUERIES_BY_ID

WORD_DIGITS = 8
NOT_HEX = re.compile(r"[^0-9a-fA-F]")


def format_words(words: Sequence[int]) -> str:
    """Give the text of a word file."""
    return "".join(f"{word:08x}" for word in words)


def parse_words(text: str) -> list[int]:
    """Read the text of a word file."""
    text = text.strip()
    wrong = NOT_HEX.search(text)
    if wrong:
        raise WordsError(
            f"expected hex digits, got {wrong.group()!r} at character {wrong.start() + 1}"
        )
    if len(text) % WORD_DIGITS:
        raise WordsError(
            f"truncated words: expected a multiple of {WORD_DIGITS} hex digits, got {len(text)}"
        )
    return [int(text[at : at + WORD_DIGITS], 16) for at in range(0, len(text), WORD_DIGITS)]


def read_words(path: Path) -> list[int]:
    """Read a word file."""
    try:
        return parse_words(path.read_text("ascii"))
    except OSError as error:
        raise WordsError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WordsError(
            f"{path}: expected hex digits, got byte {error.start + 1} of another kind"
        ) from error
    except WordsError as error:
        raise WordsError(f"{path}: {error}") from error


class ReplayOracle:
    """Answers queries from recorded words; what is asked plays no part."""

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
