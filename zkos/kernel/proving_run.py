"""Entry of the proving run: the blocks of a batch, and nothing comes out but the public input.

The number of blocks is asked first; each block then runs in a fresh system.

Source:  transactions.md 8.2; zksync-os@v0.2.5 proof_running_system/src/system/bootloader.rs.
Modes:   proving only. The run fails closed: without a public input there is nothing to prove.
Errors:  internal errors are returned; on the bare machine they are a trap. NO_BLOCKS.
"""

from zkos.interface.results import BlockResult
from zkos.interface.wire import write_bytes32
from zkos.kernel.bootloader.block_totals import BlockTotals
from zkos.kernel.bootloader.run_block import run_block
from zkos.kernel.bootloader.seal_block import seal_block
from zkos.kernel.crypto.keccak256 import Keccak256
from zkos.kernel.errors import NO_BLOCKS, OK
from zkos.kernel.oracle.questions import bind_number_of_blocks
from zkos.kernel.system.system import System
from zkos.lang import Arena, Slice, Status, check, function, local, range, trap, u8, u32, u256


@function(export="zkos_proving_run")
def proving_run(heap: Slice[u8], output: Slice[u32]) -> Status:
    """Run a batch in ``heap``, which is all zero and aligned to 8 bytes."""
    count = bind_number_of_blocks()
    if count == 0:
        return NO_BLOCKS
    public_input = u256(0)
    for i in range(count):
        block_input = check(_run_one(heap, i == 0))
        public_input = block_input if i == 0 else _join(public_input, block_input)
    write_bytes32(output, 0, public_input)
    return OK


@function
def _run_one(heap: Slice[u8], is_zero: bool) -> tuple[Status, u256]:
    """Run a block in a fresh system; give its public input."""
    arena = local(Arena)
    arena.over(heap, is_zero)
    system = arena.new(System)
    totals = arena.new(BlockTotals)
    result = arena.new(BlockResult)
    system.start(arena.slice(u8, arena.remaining()), True)
    check(run_block(system, totals))
    check(seal_block(system, totals, result))
    return OK, result.public_input


@function
def _join(before: u256, after: u256) -> u256:
    """Chain provisional public inputs of a batch."""
    hasher = local(Keccak256)
    hasher.absorb_u256(before)
    hasher.absorb_u256(after)
    return hasher.finish()


@function(export="zkos_main")
def proving_run_image(heap: Slice[u8], output: Slice[u32]):
    """Do the same on the bare machine, where there is nobody to return a status to."""
    if proving_run(heap, output) != OK:
        trap()
