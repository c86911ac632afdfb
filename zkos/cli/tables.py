"""Results for people: tables on stdout."""

from collections.abc import Iterable, Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

WIDTH_IN_FILES = 120
WIDTH_OF_WIDE = 180


def print_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    is_wide: bool = False,
) -> None:
    """Print a table; columns named with a leading ``>`` are aligned to the right.

    ``is_wide``: it takes what it needs, since every figure counts.
    """
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0)) if is_wide else Table()
    for column in columns:
        table.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    print(title)
    width = None if Console().is_terminal else WIDTH_IN_FILES
    Console(width=WIDTH_OF_WIDE if is_wide else width).print(table)


def print_fields(fields: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    width = max(len(name) for name in fields)
    for name, value in fields.items():
        print(f"{name:<{width}}  {_cell(value)}")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return str(value)
