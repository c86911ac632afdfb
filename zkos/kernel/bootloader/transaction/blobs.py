"""Blobs of a transaction: what makes them valid, what they cost, what BLOBHASH shows.

The blob fee is taken in full with the gas fee, is burned, and nothing of it comes back.

Source:  EIP-4844, "Execution layer validation"; parameters of Cancun.
Units:   blob gas; wei.
Modes:   the ethereum flavour only.
Errors:  BLOB_LIST_INVALID, BLOB_FEE_TOO_LOW; CALLER_GAS_LIMIT_MORE_THAN_BLOCK for more blob gas
         than the block has left.
"""

from zkos.kernel.bootloader.transaction.rlp import RlpReader
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.bootloader.transaction.transaction import EIP4844
from zkos.kernel.errors import (
    BLOB_FEE_TOO_LOW,
    BLOB_LIST_INVALID,
    CALLER_GAS_LIMIT_MORE_THAN_BLOCK,
    OK,
)
from zkos.kernel.system.blob_gas import blob_base_fee
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, load_be, local, range, u64, u256, u512

GAS_PER_BLOB = 2**17
MAX_BLOB_GAS_PER_BLOCK = 786432
KZG_VERSION = 0x01


@function
def check_blobs(system: System, state: TransactionState) -> Status:
    """Check a transaction's blobs, and show their hashes to its execution."""
    tx = state.tx
    system.blob_hashes = system.scratch.slice(u256, tx.blob_count)
    if tx.type != EIP4844:
        return OK
    if tx.blob_count == 0:
        return BLOB_LIST_INVALID
    state.blob_gas = u64(tx.blob_count) * GAS_PER_BLOB
    if state.blob_gas > MAX_BLOB_GAS_PER_BLOCK:
        return BLOB_LIST_INVALID
    if state.blob_gas > state.block_blob_gas_left:
        return CALLER_GAS_LIMIT_MORE_THAN_BLOCK
    check(_read_hashes(system, state))
    state.blob_base_fee = blob_base_fee(system.ethereum.excess_blob_gas)
    return OK if tx.max_blob_fee >= state.blob_base_fee else BLOB_FEE_TOO_LOW


@function
def _read_hashes(system: System, state: TransactionState) -> Status:
    reader = local(RlpReader)
    reader.begin(state.tx.blob_hashes)
    for i in range(state.tx.blob_count):
        item = check(reader.read_bytes())
        if item[0] != KZG_VERSION:
            return BLOB_LIST_INVALID
        system.blob_hashes[i] = load_be(u256, item, 0)
    return OK


@function
def maximum_blob_payment(state: TransactionState) -> u512:
    """Give what the sender must have for the blobs."""
    return u512(state.tx.max_blob_fee) * u512(state.blob_gas)


@function
def blob_payment(state: TransactionState) -> u256:
    """Give what the sender pays for the blobs."""
    return state.blob_base_fee * u256(state.blob_gas)
