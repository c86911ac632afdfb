"""``zkos compare``: our proving image and another program on the same batch."""

import json
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import block_argument, json_option, limit_option, load_batch
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields, print_table
from zkos.host.compare.programs import Comparison, ProgramRun, compare_programs
from zkos.host.image_run import blaming, read_image
from zkos.host.profiling.run_profile import cost_json, section_json
from zkos.host.profiling.sections import TRANSACTION, Section
from zkos.host.result_json import data

LISTED_TRANSACTIONS = 40


@click.command(short_help="Prove with our image and another program, and compare.")
@block_argument
@click.option(
    "--program",
    type=click.Path(path_type=Path),
    required=True,
    help="Flat image of the other program, such as the official one.",
)
@limit_option
@json_option
def compare(block: Path, program: Path, limit: int, as_json: bool) -> int:
    """Prove the block file BLOCK with our image and another program, and compare.

    Exit status 1 when the public inputs differ.
    """
    image = read_image(program)
    batch = load_batch(block)
    with build_progress() as progress, blaming():
        found = compare_programs(image, batch, progress, limit)
    if as_json:
        print(json.dumps(comparison_json(found), indent=2))
    else:
        _print_comparison(found)
    return int(not found.is_equal)


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Give a comparison as JSON."""
    return {
        "equal": found.is_equal,
        "predicted_public_input": None if found.predicted is None else data(found.predicted),
        "ratio": round(found.ratio, 4),
        "ours": _program_json(found.ours),
        "program": _program_json(found.other),
    }


def _program_json(run: ProgramRun) -> dict[str, Any]:
    return {
        "public_input": data(run.public_input),
        **cost_json(run.cost),
        "sections": [section_json(section) for section in run.sections],
    }


def _print_comparison(found: Comparison) -> None:
    print_fields(
        {
            "public input, ours": data(found.ours.public_input),
            "public input, program": data(found.other.public_input),
            "public input, predicted": None if found.predicted is None else data(found.predicted),
            "equal": found.is_equal,
        }
    )
    ours, other = found.ours.cost, found.other.cost
    names = {
        "instructions": (ours.cycles, other.cycles),
        "blake2s delegations": (ours.blake2s, other.blake2s),
        "u256 delegations": (ours.u256, other.u256),
        "effective cycles": (ours.effective, other.effective),
    }
    columns = ("", ">ours", ">program", ">ratio")
    print_table("Cost", columns, (_row(name, *pair) for name, pair in names.items()))
    theirs = found.other.by_kind()
    print_table(
        "Effective cycles by section",
        columns,
        (
            _row(kind, cost.effective, theirs[kind].effective)
            for kind, cost in found.ours.by_kind().items()
        ),
    )
    mine, others = (_transactions(run) for run in (found.ours, found.other))
    if len(mine) != len(others):
        print(f"transactions: ours took {len(mine)}, the program {len(others)}")
    print_table(
        "Effective cycles by transaction",
        columns,
        (
            _row(f"{one.block}.{one.transaction}", one.cost.effective, two.cost.effective)
            for one, two in zip(
                mine[:LISTED_TRANSACTIONS], others[:LISTED_TRANSACTIONS], strict=False
            )
        ),
    )
    left = len(mine) - LISTED_TRANSACTIONS
    if left > 0:
        print(f"... and {left} more transactions (--json lists them all)")


def _transactions(run: ProgramRun) -> list[Section]:
    return [section for section in run.sections if section.kind == TRANSACTION]


def _row(name: str, ours: int, other: int) -> tuple[object, ...]:
    return name, ours, other, ours / other if other else None
