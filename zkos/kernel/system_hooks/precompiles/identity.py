"""Precompile 0x04: the input itself.

Source:  transactions.md 10.1; resources.md 3.5; yellow paper, appendix E.
Charges: 15 gas and 3 a word; native 20 and 10 a byte.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT.
"""

from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import charge_identity
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Slice, Status, check, u8, u64


@system_hook(0x04, "identity")
def run_identity(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Copy the input, whose memory belongs to the caller."""
    check(charge_identity(resources, u64(call.input.length)))
    output = check(system.memory.keep_return_data(call.input))
    return OK, True, output
