"""Files of oracle words: what a program reads through CSR 0x7c0, as text.

The format is that of Airbender's command line: 8 hex digits a word, most significant first,
upper or lower case, no separator, no prefix; white space at both ends does not count. The word
15 is ``0000000f``.

Docs:    docs/machine.md, "Word files".
Source:  zksync-airbender v0.5.2, ``--input-type hex``.
Units:   u32 words; positions in messages count characters of the stripped text, from 0.
Errors:  WordsError with the position of what is wrong.
"""

import re
from array import array
from collections.abc import Iterable
from pathlib import Path

from zkos.host.errors import WordsError

DIGITS = 8
"""Characters of one word."""

_NOT_HEX = re.compile(r"[^0-9a-fA-F]")


def parse_words(text: str) -> "array[int]":
    """Read words from text; no text is no words."""
    stripped = text.strip()
    wrong = _NOT_HEX.search(stripped)
    if wrong is not None:
        place, character = wrong.start(), wrong.group()
        if stripped[:2] in ("0x", "0X"):
            raise WordsError("a word file has no 0x prefix: 8 hex digits a word, nothing else")
        raise WordsError(
            f"expected a hex digit at position {place} (word {place // DIGITS}), got {character!r}"
        )
    whole, rest = divmod(len(stripped), DIGITS)
    if rest:
        raise WordsError(
            f"expected a multiple of {DIGITS} hex digits, got {len(stripped)}: "
            f"word {whole} at position {whole * DIGITS} has {rest}"
        )
    words = array("I", bytes.fromhex(stripped))
    words.byteswap()  # text is most significant first, memory least
    return words


def format_words(words: Iterable[int]) -> str:
    """Write words as text, lower case, without a line end."""
    try:
        numbers = array("I", words)
    except OverflowError:
        raise WordsError("a word is a number from 0 to 2^32 - 1") from None
    numbers.byteswap()
    return numbers.tobytes().hex()


def read_words(path: Path) -> "array[int]":
    """Read a file of words; messages begin with its path."""
    try:
        text = path.read_text(encoding="ascii")
    except UnicodeDecodeError as error:
        place, byte = error.start, error.object[error.start]
        raise WordsError(f"{path}: expected a hex digit at byte {place}, got {byte:#x}") from None
    except OSError as error:
        raise WordsError(f"cannot read {path}: {error.strerror}") from None
    try:
        return parse_words(text)
    except WordsError as error:
        raise WordsError(f"{path}: {error}") from None
