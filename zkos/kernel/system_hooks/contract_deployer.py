"""Contract deployer, 0x8006: ``setBytecodeDetailsEVM(address,bytes32,uint32,bytes32)``.

Force-deploys code in a protocol upgrade: the account gets the code whose bare bytes have the
blake2s of argument 2. Only the complex upgrader may call it.

Source:  transactions.md 10.5; resources.md 3.7; state-and-commitments 1.5; zksync-os@v0.2.5
         system_hooks/src/contract_deployer.rs.
Charges: hook base; 50 gas a code byte; account access by EVM rules; native of code and hashes.
Errors:  a revert where the call is refused or runs out of ergs; OUT_OF_NATIVE; PREIMAGE_MISMATCH
         stops the run.
"""

from zkos.interface.addresses import COMPLEX_UPGRADER_ADDRESS, CONTRACT_DEPLOYER_ADDRESS
from zkos.kernel.errors import OK, OUT_OF_ERGS
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_EVM
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks.registry import HookCall, system_hook
from zkos.kernel.system_hooks.system_contract import (
    SELECTOR_BYTES,
    WORD_BYTES,
    charge_and_read_selector,
    read_address_word,
    read_u32_word,
)
from zkos.lang import Slice, Status, check, function, load_be, u8, u64, u256

SET_BYTECODE_DETAILS_EVM = 0xF6ECA0B0
ARGUMENTS_BYTES = 4 * WORD_BYTES
MAX_CODE_BYTES = 24576
CODE_BYTE_GAS = 50


@system_hook(CONTRACT_DEPLOYER_ADDRESS, "contract deployer", in_ethereum=False)
def run_contract_deployer(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Serve a call of the deployer."""
    nothing = call.input[:0]
    if call.is_delegated or call.value != 0:
        return OK, False, nothing
    outcome, is_success = _serve(system, call, resources)
    if outcome == OUT_OF_ERGS:
        return OK, False, nothing
    check(outcome)
    return OK, is_success, nothing


@function
def _serve(system: System, call: HookCall, resources: Resources) -> tuple[Status, bool]:
    selector = check(charge_and_read_selector(call, resources))
    if selector != SET_BYTECODE_DETAILS_EVM or call.is_static:
        return OK, False
    if call.caller != COMPLEX_UPGRADER_ADDRESS:
        return OK, False
    arguments = call.input[SELECTOR_BYTES:]
    if arguments.length < ARGUMENTS_BYTES:
        return OK, False
    is_address, address = read_address_word(arguments, 0)
    is_length, length = read_u32_word(arguments, 2 * WORD_BYTES)
    if not is_address or not is_length or length > MAX_CODE_BYTES:
        return OK, False
    check(resources.charge_gas(u64(length) * CODE_BYTE_GAS, 0))
    check(
        system.io.set_bytecode_details(
            PAYER_EVM,
            resources,
            address,
            load_be(u256, arguments, WORD_BYTES),
            length,
            load_be(u256, arguments, 3 * WORD_BYTES),
        )
    )
    return OK, True
