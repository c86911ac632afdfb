"""Every field of every oracle answer is forged in turn, and the proving run does what it must."""

from collections import defaultdict

import pytest

from tests.adversarial.classes import CLASSES, PAGE, page
from tests.adversarial.forging import STOP, Liar
from zkos.interface.oracle_queries import QUERIES

NOT_ASKED = {
    "division advice",  # modexp
    "blob commitment and proof",  # scheme 4
    "recovered sender",  # forward runs
    "recovered authority",  # forward runs
    "ethereum block metadata",  # the other flavour
}


@pytest.fixture(scope="module")
def liar() -> Liar:
    """Give the liar, compiled once."""
    return Liar()


@pytest.fixture(scope="module")
def outcomes(liar: Liar) -> dict[tuple[str, str], list[str]]:
    """Run every lie."""
    found = defaultdict(list)
    for forgery in liar.forgeries():
        found[forgery.answer.query.name, forgery.field].append(liar.outcome(forgery))
    return found


def test_the_example_block_has_every_kind_of_transaction(liar):
    success, reverted, invalid = 0, 1, 2
    assert liar.statuses == [success, success, reverted, invalid, success]
    asked = {answer.query.name for answer in liar.answers}
    assert asked | NOT_ASKED == {query.name for query in QUERIES}


def test_each_lie_ends_in_its_class(outcomes):
    classes = {
        (query, field): expected
        for query, fields in CLASSES.items()
        for field, expected in fields.items()
    }
    assert {key: set(found) for key, found in outcomes.items()} == classes


def test_each_sibling_level_is_checked_in_some_path(liar):
    stopped = defaultdict(list)
    for forgery in liar.forgeries():
        if forgery.field == "siblings":
            changed = [a != b for a, b in zip(forgery.words, forgery.answer.words, strict=True)]
            stopped[changed.index(True)].append(liar.outcome(forgery) == STOP)
    assert len(stopped) == 3
    assert all(any(found) for found in stopped.values())


def test_the_page_is_fresh():
    assert PAGE.read_text() == page(), "run python -m tests.adversarial.classes"
