"""Options and arguments that several commands share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from zkos.cli.output_files import output_path
from zkos.host.batch import Batch
from zkos.host.batch_run import ExecutorName, OpenState, memory_state
from zkos.host.block_file import load
from zkos.host.errors import InputError, reading
from zkos.host.machine import DEFAULT_LIMIT
from zkos.host.state_run import open_session

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print machine-readable JSON on stdout."
)


def trace_memory_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a step of a trace may hold besides."""
    memory = click.option("--trace-memory", is_flag=True, help="Steps have the memory.")
    return_data = click.option("--trace-return-data", is_flag=True, help="... and the return data.")
    return memory(return_data(command))


block_argument = click.argument("block", type=click.Path(path_type=Path))
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 2**64 - 1),
    default=DEFAULT_LIMIT,
    metavar="N",
    help="The most instructions that the program may run.",
)
profile_option = click.option(
    "--profile",
    type=output_path,
    metavar="FILE",
    help="Write where the cycles went: FILE.svg (flame graph), .json, .txt, else folded stacks.",
)


executor_option = click.option(
    "--executor",
    type=click.Choice([name.value for name in ExecutorName]),
    default=ExecutorName.X86_64.value,
    show_default=True,
    help="Where the kernel runs.",
)


def output_option(text: str) -> Callable[..., Any]:
    """Give the option that names the file a command is for."""
    return click.option(
        "-o", "--output", type=output_path, metavar="FILE", required=True, help=text
    )


def host_executor_option(text: str) -> Callable[..., Any]:
    """Give the option that chooses where a kernel runs that is not for the machine."""
    return click.option(
        "--executor",
        type=click.Choice([ExecutorName.PYTHON.value, ExecutorName.X86_64.value]),
        default=ExecutorName.X86_64.value,
        show_default=True,
        help=text,
    )


state_before_option = click.option(
    "--state",
    type=click.Path(path_type=Path),
    help="On the chain in this directory, which BLOCK continues; it stays as it is.",
)


def load_batch(path: Path) -> Batch:
    """Read a block file; messages begin with its name."""
    with reading(path):
        return load(path)


@contextmanager
def batch_and_state(block: Path, state: Path | None) -> Iterator[tuple[Batch, OpenState]]:
    """Read a block file, and find the state that it is about: its own, or a directory's."""
    if state is None:
        yield load_batch(block), memory_state
    else:
        with open_session(state, block) as session:
            yield session.batch, session.open_state


def refuse_tracing_on_machine(executor: ExecutorName) -> None:
    """Say that no image for the machine traces."""
    if executor is ExecutorName.RISCV:
        raise InputError(
            "--trace needs --executor x86_64 or python: images for the machine don't trace"
        )
