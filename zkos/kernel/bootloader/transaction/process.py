"""One transaction from the oracle's bytes to its result.

Source:  transactions.md 4 and 5; zksync-os@v0.2.5 process_transaction.rs.
Errors:  invalid transaction: everything is to be rolled back by the caller; internal errors stop
         the run.
"""

from zkos.kernel.bootloader.runner import Runner
from zkos.kernel.bootloader.transaction.delegation import apply_authorizations
from zkos.kernel.bootloader.transaction.execution import execute
from zkos.kernel.bootloader.transaction.format import decode_transaction
from zkos.kernel.bootloader.transaction.l1_transaction import process_l1_transaction
from zkos.kernel.bootloader.transaction.refund import settle
from zkos.kernel.bootloader.transaction.signature import bind_signer, defer_sender
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.bootloader.transaction.transaction import FORMAT_RLP
from zkos.kernel.bootloader.transaction.validation import validate
from zkos.kernel.modes import ETHEREUM, PROVING
from zkos.kernel.oracle.cost_report import end_cost
from zkos.kernel.oracle.inbox import Inbox
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, function, u8


@function
def process_transaction(
    system: System,
    runner: Runner,
    state: TransactionState,
    inbox: Inbox,
    received: Slice[u8],
) -> Status:
    """Decode, validate, execute and settle."""
    tx = state.tx
    encoding = check(inbox.encoding())
    if encoding == FORMAT_RLP:
        tx.sender = defer_sender(check(inbox.sender()))
        if not PROVING:
            state.recovered_sender = bind_signer(inbox.recovered_sender())
    check(decode_transaction(tx, received, encoding, system.metadata.chain_id))
    if not ETHEREUM and tx.is_from_l1():
        return process_l1_transaction(system, runner, state)
    check(validate(system, state))
    if not ETHEREUM:
        check(apply_authorizations(system, state))
    end_cost(state.resources)
    check(execute(system, runner, state))
    return settle(system, state)
