"""Precompile 0x03: RIPEMD-160 of the input, left-padded to 32 bytes.

Source:  transactions.md 10.1; resources.md 3.5; yellow paper, appendix E.
Charges: 600 gas and 120 a word; native 1600 and 4200 a block.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT.
"""

from zkos.kernel.crypto.ripemd160 import ripemd160
from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import charge_ripemd160
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Slice, Status, check, store_be, u8, u64, u256


@system_hook(0x03, "ripemd160")
def run_ripemd160(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Hash the input."""
    check(charge_ripemd160(resources, u64(call.input.length)))
    output = check(system.memory.reserve_return_data(32))
    store_be(output, 0, u256(ripemd160(call.input)))
    return OK, True, output
