"""DA commitment: what the settlement layer learns of the batch's pubdata, by scheme.

    1  no data availability      0(32)
    3  keccak of the pubdata     keccak( 0(32) ‖ keccak(pubdata) ‖ 01 ‖ 0(32) ):
                                 unused state-diff hash, pubdata hash, one blob, its hash (ignored)

Scheme 4 (blobs) needs pairings on BLS12-381 in the kernel.

Docs:    docs/l1_integration/commitments.md.
Source:  zksync-os@v0.2.5 basic_system/src/system_implementation/system/da_commitment_generator/;
         state reference, 5.4.
Units:   bytes.
Errors:  UNKNOWN_COMMITMENT_SCHEME (internal).
"""

from zkos.kernel.crypto.keccak256 import Keccak256, keccak256
from zkos.kernel.errors import OK, UNKNOWN_COMMITMENT_SCHEME
from zkos.lang import Array, Status, function, local, store_be, u8, u256

NO_DATA_AVAILABILITY = 1
PUBDATA_KECCAK = 3


@function
def verify_scheme(scheme: u8) -> Status:
    """Refuse a scheme that this program cannot commit to."""
    if scheme == NO_DATA_AVAILABILITY or scheme == PUBDATA_KECCAK:
        return OK
    return UNKNOWN_COMMITMENT_SCHEME


@function
def da_commitment(scheme: u8, pubdata: Keccak256) -> u256:
    """Give the commitment of a batch; ``pubdata`` has absorbed all of it."""
    if scheme == NO_DATA_AVAILABILITY:
        return u256(0)
    preimage = local(Array[u8, 97])
    store_be(preimage[:], 32, pubdata.finish())
    preimage[64] = 1
    return keccak256(preimage[:])
