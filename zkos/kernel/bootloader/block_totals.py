"""What the accepted transactions of a block add up to, and the block's limits on it.

Source:  transactions.md 8, steps 5 and 6; resources.md 2.7 (plain u64 sums); zksync-os@v0.2.5
         bootloader/mod.rs.
Units:   gas, native, bytes.
Modes:   the ethereum flavour has no limit but gas, which validation has checked.
Errors:  the four BLOCK_..._LIMIT_REACHED: the transaction is left out.
"""

from zkos.interface.protocol_versions import CURRENT
from zkos.kernel.bootloader.transaction.blobs import MAX_BLOB_GAS_PER_BLOCK
from zkos.kernel.bootloader.transaction.state import TransactionState
from zkos.kernel.bootloader.transaction.transaction import UPGRADE
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import (
    BLOCK_GAS_LIMIT_REACHED,
    BLOCK_LOGS_LIMIT_REACHED,
    BLOCK_NATIVE_LIMIT_REACHED,
    BLOCK_PUBDATA_LIMIT_REACHED,
    OK,
)
from zkos.kernel.modes import ETHEREUM
from zkos.kernel.system.system import System
from zkos.lang import Status, function, local, struct, u64, u256

MAX_NATIVE = CURRENT.max_native_per_block
MAX_LOGS = CURRENT.max_logs_per_block


@struct
class BlockTotals:
    """Sums over accepted transactions; ``rolling_hash`` is keccak(rolling hash ‖ tx hash)."""

    gas_used: u64
    blob_gas_used: u64
    computational_native_used: u64
    pubdata_bytes: u64
    rolling_hash: u256
    upgrade_transaction_hash: u256  # zero for none

    def tell_what_is_left(self, system: System, state: TransactionState):
        """Tell a transaction the limits that it may have at most, and whether it may be first."""
        state.block_gas_left = system.metadata.gas_limit
        if ETHEREUM:
            state.block_gas_left -= self.gas_used
            state.block_blob_gas_left = MAX_BLOB_GAS_PER_BLOCK - self.blob_gas_used
        state.is_first_in_block = system.transaction_number == 0

    def check_limits(self, system: System, state: TransactionState) -> Status:
        """Check the block's limits as if the transaction were in it."""
        if ETHEREUM:
            return OK
        if self.gas_used + state.gas_used > system.metadata.gas_limit:
            return BLOCK_GAS_LIMIT_REACHED
        if self.computational_native_used + state.computational_native_used > MAX_NATIVE:
            return BLOCK_NATIVE_LIMIT_REACHED
        if self.pubdata_bytes + state.pubdata_bytes > system.metadata.pubdata_limit:
            return BLOCK_PUBDATA_LIMIT_REACHED
        if system.io.logs_in_block() > MAX_LOGS:
            return BLOCK_LOGS_LIMIT_REACHED
        return OK

    def add(self, state: TransactionState):
        """Count an accepted transaction."""
        self.gas_used += state.gas_used
        self.blob_gas_used += state.blob_gas
        self.computational_native_used += state.computational_native_used
        self.pubdata_bytes += state.pubdata_bytes
        self.rolling_hash = _roll(self.rolling_hash, state.tx.hash)
        if state.tx.type == UPGRADE:
            self.upgrade_transaction_hash = state.tx.hash


@function
def _roll(rolling_hash: u256, item: u256) -> u256:
    hasher = local(Keccak256)
    hasher.absorb_u256(rolling_hash)
    hasher.absorb_u256(item)
    return hasher.finish()
