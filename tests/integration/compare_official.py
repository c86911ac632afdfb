"""Run the official program and ours on random blocks; both must give the same public input.

    python -m tests.integration.compare_official multiblock_batch.bin --first 0 --count 100

The program's image (zksync-os v0.2.5) isn't part of this project. Both are fed by our oracle; the
official one runs on our machine. The words that they read are compared too, apart from our advice.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from tests.integration.random_blocks import random_block
from tests.integration.test_word_streams import StreamBorder
from zkos.host import block_file
from zkos.host.batch_run import Runner
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.machine import Machine
from zkos.host.machine.oracles import QueryOracle
from zkos.host.oracle.answers import BatchOracle
from zkos.host.state.state import MemoryState


def compare(image: bytes, document: dict[str, Any]) -> str:
    """Run both on a block; give what differs, or nothing."""
    batch = block_file.parse(document)
    ledger = Runner().run_forward(batch).ledger
    changes = [block.outcome.changes for block in ledger.blocks]

    def oracle() -> BatchOracle:
        return BatchOracle(batch, MemoryState(batch.initial_state), changes.__getitem__)

    border = StreamBorder(oracle().answer)
    kernel = KernelImage(True, batch.flavour, on_machine=False)
    ours = X8664Executor().run(kernel, border).output
    queries = QueryOracle(oracle().answer)
    official = Machine(image).run(oracle=queries).public_input
    if not ours == official == ledger.public_input:
        return f"public inputs: official {official.hex()}, ours {ours.hex()}"
    if list(border.words) != list(queries.given):
        return f"words read: official {len(queries.given)}, ours {len(border.words)}"
    return ""


def main() -> int:
    """Compare; the exit status is 1 when anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path)
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--count", type=int, default=100, help="number of blocks")
    parser.add_argument("--scheme", type=int, choices=(1, 3, 4), help="DA commitment scheme")
    arguments = parser.parse_args()
    image = arguments.image.read_bytes()
    different = 0
    for seed in range(arguments.first, arguments.first + arguments.count):
        document = random_block(seed)
        if arguments.scheme is not None:
            document["da_commitment_scheme"] = arguments.scheme
        found = compare(image, document)
        if found:
            different += 1
            print(f"seed {seed}: {found}")
    print(f"{arguments.count - different} equal, {different} different")
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
