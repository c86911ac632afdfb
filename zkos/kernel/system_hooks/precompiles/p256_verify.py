"""Precompile 0x100: verification of a P-256 signature.

Input (160 bytes):  digest ‖ r ‖ s ‖ x ‖ y
Output:             the word 1; empty for what is not valid, input of another length included

Source:  transactions.md 10.1; resources.md 3.5; EIP-7951.
Charges: 6900 gas, 784000 native.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT.
"""

from zkos.interface.addresses import P256_VERIFY_ADDRESS
from zkos.kernel.crypto.p256.verify import p256_verify
from zkos.kernel.errors import OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Slice, Status, check, load_be, store_be, u8, u256

GAS = 6900
NATIVE = 784000
INPUT_BYTES = 160


@system_hook(P256_VERIFY_ADDRESS, "P-256 verify", in_ethereum=False)
def run_p256_verify(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Verify a signature."""
    check(resources.charge_gas(GAS, NATIVE))
    if call.input.length != INPUT_BYTES:
        return OK, True, call.input[:0]
    is_valid = p256_verify(
        load_be(u256, call.input, 0),
        load_be(u256, call.input, 32),
        load_be(u256, call.input, 64),
        load_be(u256, call.input, 96),
        load_be(u256, call.input, 128),
    )
    if not is_valid:
        return OK, True, call.input[:0]
    output = check(system.memory.reserve_return_data(32))
    store_be(output, 0, u256(1))
    return OK, True, output
