"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import click

from zkos.host.batch import Batch
from zkos.host.batch_run import ExecutorName
from zkos.host.block_file import load
from zkos.host.errors import InputError

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print machine-readable JSON on stdout."
)


def trace_memory_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a step of a trace may hold besides."""
    memory = click.option("--trace-memory", is_flag=True, help="Steps have the memory.")
    return_data = click.option("--trace-return-data", is_flag=True, help="... and the return data.")
    return memory(return_data(command))


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


def open_file(path: Path) -> TextIO:
    """Open an output file that the user named."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error


def refuse_tracing_on_machine(executor: ExecutorName) -> None:
    """Say that no image for the machine traces."""
    if executor is ExecutorName.RISCV:
        raise InputError(
            "--trace needs --executor x86_64 or python: images for the machine don't trace"
        )
