"""Precompile 0x0a: whether a blob's polynomial has a value at a point, by a KZG proof.

Input (192 bytes):  versioned hash(32) ‖ z(32) ‖ y(32) ‖ commitment(48) ‖ proof(48)
Output:             word(field elements of a blob) ‖ word(order of the field)

Source:  EIP-4844; resources.md 3.5 for the native price. Not in production (transactions.md 10.1):
         the original has it in builds for tests only.
Charges: 50000 gas, 63104000 native.
Errors:  OUT_OF_ERGS, OUT_OF_NATIVE, RETURN_DATA_LIMIT; INVALID_INPUT for another length, a hash of
         something else, numbers and points out of range, and a proof that fails.
"""

from zkos.interface.blobs import ELEMENTS
from zkos.kernel.crypto.bls12_381.curve import R
from zkos.kernel.crypto.bls12_381.kzg import verify_opening, versioned_hash
from zkos.kernel.errors import INVALID_INPUT, OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import Slice, Status, check, load_be, store_be, u8, u256

GAS = 50_000
NATIVE = 63_104_000
INPUT_BYTES = 192
Z_AT, Y_AT, COMMITMENT_AT, PROOF_AT = 32, 64, 96, 144


@system_hook(0x0A, "point evaluation", in_production=False)
def run_point_evaluation(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Verify an opening."""
    nothing = call.input[:0]
    check(resources.charge_gas(GAS, NATIVE))
    if call.input.length != INPUT_BYTES:
        return INVALID_INPUT, False, nothing
    commitment = call.input[COMMITMENT_AT:PROOF_AT]
    proof = call.input[PROOF_AT:]
    if versioned_hash(commitment) != load_be(u256, call.input, 0):
        return INVALID_INPUT, False, nothing
    z = load_be(u256, call.input, Z_AT)
    y = load_be(u256, call.input, Y_AT)
    if not verify_opening(commitment, z, y, proof):
        return INVALID_INPUT, False, nothing
    output = check(system.memory.reserve_return_data(64))
    store_be(output, 0, u256(ELEMENTS))
    store_be(output, 32, u256(R))
    return OK, True, output
