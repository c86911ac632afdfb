"""Decoding: from the oracle's bytes and format to a ``Transaction``.

The first item of RLP-format bytes decides: a number below 256 is a type byte (EIP-2718), anything
else means a legacy transaction. One row and one file is all that a type needs. The ABI format
carries the types 0x7f (L1 to L2) and 0x7e (upgrade).

Source:  transactions.md 1; zksync-os@v0.2.5 transaction/rlp_encoded/mod.rs.
Modes:   the ethereum flavour is Cancun: it has type 3, and neither type 4 nor the ABI format.
Errors:  INVALID_ENCODING, INVALID_STRUCTURE, AUTH_LIST_IS_EMPTY, INVALID_CHAIN_ID.
"""

from zkos.kernel.bootloader.transaction.abi import decode_abi
from zkos.kernel.bootloader.transaction.eip1559 import decode_eip1559
from zkos.kernel.bootloader.transaction.eip2930 import decode_eip2930
from zkos.kernel.bootloader.transaction.eip4844 import decode_eip4844
from zkos.kernel.bootloader.transaction.eip7702 import decode_eip7702
from zkos.kernel.bootloader.transaction.legacy import decode_legacy
from zkos.kernel.bootloader.transaction.rlp import LIST, STRING
from zkos.kernel.bootloader.transaction.transaction import (
    EIP1559,
    EIP2930,
    EIP4844,
    EIP7702,
    FORMAT_ABI,
    FORMAT_RLP,
    Transaction,
)
from zkos.kernel.errors import INVALID_ENCODING
from zkos.kernel.modes import ETHEREUM
from zkos.lang import Slice, Status, function, u8, u32, u64, unroll

# Type byte and decoder of what follows it.
TYPES = ((EIP2930, decode_eip2930), (EIP1559, decode_eip1559))
PRODUCTION_TYPES = ((EIP7702, decode_eip7702),)
ETHEREUM_TYPES = ((EIP4844, decode_eip4844),)
NOT_A_TYPE = 0x100


@function
def decode_transaction(
    tx: Transaction, received: Slice[u8], encoding: u8, block_chain_id: u64
) -> Status:
    """Fill ``tx`` from the bytes that the oracle gave."""
    tx.received = received
    if encoding != FORMAT_RLP:
        if ETHEREUM or encoding != FORMAT_ABI:
            return INVALID_ENCODING
        return decode_abi(tx, received)
    type_byte, body = read_type(received)
    if type_byte == NOT_A_TYPE:
        return decode_legacy(tx, received, block_chain_id)
    for known, decode in unroll(TYPES):
        if type_byte == known:
            return decode(tx, body, block_chain_id)
    if ETHEREUM:
        for known, decode in unroll(ETHEREUM_TYPES):
            if type_byte == known:
                return decode(tx, body, block_chain_id)
    else:
        for known, decode in unroll(PRODUCTION_TYPES):
            if type_byte == known:
                return decode(tx, body, block_chain_id)
    return INVALID_ENCODING


@function
def read_type(received: Slice[u8]) -> tuple[u32, Slice[u8]]:
    """Read the first item as a number of one byte; NOT_A_TYPE and everything if it is none."""
    if received.length == 0 or received[0] == 0 or received[0] >= LIST:
        return NOT_A_TYPE, received
    first = u32(received[0])
    if first < STRING:
        return first, received[1:]
    if first == STRING:
        return 0, received[1:]
    if first == STRING + 1 and received.length > 1 and received[1] >= STRING:
        return u32(received[1]), received[2:]
    return NOT_A_TYPE, received
