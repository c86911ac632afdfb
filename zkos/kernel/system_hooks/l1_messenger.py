"""L1 messenger, 0x8008: ``sendToL1(bytes)`` sends a message to L1 and returns its keccak256.

  calldata  62f84b24 ‖ b, b = word(32) ‖ word(length) ‖ message ‖ anything to a multiple of 32 bytes
  event     of 0x8008: [L1MessageSent, word(sender), keccak(message)], data b

Source:  transactions.md 10.3; resources.md 3.7; zksync-os@v0.2.5 system_hooks/src/l1_messenger.rs.
Charges: hook base; 549 + 8n + 30 + 6 a word of the message, once more the last two for its hash;
         the event.
Errors:  a revert where the call is refused or runs out of ergs; OUT_OF_NATIVE.
"""

from zkos.interface.addresses import L1_MESSENGER_ADDRESS
from zkos.kernel.errors import OK, OUT_OF_ERGS
from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import KECCAK256_GAS, KECCAK256_WORD_GAS, words_of
from zkos.kernel.system.io.access_costs import PAYER_EVM
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.kernel.system_hooks.system_contract import (
    SELECTOR_BYTES,
    WORD_BYTES,
    charge_and_read_selector,
    read_u32_word,
)
from zkos.lang import (
    Array,
    Slice,
    Status,
    check,
    function,
    load_be,
    local,
    store_be,
    u8,
    u64,
    u160,
    u256,
)

SEND_TO_L1 = 0x62F84B24
# keccak256("L1MessageSent(address,bytes32,bytes)")
L1_MESSAGE_SENT = 0x3A36E47291F4201FAF137FAB081D92295BCE2D53BE2C6CA68BA82C7FAA9CE241
MESSAGE_GAS = 549  # keccak of the 88 bytes of a log and of three tree nodes, and a LOG's base
MESSAGE_BYTE_GAS = 8


@system_hook(L1_MESSENGER_ADDRESS, "L1 messenger", in_ethereum=False)
def run_l1_messenger(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Serve a call of the messenger."""
    nothing = call.input[:0]
    if call.is_delegated or call.value != 0:
        return OK, False, nothing
    outcome, is_sent, message_hash = _serve(system, call, resources)
    if outcome == OUT_OF_ERGS:
        return OK, False, nothing
    check(outcome)
    if not is_sent:
        return OK, False, nothing
    output = check(system.memory.reserve_return_data(WORD_BYTES))
    store_be(output, 0, message_hash)
    return OK, True, output


@function
def _serve(system: System, call: HookCall, resources: Resources) -> tuple[Status, bool, u256]:
    selector = check(charge_and_read_selector(call, resources))
    if selector != SEND_TO_L1 or call.is_static:
        return OK, False, 0
    encoded = call.input[SELECTOR_BYTES:]
    is_sent, message_hash = check(send_to_l1(system, resources, call.caller, encoded))
    return OK, is_sent, message_hash


@function
def _find_message(encoded: Slice[u8]) -> tuple[bool, Slice[u8]]:
    """Find the message in the arguments; the flag is False where they are refused."""
    nothing = encoded[:0]
    if encoded.length < WORD_BYTES or load_be(u256, encoded, 0) != WORD_BYTES:
        return False, nothing
    if encoded.length < 2 * WORD_BYTES or encoded.length % WORD_BYTES != 0:
        return False, nothing
    is_u32, length = read_u32_word(encoded, WORD_BYTES)
    if not is_u32 or length > encoded.length - 2 * WORD_BYTES:
        return False, nothing
    return True, encoded[2 * WORD_BYTES : length + 2 * WORD_BYTES]


@function
def send_to_l1(
    system: System, resources: Resources, sender: u160, encoded: Slice[u8]
) -> tuple[Status, bool, u256]:
    """Send the message of ``sendToL1``'s arguments; False where they are refused."""
    is_found, message = _find_message(encoded)
    if not is_found:
        return OK, False, 0
    length = u64(message.length)
    gas = length * MESSAGE_BYTE_GAS + MESSAGE_GAS
    gas += words_of(length) * KECCAK256_WORD_GAS + KECCAK256_GAS
    check(resources.charge_gas(gas, 0))
    message_hash = check(system.io.emit_l1_message(PAYER_EVM, resources, sender, message))
    topics = local(Array[u256, 3])
    topics[0] = L1_MESSAGE_SENT
    topics[1] = u256(sender)
    topics[2] = message_hash
    check(system.io.emit_event(PAYER_EVM, resources, L1_MESSENGER_ADDRESS, topics[:], encoded))
    return OK, True, message_hash
