"""Lie to the official program, and hold its ends to our table.

    python -m tests.adversarial.compare_official multiblock_batch.bin

The program's image (zksync-os v0.2.5) isn't part of this project. ``KNOWN`` are the lies that our
kernel answers otherwise on purpose.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.adversarial.batches import DOCUMENTS
from tests.adversarial.classes import CLASSES
from tests.adversarial.forging import Liar
from tests.adversarial.lies import lies_of
from tests.adversarial.streams import PATTERNS, allowed_ends, corrupted, words_of

KNOWN = (
    ("next transaction size", "number, padding word"),
    ("next transaction size", "one word more"),
    ("next transaction size", "one word less"),
    ("transaction content", "one word less, from L1"),
    ("transaction sender", "address, padding word"),
    ("block metadata", "coinbase, padding word"),
)
"""Query and beginning of the field, where the official program ends otherwise: docs/upstream.md."""


def is_known(query: str, field: str) -> bool:
    """Say whether a difference is one of those that are meant."""
    return any(query == one and field.startswith(start) for one, start in KNOWN)


def lied_to(liar: Liar) -> Iterator[tuple[str, str, str, set[str]]]:
    """Tell all lies; give query, field, end and the ends of our table."""
    for lie in lies_of(liar):
        query, field = lie.answer.name, lie.field
        expected = CLASSES[query][field].by_place().get(liar.place(lie.answer), set())
        yield query, field, liar.end(liar.forged_input_on_machine(lie)), expected


def misread(liar: Liar) -> Iterator[tuple[str, str, str, set[str]]]:
    """Corrupt every word of the stream; give the same."""
    for word in words_of(liar):
        for pattern in PATTERNS:
            end = liar.end(liar.replayed_input(corrupted(liar, word, pattern)))
            yield word.answer.name, word.lie, end, allowed_ends(liar, word, pattern)


def report(what: str, ends: Iterable[tuple[str, str, str, set[str]]]) -> bool:
    """Print how a program's ends compare; gives whether any differs that is not known."""
    told = known = 0
    different = Counter[tuple[str, str, str]]()
    for query, field, end, expected in ends:
        told += 1
        if end in expected:
            continue
        if is_known(query, field):
            known += 1
        else:
            different[query, field, end] += 1
    for (query, field, end), count in different.items():
        print(f"{query}: {field}: {end}, {count} times")
    print(f"{what}: {told}, {known} end otherwise as known, {different.total()} otherwise at all")
    return bool(different)


def main() -> int:
    """Compare; the exit status is 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path)
    parser.add_argument("--words", action="store_true", help="corrupted words of a transfer too")
    arguments = parser.parse_args()
    image = arguments.image.read_bytes()
    liars = {name: Liar(name, image) for name in DOCUMENTS if name != "ethereum"}
    is_different = report("lies", (end for liar in liars.values() for end in lied_to(liar)))
    if arguments.words:
        is_different |= report("corrupted words", misread(liars["transfer"]))
    return int(is_different)


if __name__ == "__main__":
    sys.exit(main())
