"""Precompile 0x06: the sum of two points of bn254.

Input (128 bytes, zero-padded or cut):  x1 ‖ y1 ‖ x2 ‖ y2, infinity (0, 0)
Output:                                 x ‖ y

Source:  transactions.md 10.1; resources.md 3.5; EIP-196, EIP-1108.
Charges: 150 gas, 52600 native.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT; INVALID_INPUT for what is no point.
"""

from zkos.kernel.crypto.bn254.curve import bn254_add
from zkos.kernel.errors import INVALID_INPUT, OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.precompiles.padded_input import read_padded
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Array, Slice, Status, check, load_be, local, store_be, u8, u256

GAS = 150
NATIVE = 52600
INPUT_BYTES = 128


@system_hook(0x06, "bn254 add")
def run_bn254_add(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Add two points."""
    check(resources.charge_gas(GAS, NATIVE))
    padded = local(Array[u8, INPUT_BYTES])
    read_padded(padded[:], call.input, 0)
    is_valid, x, y = bn254_add(
        load_be(u256, padded[:], 0),
        load_be(u256, padded[:], 32),
        load_be(u256, padded[:], 64),
        load_be(u256, padded[:], 96),
    )
    if not is_valid:
        return INVALID_INPUT, False, call.input[:0]
    output = check(system.memory.reserve_return_data(64))
    store_be(output, 0, x)
    store_be(output, 32, y)
    return OK, True, output
