"""``zkos prove-input``: write the words that the proving run reads."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from zkos.cli.options import (
    batch_and_state,
    block_argument,
    json_option,
    output_option,
    state_before_option,
)
from zkos.cli.output_files import write_file
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.errors import InputError
from zkos.host.image_run import read_image, record_words
from zkos.host.result_json import data
from zkos.host.words import format_words


@click.command("prove-input", short_help="Record what the prover reads.")
@block_argument
@output_option("File for the words: 8 hex digits each, no separators.")
@click.option(
    "--executor",
    type=click.Choice([ExecutorName.PYTHON.value, ExecutorName.X86_64.value]),
    help="Where the proving kernel runs while its words are recorded; default x86_64.",
)
@click.option(
    "--program",
    type=click.Path(path_type=Path),
    help="Record what this flat image reads, such as the official one, instead of our kernel.",
)
@state_before_option
@json_option
def prove_input(
    block: Path,
    output: Path,
    executor: str | None,
    program: Path | None,
    state: Path | None,
    as_json: bool,
) -> None:
    """Record the prover's input for the block file BLOCK and print the expected public input."""
    if program is not None and executor is not None:
        raise InputError("--executor is for our kernel: a --program runs on the machine")
    image = None if program is None else read_image(program)
    words: Sequence[int]
    with batch_and_state(block, state) as (batch, open_state), build_progress() as progress:
        name = ExecutorName(executor or ExecutorName.X86_64.value)
        runner = Runner(name, progress, open_state=open_state)
        if image is None:
            finished = runner.run_proving(batch)
            words, public_input = finished.words or (), finished.public_input
        else:
            result, words = record_words(image, batch, runner)
            public_input = result.public_input
    assert public_input is not None
    write_file(output, format_words(words))
    document = {"public_input": data(public_input), "words": len(words)}
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        print_fields({name.replace("_", " "): value for name, value in document.items()})
