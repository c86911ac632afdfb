"""Access lists: their structure when decoded, their items when the transaction warms them.

Layout:  [[address, [key, ...]], ...], each key a string of exactly 32 bytes: a0 ‖ key

At decoding the keys of an entry are only known to fill a multiple of 33 bytes; the a0 of each
key is looked at when the key is touched. So an access list with a wrong key fails later, after
the charges for the items before it, as in the reference.

Source:  transactions.md 1.1 and 4 step 7; resources.md 2.1; EIP-2930.
Charges: 2400 gas an address, 1900 a key, every occurrence; native by io/access_costs.py.
Errors:  INVALID_STRUCTURE; OUT_OF_ERGS and OUT_OF_NATIVE as the charges give them.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.errors import INVALID_STRUCTURE, OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_ACCESS_LIST
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, function, load_be, local, range, u8, u32, u160, u256

KEY_ITEM_BYTES = 33
KEY_ITEM_HEAD = 0xA0


@function
def _read_entry(reader: RlpReader) -> tuple[Status, u160, Slice[u8]]:
    entry = check(reader.read_list())
    parts = local(RlpReader)
    parts.begin(entry)
    address = check(parts.read_address())
    keys = check(parts.read_list())
    if not parts.is_at_end() or keys.length % KEY_ITEM_BYTES != 0:
        return INVALID_STRUCTURE, 0, entry
    return OK, address, keys


@function
def check_structure(access_list: Slice[u8]) -> Status:
    """Check the list's content as far as decoding does."""
    reader = local(RlpReader)
    reader.begin(access_list)
    while not reader.is_at_end():
        _address, _keys = check(_read_entry(reader))
    return OK


@function
def warm_access_list(system: System, resources: Resources, access_list: Slice[u8]) -> Status:
    """Touch every account and slot of the list in order, charging each."""
    reader = local(RlpReader)
    reader.begin(access_list)
    while not reader.is_at_end():
        address, keys = check(_read_entry(reader))
        _account = check(system.io.read_account(PAYER_ACCESS_LIST, resources, address))
        check(_warm_keys(system, resources, address, keys))
    return OK


@function
def _warm_keys(system: System, resources: Resources, address: u160, keys: Slice[u8]) -> Status:
    for start in range(u32(0), keys.length, KEY_ITEM_BYTES):
        if keys[start] != KEY_ITEM_HEAD:
            return INVALID_STRUCTURE
        key = load_be(u256, keys, start + 1)
        check(system.io.touch_slot(PAYER_ACCESS_LIST, resources, address, key))
    return OK
