"""Type 0: a bare RLP list, signed with or without the chain id (EIP-155).

Layout:  [nonce, gas_price, gas_limit, to, value, data, v, r, s]

Source:  transactions.md 1.1; zksync-os@v0.2.5 transaction_types/legacy_tx.rs; EIP-155.
Errors:  INVALID_STRUCTURE for the encoding, INVALID_ENCODING for another v.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.transaction import LEGACY, Transaction
from zkos.kernel.errors import INVALID_ENCODING, INVALID_STRUCTURE, OK
from zkos.lang import Slice, Status, check, function, local, u8, u64, u256

V_UNPROTECTED = 27
V_PROTECTED = 35


@function
def decode_legacy(tx: Transaction, body: Slice[u8], block_chain_id: u64) -> Status:
    """Decode the whole input as a legacy transaction."""
    outer = local(RlpReader)
    outer.begin(body)
    content = check(outer.read_list())
    if not outer.is_at_end():
        return INVALID_STRUCTURE
    reader = local(RlpReader)
    reader.begin(content)
    tx.type = LEGACY
    tx.nonce = check(reader.read_u64())
    tx.max_fee = check(reader.read_u256())
    tx.max_priority_fee = tx.max_fee
    tx.gas_limit = check(reader.read_u64())
    has_address, address = check(reader.read_address_or_nothing())
    tx.is_deployment = not has_address
    tx.to = address
    tx.value = check(reader.read_u256())
    tx.data = check(reader.read_bytes())
    tx.signed_fields = content[: reader.position]
    v = check(reader.read_u256())
    tx.r = check(reader.read_u256())
    tx.s = check(reader.read_u256())
    if not reader.is_at_end():
        return INVALID_STRUCTURE
    return _accept_v(tx, v, block_chain_id)


@function
def _accept_v(tx: Transaction, v: u256, block_chain_id: u64) -> Status:
    tx.chain_id = block_chain_id
    if v == V_UNPROTECTED or v == V_UNPROTECTED + 1:
        tx.is_replay_protected = False
        tx.y_parity = v == V_UNPROTECTED + 1
        return OK
    expected = u256(block_chain_id) * 2 + V_PROTECTED
    if v != expected and v != expected + 1:
        return INVALID_ENCODING
    tx.is_replay_protected = True
    tx.y_parity = v != expected
    return OK
