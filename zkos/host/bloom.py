"""Bloom filters of logs: which blocks cannot hold a log.

Three bits for the address and each topic: the low 11 bits of the first three pairs of bytes of its
keccak256, counted from the end of 256 bytes.

Source:  Yellow Paper, 4.3.1.
"""

from collections.abc import Iterable

from zkos.host.hashing import keccak256

BLOOM_BYTES = 256


def item_bits(item: bytes) -> int:
    """Give the bits of an address or topic."""
    digest = keccak256(item)
    bits = 0
    for at in (0, 2, 4):
        bits |= 1 << (int.from_bytes(digest[at : at + 2], "big") % (8 * BLOOM_BYTES))
    return bits


def bloom_of(items: Iterable[bytes]) -> bytes:
    """Give the filter of logs: of all their addresses and topics."""
    bits = 0
    for item in items:
        bits |= item_bits(item)
    return bits.to_bytes(BLOOM_BYTES, "big")
