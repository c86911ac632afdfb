"""Authorization lists at work: accounts that delegate their code (EIP-7702).

An entry that fails a check is skipped. What an entry changes is not undone when the transaction
reverts. The 25000 gas of each entry were charged with the intrinsic gas; here only native is.

  message   05 ‖ list(chain_id, delegate, nonce)

Source:  transactions.md 6; resources.md 3.4; zksync-os@v0.2.5 authorization_list.rs; EIP-7702.
Modes:   proving recovers the authority, forward asks the host whom it recovered.
Charges: K(message), 522000, then access, delegation and nonce by io/access_costs.py.
Errors:  OUT_OF_NATIVE_DURING_VALIDATION; in the nonce increment alone it is
         AUTHORIZATION_OUT_OF_NATIVE, which stops the run as the reference's abort does.
"""

from zkos.interface.cost_events import HASHING
from zkos.kernel.bootloader.transaction.authorization_list import (
    Authorization,
    read_authorization,
)
from zkos.kernel.bootloader.transaction.gas import in_validation
from zkos.kernel.bootloader.transaction.rlp import (
    MAX_HEADER_BYTES,
    RlpReader,
    write_list_header,
    write_number,
    write_string,
)
from zkos.kernel.bootloader.transaction.signature import (
    HALF_ORDER,
    bind_signer,
    charge_signature,
)
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import AUTHORIZATION_OUT_OF_NATIVE, OK, OUT_OF_NATIVE
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.cost_report import charge_native_for
from zkos.kernel.oracle.questions import ask_recovered_authority
from zkos.kernel.resources import Resources
from zkos.kernel.system.io.access_costs import PAYER_NO_EE, keccak256_native
from zkos.kernel.system.signer import recover_signer
from zkos.kernel.system.system import System
from zkos.lang import Array, Status, check, function, local, u8, u64, u160, u256

MAGIC = 0x05
MAX_CONTENT_BYTES = 33 + 21 + 9
ANY_CHAIN = 0
UNUSABLE_NONCE = 2**64 - 1
EXISTING_ACCOUNT_REFUND_GAS = 12500


@function
def apply_authorizations(system: System, state: TransactionState) -> Status:
    """Apply every entry of the transaction's list, in order."""
    reader = local(RlpReader)
    reader.begin(state.tx.authorization_list)
    entry = local(Authorization)
    while not reader.is_at_end():
        check(read_authorization(reader, entry))
        check(in_validation(_apply(system, state.resources, entry)))
    return OK


@function
def _apply(system: System, resources: Resources, entry: Authorization) -> Status:
    """Apply an entry, or skip it."""
    if entry.chain_id != ANY_CHAIN and entry.chain_id != u256(system.metadata.chain_id):
        return OK
    if entry.nonce == UNUSABLE_NONCE or entry.s > HALF_ORDER:
        return OK
    message_hash = check(_hash_message(resources, entry))
    if entry.y_parity > 1:
        return OK
    check(charge_signature(resources, False))
    authority = check(_recover_authority(entry, message_hash))
    if authority == 0:
        return OK
    account = check(system.io.read_account(PAYER_NO_EE, resources, authority))
    if account.is_contract() or account.nonce != entry.nonce:
        return OK
    if not account.is_empty():
        system.io.add_refund(EXISTING_ACCOUNT_REFUND_GAS)
    check(system.io.set_delegation(resources, authority, entry.delegate))
    outcome, _old_nonce = system.io.increment_nonce(PAYER_NO_EE, resources, authority)
    if outcome == OUT_OF_NATIVE:
        return AUTHORIZATION_OUT_OF_NATIVE
    return outcome


@function
def _hash_message(resources: Resources, entry: Authorization) -> tuple[Status, u256]:
    content = local(Array[u8, MAX_CONTENT_BYTES])
    length = write_number(content[:], 0, entry.chain_id)
    length = write_string(content[:], length, u256(entry.delegate), 20)
    length = write_number(content[:], length, u256(entry.nonce))
    header = local(Array[u8, MAX_HEADER_BYTES + 1])
    header[0] = MAGIC
    header_length = write_list_header(header[:], 1, length)
    native = keccak256_native(u64(header_length + length))
    check(charge_native_for(HASHING, resources, native))
    hasher = local(Keccak256)
    hasher.absorb(header[:header_length])
    hasher.absorb(content[:length])
    return OK, hasher.finish()


@function
def _recover_authority(entry: Authorization, message_hash: u256) -> tuple[Status, u160]:
    """Give the address that signed, or zero if none can be recovered."""
    is_odd = entry.y_parity == 1
    if PROVING:
        is_recovered, address = recover_signer(message_hash, entry.r, entry.s, is_odd)
        return OK, address if is_recovered else u160(0)
    recovered = check(ask_recovered_authority(message_hash, entry.r, entry.s, is_odd))
    return OK, bind_signer(recovered)
