"""``zkos t8n``: the transition tool, by the convention of go-ethereum's ``evm t8n``.

Docs:    docs/command-line.md, "zkos t8n".
"""

import json
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from zkos.cli import output_files
from zkos.cli.options import json_option
from zkos.cli.progress import build_progress
from zkos.host.errors import BlockFileError, InputError
from zkos.host.json_fields import Field, check_nesting
from zkos.host.result_json import data
from zkos.host.statetest.cases import FORK
from zkos.host.t8n.environment import parse_alloc, parse_environment
from zkos.host.t8n.errors import FileError, JsonInputError
from zkos.host.t8n.result import alloc_json, result_json
from zkos.host.t8n.transactions import encode_body, parse_body, parse_transactions
from zkos.host.t8n.transition import TraceSink, transition
from zkos.host.tracing.step_lines import frame_summary_line, step_line
from zkos.host.tracing.steps import Step, Summary

STDIN, STDOUT, STDERR = "stdin", "stdout", "stderr"
RLP_SUFFIX = ".rlp"
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _file_option(name: str, default: str, text: str) -> Decorator:
    return click.option(
        f"--{name}", name.replace(".", "_"), default=default, show_default=bool(default), help=text
    )


@click.command()
@_file_option("input.alloc", "alloc.json", "The state, or stdin.")
@_file_option("input.env", "env.json", "The environment, or stdin.")
@_file_option("input.txs", "txs.json", "The transactions, or stdin; FILE.rlp is a block body.")
@click.option(
    "--output.basedir",
    "output_basedir",
    type=click.Path(path_type=Path),
    default=Path(),
    help="Folder of the output files; made if it is not there.",
)
@_file_option("output.alloc", "alloc.json", "The state after, stdout, stderr, or empty for none.")
@_file_option("output.result", "result.json", "The result, likewise.")
@_file_option("output.body", "", "The transactions as a block body, likewise.")
@click.option(
    "--state.fork", "fork", default=FORK, show_default=True, help="Fork whose rules hold."
)
@click.option(
    "--state.chainid",
    "chain_id",
    type=click.IntRange(0, 2**64 - 1),
    default=1,
    show_default=True,
    help="Chain id.",
)
@click.option(
    "--state.reward",
    "reward",
    type=click.Choice(["0", "-1"]),
    default="0",
    show_default=True,
    help="Reward of the coinbase: the rules have none.",
)
@click.option(
    "--trace", is_flag=True, help="Write steps to trace-INDEX-HASH.jsonl in the output folder."
)
@click.option("--trace.memory", "trace_memory", is_flag=True, help="Steps have the memory.")
@click.option("--trace.nostack", "trace_no_stack", is_flag=True, help="Steps have no stack.")
@click.option("--trace.returndata", "trace_return_data", is_flag=True, help="... the return data.")
@json_option
def t8n(
    input_alloc: str,
    input_env: str,
    input_txs: str,
    output_basedir: Path,
    output_alloc: str,
    output_result: str,
    output_body: str,
    fork: str,
    chain_id: int,
    reward: str,
    trace: bool,
    trace_memory: bool,
    trace_no_stack: bool,
    trace_return_data: bool,
    as_json: bool,
) -> None:
    """Apply transactions to a state."""
    if fork != FORK:
        raise InputError(f"--state.fork: expected {FORK}, the only rules there are, got {fork}")
    traces = _TraceFiles(output_basedir, has_stack=not trace_no_stack)
    inputs = _Inputs()
    try:
        alloc = parse_alloc(inputs.document(input_alloc, "alloc"))
        env = parse_environment(inputs.document(input_env, "env"))
        transactions = _transactions(inputs, input_txs, chain_id)
    except BlockFileError as error:
        raise JsonInputError(str(error)) from error
    with build_progress() as progress:
        sink = traces.sink(trace_memory, trace_return_data) if trace else None
        done = transition(alloc, env, transactions, chain_id, sink, progress)
    if as_json:
        output_alloc = output_result = STDOUT
    outputs: dict[str, tuple[str, Any]] = {
        "alloc": (output_alloc, alloc_json(done)),
        "result": (output_result, result_json(done, env, transactions)),
        "body": (output_body, data(encode_body(transactions))),
    }
    _write(output_basedir, outputs)


class _Inputs:
    """The documents that are read; standard input holds several under their names."""

    def document(self, place: str, name: str) -> Field:
        """Give a document and where it stands."""
        if place != STDIN:
            return Field(self._read(place), name)
        return self.stdin.need(name)

    @cached_property
    def stdin(self) -> Field:
        """Everything that standard input holds."""
        return Field(_parse(STDIN, sys.stdin.read()))

    @staticmethod
    def _read(place: str) -> Any:
        try:
            text = Path(place).read_text(encoding="utf-8")
        except OSError as error:
            raise FileError(f"cannot read {place}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise JsonInputError(f"{place}: not JSON: {error}") from error
        return _parse(place, text)


def _parse(place: str, text: str) -> Any:
    try:
        check_nesting(text)
        return json.loads(text)
    except ValueError as error:
        raise JsonInputError(f"{place}: not JSON: {error}") from error


def _transactions(inputs: _Inputs, place: str, chain_id: int) -> Sequence[bytes]:
    if place.endswith(RLP_SUFFIX):
        return parse_body(inputs.document(place, "txs"))
    if place == STDIN and inputs.stdin.has("txsRlp"):
        return parse_body(inputs.stdin.need("txsRlp"))
    return parse_transactions(inputs.document(place, "txs"), chain_id)


def _write(folder: Path, outputs: dict[str, tuple[str, Any]]) -> None:
    """Write each output to its place; what goes to one stream is one object."""
    streams: dict[str, dict[str, Any]] = {}
    for name, (place, document) in outputs.items():
        if place in (STDOUT, STDERR):
            streams.setdefault(place, {})[name] = document
        elif place:
            write_file(folder / place, json.dumps(document, indent=2))
    for place, documents in streams.items():
        print(json.dumps(documents, indent=2), file=getattr(sys, place))


def write_file(path: Path, text: str) -> None:
    """Write an output file, and make its folder."""
    try:
        with output_files.explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        output_files.write_file(path, text)
    except InputError as error:
        raise FileError(str(error)) from error


class _TraceFiles:
    """Writes a file of steps per transaction that is part of the block."""

    def __init__(self, folder: Path, *, has_stack: bool) -> None:
        self._folder = folder
        self._has_stack = has_stack
        self._lines: list[str] = []
        self._count = 0

    def sink(self, memory: bool, return_data: bool) -> TraceSink:
        """Give what takes the steps."""
        return TraceSink(self._step, self._summary, memory, return_data)

    def _step(self, step: Step) -> None:
        self._lines.append(step_line(step, has_stack=self._has_stack))

    def _summary(self, summary: Summary) -> None:
        lines, self._lines = [*self._lines, frame_summary_line(summary)], []
        if not summary.is_included:
            return
        name = f"trace-{self._count}-0x{summary.transaction_hash.hex()}.jsonl"
        write_file(self._folder / name, "\n".join(lines) + "\n")
        self._count += 1
