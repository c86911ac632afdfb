"""What the steps of one transaction hand to each other.

Source:  transactions.md 4; zksync-os@v0.2.5 process_transaction.rs.
Units:   native and gas as named; pubdata in bytes.
Errors:  none; structs only.
"""

from zkos.kernel.bootloader.transaction.gas import Budget
from zkos.kernel.bootloader.transaction.transaction import Transaction
from zkos.kernel.resources import Resources
from zkos.lang import Slice, Status, function, struct, u8, u64, u160, u256


@struct
class TransactionState:
    """A transaction on its way from decoding to its result.

    ``error_first`` and ``error_second`` are the numbers that belong to a validation error.
    """

    tx: Transaction
    budget: Budget
    resources: Resources
    block_gas_left: u64
    block_blob_gas_left: u64
    is_first_in_block: bool  # no transaction has been accepted yet
    blob_gas: u64  # this and the next: ethereum flavour
    blob_base_fee: u256
    recovered_sender: u160  # whom the host recovered: forward only
    sender_payer: u8  # whose access prices the bootloader's steps on the sender follow
    sender_nonce: u64  # before the increment
    is_sender_contract: bool
    native_before_execution: u64
    validation_pubdata_bytes: u64
    validation_pubdata_native: u64  # what of it was paid from resources, not from what is withheld
    error_first: u256
    error_second: u256
    is_success: bool
    output: Slice[u8]
    has_contract_address: bool
    contract_address: u160
    execution_pubdata_bytes: u64
    gas_used: u64
    gas_refunded: u64
    native_used: u64
    computational_native_used: u64
    pubdata_bytes: u64


@function(cold=True)
def refuse(state: TransactionState, status: Status, first: u256, second: u256) -> Status:
    """Give a validation error with the numbers that belong to it."""
    state.error_first = first
    state.error_second = second
    return status
