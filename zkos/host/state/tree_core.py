"""The state tree's work in typed Python: finding keys, linking leaves, hashing what changed.

Nodes lie in chunks of four levels, so that what changes together lies together, in memory and in
a database. Layer n holds the nodes of heights 4n to 4n + 3. A chunk covers 16 neighbouring nodes
of its lowest height, its *entries*, and the 8, 4 and 2 above them; the one at the top is an entry
of a chunk in the next layer. Chunk c of a layer begins at entry 16c, and its top is entry c of the
next layer.

Which entries of a chunk changed is a mask of 16 bits; ``changed`` lists the chunks whose mask
isn't zero. Several functions take the place of a chunk or leaf in the buffer that is given
(``places``) apart from the entry that its hash goes to (``targets``): a tree in memory has
everything in one buffer and passes the same list twice, a database passes what it has fetched.

Leaves are 18 words: key (8), value (8), index of the next leaf (2, little-endian), which are the
72 bytes that are hashed. The *directory* finds the leaf with the greatest key up to a given one:
its entry p is one more than the index of the leaf with the smallest key that starts with the bits
of p, or zero. From there the links lead on. Keys are hashes, so the way is one or two links; who
grinds keys with equal beginnings makes it longer for those keys only.

Source:  zksync-os v0.2.5 flat_storage_model/simple_growable_storage.rs (leaves and hashes).
Units:   lengths in elements; hashes are blake2s.
"""

from zkos.kernel.crypto.blake2s import add_block, start_blocks
from zkos.lang import (
    Array,
    Blake2State,
    Slice,
    as_bytes,
    copy,
    function,
    load_be,
    load_le,
    local,
    prefetch,
    range,
    store_be,
    store_le,
    u8,
    u32,
    u64,
    u256,
    unroll,
)

NODE_WORDS = 8
PAIR_WORDS, PAIR_BYTES = 16, 64
LEAF_WORDS = 18
LEAF_BYTES = 72
VALUE_BYTE, NEXT_BYTE = 32, 64
WRITE_BYTES = 64
CHUNK_LEVELS = 4
CHUNK_ENTRIES = 16
CHUNK_WORDS = 240
AHEAD = 8
"""How many items before it is needed memory is asked for: enough to hide most of the wait."""
# First word of the lower nodes, first word of the upper ones, number of pairs.
_LEVELS = ((0, 128, 8), (128, 192, 4), (192, 224, 2), (224, 240, 1))


@function(inline=True)
def key_of(leaves: Slice[u32], index: u32) -> u256:
    """Give the key of a leaf."""
    return load_be(u256, as_bytes(leaves), index * LEAF_BYTES)


@function(inline=True)
def next_of(leaves: Slice[u32], index: u32) -> u32:
    """Give the index of the leaf with the next greater key."""
    return u32(load_le(u64, as_bytes(leaves), index * LEAF_BYTES + NEXT_BYTE))


@function(inline=True)
def set_next(leaves: Slice[u32], index: u32, following: u32) -> None:
    """Link a leaf to the one with the next greater key."""
    store_le(as_bytes(leaves), index * LEAF_BYTES + NEXT_BYTE, u64(following))


@function(inline=True)
def _bucket(key: u256, shift: u32) -> u32:
    return u32(key >> 224) >> shift


@function
def find_at_or_before(leaves: Slice[u32], directory: Slice[u32], shift: u32, key: u256) -> u32:
    """Give the index of the leaf with the greatest key that isn't above ``key``.

    The directory has 2^(32 - shift) entries.
    """
    bucket = _bucket(key, shift)
    entry = directory[bucket]
    if entry == 0 or key_of(leaves, entry - 1) > key:
        bucket -= 1
        while directory[bucket] == 0:
            bucket -= 1
        entry = directory[bucket]
    found = entry - 1
    following = next_of(leaves, found)
    while following != found and key_of(leaves, following) <= key:
        found = following
        following = next_of(leaves, found)
    return found


@function(inline=True)
def _enter(leaves: Slice[u32], directory: Slice[u32], shift: u32, index: u32) -> None:
    """Put a leaf into the directory if its key is the smallest of its bucket."""
    key = key_of(leaves, index)
    bucket = _bucket(key, shift)
    entry = directory[bucket]
    if entry == 0 or key_of(leaves, entry - 1) > key:
        directory[bucket] = index + 1


@function
def fill_directory(leaves: Slice[u32], count: u32, directory: Slice[u32], shift: u32) -> None:
    """Put the first ``count`` leaves into an empty directory."""
    for index in range(count):
        _enter(leaves, directory, shift, index)


@function(inline=True)
def mark(masks: Slice[u32], changed: Slice[u32], count: u32, target: u32) -> u32:
    """Note that an entry of a layer changed; gives how many chunks have changed."""
    chunk = target >> 4
    if masks[chunk] == 0:
        changed[count] = chunk
        count += 1
    masks[chunk] |= u32(1) << (target & 15)
    return count


@function(inline=True)
def _fetch_place(
    leaves: Slice[u32], directory: Slice[u32], shift: u32, writes: Slice[u8], number: u32
) -> None:
    """Fetch what finding the place of a later write reads, in three steps of decreasing distance.

    Each step reads what the one before it fetched: the directory's entry, the leaf that it names,
    the leaf that this one is linked to.
    """
    count = writes.length // WRITE_BYTES
    for step in unroll((3, 2, 1)):
        later = number + step * AHEAD
        if later < count:
            bucket = load_be(u32, writes, later * WRITE_BYTES) >> shift
            if step == 3:
                prefetch(directory, bucket)
            else:
                entry = directory[bucket]
                if entry != 0:
                    entry -= 1
                    if step == 1:
                        entry = next_of(leaves, entry)
                    prefetch(leaves, entry * LEAF_WORDS)
                    prefetch(leaves, entry * LEAF_WORDS + LEAF_WORDS - 1)


@function
def put_leaves(
    leaves: Slice[u32],
    count: u32,
    directory: Slice[u32],
    shift: u32,
    writes: Slice[u8],
    masks: Slice[u32],
    changed: Slice[u32],
) -> tuple[u32, u32]:
    """Set values under keys, given as 64 bytes each; new keys become new leaves behind the others.

    Gives the number of leaves and of changed chunks; there is room for all.
    """
    changed_count = u32(0)
    values = as_bytes(leaves)
    for i in range(writes.length // WRITE_BYTES):
        _fetch_place(leaves, directory, shift, writes, i)
        key = load_be(u256, writes, i * WRITE_BYTES)
        place = find_at_or_before(leaves, directory, shift, key)
        if key_of(leaves, place) != key:
            before = place
            place = count
            count += 1
            store_be(values, place * LEAF_BYTES, key)
            set_next(leaves, place, next_of(leaves, before))
            set_next(leaves, before, place)
            _enter(leaves, directory, shift, place)
            changed_count = mark(masks, changed, changed_count, before)
        start = place * LEAF_BYTES + VALUE_BYTE
        copy(values[start : start + 32], writes[i * WRITE_BYTES + 32 : (i + 1) * WRITE_BYTES])
        changed_count = mark(masks, changed, changed_count, place)
    return count, changed_count


@function
def list_entries(masks: Slice[u32], changed: Slice[u32], entries: Slice[u32]) -> u32:
    """List the changed entries of the changed chunks; gives their number."""
    count = u32(0)
    for i in range(changed.length):
        chunk = changed[i]
        for bit in range(CHUNK_ENTRIES):
            if masks[chunk] >> bit & 1 != 0:
                entries[count] = chunk * CHUNK_ENTRIES + bit
                count += 1
    return count


@function
def hash_leaves(
    leaves: Slice[u32], places: Slice[u32], targets: Slice[u32], chunks: Slice[u32]
) -> None:
    """Hash leaves into entries of the lowest layer."""
    state = local(Blake2State)
    tail = local(Array[u32, 16])
    for i in range(places.length):
        if i + AHEAD < places.length:
            start = places[i + AHEAD] * LEAF_WORDS
            prefetch(leaves, start)
            prefetch(leaves, start + LEAF_WORDS - 1)
            prefetch(chunks, _place_of(targets[i + AHEAD]))
        start = places[i] * LEAF_WORDS
        tail[0] = leaves[start + 16]
        tail[1] = leaves[start + 17]
        start_blocks(state)
        add_block(state, leaves[start : start + 16], 64, False)
        add_block(state, tail[:], LEAF_BYTES, True)
        _store(chunks, targets[i], state)


@function(inline=True)
def _place_of(entry: u32) -> u32:
    """Give the first word of an entry of a layer."""
    return (entry >> 4) * CHUNK_WORDS + (entry & 15) * NODE_WORDS


@function(inline=True)
def _store(chunks: Slice[u32], target: u32, state: Blake2State) -> None:
    """Put a hash into an entry of a layer."""
    start = _place_of(target)
    copy(chunks[start : start + NODE_WORDS], state.words[:8])


@function
def _fetch_chunk(chunks: Slice[u32], chunk: u32, mask: u32) -> None:
    """Fetch the pairs of nodes that folding a chunk reads; a pair is a cache line."""
    start = chunk * CHUNK_WORDS
    for lower, _, pairs in unroll(_LEVELS):
        above = u32(0)
        for number in range(pairs):
            if mask >> (2 * number) & 3 != 0:
                prefetch(chunks, start + lower + number * PAIR_WORDS)
                above |= u32(1) << number
        mask = above


@function
def _fold(chunk: Slice[u32], mask: u32, state: Blake2State) -> None:
    """Hash the nodes above the changed entries of a chunk; the top is left in ``state``."""
    for lower, upper, pairs in unroll(_LEVELS):
        above = u32(0)
        for number in range(pairs):
            if mask >> (2 * number) & 3 != 0:
                first = number * PAIR_WORDS + lower
                start_blocks(state)
                add_block(state, chunk[first : first + PAIR_WORDS], PAIR_BYTES, True)
                if pairs != 1:
                    node = number * NODE_WORDS + upper
                    copy(chunk[node : node + NODE_WORDS], state.words[:8])
                above |= u32(1) << number
        mask = above


@function
def fold_layer(
    chunks: Slice[u32],
    masks: Slice[u32],
    places: Slice[u32],
    targets: Slice[u32],
    parents: Slice[u32],
    parent_masks: Slice[u32],
    parents_changed: Slice[u32],
) -> u32:
    """Hash the changed chunks of a layer and put their tops into the next; empties the masks.

    Gives the number of chunks of the next layer that change by it.
    """
    state = local(Blake2State)
    count = u32(0)
    for i in range(places.length):
        if i + AHEAD < places.length:
            _fetch_chunk(chunks, places[i + AHEAD], masks[places[i + AHEAD]])
        place = places[i]
        _fold(chunks[place * CHUNK_WORDS : (place + 1) * CHUNK_WORDS], masks[place], state)
        masks[place] = 0
        _store(parents, targets[i], state)
        count = mark(parent_masks, parents_changed, count, targets[i])
    return count
