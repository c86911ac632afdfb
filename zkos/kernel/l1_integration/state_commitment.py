"""State commitment: the 32 bytes that say where a chain stands between two blocks.

    blake2s( root ‖ be8 next free slot ‖ be8 block number ‖ H ‖ be8 timestamp of the last block )
    H = blake2s( the 256 last block hashes, oldest first )

"After" of a block equals "before" of the next one when its hashes are shifted by the new hash.

Docs:    docs/l1_integration/commitments.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/public_input.rs; state
         reference, 5.1.
Units:   seconds.
Errors:  none.
"""

from zkos.interface.block_metadata import BLOCK_HASHES, BlockMetadata
from zkos.kernel.crypto.blake2s import Blake2s256, add_block, start_blocks
from zkos.lang import (
    Arena,
    Blake2State,
    Slice,
    as_bytes,
    as_words,
    function,
    load_be,
    local,
    range,
    store_be,
    u8,
    u32,
    u64,
    u256,
)

HASH_BYTES = 32
_BLOCK_WORDS = 16
_WINDOW_WORDS = BLOCK_HASHES * HASH_BYTES // 4


@function
def encode_block_hashes(arena: Arena, metadata: BlockMetadata, block_hash: u256) -> Slice[u8]:
    """Give the 257 hashes as bytes: the context's 256, oldest first, then the block's own."""
    hashes = arena.slice(u8, (BLOCK_HASHES + 1) * HASH_BYTES)
    for i in range(BLOCK_HASHES):
        # fresh memory is zero, and most hashes of a young chain are
        if metadata.block_hashes[i] != 0:
            store_be(hashes, i * HASH_BYTES, metadata.block_hashes[i])
    store_be(hashes, BLOCK_HASHES * HASH_BYTES, block_hash)
    return hashes


@function
def hash_window(hashes: Slice[u8]) -> u256:
    """Hash 256 block hashes where they lie."""
    words = as_words(hashes)
    state = local(Blake2State)
    start_blocks(state)
    for start in range(u32(0), _WINDOW_WORDS, _BLOCK_WORDS):
        end = start + _BLOCK_WORDS
        add_block(state, words[start:end], end * 4, end == _WINDOW_WORDS)
    return load_be(u256, as_bytes(state.words[:8]), 0)


@function
def state_commitment(
    root: u256, next_free_slot: u64, number: u64, hashes: Slice[u8], timestamp: u64
) -> u256:
    """Give the commitment; ``hashes`` are the 256 hashes as bytes."""
    hasher = local(Blake2s256)
    hasher.begin()
    hasher.absorb_u256(root)
    hasher.absorb_u64_be(next_free_slot)
    hasher.absorb_u64_be(number)
    hasher.absorb_u256(hash_window(hashes))
    hasher.absorb_u64_be(timestamp)
    return hasher.finish()
