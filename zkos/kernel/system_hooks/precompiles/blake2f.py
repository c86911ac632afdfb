"""Precompile 0x09: the compression function of BLAKE2b.

Input (213 bytes):  rounds(4) ‖ h(64) ‖ m(128) ‖ t(16) ‖ final(1, 0 or 1), the words of h, m and t
                    in little-endian order
Output:             h(64)

Source:  EIP-152; not in production (transactions.md 10.1).
Charges: 1 gas a round; no native.
Errors:  OUT_OF_ERGS, RETURN_DATA_LIMIT; INVALID_INPUT for another length or flag.
"""

from zkos.kernel.crypto.blake2f import blake2f
from zkos.kernel.errors import INVALID_INPUT, OK
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import (
    Array,
    Slice,
    Status,
    check,
    load_be,
    load_le,
    local,
    range,
    store_le,
    u8,
    u32,
    u64,
)

INPUT_BYTES = 213
OUTPUT_BYTES = 64
STATE_AT, MESSAGE_AT, COUNT_AT, FLAG_AT = 4, 68, 196, 212
STATE_WORDS, MESSAGE_WORDS = 8, 16


@system_hook(0x09, "blake2f", in_production=False)
def run_blake2f(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Compress a block."""
    nothing = call.input[:0]
    if call.input.length != INPUT_BYTES or call.input[FLAG_AT] > 1:
        return INVALID_INPUT, False, nothing
    rounds = load_be(u32, call.input, 0)
    check(resources.charge_gas(u64(rounds), 0))
    state = local(Array[u64, STATE_WORDS])
    message = local(Array[u64, MESSAGE_WORDS])
    for i in range(STATE_WORDS):
        state[i] = load_le(u64, call.input, STATE_AT + 8 * i)
    for i in range(MESSAGE_WORDS):
        message[i] = load_le(u64, call.input, MESSAGE_AT + 8 * i)
    low = load_le(u64, call.input, COUNT_AT)
    high = load_le(u64, call.input, COUNT_AT + 8)
    blake2f(rounds, state[:], message[:], low, high, call.input[FLAG_AT] == 1)
    output = check(system.memory.reserve_return_data(OUTPUT_BYTES))
    for i in range(STATE_WORDS):
        store_le(output, 8 * i, state[i])
    return OK, True, output
