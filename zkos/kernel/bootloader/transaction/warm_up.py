"""Access lists at work: every account and slot of the list is touched and charged.

Source:  transactions.md 4 step 7; resources.md 2.1; zksync-os@v0.2.5 process_transaction.rs.
Charges: 2400 gas an address, 1900 a key, every occurrence; native by io/access_costs.py.
Errors:  INVALID_STRUCTURE for a key that is no string of 32 bytes; OUT_OF_ERGS, OUT_OF_NATIVE.
"""

from zkos.kernel.bootloader.transaction.access_list import KEY_ITEM_BYTES, read_entry, read_key
from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_ACCESS_LIST
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, function, local, range, u8, u32, u160


@function
def warm_access_list(system: System, resources: Resources, access_list: Slice[u8]) -> Status:
    """Touch all items in order."""
    reader = local(RlpReader)
    reader.begin(access_list)
    while not reader.is_at_end():
        address, keys = check(read_entry(reader))
        _account = check(system.io.read_account(PAYER_ACCESS_LIST, resources, address))
        check(_warm_keys(system, resources, address, keys))
    return OK


@function
def _warm_keys(system: System, resources: Resources, address: u160, keys: Slice[u8]) -> Status:
    for start in range(u32(0), keys.length, KEY_ITEM_BYTES):
        key = check(read_key(keys, start))
        check(system.io.touch_slot(PAYER_ACCESS_LIST, resources, address, key))
    return OK
