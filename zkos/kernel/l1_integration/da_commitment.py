"""DA commitment: what the settlement layer learns of the batch's pubdata, by scheme.

    1  no data availability      0(32)
    3  keccak of the pubdata     keccak( 0(32) ‖ keccak(pubdata) ‖ 01 ‖ 0(32) ):
                                 unused state-diff hash, pubdata hash, one blob, its hash (ignored)
    4  blobs                     keccak( versioned hashes of the blobs )

Docs:    docs/l1_integration/commitments.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/da_commitment_generator/;
         state reference, 5.4.
Units:   bytes.
Errors:  UNKNOWN_COMMITMENT_SCHEME and those of blobs.py (internal).
"""

from zkos.kernel.crypto.keccak256 import Keccak256, keccak256
from zkos.kernel.errors import OK, UNKNOWN_COMMITMENT_SCHEME
from zkos.kernel.l1_integration.blobs import BlobData
from zkos.lang import (
    Arena,
    Array,
    Slice,
    Status,
    check,
    function,
    local,
    store_be,
    struct,
    u8,
    u256,
)

NO_DATA_AVAILABILITY = 1
PUBDATA_KECCAK = 3
BLOBS = 4


@function
def verify_scheme(scheme: u8) -> Status:
    """Refuse a scheme that this program cannot commit to."""
    if scheme == NO_DATA_AVAILABILITY or scheme == PUBDATA_KECCAK or scheme == BLOBS:
        return OK
    return UNKNOWN_COMMITMENT_SCHEME


@struct
class PublishedData:
    """The pubdata of a batch, kept as its scheme wants it."""

    hasher: Keccak256
    blobs: BlobData

    def start(self, arena: Arena):
        """Hold no pubdata."""
        self.hasher.begin()
        self.blobs.start(arena)

    def append(self, scheme: u8, pubdata: Slice[u8]) -> Status:
        """Add a block's pubdata; nobody keeps it where it is not published."""
        if scheme == BLOBS:
            return self.blobs.append(pubdata)
        if scheme == PUBDATA_KECCAK:
            self.hasher.absorb(pubdata)
        return OK

    def commitment(self, scheme: u8) -> tuple[Status, u256]:
        """Give the DA commitment; that of blobs asks the oracle, after the last block."""
        if scheme == NO_DATA_AVAILABILITY:
            return OK, 0
        if scheme == BLOBS:
            return OK, check(self.blobs.commitment())
        preimage = local(Array[u8, 97])
        store_be(preimage[:], 32, self.hasher.finish())
        preimage[64] = 1
        return OK, keccak256(preimage[:])
