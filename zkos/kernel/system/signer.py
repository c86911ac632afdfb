"""Who signed a digest: recovery of an address, with the oracle's advice in a proving run.

Source:  this project: roots and inverses are asked and verified where they would be proved.
Modes:   forward computes; proving asks three times a recovery, and saves a quarter of its cycles.
Charges: none; callers charge (functions.py).
Errors:  none; a trap for wrong or malformed advice, which only the oracle can cause.
"""

from zkos.kernel.crypto.secp256k1.advised_roots import make_advised_roots
from zkos.kernel.crypto.secp256k1.recovery import make_recovery, recover_address
from zkos.kernel.errors import OK
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.questions import ask_field_advice
from zkos.lang import Unverified, function, trap, u32, u160, u256


@function
def ask_advice(kind: u32, number: u256) -> Unverified[u256]:
    """Ask the oracle, and stop for an answer that is none."""
    status, advice = ask_field_advice(kind, number)
    if status != OK:
        trap()
    return advice


_, recover_address_advised = make_recovery(make_advised_roots(ask_advice), "advised_")


@function
def recover_signer(digest: u256, r: u256, s: u256, y_is_odd: bool) -> tuple[bool, u160]:
    """Give (True, address of the signer), or (False, 0) if the signature has none."""
    if PROVING:
        is_recovered, address = recover_address_advised(digest, r, s, y_is_odd)
    else:
        is_recovered, address = recover_address(digest, r, s, y_is_odd)
    return is_recovered, address
