"""What a state tree consists of: leaves, the hashes of empty subtrees, chunks of nodes.

Leaf i is (key, value, index of the leaf with the next greater key). Leaves 0 and 1 are the guards
00..00 and ff..ff; new leaves are appended. Leaf hash = blake2s(key ‖ value ‖ next as 8 bytes
little-endian); node = blake2s(left ‖ right); an empty position is the all-zero leaf.

Chunks are described in tree_core.py.

Source:  zksync-os v0.2.5 flat_storage_model/simple_growable_storage.rs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from zkos.host.hashing import blake2s256
from zkos.host.state.tree_core import CHUNK_ENTRIES, CHUNK_LEVELS

DEPTH = 64
LAYERS = DEPTH // CHUNK_LEVELS
FIRST_KEY = bytes(32)
LAST_KEY = b"\xff" * 32
ZERO_VALUE = bytes(32)
HASH_BYTES = 32


@dataclass(frozen=True)
class Leaf:
    """One slot of the state."""

    key: bytes
    value: bytes
    next: int

    def encode(self) -> bytes:
        """Give the 72 bytes that are hashed."""
        return self.key + self.value + self.next.to_bytes(8, "little")

    def digest(self) -> bytes:
        """Give the hash of the leaf."""
        return blake2s256(self.encode())


EMPTY_LEAF = Leaf(FIRST_KEY, ZERO_VALUE, 0)
GUARDS = (Leaf(FIRST_KEY, ZERO_VALUE, 1), Leaf(LAST_KEY, ZERO_VALUE, 1))


def _empty_hashes() -> tuple[bytes, ...]:
    hashes = [EMPTY_LEAF.digest()]
    for _ in range(DEPTH):
        hashes.append(blake2s256(hashes[-1] + hashes[-1]))
    return tuple(hashes)


EMPTY_HASHES = _empty_hashes()
"""Hash of the subtree without leaves, by height."""

EMPTY_CHUNKS = tuple(
    b"".join(
        EMPTY_HASHES[CHUNK_LEVELS * layer + level] * (CHUNK_ENTRIES >> level)
        for level in range(CHUNK_LEVELS)
    )
    for layer in range(LAYERS)
)
"""A chunk without leaves below it, by layer."""
CHUNK_BYTES = len(EMPTY_CHUNKS[0])


def siblings_in(chunk: bytes | memoryview, entry: int) -> Iterator[bytes]:
    """Give the siblings of an entry of a chunk and of the nodes above it, from below."""
    start = 0
    for level in range(CHUNK_LEVELS):
        sibling = start + HASH_BYTES * (entry >> level ^ 1)
        yield bytes(chunk[sibling : sibling + HASH_BYTES])
        start += HASH_BYTES * (CHUNK_ENTRIES >> level)
