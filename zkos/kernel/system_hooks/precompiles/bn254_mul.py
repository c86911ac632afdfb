"""Precompile 0x07: a multiple of a point of bn254.

Input (96 bytes, zero-padded or cut):  x ‖ y ‖ scalar (any 256 bits), infinity (0, 0)
Output:                                x ‖ y

Source:  transactions.md 10.1; resources.md 3.5; EIP-196, EIP-1108.
Charges: 6000 gas, 764000 native.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT; INVALID_INPUT for what is no point.
"""

from zkos.kernel.crypto.bn254.curve import bn254_multiply
from zkos.kernel.errors import INVALID_INPUT, OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.precompiles.padded_input import read_padded
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Array, Slice, Status, check, load_be, local, store_be, u8, u256

GAS = 6000
NATIVE = 764000
INPUT_BYTES = 96


@system_hook(0x07, "bn254 mul")
def run_bn254_mul(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Multiply a point."""
    check(resources.charge_gas(GAS, NATIVE))
    padded = local(Array[u8, INPUT_BYTES])
    read_padded(padded[:], call.input, 0)
    is_valid, x, y = bn254_multiply(
        load_be(u256, padded[:], 0), load_be(u256, padded[:], 32), load_be(u256, padded[:], 64)
    )
    if not is_valid:
        return INVALID_INPUT, False, call.input[:0]
    output = check(system.memory.reserve_return_data(64))
    store_be(output, 0, x)
    store_be(output, 32, y)
    return OK, True, output
