"""The page of cycles is made from the recorded values."""

from tools.cycles_page import PAGE, PROFILED, golden_table


def test_the_page_shows_the_recorded_values():
    text = PAGE.read_text()
    assert golden_table() in text, "make cycles"
    for title in PROFILED.values():
        assert f"\n## {title}\n" in text
