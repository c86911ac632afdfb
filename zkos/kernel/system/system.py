"""System: everything that execution environments, hooks and the bootloader are given.

The face for EEs and hooks: ``metadata``, ``ethereum``, ``origin``, ``gas_price``, ``io``
(its first groups), ``memory`` and the charged functions of functions.py. The face for the
bootloader besides: ``start``, ``begin_transaction``, ``finish_transaction``, ``results``,
``arena``, ``scratch`` and the frames of ``io``. Nothing is global: what cannot be reached from here
does not exist.

Docs:    docs/system/system.md.
Source:  zksync-os@v0.2.5 zk_ee/src/system/mod.rs.
Units:   gas price in wei.
Errors:  Trap when the region is too small.
"""

from zkos.interface.block_metadata import BlockMetadata, EthereumBlockMetadata
from zkos.kernel.oracle.result_keeper import ResultKeeper
from zkos.kernel.system.io.io import IO
from zkos.kernel.system.memory import Memory
from zkos.lang import Arena, Slice, Status, struct, u8, u32, u160, u256

LOG_DATA_BYTES = 2**26  # of the block's events and messages
RESULT_WORDS = 2**15  # of results that gather before they go to the host
SCRATCH_BYTES = 2**26  # of one transaction: its bytes, frames, call stack


@struct
class System:
    """One block under way."""

    metadata: BlockMetadata
    ethereum: EthereumBlockMetadata  # the ethereum flavour only
    da_commitment_scheme: u8
    origin: u160  # of the present transaction
    gas_price: u256  # of the present transaction
    blob_hashes: Slice[u256]  # of the present transaction; the ethereum flavour only
    transaction_number: u32  # accepted transactions of the block so far
    io: IO
    memory: Memory
    results: ResultKeeper  # a forward run's way out
    arena: Arena  # lives as long as the block
    scratch: Arena  # emptied when a transaction begins
    block_mark: u32  # what of the arena outlives the block

    def start(self, region: Slice[u8], is_zero: bool) -> None:
        """Divide the region among arenas, heap and return data, and be ready for a block."""
        self.arena.over(region, is_zero)
        self.scratch.over(self.arena.slice(u8, SCRATCH_BYTES), is_zero)
        self.memory.start(self.arena)
        self.io.log_data.over(self.arena.slice(u8, LOG_DATA_BYTES), is_zero)
        self.results.start(self.arena, RESULT_WORDS)
        self.block_mark = self.arena.mark()
        self.io.start(self.arena)

    def start_next_block(self) -> None:
        """Forget the block and be ready for another; only memory that was used is cleared."""
        self.arena.release(self.block_mark)
        self.transaction_number = u32(0)
        self.io.start(self.arena)

    def begin_transaction(self) -> None:
        """Begin the next transaction: state becomes its start, memory and scratch are empty."""
        self.scratch.release(u32(0))
        self.memory.begin_transaction()
        self.io.begin_transaction()

    def finish_transaction(self) -> Status:
        """End an accepted transaction: destructions, and its number."""
        self.transaction_number = self.transaction_number + 1
        return self.io.finish_transaction()
