"""Type 3: 0x03 and an RLP list, with versioned blob hashes (EIP-4844); never a deployment.

Layout:  03 ‖ [chain_id, nonce, max_priority_fee, max_fee, gas_limit, to, value, data, access_list,
         max_fee_per_blob_gas, blob_versioned_hashes, y_parity, r, s]

Source:  EIP-4844.
Modes:   the ethereum flavour only.
Errors:  INVALID_STRUCTURE for the encoding, INVALID_CHAIN_ID after it.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.transaction import EIP4844, Transaction
from zkos.kernel.bootloader.transaction.typed_body import open_body, read_payment, read_tail
from zkos.kernel.errors import INVALID_STRUCTURE, OK
from zkos.lang import Slice, Status, check, function, local, u8, u32, u64

HASH_BYTES = 32


@function
def decode_eip4844(tx: Transaction, body: Slice[u8], block_chain_id: u64) -> Status:
    """Decode what follows the type byte."""
    reader = local(RlpReader)
    check(open_body(reader, body))
    tx.type = EIP4844
    tx.chain_id = check(reader.read_u64())
    tx.nonce = check(reader.read_u64())
    tx.max_priority_fee = check(reader.read_u256())
    tx.max_fee = check(reader.read_u256())
    check(read_payment(tx, reader))
    if tx.is_deployment:
        return INVALID_STRUCTURE
    tx.max_blob_fee = check(reader.read_u256())
    tx.blob_hashes = check(reader.read_list())
    tx.blob_count = check(_count_hashes(tx.blob_hashes))
    return read_tail(tx, reader, block_chain_id)


@function
def _count_hashes(hashes: Slice[u8]) -> tuple[Status, u32]:
    reader = local(RlpReader)
    reader.begin(hashes)
    count = u32(0)
    while not reader.is_at_end():
        item = check(reader.read_bytes())
        if item.length != HASH_BYTES:
            return INVALID_STRUCTURE, 0
        count += 1
    return OK, count
