"""``zkos run``: run one block file and print its result."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from zkos.cli.costs import add_costs, print_costs
from zkos.cli.options import (
    block_argument,
    executor_option,
    json_option,
    load_batch,
    profile_option,
    refuse_tracing_on_machine,
    trace_memory_options,
)
from zkos.cli.output_files import open_file, output_path, write_file
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields, print_table
from zkos.host.batch import Batch
from zkos.host.batch_run import BatchRun, ExecutorName, Mode, Runner
from zkos.host.costs.breakdown import meter_breakdowns
from zkos.host.costs.meter import Meter
from zkos.host.errors import InputError
from zkos.host.executors.kernel_images import Extra
from zkos.host.result_json import batch_json
from zkos.host.state_run import open_session
from zkos.host.tracing.run_trace import RunTrace, TraceKind

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
@executor_option
@profile_option
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    help="Run on the state in this directory and commit the blocks to it; "
    "an empty one begins with the state of the block file.",
)
@click.option(
    "--trace",
    type=output_path,
    metavar="FILE",
    help="Write a trace of the run: FILE.txt is text, any other JSON.",
)
@click.option(
    "--tracer",
    type=click.Choice([kind.value for kind in TraceKind]),
    default=TraceKind.STEPS.value,
    show_default=True,
    help="What --trace writes: opcodes (EIP-3155), call trees, or state differences.",
)
@trace_memory_options
@click.option(
    "--explain",
    is_flag=True,
    help="Break each transaction's gas and native down by purpose.",
)
@json_option
def run(
    block: Path,
    mode: str,
    executor: str,
    profile: Path | None,
    state: Path | None,
    trace: Path | None,
    tracer: str,
    trace_memory: bool,
    trace_return_data: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Run the block file BLOCK and print its result."""
    name = ExecutorName(executor)
    if profile is not None and name is not ExecutorName.RISCV:
        raise InputError("--profile counts the machine's cycles: it needs --executor riscv")
    traced = None
    if trace is not None:
        refuse_tracing_on_machine(name)
        traced = TraceRequest(trace, TraceKind(tracer), trace_memory, trace_return_data)
    meter = _meter(name, Mode(mode), trace) if explain else None
    runner = Runner(name, profiles=profile is not None)
    if meter is not None:
        runner = replace(runner, take_event=meter.take, extra=Extra.METERING)
    if state is None:
        finished = _run(runner, load_batch(block), Mode(mode), traced)
    else:
        with open_session(state, block) as session:
            runner = replace(runner, open_state=session.open_state)
            finished = _run(runner, session.batch, Mode(mode), traced)
            session.commit(finished.ledger)
    if profile is not None and finished.profile is not None:
        write_file(profile, finished.profile.write_as(profile.suffix))
    document = batch_json(finished)
    breakdowns = None if meter is None else meter_breakdowns(meter, finished)
    if breakdowns is not None:
        add_costs(document, breakdowns)
    if as_json:
        print(json.dumps(document, indent=2))
        return
    _print_run(finished, document)
    if breakdowns is not None:
        print_costs(breakdowns)


def _meter(name: ExecutorName, mode: Mode, trace: Path | None) -> Meter:
    """Make the meter of a run that is to be explained."""
    if name is ExecutorName.RISCV and mode is Mode.FORWARD:
        raise InputError("--explain runs off the machine: it needs --executor x86_64 or python")
    if trace is not None:
        raise InputError("--explain and --trace need different kernels: one run for each")
    return Meter()


@dataclass(frozen=True)
class TraceRequest:
    """What the user wants traced, and where to."""

    path: Path
    kind: TraceKind
    memory: bool
    return_data: bool


def _run(runner: Runner, batch: Batch, mode: Mode, traced: TraceRequest | None) -> BatchRun:
    with build_progress() as progress:
        runner = replace(runner, progress=progress)
        if traced is None:
            return runner.run(batch, mode)
        with open_file(traced.path) as stream:
            trace = RunTrace(
                traced.kind,
                stream,
                batch.flavour,
                is_text=traced.path.suffix == ".txt",
                memory=traced.memory,
                return_data=traced.return_data,
            )
            finished = replace(runner, take_event=trace.take_event).run(batch, mode)
            with runner.open_state(batch) as state:
                trace.finish(finished, state)
            return finished


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
