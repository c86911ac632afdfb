"""The structure of authorization lists, which decoding checks in full.

Layout:  [[chain_id, address, nonce, y_parity, r, s], ...], not empty

Source:  transactions.md 1.1; zksync-os@v0.2.5 transaction_types/eip_7702_tx.rs; EIP-7702.
Errors:  INVALID_STRUCTURE, AUTH_LIST_IS_EMPTY.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.errors import AUTH_LIST_IS_EMPTY, INVALID_STRUCTURE, OK
from zkos.lang import Slice, Status, check, function, local, struct, u8, u32, u64, u160, u256


@struct
class Authorization:
    """One entry. ``y_parity`` is any byte here; more than 1 recovers nobody."""

    chain_id: u256
    delegate: u160
    nonce: u64
    y_parity: u64
    r: u256
    s: u256


@function
def read_authorization(reader: RlpReader, entry: Authorization) -> Status:
    """Pass one entry and fill ``entry``."""
    content = check(reader.read_list())
    parts = local(RlpReader)
    parts.begin(content)
    entry.chain_id = check(parts.read_u256())
    entry.delegate = check(parts.read_address())
    entry.nonce = check(parts.read_u64())
    entry.y_parity = check(parts.read_u64())
    entry.r = check(parts.read_u256())
    entry.s = check(parts.read_u256())
    if not parts.is_at_end() or entry.y_parity > 0xFF:
        return INVALID_STRUCTURE
    return OK


@function
def count_authorizations(authorization_list: Slice[u8]) -> tuple[Status, u32]:
    """Check the list's content and count its entries."""
    reader = local(RlpReader)
    reader.begin(authorization_list)
    entry = local(Authorization)
    count = u32(0)
    while not reader.is_at_end():
        check(read_authorization(reader, entry))
        count += 1
    if count == 0:
        return AUTH_LIST_IS_EMPTY, 0
    return OK, count
