"""Results for people: tables on stdout."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

WIDTH_IN_FILES = 120


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; columns named with a leading ``>`` are aligned to the right."""
    table = Table()
    for column in columns:
        table.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    print(title)
    Console(width=None if Console().is_terminal else WIDTH_IN_FILES).print(table)


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
