"""``zkos run``: run one block file and print its result."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import block_argument, json_option, load_batch, write_file
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields, print_table
from zkos.host.batch import Batch
from zkos.host.batch_run import BatchRun, ExecutorName, Mode, Runner
from zkos.host.errors import InputError
from zkos.host.profile_text import profile_text
from zkos.host.result_json import batch_json
from zkos.host.state_run import open_session

LISTED_TRANSACTIONS = 40


@click.command()
@block_argument
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.FORWARD.value,
    show_default=True,
    help="Forward returns the results, proving also checks every oracle answer.",
)
@click.option(
    "--executor",
    type=click.Choice([name.value for name in ExecutorName]),
    default=ExecutorName.X86_64.value,
    show_default=True,
    help="Where the kernel runs.",
)
@click.option(
    "--profile",
    type=click.Path(path_type=Path),
    help="Write the cycles per function: FILE.svg is a flame graph, any other folded stacks.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    help="Run on the state in this directory and commit the blocks to it; "
    "an empty one begins with the state of the block file.",
)
@json_option
def run(
    block: Path,
    mode: str,
    executor: str,
    profile: Path | None,
    state: Path | None,
    as_json: bool,
) -> None:
    """Run the block file BLOCK and print its result."""
    name = ExecutorName(executor)
    if profile is not None and name is not ExecutorName.RISCV:
        raise InputError("--profile counts the machine's cycles: it needs --executor riscv")
    runner = Runner(name, profiles=profile is not None)
    if state is None:
        finished = _run(runner, load_batch(block), Mode(mode))
    else:
        with open_session(state, block) as session:
            runner = replace(runner, open_state=session.open_state)
            finished = _run(runner, session.batch, Mode(mode))
            session.commit(finished.ledger)
    if profile is not None and finished.profile is not None:
        write_file(profile, profile_text(finished.profile, profile.suffix))
    document = batch_json(finished)
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        _print_run(finished, document)


def _run(runner: Runner, batch: Batch, mode: Mode) -> BatchRun:
    with build_progress() as progress:
        return replace(runner, progress=progress).run(batch, mode)


def _print_run(finished: BatchRun, document: dict[str, Any]) -> None:
    blocks = document.get("blocks", [document])
    for number, block in enumerate(blocks):
        print_block(f"Block {number}" if len(blocks) > 1 else "Block", block)
    fields: dict[str, object] = {
        "state commitment before": document["state_commitment_before"],
        "state commitment after": document["state_commitment_after"],
        "public input": document["public_input"],
    }
    if finished.machine is not None:
        fields["cycles"] = finished.machine.cycles
        fields |= {f"{name} calls": n for name, n in finished.machine.delegations.items()}
        seconds = finished.seconds.get("machine run", finished.seconds.get("run", 0.0))
        fields["MIPS"] = finished.machine.cycles / 1e6 / seconds if seconds else None
    fields |= {f"seconds, {stage}": value for stage, value in finished.seconds.items()}
    print_fields(fields)


def print_block(title: str, block: dict[str, Any]) -> None:
    """Print one block's transactions and figures."""
    transactions = block["transactions"]
    print_table(
        f"{title} {block['block_hash']}",
        ("#", "hash", "status", ">gas used", ">native used", ">pubdata", ">logs"),
        (
            (
                str(place),
                transaction["hash"],
                transaction["error"] or transaction["status"],
                transaction["gas_used"],
                transaction["native_used"],
                transaction["pubdata_bytes"],
                len(transaction["logs"]),
            )
            for place, transaction in enumerate(transactions[:LISTED_TRANSACTIONS])
        ),
    )
    left = len(transactions) - LISTED_TRANSACTIONS
    if left > 0:
        print(f"... and {left} more transactions (--json lists them all)")
    counts = Counter(transaction["status"] for transaction in transactions)
    print_fields(
        {
            "transactions": ", ".join(f"{n} {status}" for status, n in counts.items()) or "none",
            "gas used": block["gas_used"],
            "native used": block["native_used"],
            "pubdata bytes": len(block["pubdata"]) // 2 - 1,
            "state root": block["state_root"],
            "next free slot": block["next_free_slot"],
        }
    )
