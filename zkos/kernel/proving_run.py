"""Entry of the proving run: the blocks of a batch, and nothing comes out but the public input.

The number of blocks is asked first; each block starts with empty caches.

Source:  transactions.md 8.2; zksync-os@v0.2.5 proof_running_system/src/system/bootloader.rs.
Modes:   proving only. The run fails closed: without a public input there is nothing to prove.
Errors:  internal errors are returned; on the bare machine they are a trap. NO_BLOCKS.
"""

from zkos.interface.wire import write_bytes32
from zkos.kernel.bootloader.block_totals import BlockTotals
from zkos.kernel.bootloader.run_block import run_block
from zkos.kernel.bootloader.seal_block import seal_proving
from zkos.kernel.errors import NO_BLOCKS, OK
from zkos.kernel.l1_integration.public_input import Batch
from zkos.kernel.oracle.questions import bind_number_of_blocks
from zkos.kernel.system.system import System
from zkos.lang import Arena, Slice, Status, check, function, local, range, trap, u8, u32

BATCH_BYTES = 2**22
"""Log hashes of a batch, twice: as they come and as the tree's leaves; pubdata for blobs."""


@function(export="zkos_proving_run")
def proving_run(heap: Slice[u8], output: Slice[u32]) -> Status:
    """Run a batch in ``heap``, which is all zero and aligned to 8 bytes."""
    arena = local(Arena)
    arena.over(heap, True)
    batch_arena = local(Arena)
    batch_arena.over(arena.slice(u8, BATCH_BYTES), True)
    batch = arena.new(Batch)
    batch.start(batch_arena)
    system = arena.new(System)
    system.start(arena.slice(u8, arena.remaining()), True)
    count = bind_number_of_blocks()
    if count == 0:
        return NO_BLOCKS
    for i in range(count):
        if i != 0:
            system.start_next_block()
        totals = system.arena.new(BlockTotals)
        check(run_block(system, totals))
        check(seal_proving(system, totals, batch))
    write_bytes32(output, 0, check(batch.public_input()))
    return OK


@function(export="zkos_main")
def proving_run_image(heap: Slice[u8], output: Slice[u32]):
    """Do the same on the bare machine, where there is nobody to return a status to."""
    if proving_run(heap, output) != OK:
        trap()
