"""Entry of the forward run: one block, everything that came out goes to the result keeper.

``output`` receives the block hash as eight words, in the order of x10 to x17.

Source:  zksync-os@v0.2.5 forward_system/src/run/mod.rs (what a forward run gives).
Modes:   forward only; the host runs the blocks of a batch one by one.
Errors:  internal errors are returned; on the bare machine they are a trap.
"""

from zkos.interface.results import BlockResult
from zkos.interface.wire import write_bytes32
from zkos.kernel.bootloader.block_totals import BlockTotals
from zkos.kernel.bootloader.run_block import run_block
from zkos.kernel.bootloader.seal_block import seal_forward
from zkos.kernel.errors import OK
from zkos.kernel.oracle.result_keeper import report_block
from zkos.kernel.system.system import System
from zkos.lang import Arena, Slice, Status, check, function, local, trap, u8, u32


@function(export="zkos_forward_run")
def forward_run(heap: Slice[u8], output: Slice[u32]) -> Status:
    """Run one block in ``heap``, which is all zero and aligned to 8 bytes."""
    arena = local(Arena)
    arena.over(heap, True)
    system = arena.new(System)
    totals = arena.new(BlockTotals)
    result = arena.new(BlockResult)
    system.start(arena.slice(u8, arena.remaining()), True)
    check(run_block(system, totals))
    check(seal_forward(system, totals, result))
    report_block(system.results, result)
    system.results.flush()
    write_bytes32(output, 0, result.block_hash)
    return OK


@function(export="zkos_main")
def forward_run_image(heap: Slice[u8], output: Slice[u32]):
    """Do the same on the bare machine, where there is nobody to return a status to."""
    if forward_run(heap, output) != OK:
        trap()
