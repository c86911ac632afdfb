"""Type 2: 0x02 and an RLP list, with a maximum and a priority fee (EIP-1559).

Layout:  02 ‖ [chain_id, nonce, max_priority_fee, max_fee, gas_limit, to, value, data, access_list,
         y_parity, r, s]

Source:  transactions.md 1.1; zksync-os@v0.2.5 transaction_types/eip_1559_tx.rs; EIP-1559.
Errors:  INVALID_STRUCTURE for the encoding, INVALID_CHAIN_ID after it.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.transaction import EIP1559, Transaction
from zkos.kernel.bootloader.transaction.typed_body import open_body, read_payment, read_tail
from zkos.lang import Slice, Status, check, function, local, u8, u64


@function
def decode_eip1559(tx: Transaction, body: Slice[u8], block_chain_id: u64) -> Status:
    """Decode what follows the type byte."""
    reader = local(RlpReader)
    check(open_body(reader, body))
    tx.type = EIP1559
    tx.chain_id = check(reader.read_u64())
    tx.nonce = check(reader.read_u64())
    tx.max_priority_fee = check(reader.read_u256())
    tx.max_fee = check(reader.read_u256())
    check(read_payment(tx, reader))
    return read_tail(tx, reader, block_chain_id)
