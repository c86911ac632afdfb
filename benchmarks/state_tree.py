"""The host's state measured: the tree in memory and the database, as they grow to a million leaves.

    python -m benchmarks.state_tree [--leaves 1000000] [--directory DIR] [--json]

New random keys come in batches. In memory, a batch alternates with compiled blake2s over as many
messages of the same lengths as the batch hashed, in one buffer: by the kernel's ``blake2s256``, and
by its compression alone. The database is measured with all of its time, waiting for the disk
included: the mean of the batches from one checkpoint to the next, that one included, and the
median of the first of them; and blocks of 100 keys besides.

Units:   µs a new leaf, of processor time where wall time is not named; medians where a mean is not;
         MB = 10^6 bytes, of files what they take on the disk.
"""

import argparse
import bisect
import builtins
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from zkos.compiler.backend.loader import Entry, load
from zkos.compiler.build import build_program
from zkos.compiler.targets import X86_64
from zkos.host.batch import Flavour
from zkos.host.state.chain import ChainIdentity, ChainPosition
from zkos.host.state.database import JOURNAL_BYTES, StateDatabase
from zkos.host.state.tree import StateTree
from zkos.host.state.tree_format import DEPTH
from zkos.kernel.crypto.blake2s import add_block, blake2s256, start_blocks
from zkos.lang import Array, Blake2State, Slice, function, local, range, u8, u32, u256

BATCH, BLOCK = 10_000, 100
BLOCKS = 30
REPEATS = 5
DISK_BLOCK = 512
LEAF_BYTES, NODE_BYTES = 72, 64
LEAF_WORDS, NODE_WORDS = 18, 16
Writes = list[tuple[bytes, bytes]]


@function
def hash_messages(leaves: Slice[u8], nodes: Slice[u8]) -> u256:
    """Hash messages of 72 and of 64 bytes, one behind the other."""
    last = u256(0)
    for at in range(u32(0), leaves.length, LEAF_BYTES):
        last = blake2s256(leaves[at : at + LEAF_BYTES])
    for at in range(u32(0), nodes.length, NODE_BYTES):
        last = blake2s256(nodes[at : at + NODE_BYTES])
    return last


@function
def compress_messages(leaves: Slice[u32], nodes: Slice[u32]) -> u32:
    """The same without copying any byte of a message of 64."""
    state = local(Blake2State)
    tail = local(Array[u32, 16])
    for at in range(u32(0), leaves.length, LEAF_WORDS):
        tail[0] = leaves[at + 16]
        tail[1] = leaves[at + 17]
        start_blocks(state)
        add_block(state, leaves[at : at + 16], 64, False)
        add_block(state, tail[:], LEAF_BYTES, True)
    for at in range(u32(0), nodes.length, NODE_WORDS):
        start_blocks(state)
        add_block(state, nodes[at : at + NODE_WORDS], NODE_BYTES, True)
    return state.words[0]


class Keys:
    """Random writes of new keys, and what of the tree they change."""

    def __init__(self) -> None:
        self._random = random.Random(1)
        self._sorted = [bytes(32), b"\xff" * 32]
        self._index = {key: at for at, key in enumerate(self._sorted)}

    def batch(self, count: int) -> Writes:
        """Give writes of new keys."""
        writes = [
            (self._random.randbytes(32), self._random.randbytes(32)) for _ in builtins.range(count)
        ]
        for key, _ in writes:
            self._index[key] = len(self._index)
        self._sorted = sorted([*self._sorted, *(key for key, _ in writes)])
        return writes

    def messages(self, writes: Writes) -> tuple[int, int]:
        """Count the leaves and nodes that the last batch hashes."""
        changed = set()
        for key, _ in writes:
            at = bisect.bisect_left(self._sorted, key)
            changed |= {self._index[key], self._index[self._sorted[at - 1]]}
        leaves, nodes = len(changed), 0
        for _ in builtins.range(DEPTH):
            changed = {position >> 1 for position in changed}
            nodes += len(changed)
        return leaves, nodes


def measure_memory(leaves: int) -> list[dict[str, Any]]:
    """Time batches on the tree in memory beside bare hashing, at each power of ten."""
    functions = [hash_messages, compress_messages]
    program = load(build_program(functions, X86_64, entries=functions).save())
    hashing = [Entry(program, function) for function in functions]
    keys, tree, rows = Keys(), StateTree(), []
    for target in sizes(leaves):
        while tree.next_free_slot < target:
            tree.apply(keys.batch(min(BATCH, leaves)))
        times: tuple[list[float], ...] = ([], [], [])
        for _ in builtins.range(REPEATS):
            writes = keys.batch(BATCH)
            times[0].append(timed(lambda w=writes: tree.apply(w)))
            leaf_count, node_count = keys.messages(writes)
            messages = bytearray(LEAF_BYTES * leaf_count), bytearray(NODE_BYTES * node_count)
            for entry, taken in zip(hashing, times[1:], strict=True):
                taken.append(timed(lambda e=entry, m=messages: e(*m)))
        ours, plain, bare = (statistics.median(taken) for taken in times)
        rows.append(
            {
                "leaves": target,
                "us_per_new_leaf": ours / BATCH * 1e6,
                "messages": leaf_count + node_count,
                "against_blake2s256": plain / ours,
                "against_bare_compression": bare / ours,
            }
        )
    return rows


def measure_database(leaves: int, directory: Path) -> list[dict[str, Any]]:
    """Time batches and blocks on the database, at each power of ten."""
    start = ChainPosition(0, 0, (0,) * 256)
    identity = ChainIdentity(37, Flavour.PRODUCTION)
    keys, rows = Keys(), []
    StateDatabase.create(directory, identity, start).close()
    with StateDatabase(directory, journal_bytes=sys.maxsize) as database:
        for target in sizes(leaves):
            while database.last.next_free_slot < target:
                commit(database, keys.batch(BATCH))
                if database.journal_bytes > JOURNAL_BYTES:
                    database.checkpoint()
            database.checkpoint()
            batches = []
            while database.journal_bytes <= JOURNAL_BYTES:
                batches.append(commit(database, keys.batch(BATCH)))
            checkpoint = timed_both(database.checkpoint)
            blocks = [commit(database, keys.batch(BLOCK)) for _ in builtins.range(BLOCKS)]
            count = BATCH * len(batches)
            share = per_leaf(statistics.mean, [checkpoint], count)
            mean = per_leaf(statistics.mean, batches, BATCH)
            row = {"us_wall": mean[0] + share[0], "us_cpu": mean[1] + share[1]}
            row["us_wall_of_checkpoint"], row["us_cpu_of_checkpoint"] = share
            row["us_wall_first"], row["us_cpu_first"] = per_leaf(
                statistics.median, batches[:REPEATS], BATCH
            )
            row["us_wall_block"], row["us_cpu_block"] = per_leaf(statistics.median, blocks, BLOCK)
            rows.append({"leaves": target, **row, **open_again(directory, database)})
    return rows


def open_again(directory: Path, database: StateDatabase) -> dict[str, float]:
    """Close and open a copy of a database; gives the time of the latter, and the room it takes."""
    database.checkpoint()
    files = list(directory.iterdir())
    with tempfile.TemporaryDirectory(dir=directory.parent) as copy:
        subprocess.run(["cp", "--sparse=always", *files, copy], check=True)
        opened: list[StateDatabase] = []
        opening = timed(lambda: opened.append(StateDatabase(Path(copy))), time.perf_counter)
        opened[0].close()
    on_disk = sum(file.stat().st_blocks * DISK_BLOCK for file in files)
    return {"disk_mb": on_disk / 1e6, "open_ms": opening * 1e3}


def per_leaf(
    combine: Callable[[Sequence[float]], float], times: Sequence[tuple[float, float]], count: int
) -> tuple[float, float]:
    """Give mean or median of wall and processor time for each new leaf, in µs."""
    wall, processor = (combine(column) / count * 1e6 for column in zip(*times, strict=True))
    return wall, processor


def commit(database: StateDatabase, writes: Writes) -> tuple[float, float]:
    """Commit a block; gives the seconds of wall and of processor time."""
    position = database.position
    after = position.after(position.number + 1, position.timestamp + 1)
    return timed_both(lambda: database.commit(after, writes, []))


def timed_both(body: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds of a call, of wall and of processor time."""
    started = time.perf_counter()
    processor = timed(body)
    return time.perf_counter() - started, processor


def timed(body: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Give the seconds of a call, of processor time if nothing else is said."""
    started = clock()
    body()
    return clock() - started


def sizes(leaves: int) -> list[int]:
    """Give the powers of ten from a batch up to a number."""
    found = [BATCH]
    while found[-1] * 10 <= leaves:
        found.append(found[-1] * 10)
    return found


def print_rows(title: str, rows: Sequence[dict[str, Any]]) -> None:
    """Print a table, and the growth of each time from its first row to its last."""
    print(f"\n{title}")
    print("  ".join(f"{name:>24}" for name in rows[0]))
    for row in rows:
        print("  ".join(f"{value:24,.2f}" for value in row.values()))
    for name in rows[0]:
        if name.startswith("us_"):
            print(f"growth of {name}: {rows[-1][name] / rows[0][name]:.2f}")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--directory", type=Path, help="where the database is made and removed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    memory = measure_memory(options.leaves)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    with tempfile.TemporaryDirectory(dir=options.directory) as directory:
        database = measure_database(options.leaves, Path(directory) / "state")
    if options.json:
        print(json.dumps({"memory": memory, "memory_peak_mb": peak, "database": database}))
        return 0
    print_rows("tree in memory, batches of 10,000 new keys", memory)
    print(f"peak memory of the process, keys of the benchmark included: {peak:,.0f} MB")
    print_rows("database, batches of 10,000 new keys with checkpoints, and blocks of 100", database)
    return 0


if __name__ == "__main__":
    sys.exit(main())
