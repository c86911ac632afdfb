"""``zkos prove-input``: write the words that the proving run reads."""

import json
from pathlib import Path

import click

from zkos.cli.options import block_argument, json_option, load_batch, write_file
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.result_json import data
from zkos.host.words import format_words


@click.command("prove-input")
@block_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="File for the words: 8 hex digits each, no separators.",
)
@click.option(
    "--executor",
    type=click.Choice([ExecutorName.PYTHON.value, ExecutorName.X86_64.value]),
    default=ExecutorName.X86_64.value,
    show_default=True,
    help="Where the proving kernel runs while its words are recorded.",
)
@json_option
def prove_input(block: Path, output: Path, executor: str, as_json: bool) -> None:
    """Record the prover's input for the block file BLOCK and print the expected public input."""
    batch = load_batch(block)
    with build_progress() as progress:
        finished = Runner(ExecutorName(executor), progress).run_proving(batch)
    words = finished.words or ()
    write_file(output, format_words(words))
    assert finished.public_input is not None
    document = {
        "public_input": data(finished.public_input),
        "words": len(words),
    }
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        print_fields({name.replace("_", " "): value for name, value in document.items()})
