"""blake2s block by block and node by node, as the tree uses it."""

import hashlib
import random

import pytest

from tests.support.executors import Executor
from zkos.kernel.crypto.blake2s import add_block, join_nodes, start_blocks
from zkos.lang import Array, Blake2State, Slice, as_bytes, copy, function, local, u8, u32


@function
def hash_two_blocks(message: Slice[u8], digest: Slice[u8]):
    """Hash 65 to 128 bytes."""
    state = local(Blake2State)
    blocks = local(Array[u32, 32])
    copy(as_bytes(blocks[:])[: message.length], message)
    start_blocks(state)
    add_block(state, blocks[:16], 64, False)
    add_block(state, blocks[16:], message.length, True)
    copy(digest, as_bytes(state.words[:8]))


@function
def climb(leaf: Slice[u8], siblings: Slice[u8], index: u32, root: Slice[u8]):
    """Join a leaf with its siblings from below; the index's bits say on which side it is."""
    state = local(Blake2State)
    sibling = local(Array[u32, 16])
    copy(as_bytes(state.words[:8]), leaf)
    rest = siblings
    place = index
    while rest.length != 0:
        copy(as_bytes(sibling[:8]), rest[:32])
        join_nodes(state, sibling[:], place & 1 != 0)
        rest = rest[32:]
        place >>= 1
    copy(root, as_bytes(state.words[:8]))


@pytest.mark.all_executors
def test_two_blocks_hash_like_hashlib(executor: Executor) -> None:
    for length in (65, 72, 100, 127, 128):
        message, digest = random.Random(length).randbytes(length), bytearray(32)
        executor.call(hash_two_blocks, message, digest)
        assert bytes(digest) == hashlib.blake2s(message).digest()


@pytest.mark.all_executors
def test_a_path_is_hashed_with_the_node_on_its_side(executor: Executor) -> None:
    rng = random.Random(7)
    for index in (0, 1, 0b1011, 0b11111111):
        leaf, siblings = rng.randbytes(32), [rng.randbytes(32) for _ in range(8)]
        expected = leaf
        for height, sibling in enumerate(siblings):
            pair = sibling + expected if index >> height & 1 else expected + sibling
            expected = hashlib.blake2s(pair).digest()
        root = bytearray(32)
        executor.call(climb, leaf, b"".join(siblings), index, root)
        assert bytes(root) == expected
