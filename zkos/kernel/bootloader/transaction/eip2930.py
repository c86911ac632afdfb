"""Type 1: 0x01 and an RLP list, with an access list (EIP-2930).

Layout:  01 ‖ [chain_id, nonce, gas_price, gas_limit, to, value, data, access_list, y_parity, r, s]

Source:  transactions.md 1.1; zksync-os@v0.2.5 transaction_types/eip_2930_tx.rs; EIP-2930.
Errors:  INVALID_STRUCTURE for the encoding, INVALID_CHAIN_ID after it.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.transaction import EIP2930, Transaction
from zkos.kernel.bootloader.transaction.typed_body import open_body, read_payment, read_tail
from zkos.lang import Slice, Status, check, function, local, u8, u64


@function
def decode_eip2930(tx: Transaction, body: Slice[u8], block_chain_id: u64) -> Status:
    """Decode what follows the type byte."""
    reader = local(RlpReader)
    check(open_body(reader, body))
    tx.type = EIP2930
    tx.chain_id = check(reader.read_u64())
    tx.nonce = check(reader.read_u64())
    tx.max_fee = check(reader.read_u256())
    tx.max_priority_fee = tx.max_fee
    check(read_payment(tx, reader))
    return read_tail(tx, reader, block_chain_id)
