"""Options and arguments that several commands share."""

from pathlib import Path

import click

from zkos.host.batch import Batch
from zkos.host.block_file import load
from zkos.host.errors import InputError

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print machine-readable JSON on stdout."
)
block_argument = click.argument("block", type=click.Path(path_type=Path))


def load_batch(path: Path) -> Batch:
    """Read a block file; messages begin with its name."""
    try:
        return load(path)
    except InputError as error:
        error.context = str(path)
        raise


def write_file(path: Path, content: str) -> None:
    """Write an output file that the user named."""
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
