"""The state database: equal to the tree in memory, now and for the blocks before; its errors."""

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import lmdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.host.state.model import GUARDS, PlainTree, fold
from zkos.host.batch import Flavour
from zkos.host.errors import StateError
from zkos.host.hashing import blake2s256
from zkos.host.state import tree_layout
from zkos.host.state.chain import ChainIdentity, ChainPosition
from zkos.host.state.database import StateDatabase
from zkos.host.state.directory import TREE_FILE, is_unused
from zkos.host.state.tree_file import LAYOUT, TreeFile
from zkos.host.state.tree_format import CHUNK_BYTES, EMPTY_LEAF, Leaf

IDENTITY = ChainIdentity(37, Flavour.PRODUCTION)
START = ChainPosition(6, 100, (0x77, *[0] * 255))
SLOTS = [(b"\x40" * 32, b"\x01" * 32), (b"\x20" * 32, b"\x02" * 32)]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def database(directory: Path) -> Iterator[StateDatabase]:
    with StateDatabase.create(directory, IDENTITY, START, SLOTS, [b"code"]) as opened:
        yield opened


def commit(database, writes, preimages=()):
    position = database.position
    after = position.after(position.number * 1000, position.timestamp + 5)
    return database.commit(after, writes, preimages)


def check_state(state, model, asked):
    """Compare everything that can be read with the model."""
    leaves = model.leaves()
    assert state.root() == model.root()
    assert state.next_free_slot == len(leaves)
    for index, leaf in enumerate(leaves):
        found, siblings = state.leaf(index)
        assert found == Leaf(*leaf)
        assert state.index_of(leaf[0]) == index
        assert state.slot(leaf[0]) == leaf[1]
        assert fold(found, siblings, index) == state.root()
    empty, siblings = state.leaf(len(leaves))
    assert empty == EMPTY_LEAF and fold(empty, siblings, len(leaves)) == state.root()
    for key in asked:
        assert state.previous_index(key) == model.previous_index(key)
        if key not in model.values:
            assert state.slot(key) is None and state.index_of(key) is None


KEYS = st.one_of(
    st.integers(1, 30).map(lambda n: blake2s256(bytes([n]))),
    st.integers(1, 9).map(lambda n: b"\x55" * 31 + bytes([n])),
    st.binary(min_size=32, max_size=32).filter(lambda key: key not in GUARDS),
)
VALUES = st.integers(0, 3).map(lambda n: bytes([n]) * 32)
WRITES = st.lists(st.tuples(KEYS, VALUES), max_size=25)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(blocks=st.lists(WRITES, min_size=1, max_size=4), asked=st.lists(KEYS, max_size=3))
def test_every_kept_block_reads_like_the_plain_model(tmp_path_factory, blocks, asked):
    directory = tmp_path_factory.mktemp("state")
    models = [PlainTree()]
    models[0].apply(SLOTS)
    with StateDatabase.create(directory, IDENTITY, START, SLOTS) as database:
        for writes in blocks:
            models.append(PlainTree())
            models[-1].values.update(models[-2].values)
            models[-1].apply(writes)
            assert commit(database, writes) == models[-1].root()
    keys = [*asked, *(key for writes in blocks for key, _ in writes), *GUARDS]
    with StateDatabase(directory) as database:
        for height, model in enumerate(models):
            with database.state(START.number + height) as state:
                check_state(state, model, keys)
        with database.state() as state:
            check_state(state, models[-1], keys)


def test_many_leaves_in_many_chunks_equal_the_plain_model(database):
    rng = random.Random(4)
    model = PlainTree()
    model.apply(SLOTS)
    for _ in range(4):
        known = rng.sample(list(model.values), min(20, len(model.values) - 2))
        writes = [(key, rng.randbytes(32)) for key in known if key not in GUARDS]
        writes += [(rng.randbytes(32), rng.randbytes(32)) for _ in range(200)]
        model.apply(writes)
        assert commit(database, writes) == model.root()
    with database.state() as state:
        check_state(state, model, [rng.randbytes(32) for _ in range(20)])


def test_a_state_is_not_changed_while_it_is_read_or_changed(database):
    write = [(b"\x30" * 32, b"\x05" * 32)]
    with database.state(), pytest.raises(StateError, match="its state is being read"):
        commit(database, write)
    with database.attempt():
        with pytest.raises(StateError, match="its state is being changed"):
            commit(database, write)
        with pytest.raises(StateError, match="its state is being changed"):
            database.state().__enter__()
    commit(database, write)


def test_a_directory_whose_making_was_cut_short_may_be_used(directory, monkeypatch):
    for step in ("write", "restore"):
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(TreeFile, step, interrupted)
            StateDatabase.create(directory, IDENTITY, START)
        with pytest.raises(StateError, match="is not a state directory"):
            StateDatabase(directory)
        assert is_unused(directory)
    StateDatabase.create(directory, IDENTITY, START, SLOTS).close()
    assert not is_unused(directory)
    with pytest.raises(StateError, match="not empty"):
        StateDatabase.create(directory, IDENTITY, START)


def interrupted(*_):
    raise KeyboardInterrupt


def test_more_slots_than_fit_are_refused_and_change_nothing(database, monkeypatch):
    monkeypatch.setattr(tree_layout, "MOST_LEAVES", 20)
    root = database.last.root
    many = [(bytes([1, at]) * 16, b"\x01" * 32) for at in range(20)]
    with pytest.raises(StateError, match="at most 20 slots, not 24"):
        commit(database, many)
    assert commit(database, []) == root
    assert commit(database, many[:10]) != root


def test_position_and_preimages_are_kept(database, directory):
    commit(database, [], [b"more code"])
    commit(database, [(b"\x30" * 32, b"\x05" * 32)])
    expected = ChainPosition(8, 110, (7000, 6000, 0x77, *[0] * 253))
    assert database.position == expected
    database.close()
    with StateDatabase(directory) as again:
        assert again.position == expected and again.identity == IDENTITY
        with again.state() as state:
            assert state.preimage(blake2s256(b"code")) == b"code"
            assert state.preimage(blake2s256(b"more code")) == b"more code"
            assert state.preimage(bytes(32)) is None
            assert state.account(5) is None


def test_hashes_older_than_the_window_are_left_out(database):
    for _ in range(300):
        commit(database, [])
    hashes = database.position.block_hashes
    assert len(hashes) == 256
    assert hashes[0] == (START.number + 299) * 1000 and hashes[255] == (START.number + 44) * 1000


def test_changes_of_an_attempt_are_dropped(database):
    before = database.last.root
    with database.attempt() as state:
        state.apply([(b"\x30" * 32, b"\x05" * 32)], [b"x"])
        assert state.root() != before and state.slot(b"\x30" * 32) == b"\x05" * 32
        root = state.root()
    assert database.last.root == before
    with database.state() as state:
        assert state.slot(b"\x30" * 32) is None and state.preimage(blake2s256(b"x")) is None
    assert commit(database, [(b"\x30" * 32, b"\x05" * 32)]) == root


def test_blocks_before_the_kept_ones_have_a_root_and_no_proofs(directory):
    with StateDatabase.create(directory, IDENTITY, START, kept_blocks=3) as database:
        roots = [database.last.root]
        for number in range(1, 6):
            roots.append(commit(database, [(bytes([number]) * 32, b"\x01" * 32)]))
        assert [database.root_after(START.number + at) for at in range(6)] == roots
        with database.state(START.number + 2) as state:
            leaf, siblings = state.leaf(3)
            assert fold(leaf, siblings, 3) == roots[2]
        with pytest.raises(StateError, match="after block 7 is pruned; the oldest kept is 8"):
            database.state(START.number + 1).__enter__()
        with pytest.raises(StateError, match="has no block 12"):
            database.root_after(12)


def test_a_block_with_another_number_is_refused(database):
    with pytest.raises(StateError, match="expected block 7 next, got 9"):
        database.commit(ChainPosition(9, 0, (0,)), [], [])


# ---------------------------------------------------------------------- what can be wrong


def open_again(directory):
    with StateDatabase(directory) as opened:
        return opened.height


def test_changes_that_lead_to_another_root_than_expected_are_dropped(database, directory):
    before, height = database.position, database.height
    with database.state() as state:
        root = state.root()
    after = before.after(7000, before.timestamp + 5)
    with pytest.raises(StateError, match=f"expected root 0x{'ab' * 32} after block 7, got 0x"):
        database.commit(after, [(b"\x40" * 32, b"\x09" * 32)], (), b"\xab" * 32)
    assert (database.position, database.height) == (before, height)
    with database.state() as state:
        assert (state.root(), state.slot(b"\x40" * 32)) == (root, b"\x01" * 32)


def test_another_folder_is_no_state_directory(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StateError, match=r"is not a state directory: it has no data\.mdb"):
        StateDatabase(tmp_path)
    with pytest.raises(StateError, match="not empty"):
        StateDatabase.create(tmp_path, IDENTITY, START)


@pytest.mark.parametrize("content", [b"", b"x" * 10_000, bytes(8192)])
def test_another_file_is_no_database(directory, content):
    directory.mkdir()
    (directory / "data.mdb").write_bytes(content)
    with pytest.raises(StateError, match=r"not a state directory|cannot be used"):
        StateDatabase(directory)


def test_a_database_of_something_else_is_refused(directory):
    with lmdb.open(str(directory), max_dbs=2) as other, other.begin(write=True) as transaction:
        transaction.put(b"a", b"b")
    with pytest.raises(StateError, match="cannot be used"):
        StateDatabase(directory)


@pytest.mark.parametrize("version", [1, 3])
def test_another_format_is_refused(database, directory, version):
    database.close()
    with lmdb.open(str(directory), max_dbs=8) as opened:
        meta = opened.open_db(b"meta")
        with opened.begin(write=True) as transaction:
            transaction.put(b"format", b"%d" % version, db=meta)
    with pytest.raises(StateError, match=f"has format {version}, and this version reads format 2"):
        StateDatabase(directory)


def test_a_directory_is_open_once(database, directory):
    with pytest.raises(StateError, match="in use by another process"):
        StateDatabase(directory)
    database.close()
    assert open_again(directory) == 0


def test_a_file_that_was_cut_off_is_an_error(database, directory):
    rng = random.Random(5)
    for _ in range(3):
        commit(database, [(rng.randbytes(32), rng.randbytes(32)) for _ in range(300)])
    database.close()
    data = directory / "data.mdb"
    whole = data.read_bytes()
    assert open_again(directory) == 3
    for kept in (1, 4096, 8192):
        data.write_bytes(whole[:kept])
        with pytest.raises(StateError):
            open_again(directory)
    data.write_bytes(whole)
    os.truncate(directory / TREE_FILE, 1 << 20)
    with pytest.raises(StateError, match=f"has {1 << 20} bytes, not {LAYOUT.size}"):
        open_again(directory)
    (directory / TREE_FILE).unlink()
    with pytest.raises(StateError, match="cannot use"):
        open_again(directory)


def test_a_tree_without_its_root_is_an_error(database, directory):
    commit(database, [(b"\x30" * 32, b"\x05" * 32)])
    database.close()
    with (directory / TREE_FILE).open("r+b") as file:
        file.seek(LAYOUT.layers[-2].start + CHUNK_BYTES - 1)
        last = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([last ^ 1]))
    with pytest.raises(StateError, match="damaged"):
        StateDatabase(directory)
    shutil.rmtree(directory)
