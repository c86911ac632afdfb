"""Record the golden values.

    python -m tests.golden.record                            counts of our image, after a change
    python -m tests.golden.record --program official.bin     the official program's as well
    python -m tests.golden.record --program official.bin --new-batches     and other random ones

The official program is ``multiblock_batch.bin`` of zksync-os v0.2.5, which isn't part of this
project. A batch for which the two public inputs differ is reported and not recorded.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from tests.golden import store
from tests.golden.edge_batches import BATCHES
from tests.golden.random_batches import random_batch
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.compare.programs import compare_programs
from zkos.host.machine import Cost

COMMAND = "python -m tests.golden.record"


def our_cost(name: str) -> Cost:
    """Run our image on a batch from its words."""
    batch = block_file.parse(store.document(name))
    counts = Runner(ExecutorName.RISCV).run_proving(batch).machine
    assert counts is not None
    return Cost(counts.cycles, counts.delegations["blake2s"], counts.delegations["u256"])


def record_ours() -> None:
    """Write what our image costs, and what changed."""
    before = store.ours() if store.OURS_FILE.exists() else {}
    now = {name: our_cost(name) for name in store.names()}
    store.write_ours(COMMAND, now)
    changed = {name: one for name, one in now.items() if before.get(name) != one}
    for name in BATCHES:
        if name in changed and name in before:
            ratio = now[name].effective / before[name].effective
            print(
                f"{name:<24}{before[name].effective:>12,} ->{now[name].effective:>12,} {ratio:.4f}"
            )
    print(f"{len(changed)} of {len(now)} changed")


def record_official(program: bytes) -> bool:
    """Write what the official program gives; False when it disagrees with us."""
    found, different = {}, []
    for name in store.names():
        document = store.document(name)
        compared = compare_programs(program, block_file.parse(document))
        if not compared.is_equal:
            different.append(name)
            continue
        public_input = "0x" + compared.other.public_input.hex()
        found[name] = store.Golden(store.digest(document), public_input, compared.other.cost)
    sha256 = hashlib.sha256(program).hexdigest()
    store.write_official(f"{COMMAND} --program FILE, FILE of SHA-256 {sha256}", found)
    print(f"{len(found)} recorded, different: {', '.join(different) or 'none'}")
    return not different


def main() -> int:
    """Record; the exit status is 1 when the programs disagree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, help="the official program's image")
    parser.add_argument("--new-batches", action="store_true", help="make the random ones anew")
    chosen = parser.parse_args()
    if chosen.new_batches:
        if chosen.program is None:
            parser.error("--new-batches needs --program")
        made = [random_batch(seed) for seed in range(store.RANDOM_COUNT)]
        store.write_batches(store.RANDOM_FILE, made)
    is_equal = chosen.program is None or record_official(chosen.program.read_bytes())
    record_ours()
    return int(not is_equal)


if __name__ == "__main__":
    sys.exit(main())
