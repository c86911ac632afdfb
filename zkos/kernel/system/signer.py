"""Who signed a digest: recovery of an address, with the oracle's advice in a proving run.

Source:  this project: what is hard to compute and easy to check is asked where it is proved.
Modes:   forward computes; proving asks three times a recovery: a root, an inverse, all slopes.
Charges: none; callers charge (functions.py).
Errors:  none; a trap for wrong or malformed advice, which only the oracle can cause.
"""

from zkos.interface.oracle_queries import MultiplicationParameters
from zkos.kernel.crypto.secp256k1.advised_multiplication import make_advised_multiplication
from zkos.kernel.crypto.secp256k1.advised_roots import make_advised_roots
from zkos.kernel.crypto.secp256k1.recovery import make_recovery, recover_address
from zkos.kernel.errors import OK
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.questions import ask_field_advice, ask_slopes
from zkos.lang import Slice, Unverified, function, local, trap, u32, u160, u256


@function
def ask_advice(kind: u32, number: u256) -> Unverified[u256]:
    """Ask the oracle, and stop for an answer that is none."""
    status, advice = ask_field_advice(kind, number)
    if status != OK:
        trap()
    return advice


@function
def ask_slope_words(u: u256, v: u256, x: u256, y: u256, words: Slice[u32]) -> u32:
    """Ask the oracle for the slopes, and stop for an answer that is none."""
    parameters = local(MultiplicationParameters)
    parameters.u = u
    parameters.v = v
    parameters.x = x
    parameters.y = y
    status, count = ask_slopes(parameters, words)
    if status != OK:
        trap()
    return count


_, recover_address_advised = make_recovery(
    make_advised_roots(ask_advice), make_advised_multiplication(ask_slope_words), "advised_"
)


@function
def recover_signer(digest: u256, r: u256, s: u256, y_is_odd: bool) -> tuple[bool, u160]:
    """Give (True, address of the signer), or (False, 0) if the signature has none."""
    if PROVING:
        is_recovered, address = recover_address_advised(digest, r, s, y_is_odd)
    else:
        is_recovered, address = recover_address(digest, r, s, y_is_odd)
    return is_recovered, address
