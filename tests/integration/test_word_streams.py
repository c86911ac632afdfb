"""The words that the proving kernel reads are those that the official program read.

Vectors: state reference, 11.4: number of words, and the blake2s of all of them (little-endian) in
the runs of multiblock_batch.bin of v0.2.5; oracle reference, 8: the queries of an empty block and
of a transfer, with the positions of their answers. The hashes of these two are those of the words
that ``zkos prove-input --program multiblock_batch.bin`` records. Our own advice, which that program
does not know, is left out.
"""

import copy
import hashlib
import json
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from zkos.host import block_file
from zkos.host.batch_run import Runner
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import AnswerQuery, Border
from zkos.host.state.state import MemoryState
from zkos.interface.oracle_queries import QUERIES_BY_ID
from zkos.interface.services import SERVICE_ORACLE

FILE = Path(__file__).parents[1] / "vectors/reference-blocks/blocks.json"
STREAMS = {
    1: (8398, "300bd6697ad9389cd913a635c85badaaaebcb11de5597cf268e9717de86b57d0"),
    2: (21437, "2f5f532705f6998063a0e51943ddf7e84a4224b5309db2db7faec3c161ae401f"),
}


TRANSFER = Path(__file__).parents[2] / "examples/transfer.json"
EMPTY_TRACE = [
    (0, 0xDEADBEEF), (1, 0x40070000), (2098, 0x40070002), (2101, 0x40060000), (2104, 0x40070001),
    (2117, 0x40000000),
]  # fmt: skip
TRANSFER_TRACE = [
    (0, 0xDEADBEEF), (1, 0x40070000), (2098, 0x40070002), (2101, 0x40060000), (2104, 0x40060001),
    (2133, 0x40030000), (2144, 0x40060002), (2147, 0x40060003), (2154, 0x40030000),
    (2165, 0x4002F000), (2198, 0x40030000), (2209, 0x40060000), (2212, 0x40070001),
    (2225, 0x4004F000), (2228, 0x4004F002), (2761, 0x4004F002), (3294, 0x4004F000),
    (3297, 0x40000000),
]  # fmt: skip


class StreamBorder(Border):
    """Records what the official program would read too, and what it would write."""

    def __init__(self, answer: AnswerQuery) -> None:
        super().__init__(answer)
        self.trace: list[tuple[int, int]] = []
        """Position of each answer in the stream, and the query."""
        self.written = 0

    def serve(self, service: int, request: Sequence[int]) -> "array[int]":
        """Answer a host call; advice leaves no words."""
        length = len(self.words)
        answer = super().serve(service, request)
        assert service == SERVICE_ORACLE
        if QUERIES_BY_ID[request[0]].is_advice:
            del self.words[length:]
        else:
            self.trace.append((length, request[0]))
            self.written += 1 + len(request)  # the number of parameters is written too
        return answer


def prove(document: dict[str, Any]) -> StreamBorder:
    """Run a batch in proving mode and record its stream."""
    batch = block_file.parse(document)
    blocks = Runner().run_forward(batch).ledger.blocks
    changes = [block.outcome.changes for block in blocks]
    oracle = BatchOracle(batch, MemoryState(batch.initial_state), changes.__getitem__)
    border = StreamBorder(oracle.answer)
    X8664Executor().run(KernelImage(True, batch.flavour, on_machine=False), border)
    return border


def digest(words: "array[int]") -> str:
    """Hash the words as little-endian bytes."""
    return hashlib.blake2s(b"".join(word.to_bytes(4, "little") for word in words)).hexdigest()


@pytest.mark.parametrize("block_count", STREAMS)
def test_stream_is_the_official_one(block_count):
    document = copy.deepcopy(json.loads(FILE.read_text())["batch"])
    document["blocks"] = document["blocks"][:block_count]
    words = prove(document).words
    assert (len(words), digest(words)) == STREAMS[block_count]


def test_an_empty_block_has_the_official_trace():
    border = prove({"block": {}})
    assert border.trace == EMPTY_TRACE
    assert (len(border.words), border.written) == (2118, 12)
    assert list(border.words[:4]) == [1, 0x830, 0x3E8, 0]
    assert digest(border.words) == (
        "9f3e2ff0f45122bd0b4829a1133d338edaf33a6f7531319e57b5ca6e47608d07"
    )


def test_a_transfer_has_the_official_trace():
    border = prove(json.loads(TRANSFER.read_text()))
    assert border.trace == TRANSFER_TRACE
    assert (len(border.words), border.written) == (3298, 106)
    assert digest(border.words) == (
        "8c5e75e2f88c5e3ab4fd61fe4316888761bd7db018b47f2a3d97e0ae79978a68"
    )
