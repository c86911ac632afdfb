"""Precompile 0x02: SHA-256 of the input.

Source:  transactions.md 10.1; resources.md 3.5; yellow paper, appendix E.
Charges: 60 gas and 12 a word; native 1600 and 4200 a block.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT.
"""

from zkos.kernel.crypto.sha256 import sha256
from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import charge_sha256
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Slice, Status, check, store_be, u8, u64


@system_hook(0x02, "sha256")
def run_sha256(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Hash the input."""
    check(charge_sha256(resources, u64(call.input.length)))
    output = check(system.memory.reserve_return_data(32))
    store_be(output, 0, sha256(call.input))
    return OK, True, output
