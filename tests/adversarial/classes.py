"""What each lie must lead to; the page docs/generated/oracle-forgeries.md is made from this.

python -m tests.adversarial.classes        writes the page
"""

from dataclasses import astuple, dataclass
from pathlib import Path

from tests.adversarial.forging import ALONE, FIRST, LAST, OTHER, SAME, STOP

PAGE = Path(__file__).parents[2] / "docs" / "generated" / "oracle-forgeries.md"
ABSENT = "-"
EITHER = f"{STOP} or {OTHER}"


@dataclass(frozen=True)
class Ends:
    """How the run ends, by the place of the block: alone in its batch, first or last of two."""

    alone: str
    first: str
    last: str

    def by_place(self) -> dict[str, set[str]]:
        """Give the ends that must occur where the lie can be told."""
        places = zip((ALONE, FIRST, LAST), astuple(self), strict=True)
        return {place: set(ends.split(" or ")) for place, ends in places if ends != ABSENT}


STOPS = Ends(STOP, STOP, STOP)
FREE = Ends(SAME, SAME, SAME)
BOUND = Ends(OTHER, STOP, OTHER)
"""In the state after the block, so that no honest block can follow."""
CHAINED = Ends(OTHER, STOP, STOP)
"""In the state before the block too."""
BEFORE = Ends(OTHER, OTHER, STOP)
"""In the state before the block only."""


def only_alone(end: str) -> Ends:
    """Ends of what the batch of two blocks does not have."""
    return Ends(end, ABSENT, ABSENT)


LENGTH = {"one word more": STOPS, "one word less": STOPS}
BYTES = {
    "first byte": STOPS, "last byte": STOPS, "two words more": STOPS, "no words": STOPS,
    "one word less": STOPS,
}  # fmt: skip


def of_each_transaction(fields: dict[str, tuple[Ends, Ends, Ends]]) -> dict[str, Ends]:
    """Spread rows over accepted and rejected transactions, and those from L1."""
    kinds = ("accepted", "rejected", "from L1")
    return {
        f"{field}, {kind}": end
        for field, ends in fields.items()
        for kind, end in zip(kinds, ends, strict=True)
    }


DECIDES = (BOUND, FREE, BOUND)
"""What a transaction is: of a rejected one nothing enters the block."""
NEVER = (STOPS, STOPS, STOPS)

CLASSES: dict[str, dict[str, Ends]] = {
    "number of blocks": {
        "one more": Ends(STOP, STOP, ABSENT),
        "one less": Ends(STOP, OTHER, ABSENT),
        "2^31 more": Ends(STOP, STOP, ABSENT),
    },
    "block metadata": {
        "base_fee": BOUND,
        "base_fee, high": STOPS,
        "pubdata_price": FREE,
        "pubdata_price, high": STOPS,
        "native_price": FREE,
        "native_price, high": BOUND,
        "native_price, zero": STOPS,
        "number": CHAINED,
        "timestamp": BOUND,
        "chain_id": CHAINED,
        "gas_limit": BOUND,
        "gas_limit, high": STOPS,
        "pubdata_limit": FREE,
        "pubdata_limit, zero": BOUND,
        "coinbase": BOUND,
        "coinbase, padding word": STOPS,
        "block_hashes, oldest": BEFORE,
        "block_hashes": CHAINED,
        "mix_hash": FREE,
        **LENGTH,
    },
    "block metadata, ethereum flavour": {
        "base_fee": only_alone(OTHER),
        "base_fee, high": only_alone(STOP),
        "pubdata_price": only_alone(SAME),
        "pubdata_price, high": only_alone(SAME),
        "native_price": only_alone(SAME),
        "native_price, high": only_alone(SAME),
        "native_price, zero": only_alone(SAME),
        "number": only_alone(OTHER),
        "timestamp": only_alone(OTHER),
        "chain_id": only_alone(OTHER),
        "gas_limit": only_alone(OTHER),
        "gas_limit, high": only_alone(OTHER),
        "pubdata_limit": only_alone(SAME),
        "pubdata_limit, zero": only_alone(SAME),
        "coinbase": only_alone(OTHER),
        "coinbase, padding word": only_alone(STOP),
        "block_hashes, oldest": only_alone(OTHER),
        "block_hashes": only_alone(OTHER),
        "mix_hash": only_alone(OTHER),
        "one word more": only_alone(STOP),
        "one word less": only_alone(STOP),
    },
    "ethereum block metadata": {
        "excess_blob_gas": only_alone(OTHER),
        "excess_blob_gas, high": only_alone(STOP),
        "parent_beacon_block_root": only_alone(SAME),
        "one word more": only_alone(STOP),
        "one word less": only_alone(STOP),
    },
    "DA commitment scheme": {
        "number": STOPS,
        "number, padding word": STOPS,
        "another scheme": CHAINED,
        **LENGTH,
    },
    "next transaction size": of_each_transaction(
        {
            "number": DECIDES,
            "number, padding word": NEVER,
            "zero": (BOUND, BOUND, BOUND),
            "2^31 more": NEVER,
            "one word more": NEVER,
            "one word less": NEVER,
        }
    )
    | {
        "number, end of the block": FREE,
        "number, padding word, end of the block": STOPS,
        "2^31 more, end of the block": STOPS,
        "one word more, end of the block": STOPS,
        "one word less, end of the block": STOPS,
    },
    "transaction content": of_each_transaction(
        {
            "first byte": DECIDES,
            "last byte": DECIDES,
            "two words more": DECIDES,
            "no words": DECIDES,
            "one word less": (BOUND, FREE, FREE),
        }
    )
    | {
        "padding, accepted": FREE,
        "padding word dropped, accepted": only_alone(SAME),
        "no deposit, from L1": STOPS,
    },
    "transaction format": of_each_transaction(
        {
            "number": DECIDES,
            "number, padding word": NEVER,
            "one word more": NEVER,
            "one word less": NEVER,
        }
    ),
    "transaction sender": {
        f"{field}, {kind}": ends
        for kind, decides in (("accepted", BOUND), ("rejected", FREE))
        for field, ends in {"address": decides, "address, padding word": STOPS, **LENGTH}.items()
    },
    "initial storage slot": {
        "is_new": STOPS,
        "is_new, padding word": STOPS,
        "value": STOPS,
        "denied": STOPS,
        "invented, with value zero": STOPS,
        **LENGTH,
    },
    "preimage": {**BYTES, "padding": FREE, "padding word dropped": FREE},
    "proof data": {
        "state_root": STOPS,
        "next_free_slot": Ends(EITHER, STOP, STOP),
        "last_block_timestamp": BEFORE,
        "last_block_timestamp, high": STOPS,
        **LENGTH,
    },
    "previous index": {"index": STOPS, **LENGTH},
    "exact index": {"index": STOPS, **LENGTH},
    "leaf and path": {
        "index": STOPS,
        "key": STOPS,
        "value": STOPS,
        "next": STOPS,
        "siblings": STOPS,
        "siblings, known otherwise": FREE,
        "another leaf and its path": STOPS,
        **LENGTH,
    },
    "field advice": {"number": STOPS, **LENGTH},
    "slope advice": BYTES,
    "blob commitment and proof": dict.fromkeys(
        (
            "first",
            "second",
            "third",
            "opening of other data",
            "points at infinity",
            "one word more",
            "one word less",
        ),
        only_alone(STOP),
    ),
    "disconnect": {"one word more": FREE},
}

HEADER = """# What a lying oracle achieves

Generated by `python -m tests.adversarial.classes`; do not edit. `tests/adversarial` forges every
field of every answer of small batches, one at a time, and holds the proving run to this table.

- *stop*: the run ends without a public input, nothing can be proved;
- *other public input*: the field is bound, the settlement layer would see the difference. Where
  another block follows it is a stop, because that one does not begin where this one ends;
- *same public input*: the field is not bound.

Nothing of a rejected transaction is bound, nor a sibling hash that is known from another path of
the proof, nor the padding of byte strings. Prices and the pubdata limit are the operator's choice:
they show only in what they do to transactions. In the ethereum flavour, which no settlement layer
knows, there are no such prices, the mix hash is in the block header, and the beacon root is not
used by the kernel. `next_free_slot` is in the state commitment; most
wrong values contradict the tree's leaves too.

*The only block*, *first* and *last of two blocks* is where the block stands that the answer is for.

| answer | what is forged | the only block | first of two blocks | last of two blocks |
|---|---|---|---|---|
"""


def page() -> str:
    """Give the text of the page."""
    rows = [
        f"| {query} | {field} | {ends.alone} | {ends.first} | {ends.last} |\n"
        for query, fields in CLASSES.items()
        for field, ends in fields.items()
    ]
    return HEADER + "".join(rows)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())
