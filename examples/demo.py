"""``make demo``: a real block, three executors, one result.

    1. builds the kernel images that it needs (kept for the next time)
    2. runs Ethereum mainnet block 22244135 forward on x86-64 and compares it with the receipts
    3. runs the proving kernel on x86-64, recording the words that it reads
    4. runs the RISC-V image on the machine from these words alone: equal public input
    5. runs a small block on python, x86-64 and RISC-V and compares every field

Exit status 0 if all of it agrees, 1 otherwise.
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields, print_table
from zkos.host.batch import Batch, Flavour
from zkos.host.batch_run import BatchRun, ExecutorName, Runner
from zkos.host.block_file import load
from zkos.host.differences import differences
from zkos.host.errors import ZkosError
from zkos.host.executors.build_process import build_images
from zkos.host.executors.kernel_images import BuiltImage, all_images
from zkos.host.result_json import batch_json

FOLDER = Path(__file__).resolve().parent
MAINNET = FOLDER / "mainnet-22244135.json.gz"
MAINNET_RECEIPTS = FOLDER / "mainnet-22244135.receipts.json.gz"
SMALL = FOLDER / "small-ethereum.json"
SMALL_RECEIPTS = FOLDER / "small-ethereum.receipts.json"
COMPARED_WITH_RECEIPTS = ("hash", "status", "gas_used", "logs")
RUN_FIELDS = ("mode", "executor", "cycles", "delegations")
"""What belongs to the run and not to the block."""
SHOWN_DIFFERENCES = 20
ACCOUNT_PROPERTIES = f"0x{0x8003:040x}"


def main() -> int:
    """Run the demo and give its exit status."""
    try:
        images, seconds = build()
        show_images(images, seconds)
        failures = [*mainnet(), *small_block()]
    except ZkosError as error:
        print(f"demo: {error.line}", file=sys.stderr)
        return error.exit_status
    for failure in failures[:SHOWN_DIFFERENCES]:
        print(f"demo: {failure}", file=sys.stderr)
    print(f"\n{'everything agrees' if not failures else f'{len(failures)} differences'}")
    return 1 if failures else 0


def build() -> tuple[list[BuiltImage], float]:
    """Build the images of the ethereum flavour."""
    started = time.perf_counter()
    with build_progress() as progress:
        wanted = [image for image in all_images() if image.flavour is Flavour.ETHEREUM]
        images = build_images(wanted, progress)
    return images, time.perf_counter() - started


def show_images(images: list[BuiltImage], seconds: float) -> None:
    """Print what was built."""
    print_table(
        f"Kernel images ({seconds:.1f} s)",
        ("image", ">bytes", "sha256"),
        ((built.image.name, built.size, built.sha256) for built in images),
    )


def mainnet() -> Iterator[str]:
    """Run the mainnet block on x86-64 and on the machine; give what does not agree."""
    batch = load(MAINNET)
    forward = Runner(ExecutorName.X86_64).run_forward(batch)
    document = batch_json(forward)
    yield from against_receipts(document, read(MAINNET_RECEIPTS))
    proved = Runner(ExecutorName.RISCV).run_proving(batch)
    yield from differences(block_part(document), block_part(batch_json(proved)))
    show_mainnet(batch, document, forward, proved)


def show_mainnet(
    batch: Batch, document: dict[str, Any], forward: BatchRun, proved: BatchRun
) -> None:
    """Print times and costs of the mainnet block."""
    machine = proved.machine
    assert machine is not None
    print()
    seconds = {
        "forward run, x86-64": forward.seconds["run"],
        "state tree and commitments, host": forward.seconds["commitments"],
        "proving run, x86-64, words recorded": proved.seconds["proving run"],
        "proving run, RISC-V machine": proved.seconds["machine run"],
    }
    print_table(
        f"Mainnet block {batch.blocks[0].number}",
        ("stage", ">seconds", ">million gas per second"),
        ((stage, time, document["gas_used"] / 1e6 / time) for stage, time in seconds.items()),
    )
    print_fields(
        {
            "transactions": len(document["transactions"]),
            "gas used": document["gas_used"],
            "logs": sum(len(one["logs"]) for one in document["transactions"]),
            "words read": machine.words_read,
            "cycles": machine.cycles,
            "blake2s rounds": machine.delegations["blake2s"],
            "u256 operations": machine.delegations["u256"],
            "million instructions per second": machine.cycles / 1e6 / seconds[list(seconds)[-1]],
            "public input": document["public_input"],
        }
    )


def small_block() -> Iterator[str]:
    """Run the small block everywhere; give what does not agree."""
    batch = load(SMALL)
    rows = []
    documents = []
    for name in (ExecutorName.PYTHON, ExecutorName.X86_64, ExecutorName.RISCV):
        run = Runner(name).run_forward(batch)
        documents.append(batch_json(run))
        yield from against_receipts(documents[-1], read(SMALL_RECEIPTS))
        cycles = None if run.machine is None else run.machine.cycles
        rows.append((name.value, run.seconds["run"], cycles))
    for other in documents[1:]:
        yield from differences(block_part(documents[0]), block_part(other))
    print()
    print_table(
        f"Small block, {len(batch.blocks[0].transactions)} transactions: every field compared",
        ("executor", ">seconds", ">cycles"),
        rows,
    )


def against_receipts(document: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    """Compare results with receipts, and final accounts and slots with the node's."""
    ours = [
        {name: transaction[name] for name in COMPARED_WITH_RECEIPTS}
        for transaction in document["transactions"]
    ]
    yield from differences(ours, expected["transactions"], "transactions")
    accounts = {
        address: {"balance": account["balance"], "nonce": account["nonce"]}
        for address, account in document["account_diffs"].items()
    }
    yield from differences(accounts, expected["accounts"], "account_diffs")
    slots: dict[str, dict[str, str]] = {}
    for write in document["storage_writes"]:
        if write["address"] != ACCOUNT_PROPERTIES:
            slots.setdefault(write["address"], {})[write["key"]] = write["value"]
    yield from differences(slots, expected["slots"], "storage_writes")


def block_part(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what belongs to the run."""
    return {name: value for name, value in document.items() if name not in RUN_FIELDS}


def read(path: Path) -> Any:
    """Read a JSON file, unpacking gzip."""
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


if __name__ == "__main__":
    sys.exit(main())
