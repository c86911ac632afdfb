"""Every field of every oracle answer is forged in turn, and the proving run does what it must."""

import dataclasses
from collections import defaultdict
from functools import cache

import pytest

from tests.adversarial.batches import DOCUMENTS
from tests.adversarial.classes import CLASSES, PAGE, page
from tests.adversarial.forging import STOP, Forgery, Liar
from tests.adversarial.lies import SIBLING_LEVELS, lies_of
from zkos.host.batch_run import Runner
from zkos.host.errors import KernelError
from zkos.interface import oracle_queries as queries
from zkos.interface.oracle_queries import QUERIES

NOT_ASKED = {
    "account",  # forward runs
    "division advice",  # our modexp divides by itself
    "next transaction",  # forward runs
    "recovered authority",  # forward runs
}
OF_A_BLOCK = {
    "base_fee", "pubdata_price", "native_price", "number", "timestamp", "gas_limit",
    "pubdata_limit", "coinbase", "mix_hash",
}  # fmt: skip
"""Metadata that another block could have."""
MACHINE_STEP = 8


@cache
def liar(name: str) -> Liar:
    """Give the liar about a batch, who has run it honestly."""
    return Liar(name)


@cache
def ends(name: str) -> list[tuple[Forgery, bytes | None]]:
    """Tell every lie about a batch."""
    return [(lie, liar(name).forged_input(lie)) for lie in lies_of(liar(name))]


def expected_end(name: str, lie: Forgery) -> set[str]:
    """Give what the table says."""
    place = liar(name).place(lie.answer)
    return CLASSES[liar(name).row(lie.answer)][lie.field].by_place()[place]


def test_the_batches_ask_every_query():
    asked = {answer.name for name in DOCUMENTS for answer in liar(name).answers}
    assert asked | NOT_ASKED == {query.name for query in QUERIES}
    assert not asked & NOT_ASKED


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_lie_ends_as_the_table_says(name):
    wrong = [
        (lie.answer.number, lie.answer.name, lie.field, end)
        for lie, found in ends(name)
        if (end := liar(name).end(found)) not in expected_end(name, lie)
    ]
    assert wrong == []


def test_the_table_has_no_end_that_does_not_occur():
    found = defaultdict(set)
    for name in DOCUMENTS:
        for lie, public_input in ends(name):
            place = liar(name).place(lie.answer)
            found[liar(name).row(lie.answer), lie.field, place].add(liar(name).end(public_input))
    table = {
        (query, field, place): expected
        for query, fields in CLASSES.items()
        for field, places in fields.items()
        for place, expected in places.by_place().items()
    }
    assert found == table


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_machine_ends_as_x86_64_does(name):
    sample = [lie for lie, _ in ends(name)][::MACHINE_STEP]
    if name == "blobs":  # where x86-64 opens the true blob only
        sample = [lie for lie, _ in ends(name) if lie.answer.query is queries.BLOB_COMMITMENT]
    for lie in sample:
        on_machine = liar(name).forged_input_on_machine(lie)
        assert liar(name).forged_input_on_x86_64(lie) == on_machine, lie


@pytest.mark.parametrize("name", ["transfer", "mixed", "from L1"])
def test_forged_metadata_gives_what_a_block_that_says_so_gives(name):
    batch = liar(name).batch
    compared = 0
    for lie, found in ends(name):
        field = lie.field.split(",")[0]
        if lie.answer.query is queries.BLOCK_METADATA_QUERY and field in OF_A_BLOCK:
            if len(lie.words) != len(lie.answer.words) or "padding" in lie.field:
                continue
            said = queries.BLOCK_METADATA_QUERY.reply.decode_python(lie.words)
            block = dataclasses.replace(batch.blocks[0], **{field: said[field]})
            assert found == honest_input(dataclasses.replace(batch, blocks=[block])), lie.field
            compared += 1
    assert compared >= len(OF_A_BLOCK)


def honest_input(batch):
    """Give the public input of a batch by a forward run; None if that stops."""
    try:
        return Runner().run_forward(batch).public_input
    except KernelError:
        return None


def test_every_needed_sibling_is_checked():
    stopped = defaultdict(set)
    for name in DOCUMENTS:
        for lie, found in ends(name):
            if lie.field == "siblings":
                changed = [a != b for a, b in zip(lie.words, lie.answer.words, strict=True)]
                stopped[(changed.index(True) - 20) // 8].add(liar(name).end(found))
    assert stopped == {level: {STOP} for level in SIBLING_LEVELS}


def test_a_batch_may_be_cut_to_its_first_block():
    [cut] = [
        found
        for lie, found in ends("two blocks")
        if (lie.answer.query, lie.field) == (queries.NUMBER_OF_BLOCKS, "one less")
    ]
    batch = liar("two blocks").batch
    assert cut == honest_input(dataclasses.replace(batch, blocks=batch.blocks[:1]))


def test_the_page_is_fresh():
    assert PAGE.read_text() == page(), "run python -m tests.adversarial.classes"
