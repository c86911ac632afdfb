"""A process that is killed while it commits leaves the state before or after a block."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.host.state.committer import writes_of
from tests.host.state.model import fold
from zkos.host.batch import Flavour
from zkos.host.state.chain import ChainIdentity, ChainPosition
from zkos.host.state.database import StateDatabase
from zkos.host.state.tree import StateTree

KILLS, KILLS_IN_FULL = 100, 2000
JOURNALS = (0, 20_000, 1 << 24)
"""How long the journal may get: a checkpoint every block, every third one, none."""
LONGEST_LIFE = 0.05
"""Seconds from a process's first commit to its end: some commits."""
ROOT = Path(__file__).parents[3]


class Expected:
    """The root after each height, from the tree in memory."""

    def __init__(self) -> None:
        self._tree = StateTree()
        self._roots = [self._tree.root()]

    def root(self, height: int) -> bytes:
        while len(self._roots) <= height:
            self._tree.apply(writes_of(len(self._roots)))
            self._roots.append(self._tree.root())
        return self._roots[height]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = tmp_path / "state"
    start = ChainPosition(0, 0, (0,) * 256)
    StateDatabase.create(directory, ChainIdentity(37, Flavour.PRODUCTION), start).close()
    return directory


@pytest.fixture
def committer(directory: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "tests.host.state.committer", str(directory)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        yield process
        process.stdin.close()


def kill_one(process: "subprocess.Popen[str]", journal_bytes: int, seconds: float) -> list[str]:
    """Start a child, kill it after a while; give what it said."""
    process.stdin.write(f"{journal_bytes}\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    said = []
    while (line := process.stdout.readline().strip()) != "dead":
        assert line, "the committing process ended by itself"
        said.append(line)
    return said


def test_after_a_kill_the_state_is_that_before_or_after_the_block(
    directory, committer, request, capsys
):
    rng = random.Random(11)
    expected = Expected()
    kills = KILLS_IN_FULL if request.config.getoption("--full") else KILLS
    counts: Counter[str] = Counter()
    height = 0
    for _ in range(kills):
        said = kill_one(committer, rng.choice(JOURNALS), rng.uniform(0, LONGEST_LIFE))
        begun = [int(line.split()[1]) for line in said if line.startswith("begin")]
        ended = [int(line.split()[1]) for line in said if line.startswith("end")]
        database = StateDatabase(directory)
        with die_or_close(database, rng):
            before = ended[-1] if ended else height
            height = database.height
            assert height in (before, before + 1)
            assert database.last.root == expected.root(height)
            counts["with a journal"] += database.journal_bytes > 0
            check_proofs(database, rng)
        counts["killed"] += 1
        counts["in a checkpoint"] += said.count("write") > said.count("written")
        counts["blocks"] += len(ended)
        if len(begun) > len(ended):
            counts["in a commit: " + ("before" if height == before else "after") + " it"] += 1
    with capsys.disabled():
        print(f"\n{dict(counts)}, height {height}")
    assert counts["in a commit: before it"] > kills // 10
    assert counts["with a journal"] > kills // 10
    assert counts["in a checkpoint"] > kills // 50
    check_everything(directory, expected.root(height))


@contextmanager
def die_or_close(database, rng):
    """Close a database, or leave it as it is, with its journal for the next one to open it."""
    yield
    if rng.random() < 0.5:
        database.close()
    else:
        database._release()


def check_proofs(database, rng):
    """Fold some leaves to the root, of the last block and of the one before."""
    number = database.position.number
    for one in {number, max(number - 1, 0)}:
        with database.state(one) as state:
            for _ in range(3):
                index = rng.randrange(state.next_free_slot)
                leaf, siblings = state.leaf(index)
                assert fold(leaf, siblings, index) == state.root() == database.root_after(one)


def check_everything(directory, root):
    """Build the tree again from the leaves."""
    with StateDatabase(directory) as database, database.state() as state:
        leaves = [state.leaf(index)[0] for index in range(2, state.next_free_slot)]
    assert StateTree((leaf.key, leaf.value) for leaf in leaves).root() == root
