"""``zkos bench``: the EVM and whole blocks beside other engines, or counted on the machine."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import json_option
from zkos.cli.output_files import output_path, write_file
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_table
from zkos.host.batch_run import ExecutorName
from zkos.host.bench.engines import has_py_evm
from zkos.host.bench.machine_cost import MachineCost, measure_machine
from zkos.host.bench.plot import check_plot, draw_ratios
from zkos.host.bench.speed import Speed, measure
from zkos.host.bench.throughput import (
    Throughput,
    measure_block,
    plain_transfers,
    token_transfers,
)
from zkos.host.bench.workloads import WORKLOADS, Workload
from zkos.host.errors import InputError

EXECUTORS = (ExecutorName.X86_64.value, ExecutorName.RISCV.value)
NAMES = tuple(workload.name for workload in WORKLOADS)


@click.command("bench")
@click.option(
    "--executor",
    type=click.Choice(EXECUTORS),
    default=EXECUTORS[0],
    show_default=True,
    help="x86_64 is timed beside revm and py-evm; riscv counts instructions.",
)
@click.option(
    "--workload",
    "names",
    multiple=True,
    type=click.Choice(NAMES),
    help="Only this workload; may be given several times.",
)
@click.option(
    "--blocks",
    type=click.IntRange(min=1),
    metavar="N",
    help="Blocks of N transfers from raw bytes to results, instead of the workloads.",
)
@click.option(
    "--rounds",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="How often each engine is timed; the median counts.",
)
@click.option(
    "--plot", type=output_path, metavar="FILE", help="Draw the ratios: FILE.png or FILE.svg."
)
@json_option
def bench(
    executor: str,
    names: tuple[str, ...],
    blocks: int | None,
    rounds: int,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Measure the EVM beside revm and py-evm, in turns."""
    workloads = [one for one in WORKLOADS if not names or one.name in names]
    on_machine = executor == ExecutorName.RISCV.value
    if plot is not None:
        if on_machine:
            raise InputError("--plot draws ratios to revm: there are none with --executor riscv")
        check_plot(plot)
    if blocks is not None:
        if names or on_machine:
            raise InputError("--blocks goes with neither --workload nor --executor riscv")
        ratios = _bench_blocks(blocks, rounds, as_json)
    elif on_machine:
        _bench_machine(workloads, as_json)
        return
    else:
        ratios = _bench_workloads(workloads, rounds, as_json)
    if plot is not None:
        write_file(plot, draw_ratios(ratios, plot))


def _bench_workloads(workloads: Sequence[Workload], rounds: int, as_json: bool) -> dict[str, float]:
    with build_progress():
        speeds = [measure(workload, rounds) for workload in workloads]
    if as_json:
        _print_json("speeds", speeds)
    else:
        columns = ["workload", ">gas", ">zkos", ">revm", ">ratio", ">py-evm", ">ratio"]
        print_table(
            f"Mgas/s; {_load()}",
            columns,
            [_speed_row(speed) for speed in speeds],
        )
        if not has_py_evm():
            click.echo("py-evm is not installed and left out: pip install 'zkos[bench]'", err=True)
    return {speed.workload: speed.revm_ratio for speed in speeds}


def _speed_row(speed: Speed) -> list[object]:
    return [
        speed.workload, speed.gas, f"{speed.zkos:.1f}", f"{speed.revm:.1f}",
        f"{speed.revm_ratio:.2f}",
        None if speed.py_evm is None else f"{speed.py_evm:.2f}",
        None if speed.py_evm_ratio is None else f"{speed.py_evm_ratio:.0f}",
    ]  # fmt: skip


def _bench_blocks(count: int, rounds: int, as_json: bool) -> dict[str, float]:
    with build_progress():
        found = [measure_block(make(count), rounds) for make in (plain_transfers, token_transfers)]
    if as_json:
        _print_json("blocks", found)
    else:
        for one in found:
            _print_block(one)
        click.echo(_load())
    return {one.block: one.ratio for one in found}


def _print_block(found: Throughput) -> None:
    rows: list[list[object]] = [
        ["zkos", stage, f"{value:.1f}"] for stage, value in found.zkos_stages.items()
    ]
    rows += [["revm", stage, f"{value:.1f}"] for stage, value in found.revm_stages.items()]
    title = (
        f"{found.transactions:,} {found.block}: zkos {found.zkos_per_second:,.0f} a second, revm "
        f"{found.revm_per_second:,.0f}, ratio {found.ratio:.2f}, "
        f"with pubdata {found.ratio_with_pubdata:.2f}"
    )
    print_table(title, ["engine", "stage", ">us per transaction"], rows)


def _bench_machine(workloads: Sequence[Workload], as_json: bool) -> None:
    with build_progress():
        costs = [measure_machine(workload) for workload in workloads]
    if as_json:
        _print_json("costs", costs)
        return
    print_table(
        "Instructions of the RISC-V machine",
        ["workload", ">opcodes", ">instructions", ">per opcode"],
        [_cost_row(cost) for cost in costs],
    )


def _cost_row(cost: MachineCost) -> list[object]:
    return [cost.workload, cost.opcodes, cost.instructions, f"{cost.per_opcode:.1f}"]


def _print_json(name: str, measured: Sequence[Any]) -> None:
    document = {"load": os.getloadavg()[0], name: [asdict(one) for one in measured]}
    click.echo(json.dumps(document, indent=1))


def _load() -> str:
    return f"load of the machine {os.getloadavg()[0]:.1f}"
