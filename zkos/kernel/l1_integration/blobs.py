"""The pubdata of a batch as blobs, and their versioned hashes.

    data            be8 length of the pubdata ‖ 0(23) ‖ pubdata, cut into blobs of 4096·31 bytes
    versioned hash  01 ‖ the last 31 bytes of sha256(KZG commitment)

The oracle gives each blob's commitment, and a proof of the polynomial's value at a point that no
one can choose: the last 16 bytes of blake2s(versioned hash ‖ the blob's data). With the value that
is computed here, the proof shows that the commitment is this data's.

Docs:    docs/l1_integration/commitments.md, "Blobs".
Source:  zksync-os@v0.2.5 da_commitment_generator/blob_commitment_generator/; state reference, 5.5.
Units:   bytes.
Errors:  TOO_MANY_BLOBS, BLOB_PROOF_INVALID, ORACLE_REPLY_MALFORMED (internal).
"""

from zkos.interface.blobs import DATA_BYTES, HEAD_BYTES, MAXIMUM_BLOBS, POINT_BYTES
from zkos.kernel.crypto.blake2s import Blake2s256
from zkos.kernel.crypto.bls12_381.blob import evaluate_blob
from zkos.kernel.crypto.bls12_381.kzg import verify_opening, versioned_hash
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import BLOB_PROOF_INVALID, OK, TOO_MANY_BLOBS
from zkos.kernel.oracle.questions import ask_blob_opening
from zkos.lang import (
    Arena,
    Ref,
    Slice,
    Status,
    Unverified,
    check,
    copy,
    function,
    local,
    store_be,
    struct,
    u8,
    u32,
    u64,
    u128,
    u256,
)


@function
def verify_blob_opening(
    data: Slice[u8], opening: Unverified[Slice[u8]], arena: Arena
) -> tuple[Status, u256]:
    """Give the versioned hash of data whose commitment and proof these are."""
    commitment = opening.unverified_value[:POINT_BYTES]
    proof = opening.unverified_value[POINT_BYTES:]
    found = versioned_hash(commitment)
    hasher = local(Blake2s256)
    hasher.begin()
    hasher.absorb_u256(found)
    hasher.absorb(data)
    point = u256(u128(hasher.finish()))
    mark = arena.mark()
    value = evaluate_blob(data, point, arena)
    arena.release(mark)
    if not verify_opening(commitment, point, value, proof):
        return BLOB_PROOF_INVALID, 0
    return OK, found


@struct
class BlobData:
    """The data of all blobs of a batch."""

    arena: Ref[Arena]
    data: Slice[u8]
    length: u32

    def start(self, arena: Arena):
        """Hold no pubdata, and no memory yet."""
        self.arena = arena
        self.data = arena.slice(u8, 0)
        self.length = u32(HEAD_BYTES)

    def append(self, pubdata: Slice[u8]) -> Status:
        """Add a block's pubdata."""
        if self.data.length == 0:
            self.data = self.arena.slice(u8, DATA_BYTES * MAXIMUM_BLOBS)
        if pubdata.length > self.data.length - self.length:
            return TOO_MANY_BLOBS
        end = self.length + pubdata.length
        copy(self.data[self.length : end], pubdata)
        self.length = end
        return OK

    def commitment(self) -> tuple[Status, u256]:
        """Give keccak of the versioned hashes, each verified."""
        store_be(self.data, 0, u64(self.length - HEAD_BYTES))
        hasher = local(Keccak256)
        hasher.begin()
        start = u32(0)
        while start < self.length:
            rest = self.length - start
            end = start + (rest if rest < DATA_BYTES else u32(DATA_BYTES))
            blob = self.data[start:end]
            opening = check(ask_blob_opening(self.arena, blob))
            hasher.absorb_u256(check(verify_blob_opening(blob, opening, self.arena)))
            start = end
        return OK, hasher.finish()
