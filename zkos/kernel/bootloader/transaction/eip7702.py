"""Type 4: 0x04 and an RLP list, with an authorization list (EIP-7702); never a deployment.

Layout:  04 ‖ [chain_id, nonce, max_priority_fee, max_fee, gas_limit, to, value, data, access_list,
         authorization_list, y_parity, r, s]

Source:  transactions.md 1.1; zksync-os@v0.2.5 transaction_types/eip_7702_tx.rs; EIP-7702.
Errors:  INVALID_STRUCTURE for the encoding, AUTH_LIST_IS_EMPTY at its place, INVALID_CHAIN_ID after
         all.
"""

from zkos.kernel.bootloader.transaction.authorization_list import count_authorizations
from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.transaction import EIP7702, Transaction
from zkos.kernel.bootloader.transaction.typed_body import open_body, read_payment, read_tail
from zkos.kernel.errors import INVALID_STRUCTURE
from zkos.lang import Slice, Status, check, function, local, u8, u64


@function
def decode_eip7702(tx: Transaction, body: Slice[u8], block_chain_id: u64) -> Status:
    """Decode what follows the type byte."""
    reader = local(RlpReader)
    check(open_body(reader, body))
    tx.type = EIP7702
    tx.chain_id = check(reader.read_u64())
    tx.nonce = check(reader.read_u64())
    tx.max_priority_fee = check(reader.read_u256())
    tx.max_fee = check(reader.read_u256())
    check(read_payment(tx, reader))
    if tx.is_deployment:
        return INVALID_STRUCTURE
    tx.authorization_list = check(reader.read_list())
    tx.authorization_count = check(count_authorizations(tx.authorization_list))
    return read_tail(tx, reader, block_chain_id)
