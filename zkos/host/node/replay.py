"""Running a block of the chain again, on the state before it: for its trace, or for the prover.

Errors:  StateError where the state before the block is no longer kept; the errors of a run.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from zkos.host.executors.kernel_images import Extra, KernelImage, find_image
from zkos.host.node.node import Node
from zkos.host.node.rpc_errors import refused
from zkos.host.node.sealed_block import SealedBlock, batch_of
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.results import ResultKeeper
from zkos.host.state.state import State
from zkos.host.tracing.changes import Preimage
from zkos.host.tracing.events import EventReader, Tracer
from zkos.host.words import format_words

LOG = logging.getLogger("zkos.node")


@contextmanager
def _surroundings(node: Node, sealed: SealedBlock) -> Iterator[tuple[BatchOracle, State]]:
    """Give the oracle of a block, and the state before it."""
    if sealed is node.chain.first:
        raise refused("the chain begins after this block: it cannot be run again")
    hashes = node.chain.hashes_before(sealed.number)
    batch = batch_of(replace(sealed.block, block_hashes=hashes), node.chain.chain_id)
    with node.chain.state(sealed.number - 1) as state:
        yield BatchOracle(batch, state, _no_other_block), state


def _no_other_block(index: int) -> Any:
    raise AssertionError("the block is the only one of its batch")


def record_words(node: Node, sealed: SealedBlock) -> tuple[str, bytes]:
    """Run the proving kernel; give the words that it read, and the public input."""
    with _surroundings(node, sealed) as (oracle, _):
        border = Border(oracle.answer)
        image = KernelImage(True, oracle.batch.flavour, on_machine=False)
        run = node.executor.run(image, border)
    return format_words(border.words), run.output


def trace_block(
    node: Node, sealed: SealedBlock, tracer: Tracer, finish: Callable[[Preimage], Any]
) -> Any:
    """Run a block with a tracer; give what ``finish`` makes of it, which may ask for code."""
    keeper = ResultKeeper()
    with _surroundings(node, sealed) as (oracle, state):
        flavour = oracle.batch.flavour
        image = KernelImage(False, flavour, on_machine=False, extra=Extra.TRACING)
        if find_image(image) is None:
            LOG.info("the kernel that traces is compiled: requests wait")
        node.executor.run(image, Border(oracle.answer, keeper.take, EventReader(tracer).take))
        [outcome] = keeper.finished(1)
        made = {bytes(one["hash"]): one["data"] for one in outcome.preimages}
        return finish(lambda digest: made.get(digest) or state.preimage(digest))
