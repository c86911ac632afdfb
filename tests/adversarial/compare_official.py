"""Lie to the official program, and hold its ends to our table.

    python -m tests.adversarial.compare_official multiblock_batch.bin

The program's image (zksync-os v0.2.5) isn't part of this project. ``KNOWN`` are the lies that our
kernel answers otherwise on purpose.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.adversarial.batches import DOCUMENTS
from tests.adversarial.classes import CLASSES
from tests.adversarial.forging import Liar
from tests.adversarial.lies import lies_of

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


def main() -> int:
    """Compare; the exit status is 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path)
    image = parser.parse_args().image.read_bytes()
    told = known = 0
    different = Counter[tuple[str, str, str, str]]()
    for name in DOCUMENTS:
        liar = Liar(name, image)
        for lie in lies_of(liar):
            told += 1
            query, field, place = lie.answer.name, lie.field, liar.place(lie.answer)
            end = liar.end(liar.forged_input_on_machine(lie))
            if end in CLASSES[query][field].by_place().get(place, set()):
                continue
            if is_known(query, field):
                known += 1
            else:
                different[query, field, place, end] += 1
    for (query, field, place, end), count in different.items():
        print(f"{query}: {field} ({place}): {end}, {count} times")
    print(f"{told} lies: {known} end otherwise as known, {different.total()} otherwise at all")
    return int(different.total() > 0)


if __name__ == "__main__":
    sys.exit(main())
