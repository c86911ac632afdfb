"""Base token, 0x800a: ``withdraw(address)`` and ``withdrawWithMessage(address,bytes)``.

The value that came with the call is burned and a message tells L1 whom to pay:

  6c0960f9 ‖ receiver(20) ‖ word(value) [‖ caller(20) ‖ data]

Source:  transactions.md 10.4; resources.md 3.7; zksync-os@v0.2.5 system_hooks/src/l2_base_token.rs.
Charges: hook base; burning as an EVM access of the account; message and event of the messenger;
         an event of its own; with data 80 native and 1 a byte for each of the two copies.
Errors:  a revert where the call is refused or runs out of ergs; OUT_OF_NATIVE, RETURN_DATA_LIMIT.
"""

from zkos.interface.addresses import L2_BASE_TOKEN_ADDRESS
from zkos.kernel.errors import OK, OUT_OF_ERGS, RETURN_DATA_LIMIT
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_EVM
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.l1_messenger import send_to_l1
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.kernel.system_hooks.system_contract import (
    SELECTOR_BYTES,
    WORD_BYTES,
    charge_and_read_selector,
    read_address_word,
    read_u32_word,
)
from zkos.lang import (
    Array,
    Slice,
    Status,
    check,
    copy,
    function,
    local,
    store_be,
    u8,
    u32,
    u64,
    u160,
    u256,
)

WITHDRAW = 0x51CFF8D9
WITHDRAW_WITH_MESSAGE = 0x84BC3EB0
FINALIZE_ETH_WITHDRAWAL = 0x6C0960F9  # of L1's mailbox
# keccak256("Withdrawal(address,address,uint256)")
WITHDRAWAL = 0x2717EAD6B9200DD235AAD468C9809EA400FE33AC69B5BFAA6D3E90FC922B6398
# keccak256("WithdrawalWithMessage(address,address,uint256,bytes)")
WITHDRAWAL_WITH_MESSAGE = 0xC405FE8958410BBAF0C73B7A0C3E20859E86CA168A4C9B0DEF9C54D2555A306B
COPY_NATIVE = 80
RECEIVER_END = SELECTOR_BYTES + WORD_BYTES
DATA_OFFSET_END = RECEIVER_END + WORD_BYTES
MESSAGE_BYTES = 4 + 20 + 32
MESSAGE_WITH_DATA_BYTES = MESSAGE_BYTES + 20  # before the data
ENCODED_MESSAGE_BYTES = 128  # of a message without data


@system_hook(L2_BASE_TOKEN_ADDRESS, "base token", in_ethereum=False)
def run_l2_base_token(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Serve a call of the base token."""
    nothing = call.input[:0]
    if call.is_delegated:
        return OK, False, nothing
    outcome, is_success = _serve(system, call, resources)
    if outcome == OUT_OF_ERGS:
        return OK, False, nothing
    check(outcome)
    return OK, is_success, nothing


@function
def _serve(system: System, call: HookCall, resources: Resources) -> tuple[Status, bool]:
    selector = check(charge_and_read_selector(call, resources))
    if call.is_static:
        return OK, False
    if selector == WITHDRAW:
        return _withdraw(system, call, resources)
    if selector == WITHDRAW_WITH_MESSAGE:
        return _withdraw_with_message(system, call, resources)
    return OK, False


@function
def _burn(system: System, call: HookCall, resources: Resources) -> Status:
    """Take the value, which the call has brought, out of existence."""
    return system.io.subtract_balance(PAYER_EVM, resources, L2_BASE_TOKEN_ADDRESS, call.value)


@function
def _write_message_head(encoded: Slice[u8], length: u32, receiver: u160, amount: u256):
    """Write offset, length and the first fields of a message into zeroed memory."""
    store_be(encoded, 0, u256(WORD_BYTES))
    store_be(encoded, 32, u256(length))
    store_be(encoded, 64, u32(FINALIZE_ETH_WITHDRAWAL))
    store_be(encoded, 68, receiver)
    store_be(encoded, 88, amount)


@function
def _emit(
    system: System,
    call: HookCall,
    resources: Resources,
    signature: u256,
    receiver: u160,
    data: Slice[u8],
) -> Status:
    topics = local(Array[u256, 3])
    topics[0] = signature
    topics[1] = u256(call.caller)
    topics[2] = u256(receiver)
    return system.io.emit_event(PAYER_EVM, resources, L2_BASE_TOKEN_ADDRESS, topics[:], data)


@function
def _withdraw(system: System, call: HookCall, resources: Resources) -> tuple[Status, bool]:
    if call.input.length < RECEIVER_END:
        return OK, False
    check(_burn(system, call, resources))
    is_address, receiver = read_address_word(call.input, SELECTOR_BYTES)
    if not is_address:
        return OK, False
    encoded = local(Array[u8, ENCODED_MESSAGE_BYTES])
    _write_message_head(encoded[:], MESSAGE_BYTES, receiver, call.value)
    is_sent, _message_hash = check(send_to_l1(system, resources, L2_BASE_TOKEN_ADDRESS, encoded[:]))
    amount = local(Array[u8, WORD_BYTES])
    store_be(amount[:], 0, call.value)
    check(_emit(system, call, resources, WITHDRAWAL, receiver, amount[:]))
    return OK, is_sent


@function
def _find_data(data: Slice[u8]) -> tuple[bool, Slice[u8]]:
    """Find the bytes argument in the calldata; its offset may be any that is in range."""
    nothing = data[:0]
    is_offset, offset = read_u32_word(data, RECEIVER_END)
    end = u64(offset) + SELECTOR_BYTES + WORD_BYTES
    if not is_offset or end > u64(data.length):
        return False, nothing
    start = u32(end)
    is_length, length = read_u32_word(data, start - WORD_BYTES)
    if not is_length or length > data.length - start:
        return False, nothing
    return True, data[start : start + length]


@function
def _allocate_copy(system: System, resources: Resources, length: u32) -> tuple[Status, Slice[u8]]:
    """Charge a copy of so many bytes, and give zeroed memory for it, in whole words."""
    rounded = length + 31 & ~u32(31)
    check(resources.charge_native(u64(rounded) + COPY_NATIVE))
    if rounded >= system.scratch.remaining():
        return RETURN_DATA_LIMIT, system.memory.return_data[:0]
    return OK, system.scratch.slice(u8, rounded)


@function
def _withdraw_with_message(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool]:
    if call.input.length < DATA_OFFSET_END:
        return OK, False
    is_found, data = _find_data(call.input)
    is_address, receiver = read_address_word(call.input, SELECTOR_BYTES)
    if not is_found or not is_address:
        return OK, False
    check(_burn(system, call, resources))
    mark = system.scratch.mark()
    message_length = data.length + MESSAGE_WITH_DATA_BYTES
    encoded = check(_allocate_copy(system, resources, message_length + 2 * WORD_BYTES))
    _write_message_head(encoded, message_length, receiver, call.value)
    store_be(encoded, 120, call.caller)
    copy(encoded[140 : data.length + 140], data)
    is_sent, _message_hash = check(send_to_l1(system, resources, L2_BASE_TOKEN_ADDRESS, encoded))
    event = check(_allocate_copy(system, resources, data.length + 3 * WORD_BYTES))
    store_be(event, 0, call.value)
    store_be(event, 32, u256(2 * WORD_BYTES))
    store_be(event, 64, u256(data.length))
    copy(event[96 : data.length + 96], data)
    check(_emit(system, call, resources, WITHDRAWAL_WITH_MESSAGE, receiver, event))
    system.scratch.release(mark)
    return OK, is_sent
