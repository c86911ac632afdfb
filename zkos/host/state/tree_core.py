"""The state tree's work in typed Python: finding keys, linking leaves, hashing what changed.

Nodes lie in chunks of four levels, so that what changes together lies together. Layer n holds the
nodes of heights 4n to 4n + 3. A chunk covers 16 neighbouring nodes of its lowest height, its
*entries*, and the 8, 4 and 2 above them; the one at the top is an entry of a chunk in the next
layer. Chunk c of a layer begins at entry 16c, and its top is entry c of the next layer.

Which entries of a chunk changed is a mask of 16 bits; ``changed`` lists the chunks whose mask
isn't zero. A chunk comes into being with its first entry: ``existed`` is how many entries a layer
had before, and an entry that begins a chunk from there on makes it empty first, whatever was in
its place. All changes can be done twice.

Leaves are 18 words: key (8), value (8), index of the next leaf (2, little-endian), which are the
72 bytes that are hashed. The *directory* finds the leaf with the greatest key up to a given one:
its entry p is one more than the index of the leaf with the smallest key that starts with the bits
of p, or zero. From there the links lead on. Keys are hashes, so the way is one or two links; who
grinds keys with equal beginnings makes it longer for those keys only.

Source:  zksync-os v0.2.5 flat_storage_model/simple_growable_storage.rs (leaves and hashes).
Units:   lengths in elements; hashes are blake2s. Leaves and chunks are addressed by words, of
         which a buffer has less than 2^32.
"""

from zkos.kernel.crypto.blake2s import add_block, start_blocks
from zkos.lang import (
    Array,
    Blake2State,
    Slice,
    as_bytes,
    copy,
    fill,
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
VALUE_BYTES = 32
WRITE_BYTES = 64
CHUNK_LEVELS = 4
CHUNK_ENTRIES = 16
CHUNK_WORDS = 240
PAGE_WORDS = 1024
AHEAD = 8
"""How many items before it is needed memory is asked for: enough to hide most of the wait."""
# First word of the lower nodes, first word of the upper ones, number of pairs.
_LEVELS = ((0, 128, 8), (128, 192, 4), (192, 224, 2), (224, 240, 1))


@function(inline=True)
def _leaf(leaves: Slice[u32], index: u32) -> Slice[u8]:
    """Give the bytes of a leaf."""
    start = index * LEAF_WORDS
    return as_bytes(leaves[start : start + LEAF_WORDS])


@function(inline=True)
def key_of(leaves: Slice[u32], index: u32) -> u256:
    """Give the key of a leaf."""
    return load_be(u256, _leaf(leaves, index), 0)


@function(inline=True)
def next_of(leaves: Slice[u32], index: u32) -> u32:
    """Give the index of the leaf with the next greater key."""
    return u32(load_le(u64, _leaf(leaves, index), NEXT_BYTE))


@function(inline=True)
def set_next(leaves: Slice[u32], index: u32, following: u32) -> None:
    """Link a leaf to the one with the next greater key."""
    store_le(_leaf(leaves, index), NEXT_BYTE, u64(following))


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
def enter_leaves(
    leaves: Slice[u32], first: u32, count: u32, directory: Slice[u32], shift: u32
) -> None:
    """Put leaves from an index on into the directory."""
    for index in range(first, count):
        for step in unroll((2, 1)):  # the directory's entry, then the leaf that it names
            later = index + step * AHEAD
            if later < count:
                bucket = load_be(u32, _leaf(leaves, later), 0) >> shift
                if step == 2:
                    prefetch(directory, bucket)
                elif directory[bucket] != 0:
                    prefetch(leaves, (directory[bucket] - 1) * LEAF_WORDS)
        _enter(leaves, directory, shift, index)


@function
def fill_directory(leaves: Slice[u32], count: u32, directory: Slice[u32], shift: u32) -> None:
    """Make the directory of the first ``count`` leaves."""
    fill(directory, 0)
    enter_leaves(leaves, 0, count, directory, shift)


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
    replaced: Slice[u32],
    values: Slice[u8],
) -> tuple[u32, u32, u32]:
    """Set values under keys, given as 64 bytes each; new keys become new leaves behind the others.

    Gives the number of leaves, of changed chunks, and of leaves that were there: their indices and
    old values are put into ``replaced`` and ``values``. There is room for all.
    """
    existed = count
    changed_count = u32(0)
    replaced_count = u32(0)
    for i in range(writes.length // WRITE_BYTES):
        _fetch_place(leaves, directory, shift, writes, i)
        key = load_be(u256, writes, i * WRITE_BYTES)
        place = find_at_or_before(leaves, directory, shift, key)
        if key_of(leaves, place) != key:
            before = place
            place = count
            count += 1
            store_be(_leaf(leaves, place), 0, key)
            set_next(leaves, place, next_of(leaves, before))
            set_next(leaves, before, place)
            _enter(leaves, directory, shift, place)
            changed_count = mark(masks, changed, changed_count, before)
        value = _leaf(leaves, place)[VALUE_BYTE:NEXT_BYTE]
        if place < existed:
            replaced[replaced_count] = place
            copy(values[replaced_count * VALUE_BYTES : (replaced_count + 1) * VALUE_BYTES], value)
            replaced_count += 1
        copy(value, writes[i * WRITE_BYTES + VALUE_BYTE : (i + 1) * WRITE_BYTES])
        changed_count = mark(masks, changed, changed_count, place)
    return count, changed_count, replaced_count


@function
def remove_leaves(
    leaves: Slice[u32],
    first: u32,
    count: u32,
    directory: Slice[u32],
    shift: u32,
    masks: Slice[u32],
    changed: Slice[u32],
) -> u32:
    """Take the leaves from an index on out again; gives the number of changed chunks."""
    changed_count = u32(0)
    for i in range(first, count):
        index = first + count - 1 - i
        key = key_of(leaves, index)
        before = find_at_or_before(leaves, directory, shift, key - 1)
        following = next_of(leaves, index)
        set_next(leaves, before, following)
        bucket = _bucket(key, shift)
        if directory[bucket] == index + 1:
            is_near = _bucket(key_of(leaves, following), shift) == bucket
            directory[bucket] = following + 1 if is_near else u32(0)
        fill(_leaf(leaves, index), 0)
        changed_count = mark(masks, changed, changed_count, before)
        changed_count = mark(masks, changed, changed_count, index)
    return changed_count


@function
def set_values(
    leaves: Slice[u32],
    count: u32,
    places: Slice[u32],
    values: Slice[u8],
    masks: Slice[u32],
    changed: Slice[u32],
    changed_count: u32,
) -> u32:
    """Set the values of leaves, where these are there; gives the number of changed chunks."""
    for i in range(places.length):
        if places[i] < count:
            value = _leaf(leaves, places[i])[VALUE_BYTE:NEXT_BYTE]
            copy(value, values[i * VALUE_BYTES : (i + 1) * VALUE_BYTES])
            changed_count = mark(masks, changed, changed_count, places[i])
    return changed_count


@function
def set_leaves(
    leaves: Slice[u32],
    places: Slice[u32],
    contents: Slice[u32],
    masks: Slice[u32],
    changed: Slice[u32],
    changed_count: u32,
) -> u32:
    """Set whole leaves; gives the number of changed chunks."""
    for i in range(places.length):
        start = places[i] * LEAF_WORDS
        copy(
            leaves[start : start + LEAF_WORDS],
            contents[i * LEAF_WORDS : (i + 1) * LEAF_WORDS],
        )
        changed_count = mark(masks, changed, changed_count, places[i])
    return changed_count


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


@function(inline=True)
def _place_of(entry: u32) -> u32:
    """Give the first word of an entry of a layer."""
    return (entry >> 4) * CHUNK_WORDS + (entry & 15) * NODE_WORDS


@function(inline=True)
def _store(
    chunks: Slice[u32],
    entry: u32,
    state: Blake2State,
    existed: u32,
    empty: Slice[u32],
    before: Slice[u32],
    number: u32,
) -> None:
    """Put a hash into an entry of a layer, the old one into ``before``."""
    if entry & 15 == 0 and entry >= existed:
        chunk = entry >> 4
        copy(chunks[chunk * CHUNK_WORDS : (chunk + 1) * CHUNK_WORDS], empty)
    start = _place_of(entry)
    node = chunks[start : start + NODE_WORDS]
    if before.length != 0:
        copy(before[number * NODE_WORDS : (number + 1) * NODE_WORDS], node)
    copy(node, state.words[:8])


@function
def hash_leaves(
    leaves: Slice[u32],
    entries: Slice[u32],
    existed: u32,
    empty: Slice[u32],
    chunks: Slice[u32],
    before: Slice[u32],
    after: Slice[u32],
) -> None:
    """Hash leaves into the entries of the lowest layer.

    The old hashes are put into ``before`` and the leaves into ``after``, if these have room.
    """
    state = local(Blake2State)
    tail = local(Array[u32, 16])
    for i in range(entries.length):
        if i + AHEAD < entries.length:
            later = entries[i + AHEAD]
            prefetch(leaves, later * LEAF_WORDS)
            prefetch(leaves, later * LEAF_WORDS + LEAF_WORDS - 1)
            prefetch(chunks, _place_of(later))
        start = entries[i] * LEAF_WORDS
        leaf = leaves[start : start + LEAF_WORDS]
        tail[0] = leaf[16]
        tail[1] = leaf[17]
        start_blocks(state)
        add_block(state, leaf[:16], 64, False)
        add_block(state, tail[:], LEAF_BYTES, True)
        _store(chunks, entries[i], state, existed, empty, before, i)
        if after.length != 0:
            copy(after[i * LEAF_WORDS : (i + 1) * LEAF_WORDS], leaf)


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
    changed: Slice[u32],
    existed: u32,
    empty: Slice[u32],
    parents: Slice[u32],
    parent_masks: Slice[u32],
    parents_changed: Slice[u32],
    before: Slice[u32],
) -> u32:
    """Hash the changed chunks of a layer and put their tops into the next; empties the masks.

    ``existed``, ``empty`` and ``before`` are the next layer's. Gives the number of its chunks that
    change by it.
    """
    state = local(Blake2State)
    count = u32(0)
    for i in range(changed.length):
        if i + AHEAD < changed.length:
            _fetch_chunk(chunks, changed[i + AHEAD], masks[changed[i + AHEAD]])
        chunk = changed[i]
        _fold(chunks[chunk * CHUNK_WORDS : (chunk + 1) * CHUNK_WORDS], masks[chunk], state)
        masks[chunk] = 0
        _store(parents, chunk, state, existed, empty, before, i)
        count = mark(parent_masks, parents_changed, count, chunk)
    return count


@function
def note_pages(pages: Slice[u8], items: Slice[u32], item_words: u32) -> None:
    """Note the pages in which items lie, which are at most two each."""
    for i in range(items.length):
        start = items[i] * item_words
        pages[start // PAGE_WORDS] = 1
        pages[(start + item_words - 1) // PAGE_WORDS] = 1


@function
def note_buckets(
    pages: Slice[u8], leaves: Slice[u32], first: u32, count: u32, start: u32, shift: u32
) -> None:
    """Note the pages in which leaves from an index on stand in a directory that has a start."""
    for index in range(first, count):
        pages[(start + _bucket(key_of(leaves, index), shift)) // PAGE_WORDS] = 1
