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
from zkos.kernel.bootloader.transaction.signature import defer_sender
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.bootloader.transaction.transaction import FORMAT_RLP
from zkos.kernel.bootloader.transaction.validation import validate
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.oracle.questions import ask_transaction_sender, bind_transaction_format
from zkos.kernel.system.system import System
from zkos.lang import Slice, Status, check, function, u8


@function
def process_transaction(
    system: System,
    runner: Runner,
    state: TransactionState,
    received: Slice[u8],
) -> Status:
    """Decode, validate, execute and settle."""
    tx = state.tx
    encoding = check(bind_transaction_format())
    if encoding == FORMAT_RLP:
        tx.sender = defer_sender(check(ask_transaction_sender()))
    check(decode_transaction(tx, received, encoding, system.metadata.chain_id))
    if not ETHEREUM and tx.is_from_l1():
        return process_l1_transaction(system, runner, state)
    check(validate(system, state))
    if not ETHEREUM:
        check(apply_authorizations(system, state))
    check(execute(system, runner, state))
    return settle(system, state)
