"""Files of oracle words: the format of Airbender's command line, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkos.host.errors import WordsError
from zkos.host.words import format_words, parse_words, read_words

WORDS = st.lists(st.integers(0, 2**32 - 1), max_size=40)


def test_digits_are_most_significant_first() -> None:
    assert list(parse_words("0000000f00000001deadBEEF")) == [15, 1, 0xDEADBEEF]


def test_white_space_at_both_ends_does_not_count() -> None:
    assert list(parse_words("\n\t 0000000f \r\n")) == [15]


def test_no_text_is_no_words() -> None:
    assert list(parse_words(" \n")) == []


@given(WORDS)
def test_what_is_written_is_read_back(words: list[int]) -> None:
    text = format_words(words)
    assert text == "".join(f"{word:08x}" for word in words)
    assert list(parse_words(text.upper())) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0000000f 00000001", "position 8 (word 1), got ' '"),
        ("0000000f\n00000001", "position 8 (word 1), got '\\n'"),
        ("0000000g", "position 7 (word 0), got 'g'"),
        ("0x0000000f", "no 0x prefix"),
        ("0000000f0", "word 1 at position 8 has 1"),
        ("f", "word 0 at position 0 has 1"),
        ("0000000f,00000001", "got ','"),
        ("-000000f", "position 0 (word 0), got '-'"),
        ("0000000٣", "got '٣'"),
    ],
)
def test_bad_text_is_refused_with_its_position(text: str, message: str) -> None:
    with pytest.raises(WordsError) as refused:
        parse_words(text)
    assert message in str(refused.value)


@pytest.mark.parametrize("word", [-1, 2**32])
def test_a_number_that_is_no_word_is_refused(word: int) -> None:
    with pytest.raises(WordsError, match="2\\^32 - 1"):
        format_words([1, word])


def test_a_file_may_end_with_a_line_end(tmp_path: Path) -> None:
    path = tmp_path / "input.txt"
    path.write_text(format_words([1, 0xFFFFFFFF]) + "\n")
    assert list(read_words(path)) == [1, 0xFFFFFFFF]


def test_messages_about_files_begin_with_the_path(tmp_path: Path) -> None:
    path = tmp_path / "input.txt"
    path.write_text("0000000f1")
    with pytest.raises(WordsError, match=f"^{path}: expected a multiple of 8"):
        read_words(path)
    path.write_bytes(b"0000\xff000")
    with pytest.raises(WordsError, match=f"^{path}: expected a hex digit at byte 4, got 0xff"):
        read_words(path)
    with pytest.raises(WordsError, match="No such file"):
        read_words(tmp_path / "absent")
