"""Precompile 0x08: whether a product of pairings on bn254 is one.

Input (k times 192 bytes):  x ‖ y ‖ x' ‖ y' per pair, x' and y' in Fp2, imaginary part first
Output:                     the word 1 or 0; 1 for no pairs

Source:  transactions.md 10.1; resources.md 3.5; EIP-197, EIP-1108.
Charges: 45000 gas and 34000 a pair; native 15000000 and as much a pair.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT; INVALID_INPUT for another length and for
         points off their curve or group.
"""

from zkos.kernel.crypto.bn254.pairing import PAIR_BYTES, bn254_pairing_check
from zkos.kernel.errors import INVALID_INPUT, OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Slice, Status, check, store_be, u8, u64, u256

BASE_GAS = 45000
PAIR_GAS = 34000
NATIVE = 15_000_000


@system_hook(0x08, "bn254 pairing")
def run_bn254_pairing(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Check a product of pairings."""
    count = u64(call.input.length // PAIR_BYTES)
    check(resources.charge_gas(count * PAIR_GAS + BASE_GAS, count * NATIVE + NATIVE))
    if call.input.length % PAIR_BYTES != 0:
        return INVALID_INPUT, False, call.input[:0]
    mark = system.scratch.mark()
    is_valid, is_one = bn254_pairing_check(call.input, system.scratch)
    system.scratch.release(mark)
    if not is_valid:
        return INVALID_INPUT, False, call.input[:0]
    output = check(system.memory.reserve_return_data(32))
    store_be(output, 0, u256(1) if is_one else u256(0))
    return OK, True, output
