"""``zkos call`` and ``zkos estimate-gas``: calls that nobody signed, on a block file's state."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from zkos.cli.options import (
    batch_and_state,
    block_argument,
    host_executor_option,
    json_option,
    state_before_option,
)
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields
from zkos.host.batch import Batch
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.block_file import read_json
from zkos.host.errors import InputError, reading
from zkos.host.executors.kernel_images import Progress
from zkos.host.executors.python import PythonExecutor
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.json_fields import Field, number_of
from zkos.host.simulation.call import Call, parse_access_list
from zkos.host.simulation.gas_estimate import estimate_gas
from zkos.host.simulation.overrides import Overrides, parse_overrides
from zkos.host.simulation.simulator import Simulated, Simulator, after_batch, before_batch

FAILED = 1
Parsed = TypeVar("Parsed")


def quantity(bits: int) -> Callable[[str], int]:
    """Give the reader of a number, decimal or 0x-hex, of at most so many bits."""

    def read(text: str) -> int:
        return _checked(lambda: number_of(Field(text), bits))

    return read


def hex_bytes(length: int | None = None) -> Callable[[str], bytes]:
    """Give the reader of bytes in 0x-hex, of a given length if there is one."""

    def read(text: str) -> bytes:
        return _checked(lambda: Field(text).data(length))

    return read


def _checked(read: Callable[[], Parsed]) -> Parsed:
    """Let the command line say whose value is wrong."""
    try:
        return read()
    except InputError as error:
        raise click.BadParameter(str(error)) from error


ADDRESS = hex_bytes(20)
CALL_OPTIONS: tuple[Callable[..., Any], ...] = (
    block_argument,
    click.option(
        "--from", "sender", type=ADDRESS, metavar="ADDRESS", help="Who calls; default: address 0."
    ),
    click.option(
        "--to", type=ADDRESS, metavar="ADDRESS", help="Who is called; without it DATA is deployed."
    ),
    click.option(
        "--data", type=hex_bytes(), metavar="HEX", default="0x", help="Calldata, or initcode."
    ),
    click.option(
        "--value", type=quantity(256), metavar="WEI", default="0", help="Wei that is sent."
    ),
    click.option(
        "--gas",
        type=quantity(64),
        metavar="GAS",
        help="Gas limit; default: the block's, at most 2^30.",
    ),
    click.option(
        "--gas-price",
        type=quantity(256),
        metavar="WEI",
        help="Wei per gas; without it fees play no part.",
    ),
    click.option(
        "--access-list",
        type=click.Path(path_type=Path),
        help='JSON file: a list of {"address": ..., "storageKeys": [...]} (EIP-2930).',
    ),
    click.option(
        "--overrides",
        type=click.Path(path_type=Path),
        help="JSON file with what is different for the call: accounts and block.",
    ),
    click.option(
        "--before", is_flag=True, help="On the state before the file's blocks, not after them."
    ),
    state_before_option,
    host_executor_option("Where the kernel runs."),
    json_option,
)


def call_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that describe a call."""
    for option in reversed(CALL_OPTIONS):
        command = option(command)
    return command


@click.command("call", short_help="Call a contract on a block file's state.")
@call_options
def call(as_json: bool, **options: Any) -> int:
    """Call a contract on the state that the block file BLOCK leaves; nothing of it is kept.

    Exit status 1 if the call reverts or is refused.
    """
    with build_progress() as progress, _simulator(progress, options) as simulator:
        simulated = simulator.call(_call(options))
    _print(simulated, as_json, {})
    return 0 if simulated.is_success else FAILED


@click.command("estimate-gas", short_help="Find the smallest gas limit that a call needs.")
@call_options
def estimate(as_json: bool, **options: Any) -> int:
    """Find the smallest gas limit with which a call on the block file BLOCK succeeds.

    Exit status 1 if it succeeds with none.
    """
    with build_progress() as progress, _simulator(progress, options) as simulator:
        found = estimate_gas(simulator, _call(options))
    _print(found.simulated, as_json, {"gas": found.gas, "runs": found.runs})
    return 0


def _call(options: dict[str, Any]) -> Call:
    to, sender = options["to"], options["sender"]
    return Call(
        sender=int.from_bytes(sender or b"", "big"),
        to=None if to is None else int.from_bytes(to, "big"),
        data=options["data"],
        value=options["value"],
        gas_limit=options["gas"],
        gas_price=options["gas_price"],
        access_list=_access_list(options["access_list"]),
    )


def _access_list(path: Path | None) -> list[tuple[int, list[int]]]:
    return [] if path is None else _of_file(path, parse_access_list)


@contextmanager
def _simulator(progress: Progress, options: dict[str, Any]) -> Iterator[Simulator]:
    name = ExecutorName(options["executor"])
    executor = PythonExecutor() if name is ExecutorName.PYTHON else X8664Executor(progress)
    surroundings = before_batch if options["before"] else after_batch
    with batch_and_state(options["block"], options["state"]) as (batch, open_state):
        overrides = _overrides(options["overrides"], batch)
        runner = Runner(name, progress, open_state=open_state)
        with surroundings(batch, runner) as (block, state):
            yield Simulator(batch, block, state, executor, overrides)


def _overrides(path: Path | None, batch: Batch) -> Overrides:
    if path is None:
        return Overrides()
    return _of_file(path, lambda document: parse_overrides(document, batch.flavour))


def _of_file(path: Path, parse: Callable[[Any], Parsed]) -> Parsed:
    """Read a JSON file; messages begin with its name."""
    with reading(path):
        return parse(read_json(path))


def _print(simulated: Simulated, as_json: bool, more: dict[str, Any]) -> None:
    document = {**more, **simulated.json()}
    if as_json:
        print(json.dumps(document, indent=2))
        return
    shown = {name: value for name, value in document.items() if name not in ("logs", "error")}
    shown["status"] = document["error"] or document["status"]
    shown["logs"] = len(document["logs"])
    print_fields({name.replace("_", " "): value for name, value in shown.items()})
