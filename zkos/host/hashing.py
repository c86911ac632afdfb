"""The two hashes of the protocol, from libraries that share no code with the kernel's."""

import hashlib

from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    """Ethereum's Keccak-256."""
    return keccak.new(digest_bits=256, data=data).digest()


def blake2s256(data: bytes) -> bytes:
    """Unkeyed BLAKE2s with a digest of 32 bytes."""
    return hashlib.blake2s(data).digest()
