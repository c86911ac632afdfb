"""How pubdata is laid out in blobs, for the kernel that checks and the host that makes them.

    data   be8 length of the pubdata ‖ 0(23) ‖ pubdata, cut into blobs
    blob   4096 numbers of 32 bytes: 0 ‖ 31 bytes of the data each, zeros behind the data

Source:  EIP-4844; zksync-os@v0.2.5 da_commitment_generator/blob_commitment_generator/mod.rs.
Errors:  none.
"""

ELEMENTS = 4096
ELEMENT_BYTES = 31  # of data
DATA_BYTES = ELEMENTS * ELEMENT_BYTES
LENGTH_BYTES = 8
HEAD_BYTES = ELEMENT_BYTES  # the length, as an element of its own
MAXIMUM_BLOBS = 9  # of a batch
VERSION = 1  # first byte of a versioned hash
POINT_BYTES = 48  # a commitment, or a proof
