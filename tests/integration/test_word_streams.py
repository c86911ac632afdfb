"""The words that the proving kernel reads are those that the official program read.

Vectors: state reference, 11.4: number of words, and the blake2s of all of them (little-endian) in
the runs of multiblock_batch.bin of v0.2.5. Our own advice, which that program does not know, is
left out.
"""

import copy
import hashlib
import json
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest

from zkos.host import block_file
from zkos.host.batch_run import Runner
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState
from zkos.interface.oracle_queries import QUERIES_BY_ID
from zkos.interface.services import SERVICE_ORACLE

FILE = Path(__file__).parents[1] / "vectors/reference-blocks/blocks.json"
STREAMS = {
    1: (8398, "300bd6697ad9389cd913a635c85badaaaebcb11de5597cf268e9717de86b57d0"),
    2: (21437, "2f5f532705f6998063a0e51943ddf7e84a4224b5309db2db7faec3c161ae401f"),
}


class StreamBorder(Border):
    """Records what the official program would read too."""

    def serve(self, service: int, request: Sequence[int]) -> Sequence[int]:
        """Answer a host call; advice leaves no words."""
        length = len(self.words)
        answer = super().serve(service, request)
        if service == SERVICE_ORACLE and QUERIES_BY_ID[request[0]].is_advice:
            del self.words[length:]
        return answer


def stream(block_count: int) -> "array[int]":
    """Run a batch of the first blocks in proving mode; give its words."""
    document = copy.deepcopy(json.loads(FILE.read_text())["batch"])
    document["blocks"] = document["blocks"][:block_count]
    batch = block_file.parse(document)
    blocks = Runner().run_forward(batch).ledger.blocks
    changes = [block.outcome.changes for block in blocks]
    oracle = BatchOracle(batch, MemoryState(batch.initial_state), changes.__getitem__)
    border = StreamBorder(oracle.answer)
    X8664Executor().run(KernelImage(True, batch.flavour, on_machine=False), border)
    return border.words


@pytest.mark.parametrize("block_count", STREAMS)
def test_stream_is_the_official_one(block_count):
    words = stream(block_count)
    data = b"".join(word.to_bytes(4, "little") for word in words)
    assert (len(words), hashlib.blake2s(data).hexdigest()) == STREAMS[block_count]
