"""``zkos machine run``: run any flat image on the machine."""

import json
from array import array
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import json_option, limit_option, load_batch, profile_option
from zkos.cli.output_files import write_file
from zkos.cli.progress import build_progress, words_progress
from zkos.cli.tables import print_fields
from zkos.host.errors import InputError
from zkos.host.executors.elf_symbols import LineLookup
from zkos.host.image_run import read_image, read_symbols, run_live, run_words
from zkos.host.machine import MachineResult
from zkos.host.profiling.run_profile import RunProfile, no_lines
from zkos.host.result_json import data
from zkos.host.words import read_words

SHOWN_REGISTERS = range(10, 26)


@click.group()
def machine() -> None:
    """The RISC-V machine that proving runs are for."""


@machine.command("run", short_help="Run a flat image and print its registers.")
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--input",
    "words_file",
    type=click.Path(path_type=Path),
    help="Words that the program reads, 8 hex digits each.",
)
@click.option(
    "--oracle",
    "block",
    type=click.Path(path_type=Path),
    help="Block file from which the program's queries are answered live.",
)
@limit_option
@click.option("--zeros-after-end", is_flag=True, help="Reads after the last word give 0.")
@profile_option
@click.option(
    "--elf",
    type=click.Path(path_type=Path),
    help="ELF file that belongs to the image: names and lines of the profile.",
)
@json_option
def run_image(
    image: Path,
    words_file: Path | None,
    block: Path | None,
    limit: int,
    zeros_after_end: bool,
    profile: Path | None,
    elf: Path | None,
    as_json: bool,
) -> None:
    """Run the flat image IMAGE until it jumps to itself and print its registers."""
    if words_file is not None and block is not None:
        raise InputError("--input and --oracle exclude each other")
    if elf is not None and profile is None:
        raise InputError("--elf names the functions of a profile: it needs --profile")
    program = read_image(image)
    symbols = None if profile is None else read_symbols(elf) if elf is not None else {}
    if block is not None:
        batch = load_batch(block)
        with build_progress() as progress:
            result = run_live(program, batch, limit, progress, symbols)
    else:
        words = read_words(words_file) if words_file is not None else array("I")
        with words_progress(len(words)) as report:
            result = run_words(
                program,
                words,
                limit,
                zeros_after_end=zeros_after_end,
                report=report,
                symbols=symbols,
            )
    if profile is not None and result.profile is not None:
        lines = LineLookup(elf) if elf is not None else no_lines
        made = RunProfile(result.profile, (), program, lines)
        write_file(profile, made.write_as(profile.suffix))
    document = machine_json(result)
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        _print_result(document)


def machine_json(result: MachineResult) -> dict[str, Any]:
    """Give the result of a machine run."""
    return {
        "registers": {f"x{number}": result.registers[number] for number in SHOWN_REGISTERS},
        "public_input": data(result.public_input),
        "cycles": result.cycles,
        "delegations": result.delegations,
        "words_read": result.words_read,
    }


def _print_result(document: dict[str, Any]) -> None:
    fields: dict[str, object] = {
        name: f"0x{value:08x}" for name, value in document["registers"].items()
    }
    fields["public input"] = document["public_input"]
    fields["cycles"] = document["cycles"]
    fields |= {f"{name} calls": count for name, count in document["delegations"].items()}
    fields["words read"] = document["words_read"]
    print_fields(fields)
