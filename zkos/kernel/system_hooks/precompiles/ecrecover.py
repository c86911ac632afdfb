"""Precompile 0x01: the address whose key made a signature.

Input (128 bytes, zero-padded or cut):  digest ‖ v ‖ r ‖ s, v the word 27 or 28

Where nothing can be recovered the call succeeds with empty output. A high s is accepted.

Source:  transactions.md 10.1; resources.md 3.5; yellow paper, appendix E.1.
Charges: 3000 gas, 522000 native.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT.
"""

from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import charge_ecrecover
from zkos.kernel.system.signer import recover_signer
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Array, Slice, Status, check, copy, load_be, local, store_be, u8, u256

INPUT_BYTES = 128
V_OFFSET, R_OFFSET, S_OFFSET = 32, 64, 96
V_EVEN, V_ODD = 27, 28


@system_hook(0x01, "ecrecover")
def run_ecrecover(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Recover the signer."""
    check(charge_ecrecover(resources, True))
    padded = local(Array[u8, INPUT_BYTES])
    length = call.input.length
    if length > INPUT_BYTES:
        length = padded.length
    copy(padded[:length], call.input[:length])
    v = load_be(u256, padded[:], V_OFFSET)
    if v != V_EVEN and v != V_ODD:
        return OK, True, call.input[:0]
    is_recovered, address = recover_signer(
        load_be(u256, padded[:], 0),
        load_be(u256, padded[:], R_OFFSET),
        load_be(u256, padded[:], S_OFFSET),
        v == V_ODD,
    )
    if not is_recovered:
        return OK, True, call.input[:0]
    output = check(system.memory.reserve_return_data(32))
    store_be(output, 0, u256(address))
    return OK, True, output
