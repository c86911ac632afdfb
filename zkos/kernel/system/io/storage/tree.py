"""State tree: what the oracle said about slots is held against the root, and the root moves on.

At block end every slot that the block accessed is proved at once. For each leaf that matters the
oracle gives the leaf and its 64 siblings; all of them are folded together, level by level, so
that two paths share what they have in common. One fold gives the old root, which must be the one
that enters the state commitment, and the new root. Where nothing below a node changes, its hash
is computed once and counts for both.

A key that is absent is proved by its neighbours: a leaf with a smaller key whose ``next`` is a
leaf with a greater one. Otherwise an operator could deny a slot that exists and insert it again.

Docs:    docs/system/io/tree.md.
Source:  zksync-os@v0.2.5 flat_storage_model/simple_growable_storage.rs; state reference, 2;
         oracle reference, 3.1 (order of the questions).
Units:   indices of leaves; hashes are blake2s.
Modes:   proving only. The forward run's host computes the same root from its database.
Charges: nothing; the access prices cover it.
Errors:  TREE_PROOF_INVALID, TREE_ROOT_MISMATCH, ORACLE_REPLY_MALFORMED (internal).
"""

import builtins
import hashlib

from zkos.interface.oracle_queries import TREE_DEPTH
from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.base.index_map import NOT_FOUND, make_index_map
from zkos.kernel.base.mixing import mix_u64, mix_u256
from zkos.kernel.base.sorting import make_sort
from zkos.kernel.crypto.blake2s import add_block, blake2s256, join_nodes, start_blocks
from zkos.kernel.errors import OK, TREE_PROOF_INVALID, TREE_ROOT_MISMATCH
from zkos.kernel.oracle.questions import ask_exact_index, ask_leaf, ask_previous_index
from zkos.lang import (
    Arena,
    Array,
    Blake2State,
    Ref,
    Slice,
    Status,
    Unverified,
    as_bytes,
    check,
    copy,
    function,
    load_be,
    load_le,
    local,
    range,
    store_be,
    struct,
    table,
    u8,
    u32,
    u64,
    u160,
    u256,
    unroll,
)

# Words of a leaf answer: index, key, value, next, siblings from the leaf upwards.
_KEY, _VALUE, _NEXT, _SIBLINGS = 2, 10, 18, 20
LEAF_ANSWER_WORDS = _SIBLINGS + 8 * TREE_DEPTH
_JOIN_READS_WORDS = 16  # join_nodes wants so many readable, also for the last sibling
_WITNESS_WORDS = LEAF_ANSWER_WORDS + _JOIN_READS_WORDS - 8
_LEAF_BYTES = 72


def _empty_hashes() -> list[bytes]:
    hashes = [hashlib.blake2s(bytes(_LEAF_BYTES)).digest()]
    for _ in builtins.range(TREE_DEPTH):
        hashes.append(hashlib.blake2s(hashes[-1] * 2).digest())
    return hashes


EMPTY_HASH_WORDS = table(
    u32,
    [
        int.from_bytes(digest[at : at + 4], "little")
        for digest in _empty_hashes()
        for at in builtins.range(0, 32, 4)
    ],
)
"""Hash of the subtree without leaves, eight words per height."""


@struct
class TreeState:
    """What the state commitment says of the tree."""

    root: u256
    next_free_slot: u64  # number of leaves


@struct
class TreeAccess:
    """A slot that the block accessed: it is read when both numbers are equal, else written."""

    flat_key: u256
    initial: u256
    final: u256
    is_new: bool  # the oracle said that the key is absent


@struct
class HeldLeaf:
    """A leaf with its path, or a leaf that the block adds; later a node above it."""

    index: u64
    key: u256
    value: u256
    next: u64
    new_value: u256
    new_next: u64
    is_fresh: bool  # added by this block: not in the old tree
    is_changed: bool  # the subtree's new hash differs from its old one
    witness: Slice[u32]  # the oracle's answer; empty for a fresh leaf
    old_hash: Blake2State
    new_hash: Blake2State


HeldLeaves = make_chunked_list("HeldLeaves", HeldLeaf)
LeafByIndex = make_index_map("LeafByIndex", u64, mix_u64)
LeafByKey = make_index_map("LeafByKey", u256, mix_u256)


@function(inline=False)
def _has_smaller_index(leaves: HeldLeaves, a: u32, b: u32) -> bool:
    return leaves.at(a).index < leaves.at(b).index


@function(inline=False)
def _has_smaller_key(leaves: HeldLeaves, a: u32, b: u32) -> bool:
    return leaves.at(a).key < leaves.at(b).key


sort_by_index = make_sort("leaves_by_index", HeldLeaves, _has_smaller_index)
sort_by_key = make_sort("leaves_by_key", HeldLeaves, _has_smaller_key)


@function
def flat_key(address: u160, key: u256) -> u256:
    """Give the tree key of a slot: blake2s of the address, left-padded, and the slot key."""
    preimage = local(Array[u8, 64])
    store_be(preimage[:], 12, address)
    store_be(preimage[:], 32, key)
    return blake2s256(preimage[:])


@function
def _hash_leaf(state: Blake2State, key_and_value: Slice[u32], next_index: u64) -> None:
    """Hash 72 bytes: key, value, and the index of the next leaf, little-endian."""
    tail = local(Array[u32, 16])
    tail[0] = u32(next_index)
    tail[1] = u32(next_index >> 32)
    start_blocks(state)
    add_block(state, key_and_value, 64, False)
    add_block(state, tail[:], _LEAF_BYTES, True)


@function
def _root_of(state: Blake2State) -> u256:
    return load_be(u256, as_bytes(state.words[:8]), 0)


@struct
class TreeUpdate:
    """One block's proof: the leaves that it holds, found by index and by key."""

    arena: Ref[Arena]
    leaves: HeldLeaves
    by_index: LeafByIndex
    by_key: LeafByKey
    old_next_free_slot: u64
    next_free_slot: u64
    has_write: bool

    def start(self, arena: Arena, next_free_slot: u64) -> None:
        """Hold nothing yet."""
        self.arena = arena
        self.leaves.start(arena)
        self.by_index.start(arena)
        self.by_key.start(arena)
        self.old_next_free_slot = next_free_slot
        self.next_free_slot = next_free_slot

    # ------------------------------------------------------------------ what is asked

    def hold(self, index: u64) -> tuple[Status, HeldLeaf]:
        """Give the leaf at an index of the old tree, asking for it the first time."""
        number = self.by_index.find(index)
        if number != NOT_FOUND:
            return OK, self.leaves.at(number)
        words = self.arena.slice(u32, _WITNESS_WORDS)
        answer = check(ask_leaf(index, words[:LEAF_ANSWER_WORDS]))
        leaf = check(self.defer_leaf(index, answer))
        leaf.witness = words
        return OK, leaf

    def defer_leaf(self, index: u64, answer: Unverified[Slice[u32]]) -> tuple[Status, HeldLeaf]:
        """Record a leaf; folding its path to the old root discharges it."""
        data = as_bytes(answer.unverified_value)
        number = self.leaves.length
        leaf = self.leaves.push()
        if load_le(u64, data, 0) != index:
            return TREE_PROOF_INVALID, leaf
        leaf.index = index
        leaf.key = load_be(u256, data, 4 * _KEY)
        leaf.value = load_be(u256, data, 4 * _VALUE)
        leaf.next = load_le(u64, data, 4 * _NEXT)
        leaf.new_value = leaf.value
        leaf.new_next = leaf.next
        if self.by_key.find(leaf.key) != NOT_FOUND:
            return TREE_PROOF_INVALID, leaf
        self.by_index.insert(index, number)
        self.by_key.insert(leaf.key, number)
        return OK, leaf

    def defer_index(self, answer: Unverified[u64]) -> u64:
        """Take an index for the question that follows; the leaf found there is checked."""
        return answer.unverified_value

    def prove_absent(self, key: u256) -> Status:
        """Hold the neighbours of a key that is not in the old tree."""
        index = self.defer_index(check(ask_previous_index(key)))
        if index >= self.old_next_free_slot:
            return TREE_PROOF_INVALID
        before = check(self.hold(index))
        after = check(self.hold(before.next))
        if before.key < key and key < after.key:
            return OK
        return TREE_PROOF_INVALID

    def prove_present(self, key: u256, number: u256) -> tuple[Status, HeldLeaf]:
        """Hold the leaf of a key, which must have this value in the old tree."""
        index = self.defer_index(check(ask_exact_index(key)))
        leaf = check(self.hold(index))
        if leaf.key == key and leaf.value == number:
            return OK, leaf
        return TREE_PROOF_INVALID, leaf

    def read(self, access: TreeAccess) -> Status:
        """Prove a slot that ends as it began."""
        if access.is_new:
            if access.initial != 0:
                return TREE_PROOF_INVALID
            return self.prove_absent(access.flat_key)
        _ = check(self.prove_present(access.flat_key, access.initial))
        return OK

    def write(self, access: TreeAccess) -> Status:
        """Prove what a changed slot was and give its leaf the new value."""
        self.has_write = True
        if access.is_new:
            if access.initial != 0:
                return TREE_PROOF_INVALID
            check(self.prove_absent(access.flat_key))
            self.add_leaf(access.flat_key, access.final)
            return OK
        number = self.by_key.find(access.flat_key)
        if number != NOT_FOUND:
            leaf = self.leaves.at(number)
            if leaf.value != access.initial:
                return TREE_PROOF_INVALID
            leaf.new_value = access.final
            return OK
        leaf = check(self.prove_present(access.flat_key, access.initial))
        leaf.new_value = access.final
        return OK

    def add_leaf(self, key: u256, number: u256) -> None:
        """Append a leaf; it is linked once all are known.

        It is not found by key or index: questions are about the old tree.
        """
        leaf = self.leaves.push()
        leaf.index = self.next_free_slot
        leaf.key = key
        leaf.new_value = number
        leaf.is_fresh = True
        self.next_free_slot += 1

    # ------------------------------------------------------------------ links

    def link_fresh_leaves(self, order: Slice[u32], scratch: Slice[u32]) -> Status:
        """Put the fresh leaves between their neighbours, which are all held."""
        sort_by_key(self.leaves, order, scratch)
        for i in range(u32(1), order.length):
            before = self.leaves.at(order[i - 1])
            after = self.leaves.at(order[i])
            if before.key == after.key:
                return TREE_PROOF_INVALID
            if before.is_fresh or after.is_fresh:
                before.new_next = after.index
        return OK

    # ------------------------------------------------------------------ folding

    def hash_leaves(self) -> None:
        """Hash every held leaf as it was and, where it changes, as it will be."""
        changed = local(Array[u32, 16])
        for i in range(self.leaves.length):
            leaf = self.leaves.at(i)
            if not leaf.is_fresh:
                _hash_leaf(leaf.old_hash, leaf.witness[_KEY:_NEXT], leaf.next)
            leaf.is_changed = leaf.is_fresh or leaf.new_value != leaf.value
            leaf.is_changed = leaf.is_changed or leaf.new_next != leaf.next
            if leaf.is_changed:
                store_be(as_bytes(changed[:]), 0, leaf.key)
                store_be(as_bytes(changed[:]), 32, leaf.new_value)
                _hash_leaf(leaf.new_hash, changed[:], leaf.new_next)

    def join_pair(self, left: HeldLeaf, right: HeldLeaf, empty: Slice[u32]) -> None:
        """Make two neighbouring nodes one, kept in the left one."""
        if left.is_changed or right.is_changed:
            if not left.is_changed:
                copy(left.new_hash.words[:8], left.old_hash.words[:8])
            if right.is_changed:
                join_nodes(left.new_hash, right.new_hash.words[:16], False)
            else:
                join_nodes(left.new_hash, right.old_hash.words[:16], False)
            left.is_changed = True
        if not left.is_fresh:
            if right.is_fresh:
                join_nodes(left.old_hash, empty, False)
            else:
                join_nodes(left.old_hash, right.old_hash.words[:16], False)

    def join_sibling(self, node: HeldLeaf, height: u32, empty: Slice[u32]) -> Status:
        """Make a node and its sibling, which is not held, the node above."""
        is_right = (node.index >> height & 1) != 0
        if node.is_fresh:
            # What is left of a fresh node exists, so it is held: the rightmost old leaf is.
            if is_right:
                return TREE_PROOF_INVALID
            join_nodes(node.new_hash, empty, False)
            return OK
        start = _SIBLINGS + 8 * height
        sibling = node.witness[start : start + _JOIN_READS_WORDS]
        if node.is_changed:
            join_nodes(node.new_hash, sibling, is_right)
        join_nodes(node.old_hash, sibling, is_right)
        return OK

    def fold(self, order: Slice[u32], scratch: Slice[u32]) -> tuple[Status, HeldLeaf]:
        """Hash all paths up to the root. A node is known by its leftmost held leaf."""
        sort_by_index(self.leaves, order, scratch)
        count = order.length
        empty = local(Array[u32, 16])
        for height in range(TREE_DEPTH):
            for word in unroll(builtins.range(8)):
                empty[word] = EMPTY_HASH_WORDS[8 * height + word]
            kept = u32(0)
            i = u32(0)
            while i < count:
                node = self.leaves.at(order[i])
                order[kept] = order[i]
                kept += 1
                i += 1
                has_neighbour = False
                if i < count:
                    place = node.index >> height
                    has_neighbour = self.leaves.at(order[i]).index >> height == (place | 1)
                if has_neighbour:
                    self.join_pair(node, self.leaves.at(order[i]), empty[:])
                    i += 1
                else:
                    check(self.join_sibling(node, height, empty[:]))
            count = kept
        return OK, self.leaves.at(order[0])


@function
def verify_and_update(arena: Arena, accesses: Slice[TreeAccess], state: TreeState) -> Status:
    """Prove all accesses of a block against ``state`` and bring it to the state after the block.

    ``accesses`` are in storage order, which decides the indices of new leaves. Without accesses
    nothing is checked and nothing changes, as in the reference.
    """
    if accesses.length == 0:
        return OK
    update = arena.new(TreeUpdate)
    update.start(arena, state.next_free_slot)
    for i in range(accesses.length):
        if accesses[i].initial == accesses[i].final:
            check(update.read(accesses[i]))
    for i in range(accesses.length):
        if accesses[i].initial != accesses[i].final:
            check(update.write(accesses[i]))
    if update.next_free_slot != update.old_next_free_slot:
        # the path along which leaves are appended
        _ = check(update.hold(update.old_next_free_slot - 1))
    order = arena.slice(u32, update.leaves.length)
    scratch = arena.slice(u32, update.leaves.length)
    for i in range(order.length):
        order[i] = i
    check(update.link_fresh_leaves(order, scratch))
    update.hash_leaves()
    top = check(update.fold(order, scratch))
    if _root_of(top.old_hash) != state.root:
        return TREE_ROOT_MISMATCH
    if update.has_write:
        root = _root_of(top.new_hash)
        if not top.is_changed or root == state.root:
            return TREE_ROOT_MISMATCH
        state.root = root
        state.next_free_slot = update.next_free_slot
    return OK
