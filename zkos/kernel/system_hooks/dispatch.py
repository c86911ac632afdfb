"""The hooks of this kernel: from an address to its function.

Importing a hook's file here is what installs it.

Source:  transactions.md 10 (which address has a hook in which build).
Errors:  what the hooks return; UNSUPPORTED_PRECOMPILE (internal) for an address without hook.
"""

from zkos.interface.addresses import SPECIAL_ADDRESS_BOUND
from zkos.kernel.errors import UNSUPPORTED_PRECOMPILE
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.resources import Resources
from zkos.kernel.system.system import System
from zkos.kernel.system_hooks import (  # noqa: F401  (importing installs)
    contract_deployer,
    l1_messenger,
    l2_base_token,
)
from zkos.kernel.system_hooks.precompiles import (  # noqa: F401  (importing installs)
    blake2f,
    bn254_add,
    bn254_mul,
    bn254_pairing,
    ecrecover,
    identity,
    modexp,
    p256_verify,
    point_evaluation,
    ripemd160,
    sha256,
)
from zkos.kernel.system_hooks.registry import HookCall, declared_hooks
from zkos.lang import Slice, Status, function, u8, u32, u160, unroll

_HOOKS = declared_hooks()
PRODUCTION_HOOKS = tuple((hook.address, hook.function) for hook in _HOOKS if hook.in_production)
ETHEREUM_HOOKS = tuple((hook.address, hook.function) for hook in _HOOKS if hook.in_ethereum)


@function
def has_hook(target: u160) -> bool:
    """Say whether calls of this address end in a hook."""
    if target >= SPECIAL_ADDRESS_BOUND:
        return False
    number = u32(target)
    if ETHEREUM:
        for address, _ in unroll(ETHEREUM_HOOKS):
            if number == address:
                return True
    else:
        for address, _ in unroll(PRODUCTION_HOOKS):
            if number == address:
                return True
    return False


@function
def call_hook(
    system: System, call: HookCall, resources: Resources
) -> tuple[Status, bool, Slice[u8]]:
    """Run the hook at ``call.target``; ``has_hook`` was asked before."""
    number = u32(call.target)
    if ETHEREUM:
        for address, hook in unroll(ETHEREUM_HOOKS):
            if number == address:
                return hook(system, call, resources)
    else:
        for address, hook in unroll(PRODUCTION_HOOKS):
            if number == address:
                return hook(system, call, resources)
    return UNSUPPORTED_PRECOMPILE, False, call.input[:0]
