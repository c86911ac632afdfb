"""The costs of transactions for people, and in the result's JSON: ``zkos run --explain``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from zkos.cli.tables import print_table
from zkos.host.costs.breakdown import GAS_PARTS, NATIVE_PARTS, Breakdown

OTHER = ("forfeited", "native", "wrapped")
"""Parts that are 0 nearly always, or say nothing about work: one column."""
COLUMNS = tuple(dict.fromkeys(part for part in (*GAS_PARTS, *NATIVE_PARTS) if part not in OTHER))
LISTED_TRANSACTIONS = 20


def add_costs(document: dict[str, Any], breakdowns: Sequence[Sequence[Breakdown | None]]) -> None:
    """Put the breakdowns into the result of a batch: ``costs`` of each transaction."""
    for block, of_block in zip(document.get("blocks", [document]), breakdowns, strict=True):
        for transaction, found in zip(block["transactions"], of_block, strict=True):
            transaction["costs"] = (
                None if found is None else {"gas": found.gas, "native": found.native}
            )


def print_costs(breakdowns: Sequence[Sequence[Breakdown | None]]) -> None:
    """Print what each transaction's gas and native are made of, and the sums of each block."""
    for number, of_block in enumerate(breakdowns):
        print_table(
            f"Costs of block {number}" if len(breakdowns) > 1 else "Costs",
            ("#", "of", *(f">{column}" for column in COLUMNS), ">other", ">total"),
            _rows(of_block),
            is_wide=True,
        )


def _rows(of_block: Sequence[Breakdown | None]) -> Iterator[tuple[object, ...]]:
    sums: dict[str, Counter[str]] = {"gas": Counter(), "native": Counter()}
    for place, found in enumerate(of_block):
        if found is None:
            continue
        for name, parts in (("gas", found.gas), ("native", found.native)):
            sums[name].update(parts)
            if place < LISTED_TRANSACTIONS:
                yield _row(str(place), name, parts)
    for name, total in sums.items():
        yield _row("all", name, total)


def _row(place: str, name: str, parts: dict[str, int] | Counter[str]) -> tuple[object, ...]:
    other = sum(parts.get(part, 0) for part in OTHER)
    return (place, name, *(parts.get(column) for column in COLUMNS), other, sum(parts.values()))
