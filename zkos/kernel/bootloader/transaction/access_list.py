"""The structure of access lists.

Layout:  [[address, [key, ...]], ...], each key a string of exactly 32 bytes: a0 ‖ key

At decoding the keys of an entry are only known to fill a multiple of 33 bytes; the a0 of each
key is looked at when the key is touched (warm_up.py). So an access list with a wrong key fails
later, after the charges for the items before it, as in the reference.

Source:  transactions.md 1.1; zksync-os@v0.2.5 transaction_types/eip_2930_tx.rs; EIP-2930.
Errors:  INVALID_STRUCTURE.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.errors import INVALID_STRUCTURE, OK
from zkos.lang import Slice, Status, check, function, load_be, local, u8, u32, u160, u256

KEY_ITEM_BYTES = 33
KEY_ITEM_HEAD = 0xA0


@function
def read_entry(reader: RlpReader) -> tuple[Status, u160, Slice[u8]]:
    """Pass one entry; give its address and the items of its keys."""
    entry = check(reader.read_list())
    parts = local(RlpReader)
    parts.begin(entry)
    address = check(parts.read_address())
    keys = check(parts.read_list())
    if not parts.is_at_end() or keys.length % KEY_ITEM_BYTES != 0:
        return INVALID_STRUCTURE, 0, entry
    return OK, address, keys


@function
def read_key(keys: Slice[u8], start: u32) -> tuple[Status, u256]:
    """Give the key whose item starts there."""
    if keys[start] != KEY_ITEM_HEAD:
        return INVALID_STRUCTURE, 0
    return OK, load_be(u256, keys, start + 1)


@function
def check_structure(access_list: Slice[u8]) -> Status:
    """Check the list's content as far as decoding does."""
    reader = local(RlpReader)
    reader.begin(access_list)
    while not reader.is_at_end():
        _address, _keys = check(read_entry(reader))
    return OK
