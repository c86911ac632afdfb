"""Account diffs: what pubdata says about a changed account record.

First byte = format << 3 | 4. Format 1: nonce change; 2: balance change; 3: both. Format 0 (code,
lengths or versioning differ): versioning 8 bytes, nonce change, balance change (both always),
unpadded length 4, artifacts length 4, stored code, observable length 4. Format 4 (code set by a
force deployment): versioning, nonce change, balance change, bytecode hash 32, observable length 4.

Source:  zksync-os@v0.2.5 flat_storage_model/account_cache_entry.rs; state reference, 7.4, 7.5.
Units:   bytes.
Errors:  none.
"""

from zkos.kernel.system.io.pubdata_compression import diff_length, write_diff
from zkos.kernel.system.io.storage.account_record import Account
from zkos.lang import Slice, copy, function, store_be, u8, u32, u256

FORMAT_FULL = 0x04
FORMAT_NONCE = 0x0C
FORMAT_BALANCE = 0x14
FORMAT_BOTH = 0x1C
FORMAT_HASH = 0x24

_FULL_FIXED_BYTES = 1 + 8 + 4 + 4 + 4
_HASH_COUNTED_BYTES = 1 + 8 + 32 + 4 + 4  # the last four are counted and not written
_HASH_SURPLUS_BYTES = 4


@function
def account_diff_length(before: Account, after: Account) -> u32:
    """Give the bytes counted for a change; format 4 counts four more than it writes."""
    nonce_bytes = diff_length(u256(before.nonce), u256(after.nonce))
    balance_bytes = diff_length(before.balance, after.balance)
    if not after.has_same_code(before):
        if after.hides_bytecode:
            return nonce_bytes + balance_bytes + _HASH_COUNTED_BYTES
        return nonce_bytes + balance_bytes + after.stored_code_length() + _FULL_FIXED_BYTES
    length = u32(1)
    if before.nonce != after.nonce:
        length += nonce_bytes
    if before.balance != after.balance:
        length += balance_bytes
    return length


@function
def account_diff_size(before: Account, after: Account) -> u32:
    """Give the bytes that ``write_account_diff`` writes."""
    length = account_diff_length(before, after)
    if after.hides_bytecode and not after.has_same_code(before):
        length -= _HASH_SURPLUS_BYTES
    return length


@function
def write_account_diff(
    target: Slice[u8], before: Account, after: Account, stored_code: Slice[u8]
) -> u32:
    """Write a change at the start of ``target``; gives its length.

    ``stored_code`` is the account's, used by format 0 only.
    """
    if after.has_same_code(before):
        return _write_numbers(target, before, after)
    target[0] = u8(FORMAT_HASH) if after.hides_bytecode else u8(FORMAT_FULL)
    store_be(target, u32(1), after.versioning)
    at = u32(9)
    at += write_diff(target[at:], u256(before.nonce), u256(after.nonce))
    at += write_diff(target[at:], before.balance, after.balance)
    if after.hides_bytecode:
        store_be(target, at, after.bytecode_hash)
        at += 32
    else:
        store_be(target, at, after.unpadded_code_length)
        store_be(target, at + 4, after.artifacts_length)
        at += 8
        copy(target[at : at + stored_code.length], stored_code)
        at += stored_code.length
    store_be(target, at, after.observable_length)
    return at + 4


@function
def _write_numbers(target: Slice[u8], before: Account, after: Account) -> u32:
    """Write formats 1 to 3."""
    at = u32(1)
    code = u8(0)
    if before.nonce != after.nonce:
        code = u8(FORMAT_NONCE)
        at += write_diff(target[at:], u256(before.nonce), u256(after.nonce))
    if before.balance != after.balance:
        code = u8(FORMAT_BALANCE) if code == 0 else u8(FORMAT_BOTH)
        at += write_diff(target[at:], before.balance, after.balance)
    target[0] = code
    return at
