"""What the hooks that stand for system contracts share: refusals, base price, selectors.

Source:  transactions.md 10.2; resources.md 3.7; zksync-os@v0.2.5 system_hooks/src/lib.rs.
Charges: 100 gas and 1000 native a call, before the calldata is looked at.
Errors:  OUT_OF_ERGS, which these hooks turn into a revert; OUT_OF_NATIVE.
"""

from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system_hooks.registry import HookCall
from zkos.lang import Slice, Status, check, function, load_be, u8, u32, u160, u256

HOOK_GAS = 100
HOOK_NATIVE = 1000
SELECTOR_BYTES = 4
WORD_BYTES = 32
NO_SELECTOR = 0  # no method has it


@function
def charge_and_read_selector(call: HookCall, resources: Resources) -> tuple[Status, u32]:
    """Charge the base price and read the selector; NO_SELECTOR where the calldata is too short."""
    check(resources.charge_gas(HOOK_GAS, HOOK_NATIVE))
    if call.input.length < SELECTOR_BYTES:
        return OK, NO_SELECTOR
    return OK, load_be(u32, call.input, 0)


@function
def read_u32_word(words: Slice[u8], offset: u32) -> tuple[bool, u32]:
    """Read a 32-byte word that must fit a u32; the flag says whether it does."""
    number = load_be(u256, words, offset)
    return number >> 32 == 0, u32(number)


@function
def read_address_word(words: Slice[u8], offset: u32) -> tuple[bool, u160]:
    """Read a 32-byte word that must be an address; the flag says whether it is."""
    number = load_be(u256, words, offset)
    return number >> 160 == 0, u160(number)
