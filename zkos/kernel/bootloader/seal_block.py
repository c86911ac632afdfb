"""Sealing a block: header, results for the result keeper, public input.

Until the state tree and the commitments are part of the kernel, the public input is provisional:
keccak(block hash ‖ rolling hash ‖ results hash), which both modes compute alike. The formula of
state-and-commitments replaces the one call of ``provisional_public_input``.

Source:  transactions.md 8.1; zksync-os@v0.2.5 bootloader/mod.rs.
Errors:  BASE_FEE_TOO_LARGE stops the run.
"""

from zkos.interface.results import BlockResult
from zkos.kernel.bootloader.block_header import block_hash
from zkos.kernel.bootloader.block_totals import BlockTotals
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import OK
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.questions import disconnect
from zkos.kernel.system.system import System
from zkos.lang import Status, check, function, local, u256


@function
def seal_block(system: System, totals: BlockTotals, result: BlockResult) -> Status:
    """Finish the block and fill its result."""
    result.block_hash = check(block_hash(system.metadata, totals.rolling_hash, totals.gas_used))
    result.transactions_rolling_hash = totals.rolling_hash
    result.gas_used = totals.gas_used
    result.computational_native_used = totals.computational_native_used
    result.pubdata_bytes = totals.pubdata_bytes
    result.public_input = provisional_public_input(result.block_hash, totals)
    result.is_provisional = True
    _report_stores(system)
    disconnect()
    return OK


@function
def _report_stores(system: System):
    """Hand what the block left in the stores to the result keeper."""
    if not PROVING:
        system.io.events.report(system.arena)
        system.io.messages.report(system.arena)


@function
def provisional_public_input(hash_of_block: u256, totals: BlockTotals) -> u256:
    """Hash what stands for the block until the commitments do."""
    hasher = local(Keccak256)
    hasher.absorb_u256(hash_of_block)
    hasher.absorb_u256(totals.rolling_hash)
    hasher.absorb_u256(totals.results_hash)
    return hasher.finish()
