"""The two hashes of a transaction: its own, and the one that its signature signs.

  transaction hash   keccak(bytes as received)
  signing hash       type 0, v 27/28:   keccak(list(fields))
                     type 0, EIP-155:   keccak(list(fields ‖ chain_id ‖ 80 ‖ 80))
                     types 1, 2:        keccak(type ‖ list(fields))

The unsigned fields are hashed as received, only the list's header is rebuilt: a header with
leading zero bytes in its length changes the transaction hash and not the signing hash.

Source:  transactions.md 2; EIP-155, EIP-2718.
Charges: none here; validation charges K(length of the received bytes) for each.
Errors:  none.
"""

from zkos.kernel.bootloader.transaction.rlp import EMPTY_ITEM, RlpWriter
from zkos.kernel.bootloader.transaction.transaction import LEGACY, Transaction
from zkos.kernel.crypto.keccak256 import Keccak256, keccak256
from zkos.lang import function, local, u256


@function
def transaction_hash(tx: Transaction) -> u256:
    """Hash the transaction's bytes."""
    return keccak256(tx.received)


@function
def signing_hash(tx: Transaction) -> u256:
    """Hash what the sender signed."""
    suffix = local(RlpWriter)
    if tx.is_replay_protected:
        suffix.write_number(u256(tx.chain_id))
        suffix.write_byte(EMPTY_ITEM)
        suffix.write_byte(EMPTY_ITEM)
    prefix = local(RlpWriter)
    if tx.type != LEGACY:
        prefix.write_byte(tx.type)
    prefix.write_list_header(tx.signed_fields.length + suffix.length)
    hasher = local(Keccak256)
    hasher.absorb(prefix.content())
    hasher.absorb(tx.signed_fields)
    hasher.absorb(suffix.content())
    return hasher.finish()
