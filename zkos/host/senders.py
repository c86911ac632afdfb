"""Recover the senders of signed transactions, outside the kernel and in parallel.

A forward run trusts this: the kernel compares the result with the sender that the oracle claims,
as the proving run compares it with the signer that it recovers itself. Bytes that hold no
signature give no sender; saying why is the kernel's part.

Taking transactions apart and hashing is compiled (senders_core.py); the curve is libsecp256k1's.
It is called as coincurve binds it, with room that is used again: the objects of coincurve's own
classes cost a twentieth of a recovery.

Errors:  BuildError when the compiled part cannot be built.
"""

import os
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import accumulate

from coincurve._libsecp256k1 import ffi, lib
from coincurve.context import GLOBAL_CONTEXT

from zkos.compiler.backend.loader import Entry
from zkos.host import senders_core
from zkos.host.hashing import keccak256
from zkos.host.senders_core import (
    DIGEST_BYTE,
    KEY_BYTES,
    PARITY_BYTE,
    RECORD_BYTES,
    SIGNATURE_BYTE,
)
from zkos.host.typed_library import TypedLibrary

LIBRARY = TypedLibrary(
    "senders",
    {
        "read_signatures": senders_core.read_signatures,
        "hash_keys": senders_core.hash_keys,
    },
    ("host/senders_core.py", "kernel/crypto"),
)
CHUNK = 64
"""Transactions that one task of the pool takes; fewer than this are not worth a pool."""
HASH_BYTES, ADDRESS_BYTES = 32, 20
NO_KEY = bytes(KEY_BYTES)


@cache
def compiled_functions() -> dict[str, Entry]:
    """Load the compiled functions, once a process."""
    return LIBRARY.load()


def recover_senders(transactions: Sequence[bytes]) -> list[int]:
    """Give the sender of each transaction, 0 where there is none."""
    workers = len(os.sched_getaffinity(0))
    if workers == 1 or len(transactions) < CHUNK:
        return _recover_all(transactions)
    compiled_functions()  # before there are several threads
    chunks = [transactions[at : at + CHUNK] for at in range(0, len(transactions), CHUNK)]
    with ThreadPoolExecutor(workers) as pool:
        return [sender for senders in pool.map(_recover_all, chunks) for sender in senders]


def _recover_all(transactions: Sequence[bytes]) -> list[int]:
    compiled = compiled_functions()
    records = bytearray(RECORD_BYTES * len(transactions))
    ends = array("I", accumulate(map(len, transactions)))
    compiled["read_signatures"](b"".join(transactions), ends, records)
    view, recovery = bytes(records), Recovery()
    keys = [
        recovery.key(view[at + SIGNATURE_BYTE : at + RECORD_BYTES],
                     view[at + DIGEST_BYTE : at + SIGNATURE_BYTE])
        if view[at] else NO_KEY
        for at in range(0, len(view), RECORD_BYTES)
    ]  # fmt: skip
    digests = bytearray(HASH_BYTES * len(keys))
    compiled["hash_keys"](b"".join(keys), digests)
    return [
        0 if key is NO_KEY else int.from_bytes(digests[end - ADDRESS_BYTES : end], "big")
        for key, end in zip(keys, range(HASH_BYTES, len(digests) + 1, HASH_BYTES), strict=True)
    ]


class Recovery:
    """Room for recovering one key after the other; not for several threads."""

    def __init__(self) -> None:
        self._signature = ffi.new("secp256k1_ecdsa_recoverable_signature *")
        self._key = ffi.new("secp256k1_pubkey *")
        self._encoded = ffi.new("unsigned char[65]")
        self._length = ffi.new("size_t *", 65)
        self._bytes = ffi.buffer(self._encoded)

    def key(self, signature: bytes, digest: bytes) -> bytes:
        """Give the 64 bytes of the public key that signed a digest, NO_KEY if there is none.

        The signature is r, s and the parity of y.
        """
        context, parity = GLOBAL_CONTEXT.ctx, signature[PARITY_BYTE - SIGNATURE_BYTE]
        parsed, key = self._signature, self._key
        if not lib.secp256k1_ecdsa_recoverable_signature_parse_compact(
            context, parsed, signature, parity
        ):
            return NO_KEY
        if not lib.secp256k1_ecdsa_recover(context, key, parsed, digest):
            return NO_KEY
        lib.secp256k1_ec_pubkey_serialize(
            context, self._encoded, self._length, key, lib.SECP256K1_EC_UNCOMPRESSED
        )
        encoded: bytes = self._bytes[1:]  # behind the byte that says how it is encoded
        return encoded


def recover_sender(transaction: bytes) -> int:
    """Give the address that signed a transaction, 0 if there is none."""
    return _recover_all([transaction])[0]


def recover_address(digest: bytes, y_parity: int, r: int, s: int) -> int:
    """Give the address of the key that signed a digest, 0 if there is none."""
    if y_parity not in (0, 1) or r >> 256 or s >> 256:
        return 0
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([y_parity])
    key = Recovery().key(signature, digest)
    return 0 if key is NO_KEY else int.from_bytes(keccak256(key)[-ADDRESS_BYTES:], "big")
