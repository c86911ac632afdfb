"""The golden files: batches, what the official program made of them, what ours costs.

    random.json.xz   the random batches, in order of their names
    hostile.json.xz  the hostile ones, which were kept for what they reach
    official.tsv     per batch: its digest; public input and counts of the official program
    ours.tsv         per batch: counts of our proving image

Errors:  ValueError for a table that does not have its columns.
"""

import hashlib
import json
import lzma
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.golden.edge_batches import BATCHES
from zkos.host.machine import Cost

FOLDER = Path(__file__).parents[1] / "vectors/golden-batches"
RANDOM_FILE = FOLDER / "random.json.xz"
HOSTILE_FILE = FOLDER / "hostile.json.xz"
OFFICIAL_FILE = FOLDER / "official.tsv"
OURS_FILE = FOLDER / "ours.tsv"
RANDOM_COUNT = 200
OFFICIAL_COLUMNS = ("batch", "digest", "public input", "instructions", "blake2s", "u256")
OUR_COLUMNS = ("batch", "instructions", "blake2s", "u256")


@dataclass(frozen=True)
class Golden:
    """What the official program made of a batch."""

    digest: str
    public_input: str
    cost: Cost


def random_names() -> list[str]:
    """Give the names of the random batches."""
    return [f"random_{number:03}" for number in range(RANDOM_COUNT)]


@cache
def _kept_documents(path: Path) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads(lzma.decompress(path.read_bytes()))
    return documents


def hostile_names() -> list[str]:
    """Give the names of the hostile batches."""
    return [f"hostile_{number:02}" for number in range(len(_kept_documents(HOSTILE_FILE)))]


def names() -> list[str]:
    """Give the names of all golden batches."""
    return [*BATCHES, *random_names(), *hostile_names()]


def document(name: str) -> dict[str, Any]:
    """Give the block file of a golden batch."""
    if name in BATCHES:
        return BATCHES[name]()
    kind, number = name.split("_")
    path = RANDOM_FILE if kind == "random" else HOSTILE_FILE
    return _kept_documents(path)[int(number)]


def digest(found: dict[str, Any]) -> str:
    """Name a block file by its content."""
    text = json.dumps(found, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def write_batches(path: Path, documents: Sequence[dict[str, Any]]) -> None:
    """Write the batches of one file."""
    text = json.dumps(documents, separators=(",", ":"))
    path.write_bytes(lzma.compress(text.encode(), preset=9))


def _read(path: Path, columns: tuple[str, ...]) -> list[list[str]]:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    if lines[0].split("\t") != list(columns):
        raise ValueError(f"{path}: expected the columns {columns}, got {lines[0]!r}")
    return [line.split("\t") for line in lines[1:]]


def _write(
    path: Path, command: str, columns: tuple[str, ...], rows: Iterable[Sequence[object]]
) -> None:
    lines = [f"# made by: {command}", *("\t".join(map(str, row)) for row in (columns, *rows))]
    path.write_text("\n".join(lines) + "\n")


@cache
def official() -> dict[str, Golden]:
    """Give the golden values by name."""
    return {
        name: Golden(found, public_input, Cost(*map(int, counts)))
        for name, found, public_input, *counts in _read(OFFICIAL_FILE, OFFICIAL_COLUMNS)
    }


@cache
def ours() -> dict[str, Cost]:
    """Give the recorded counts of our image by name."""
    return {name: Cost(*map(int, counts)) for name, *counts in _read(OURS_FILE, OUR_COLUMNS)}


def write_official(command: str, found: dict[str, Golden]) -> None:
    """Write the golden values."""
    rows = [(name, one.digest, one.public_input, *astuple(one.cost)) for name, one in found.items()]
    _write(OFFICIAL_FILE, command, OFFICIAL_COLUMNS, rows)


def write_ours(command: str, found: dict[str, Cost]) -> None:
    """Write the counts of our image."""
    _write(OURS_FILE, command, OUR_COLUMNS, [(name, *astuple(one)) for name, one in found.items()])
