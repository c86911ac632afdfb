"""The two hashes of a transaction: its own, and the one that its signature signs.

  transaction hash   keccak(bytes as received), from L1: keccak(word(0x20) ‖ bytes)
  signing hash       type 0, v 27/28:   keccak(list(fields))
                     type 0, EIP-155:   keccak(list(fields ‖ chain_id ‖ 80 ‖ 80))
                     types 1, 2, 4:     keccak(type ‖ list(fields))

The unsigned fields are hashed as received, only the list's header is rebuilt: a header with
leading zero bytes in its length changes the transaction hash and not the signing hash.

Source:  transactions.md 2; EIP-155, EIP-2718.
Charges: none here; validation charges K(length of the received bytes) for each.
Errors:  none.
"""

from zkos.kernel.bootloader.transaction.rlp import (
    EMPTY_ITEM,
    MAX_HEADER_BYTES,
    MAX_NUMBER_BYTES,
    write_list_header,
    write_number,
)
from zkos.kernel.bootloader.transaction.transaction import LEGACY, Transaction
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.lang import Array, function, local, u8, u32, u256

ABI_OFFSET = 0x20  # word before a single dynamic tuple
ABI_OFFSET_BYTES = 32
PREFIX_BYTES = 1 + MAX_HEADER_BYTES
SUFFIX_BYTES = MAX_NUMBER_BYTES + 2


@function
def transaction_hash(tx: Transaction) -> u256:
    """Hash the transaction's bytes."""
    hasher = local(Keccak256)
    if tx.is_from_l1():
        hasher.absorb_u256(ABI_OFFSET)
    hasher.absorb(tx.received)
    return hasher.finish()


@function
def signing_hash(tx: Transaction) -> u256:
    """Hash what the sender signed."""
    suffix = local(Array[u8, SUFFIX_BYTES])
    suffix_length = u32(0)
    if tx.is_replay_protected:
        end = write_number(suffix[:], 0, u256(tx.chain_id))
        suffix[end] = EMPTY_ITEM
        suffix[end + 1] = EMPTY_ITEM
        suffix_length = end + 2
    prefix = local(Array[u8, PREFIX_BYTES])
    prefix_length = u32(0)
    if tx.type != LEGACY:
        prefix[0] = tx.type
        prefix_length = u32(1)
    content_length = tx.signed_fields.length + suffix_length
    prefix_length = write_list_header(prefix[:], prefix_length, content_length)
    hasher = local(Keccak256)
    hasher.absorb(prefix[:prefix_length])
    hasher.absorb(tx.signed_fields)
    hasher.absorb(suffix[:suffix_length])
    return hasher.finish()
