"""Parts that the typed transactions (EIP-2718) share: outer list, payment fields, signature.

Source:  transactions.md 1.1; EIP-2718, EIP-2930.
Errors:  INVALID_STRUCTURE for the encoding, INVALID_CHAIN_ID after it.
"""

from zkos.kernel.bootloader.transaction.access_list import check_structure
from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.transaction import Transaction
from zkos.kernel.errors import INVALID_CHAIN_ID, INVALID_STRUCTURE, OK
from zkos.lang import Slice, Status, check, function, local, u8, u64


@function
def open_body(reader: RlpReader, body: Slice[u8]) -> Status:
    """Stand before the first field; the list must span the body exactly."""
    outer = local(RlpReader)
    outer.begin(body)
    content = check(outer.read_list())
    if not outer.is_at_end():
        return INVALID_STRUCTURE
    reader.begin(content)
    return OK


@function
def read_payment(tx: Transaction, reader: RlpReader) -> Status:
    """Read gas_limit, to, value, data and access_list."""
    tx.gas_limit = check(reader.read_u64())
    has_address, address = check(reader.read_address_or_nothing())
    tx.is_deployment = not has_address
    tx.to = address
    tx.value = check(reader.read_u256())
    tx.data = check(reader.read_bytes())
    tx.access_list = check(reader.read_list())
    return check_structure(tx.access_list)


@function
def read_tail(tx: Transaction, reader: RlpReader, block_chain_id: u64) -> Status:
    """Read y_parity, r, s and the end of the list; then compare the chain id."""
    tx.signed_fields = reader.data[: reader.position]
    tx.y_parity = check(reader.read_bool())
    tx.r = check(reader.read_u256())
    tx.s = check(reader.read_u256())
    if not reader.is_at_end():
        return INVALID_STRUCTURE
    if tx.chain_id != block_chain_id:
        return INVALID_CHAIN_ID
    return OK
