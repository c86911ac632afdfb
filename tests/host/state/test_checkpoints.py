"""Checkpoints of the state database: any row of commits, attempts and endings, and lost power."""

import os
import random
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.host.state.model import PlainTree
from tests.host.state.test_database import (
    IDENTITY,
    KEYS,
    SLOTS,
    START,
    WRITES,
    check_state,
    commit,
)
from zkos.host.errors import StateError
from zkos.host.state import tree_file
from zkos.host.state.database import StateDatabase
from zkos.host.state.tree_file import PAGE, TreeFile

KEPT = 2
SECTOR = 512
LOSSES, LOSSES_IN_FULL = 12, 300

MANY = st.integers(20, 120).map(
    lambda seed: [(random.Random(seed).randbytes(32), bytes(32)) for _ in range(seed)]
)
STEPS = st.one_of(
    st.tuples(st.just("commit"), WRITES),
    st.tuples(st.just("commit"), MANY),
    st.tuples(st.just("attempt"), st.lists(st.one_of(WRITES, MANY), max_size=3)),
    st.tuples(st.just("wrong root"), WRITES),
    st.tuples(st.just("close"), st.none()),
    st.tuples(st.just("die"), st.none()),
)


class Chain:
    """A database beside models of its states."""

    def __init__(self, directory, journal_bytes):
        self.directory, self.journal_bytes = directory, journal_bytes
        first = PlainTree()
        first.apply(SLOTS)
        self.models = [first]
        StateDatabase.create(directory, IDENTITY, START, SLOTS).close()
        self.open()

    def open(self):
        self.database = StateDatabase(
            self.directory, kept_blocks=KEPT, journal_bytes=self.journal_bytes
        )

    def take(self, step, given):
        """Do a step with the database and with the models."""
        model = deepcopy(self.models[-1])
        if step == "commit":
            model.apply(given)
            assert commit(self.database, given) == model.root()
            self.models.append(model)
        elif step == "attempt":
            with self.database.attempt() as state:
                for writes in given:
                    model.apply(writes)
                    state.apply(writes, [])
                    assert state.root() == model.root()
        elif step == "wrong root":
            position = self.database.position
            with pytest.raises(StateError, match="expected root"):
                self.database.commit(position.after(1, 1), given, [], b"\xab" * 32)
        elif step == "close":
            self.database.close()
            self.open()
            assert self.database.journal_bytes == 0
        else:
            die(self.database)
            self.open()

    def check(self, asked):
        """Compare all states that are kept."""
        last = len(self.models) - 1
        for height in range(max(last - KEPT, 0), last + 1):
            with self.database.state(START.number + height) as state:
                check_state(state, self.models[height], asked)


def die(database):
    """Let go of everything as the system does when a process ends."""
    database._release()


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(STEPS, min_size=3, max_size=8),
    asked=st.lists(KEYS, max_size=3),
    journal_bytes=st.sampled_from([0, 5000, 1 << 24]),
    own_pages=st.sampled_from([0, 1 << 17]),
)
def test_any_row_of_steps_leads_where_the_plain_model_says(
    tmp_path_factory, steps, asked, journal_bytes, own_pages
):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(tree_file, "MOST_OWN_PAGES", own_pages)
        chain = Chain(tmp_path_factory.mktemp("chain") / "state", journal_bytes)
        for step, given_ in steps:
            chain.take(step, given_)
        chain.check(asked)
        die(chain.database)
        chain.open()
        chain.check(asked)
        chain.database.close()


def test_after_power_is_lost_in_a_checkpoint_the_tree_is_whole(tmp_path, monkeypatch, request):
    for seed in range(LOSSES_IN_FULL if request.config.getoption("--full") else LOSSES):
        lose_power(tmp_path / str(seed), monkeypatch, random.Random(seed))


def lose_power(directory, monkeypatch, rng):
    chain = Chain(directory, 1 << 24)
    for _ in range(rng.randrange(3)):  # of which the file has all
        chain.take("commit", random_writes(rng, chain.models[-1]))
    chain.take("close", None)
    for _ in range(rng.randrange(1, 4)):
        chain.take("commit", random_writes(rng, chain.models[-1]))
    share = rng.choice([0.1, 0.5, 0.9])

    def write_in_part(tree, content, at):
        for start in range(0, len(content), SECTOR):
            if rng.random() < share:
                os.pwrite(tree._file, content[start : start + SECTOR], at + start)

    for _ in range(2):  # the second time the file is what the first one left of it
        with monkeypatch.context() as patched:
            patched.setattr(TreeFile, "_write", write_in_part)
            patched.setattr(os, "fsync", no_power)
            with pytest.raises(StateError, match=r"cannot write .*: power"):
                chain.database.close()
        chain.open()
        assert chain.database.journal_bytes > 0
        chain.check([])
    chain.take("commit", random_writes(rng, chain.models[-1]))
    chain.take("close", None)
    chain.check([])
    chain.database.close()


def random_writes(rng, model):
    """Give new keys, and new values of some that are there."""
    known = [key for key in list(model.values)[2:] if rng.random() < 0.2]
    keys = [rng.randbytes(32) for _ in range(rng.randrange(1, 60))]
    return [(key, rng.randbytes(32)) for key in (*known, *keys)]


def no_power(_):
    raise OSError(5, "power")


def test_a_block_is_left_out_when_the_checkpoint_before_it_fails(tmp_path, monkeypatch):
    rng = random.Random(9)
    chain = Chain(tmp_path / "state", 0)
    chain.take("commit", random_writes(rng, chain.models[-1]))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", no_power)
        with pytest.raises(StateError, match="cannot write"):
            commit(chain.database, random_writes(rng, chain.models[-1]))
    assert (chain.database.height, chain.database.last.root) == (1, chain.models[-1].root())
    chain.take("commit", random_writes(rng, chain.models[-1]))
    chain.database.checkpoint()
    assert chain.database.journal_bytes == 0
    chain.check([])
    chain.database.close()


def test_what_is_only_tried_does_not_reach_the_file(tmp_path):
    rng = random.Random(11)
    chain = Chain(tmp_path / "state", 1 << 24)
    chain.take("commit", random_writes(rng, chain.models[-1]))
    with chain.database.attempt() as state:
        state.apply(random_writes(rng, chain.models[-1]), [])
        with pytest.raises(StateError, match="being changed"):
            chain.database.checkpoint()
    chain.take("close", None)
    chain.check([])
    chain.database.close()


def test_a_change_that_is_broken_off_is_dropped(tmp_path, monkeypatch):
    rng = random.Random(10)
    chain = Chain(tmp_path / "state", 1 << 24)
    chain.take("commit", random_writes(rng, chain.models[-1]))

    whole = TreeFile._hash

    def broken_off(*given):
        monkeypatch.setattr(TreeFile, "_hash", whole)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        monkeypatch.setattr(TreeFile, "_hash", broken_off)
        commit(chain.database, random_writes(rng, chain.models[-1]))
    chain.check([])
    chain.take("commit", random_writes(rng, chain.models[-1]))
    chain.check([])
    chain.database.close()


def test_opening_reads_only_the_journal(tmp_path):
    chain = Chain(tmp_path / "state", 1 << 24)
    for seed in range(3):
        rng = random.Random(seed)
        chain.take("commit", [(rng.randbytes(32), bytes(32)) for _ in range(300)])
    assert os.stat(chain.directory / "zkos.tree").st_blocks * SECTOR < 40 * PAGE
    chain.take("close", None)
    assert os.stat(chain.directory / "zkos.tree").st_blocks * SECTOR > 40 * PAGE
    chain.database.close()
