"""Precompile 0x05: base^exponent modulo a modulus.

Input (zero-padded):  word(base length) ‖ word(exponent length) ‖ word(modulus length)
                      ‖ base ‖ exponent ‖ modulus
Output:               the power, as long as the modulus; zeros for a modulus of 0 or 1

Source:  transactions.md 10.1; resources.md 3.5; EIP-198, EIP-2565.
Charges: max(200, words² · iterations / 3) gas, words of 8 bytes of the longer of base and modulus;
         native 300 times the gas with the modulus length rounded up to 32, at most 2^64 - 1: so
         from 2^64 / 300 gas on it is native that runs out, from 2^56 gas on it is ergs, unpaid.
Errors:  OUT_OF_ERGS, also where the output finds no space; OUT_OF_NATIVE; INVALID_INPUT for
         lengths from 2^32 on;
         MEMORY_LIMIT for a base or modulus longer than 2^20 bytes, which no block's gas pays.
"""

from zkos.kernel.crypto.modexp.modexp import modexp
from zkos.kernel.errors import (
    INVALID_INPUT,
    MEMORY_LIMIT,
    OK,
    OUT_OF_ERGS,
    RETURN_DATA_LIMIT,
)
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.resources import UNLIMITED, Resources, is_gas_too_much
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.precompiles.padded_input import read_padded
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.lang import (
    Arena,
    Array,
    Slice,
    Status,
    check,
    function,
    leading_zeros,
    load_be,
    local,
    u8,
    u32,
    u64,
    u128,
    u256,
)

MINIMUM_GAS = 200
GAS_DIVISOR = 3
NATIVE_PER_GAS = 300
HEAD_BYTES = 96
WORD_BYTES = 32
LENGTH_BOUND = 2**32
LENGTH_LIMIT = 2**20
"""Of base and modulus in bytes: 5.7·10^9 gas, and half of a transaction's scratch memory."""
_U64_BOUND = 2**64


@function
def gas_of_modexp(base_length: u64, exponent_length: u64, modulus_length: u64, head: u256) -> u128:
    """Give the gas; ``head`` is the number that the first 32 bytes of the exponent are."""
    longer = base_length if base_length > modulus_length else modulus_length
    words = u128((longer + 7) // 8)
    bits = u64(u32(256) - leading_zeros(head))
    iterations = bits - 1 if bits != 0 else u64(0)
    if exponent_length > WORD_BYTES:
        iterations += 8 * (exponent_length - WORD_BYTES)
    if iterations == 0:
        iterations = u64(1)
    gas = words * words * u128(iterations) // GAS_DIVISOR
    return gas if gas > MINIMUM_GAS else u128(MINIMUM_GAS)


@function
def _charge(
    call: HookCall, resources: Resources, base_length: u64, exponent_length: u64,
    modulus_length: u64,
) -> Status:  # fmt: skip
    head = local(Array[u8, WORD_BYTES])
    length = u32(exponent_length) if exponent_length < WORD_BYTES else u32(WORD_BYTES)
    read_padded(head[WORD_BYTES - length :], call.input, base_length + HEAD_BYTES)
    number = load_be(u256, head[:], 0)
    gas = gas_of_modexp(base_length, exponent_length, modulus_length, number)
    if gas >= _U64_BOUND or is_gas_too_much(u64(gas)):
        return OUT_OF_ERGS
    if ETHEREUM:
        return resources.charge_gas(u64(gas), 0)
    rounded = (modulus_length + 31) // 32 * 32
    gas_for_native = gas_of_modexp(base_length, exponent_length, rounded, number)
    if gas_for_native >= _U64_BOUND or is_gas_too_much(u64(gas_for_native)):
        return OUT_OF_ERGS
    native = gas_for_native * NATIVE_PER_GAS
    if native > UNLIMITED:
        native = u128(UNLIMITED)
    return resources.charge_gas(u64(gas), u64(native))


@function
def _given(call: HookCall, offset: u64, length: u64) -> Slice[u8]:
    """Give the part of a stretch that the input has; zeros follow it."""
    input_length = u64(call.input.length)
    start = offset if offset < input_length else input_length
    end = offset + length
    return call.input[u32(start) : u32(end if end < input_length else input_length)]


@function
def _operand(call: HookCall, offset: u64, length: u64, arena: Arena) -> Slice[u8]:
    """Give a stretch of the input, copied where the input ends before it."""
    end = offset + length
    if end <= u64(call.input.length):
        return call.input[u32(offset) : u32(end)]
    operand = arena.slice(u8, u32(length))
    read_padded(operand, call.input, offset)
    return operand


@system_hook(0x05, "modexp")
def run_modexp(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Compute the power."""
    nothing = call.input[:0]
    if resources.gas_left() < MINIMUM_GAS or resources.native < MINIMUM_GAS * NATIVE_PER_GAS:
        return OUT_OF_ERGS, False, nothing
    lengths = local(Array[u8, HEAD_BYTES])
    read_padded(lengths[:], call.input, 0)
    base_word = load_be(u256, lengths[:], 0)
    exponent_word = load_be(u256, lengths[:], WORD_BYTES)
    modulus_word = load_be(u256, lengths[:], 2 * WORD_BYTES)
    if base_word >= LENGTH_BOUND or modulus_word >= LENGTH_BOUND:
        return INVALID_INPUT, False, nothing
    if base_word == 0 and modulus_word == 0:
        check(resources.charge_gas(MINIMUM_GAS, MINIMUM_GAS * NATIVE_PER_GAS))
        return OK, True, nothing
    if exponent_word >= LENGTH_BOUND:
        return INVALID_INPUT, False, nothing
    base_length = u64(base_word)
    exponent_length = u64(exponent_word)
    modulus_length = u64(modulus_word)
    check(_charge(call, resources, base_length, exponent_length, modulus_length))
    if modulus_length != 0 and (base_length > LENGTH_LIMIT or modulus_length > LENGTH_LIMIT):
        return MEMORY_LIMIT, False, nothing
    outcome, output = system.memory.reserve_return_data(u32(modulus_length))
    if outcome == RETURN_DATA_LIMIT:
        return OUT_OF_ERGS, False, nothing  # other hooks end the transaction here
    check(outcome)
    if modulus_length != 0:
        mark = system.scratch.mark()
        exponent_at = base_length + HEAD_BYTES
        modulus_at = exponent_at + exponent_length
        exponent = _given(call, exponent_at, exponent_length)
        modexp(
            _operand(call, HEAD_BYTES, base_length, system.scratch),
            exponent,
            u32(exponent_length) - exponent.length,
            _operand(call, modulus_at, modulus_length, system.scratch),
            output,
            system.scratch,
        )
        system.scratch.release(mark)
    return OK, True, output
