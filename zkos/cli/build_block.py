"""``zkos build-block``: make a block out of candidate transactions."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import host_executor_option, json_option, load_batch, output_option
from zkos.cli.output_files import write_file
from zkos.cli.progress import build_progress
from zkos.cli.run import print_block
from zkos.cli.tables import print_table
from zkos.host.batch import Batch
from zkos.host.batch_run import ExecutorName, OpenState, Runner, memory_state
from zkos.host.block_file import read_json
from zkos.host.errors import reading
from zkos.host.result_json import batch_json, data, transaction_hash
from zkos.host.sequencer.block_builder import BuiltBlock, Fate, build_block
from zkos.host.state_run import open_session

STOPPED = 1


@click.command("build-block", short_help="Make a block out of candidate transactions.")
@click.argument("pool", type=click.Path(path_type=Path))
@output_option("Block file to write: the pool with the included transactions only.")
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    help="Build on the chain in this directory, and commit the block to it.",
)
@host_executor_option("Where the kernel tries the candidates.")
@json_option
def build_block_command(
    pool: Path, output: Path, state: Path | None, executor: str, as_json: bool
) -> int:
    """Build a block from the transactions of the block file POOL that can be in it.

    Exit status 1 if a transaction from L1, whose place is fixed, could not be included.
    """
    name = ExecutorName(executor)
    if state is None:
        candidates = load_batch(pool)
        built = _build(pool, candidates, name, memory_state)
        _write_block(pool, output, built)
    else:
        with open_session(state, pool) as session:
            candidates = session.batch
            built = _build(pool, candidates, name, session.open_state)
            _write_block(pool, output, built)
            session.commit(built.run.ledger)
    offered = candidates.blocks[0].transactions
    verdicts = _verdicts([data(transaction_hash(one)) for one in offered], built)
    result = batch_json(built.run)
    if as_json:
        extra = {"candidates": verdicts, "ends_before": built.ends_before}
        print(json.dumps(result | extra, indent=2))
    else:
        _print_verdicts(verdicts)
        print_block("Block", result)
    if built.ends_before is None:
        return 0
    reason = built.verdicts[built.ends_before].reason
    click.echo(
        f"zkos: the block ends before candidate {built.ends_before}, which comes from L1: {reason}",
        err=True,
    )
    return STOPPED


def _build(pool: Path, batch: Batch, name: ExecutorName, open_state: OpenState) -> BuiltBlock:
    with reading(pool), build_progress() as progress:
        return build_block(batch, Runner(name, progress, open_state=open_state))


def _verdicts(hashes: Sequence[str], built: BuiltBlock) -> list[dict[str, Any]]:
    return [
        {
            "hash": one,
            "fate": verdict.fate.value,
            "error": verdict.error,
            "reason": verdict.reason,
        }
        for one, verdict in zip(hashes, built.verdicts, strict=True)
    ]


def _write_block(pool: Path, output: Path, built: BuiltBlock) -> None:
    """Write the pool's document with the included transactions only, as they were written."""
    document = read_json(pool)
    [entry] = document.get("blocks", [document])
    entry["transactions"] = [
        written
        for written, verdict in zip(entry.get("transactions", []), built.verdicts, strict=True)
        if verdict.fate is Fate.INCLUDED
    ]
    write_file(output, json.dumps(document, indent=2) + "\n")


def _print_verdicts(verdicts: Sequence[dict[str, Any]]) -> None:
    print_table(
        "Candidates",
        (">#", "hash", "fate", "reason"),
        (
            (at, verdict["hash"], verdict["fate"], verdict["reason"])
            for at, verdict in enumerate(verdicts)
        ),
    )
