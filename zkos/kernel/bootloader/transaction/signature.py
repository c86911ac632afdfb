"""The signature of a transaction: its sender is who signed it.

The sender comes from the oracle before anything can be checked, since RLP has no field for it; it
is used at once and compared with the signer here.

Source:  transactions.md 4 step 12; zksync-os@v0.2.5 transaction_flow/zk/mod.rs; EIP-2 (low s).
Modes:   proving recovers the signer, forward asks the host whom it recovered: so both report the
         same error for a wrong signature. A simulation looks at no signature and charges for it.
Charges: 3000 gas, 522000 native, after the check of s.
Errors:  MALLEABLE_SIGNATURE, INCORRECT_FROM, exhaustion as validation names it.
"""

from zkos.interface.cost_events import SIGNATURE
from zkos.kernel.bootloader.transaction.gas import in_validation
from zkos.kernel.bootloader.transaction.hashes import signing_hash
from zkos.kernel.bootloader.transaction.state import TransactionState, refuse
from zkos.kernel.crypto.secp256k1.constants import N
from zkos.kernel.errors import INCORRECT_FROM, MALLEABLE_SIGNATURE, OK
from zkos.kernel.modes import PROVING, SIMULATION
from zkos.kernel.oracle.cost_report import begin_cost, end_cost
from zkos.kernel.resources import Resources
from zkos.kernel.system.functions import charge_ecrecover
from zkos.kernel.system.signer import recover_signer
from zkos.lang import Status, Unverified, check, function, u160, u256

HALF_ORDER = N // 2  # the largest s that EIP-2 allows


@function
def defer_sender(claimed: Unverified[u160]) -> u160:
    """Take the claimed sender; ``check_signature`` compares it with the signer."""
    return claimed.unverified_value


@function
def bind_signer(recovered: Unverified[u160]) -> u160:
    """Take the host's word for the signer: a forward run trusts its host."""
    return recovered.unverified_value


@function
def _signer(state: TransactionState) -> u160:
    """Give the address that signed, or zero if none can be recovered."""
    if not PROVING:
        return state.recovered_sender
    tx = state.tx
    is_recovered, address = recover_signer(signing_hash(tx), tx.r, tx.s, tx.y_parity)
    return address if is_recovered else u160(0)


@function(inline=True)
def charge_signature(resources: Resources, charges_gas: bool) -> Status:
    """Charge the recovery of who signed a transaction or authorization."""
    begin_cost(SIGNATURE, resources)
    status = charge_ecrecover(resources, charges_gas)
    end_cost(resources)
    return status


@function
def check_signature(state: TransactionState) -> Status:
    """Compare the sender with the signer."""
    tx = state.tx
    if SIMULATION:
        return in_validation(charge_signature(state.resources, True))
    if tx.s > HALF_ORDER:
        return MALLEABLE_SIGNATURE
    check(in_validation(charge_signature(state.resources, True)))
    signer = _signer(state)
    if signer == 0 or signer != tx.sender:
        return refuse(state, INCORRECT_FROM, u256(tx.sender), u256(signer))
    return OK
