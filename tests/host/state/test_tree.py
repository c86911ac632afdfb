"""The state tree against the reference's roots and a plain model."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.host.state.model import GUARDS, PlainTree, fold
from zkos.host.hashing import blake2s256
from zkos.host.state.state import MemoryState, flat_key
from zkos.host.state.tree import StateTree
from zkos.host.state.tree_format import DEPTH, EMPTY_HASHES, Leaf

# All values of this file: state-and-commitments.md, 2 and 1.1.
INITIAL_ROOT = "90a83ead2ba2194fbbb0f7cd2a017e36cfb4891513546d943a7282c2844d4b6b"


def test_the_tree_of_guards_has_the_reference_root():
    tree = StateTree()
    assert tree.root().hex() == INITIAL_ROOT
    assert tree.next_free_slot == 2
    assert tree.leaf(0).digest().hex() == (
        "9903897e51baa96a5ea51b4c194d3e0c6bcf20947cce9fd646dfb4bf754c8d28"
    )
    assert EMPTY_HASHES[DEPTH].hex() == (
        "b571ba553c857c17a4a97ef068150f63433485f746bcb522b365a80833e571db"
    )


def test_inserts_and_updates_move_the_root_as_in_the_reference():
    tree = StateTree()
    roots = []
    for key, value in ((1, 0x10), (2, 0x20), (1, 0x33)):
        tree.put(bytes([key]) * 32, bytes([value]) * 32)
        roots.append(tree.root().hex())
    assert roots == [
        "08da20879eebed16fbd14e50b427bb97c8737aa860e6519877757e238df83a15",
        "f227612db17b44a5c9a2ebd0e4ff2dbe91aa05f3198d09f0bcfd6ef16c1d28c8",
        "81a600569c2cda27c7ae4773255acc70ac318a49404fa1035a7734a3aaa82589",
    ]


def test_new_keys_are_linked_in_key_order():
    tree = StateTree()
    for slot in range(3):
        tree.put(flat_key(0x10002, slot), (slot + 1).to_bytes(32, "big"))
    links, index = [0], 0
    while index != 1:
        index = tree.leaf(index).next
        links.append(index)
    assert links == [0, 3, 4, 2, 1]
    assert tree.root().hex() == "e4caea29a6944139e52e07b677048b76cd8d3bbbc91090fc833ecdf1b42485f0"


def test_flat_keys_are_those_of_the_reference():
    assert flat_key(0, 0).hex() == (
        "ae09db7cd54f42b490ef09b6bc541af688e4959bb8c53f359a6f56e38ab454a3"
    )
    assert flat_key(0x8003, 0x8001).hex() == (
        "d09d318e3f0801c976edf5e4cbb181eb7338a9585e56ecb9382d6bd7dda1ae15"
    )


# Few keys, some with equal beginnings, so that they meet in one entry of the directory.
KEYS = st.one_of(
    st.integers(1, 30).map(lambda n: blake2s256(bytes([n]))),
    st.integers(1, 9).map(lambda n: b"\x55" * 31 + bytes([n])),
    st.binary(min_size=32, max_size=32).filter(lambda key: key not in GUARDS),
)
VALUES = st.integers(0, 3).map(lambda n: bytes([n]) * 32)
WRITES = st.lists(st.tuples(KEYS, VALUES), max_size=40)


@given(st.lists(WRITES, max_size=4), KEYS)
def test_a_tree_equals_the_plain_model_after_each_batch(batches, asked):
    tree, model = StateTree(), PlainTree()
    for writes in batches:
        tree.apply(writes)
        model.apply(writes)
        assert tree.root() == model.root()
    leaves = model.leaves()
    assert tree.next_free_slot == len(leaves)
    for index, leaf in enumerate(leaves):
        assert tree.leaf(index) == Leaf(*leaf)
        assert tree.find(leaf[0]) == index
        assert fold(tree.leaf(index), tree.path(index), index) == tree.root()
    assert tree.get(asked) == model.values.get(asked)
    assert tree.previous_index(asked) == model.previous_index(asked)


@given(WRITES)
def test_a_tree_that_is_made_at_once_equals_one_that_was_changed(writes):
    slots = dict(writes)
    changed = StateTree()
    for key, value in writes:
        changed.put(key, value)
    assert StateTree(slots.items()).root() == changed.root()


def test_a_tree_that_grew_equals_the_plain_model():
    rng = random.Random(3)
    tree, model = StateTree(), PlainTree()
    for _ in range(5):
        writes = [(rng.randbytes(32), rng.randbytes(32)) for _ in range(400)]
        tree.apply(writes)
        model.apply(writes)
    assert tree.root() == model.root()


def test_a_key_that_stands_twice_is_refused():
    slot = (b"\x01" * 32, bytes(32))
    with pytest.raises(ValueError, match="twice"):
        StateTree([slot, slot])
    with pytest.raises(ValueError, match="twice"):
        StateTree([(bytes(32), bytes(32))])


def test_a_position_after_the_last_leaf_is_the_empty_leaf():
    tree = StateTree()
    assert tree.leaf(2).digest() == EMPTY_HASHES[0]
    assert fold(tree.leaf(5), tree.path(5), 5) == tree.root()
    far = 2**64 - 1
    assert fold(tree.leaf(far), tree.path(far), far) == tree.root()


def test_applied_writes_and_preimages_are_found_again():
    state = MemoryState()
    state.apply([(b"\x07" * 32, b"\x01" * 32)], [b"code"])
    assert state.slot(b"\x07" * 32) == b"\x01" * 32
    assert state.index_of(b"\x07" * 32) == 2
    assert state.index_of(b"\x08" * 32) is None
    assert state.preimage(blake2s256(b"code")) == b"code"
    assert state.preimage(bytes(32)) is None
    assert state.account(5) is None
