"""Blocks whose public input the official program of v0.2.5 was seen to output.

Vectors: oracle reference, section 8: an empty block and one transfer, as recorded from a run of
multiblock_batch.bin. Its word counts hold for our stream as well, apart from our own advice.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.block_file import parse

EXAMPLES = Path(__file__).parents[2] / "examples"
EMPTY: dict[str, Any] = {"block": {}, "pre": {}, "transactions": []}
TRANSFER: dict[str, Any] = json.loads((EXAMPLES / "transfer.json").read_text())

EMPTY_INPUTS = {
    1: "de59a272cae5b633991ae422d7f2ca657a46566773d98d452b0eff688787f016",
    3: "eb02fd26773756d1dd86062d7d7c9b875ab04e0d5ff2a15332e59a1ed53540dd",
    4: "c3e4aad7b9cd5368480d36c0183660757242a981718e6c80b635e41d9f8fd7f5",
}
TRANSFER_INPUTS = {
    1: "01897b59108efa35923e42757527b761927b381b5721c0242118feec1b88d504",
    3: "debd3d571b5586baa3e0dca02ccd71d38eb7480cf495d5f1dab400a0a15177bb",
    4: "55bd4b3ba70d61e05d949aa36f10c453f3a47c93309bdce494b19857a455ee24",
}
EMPTY_WORDS, TRANSFER_WORDS = 2118, 3298
BLOB_WORDS = 25  # commitment and proof, and their length


def prove(document: dict[str, Any], scheme: int, executor: ExecutorName) -> Any:
    """Run a block in proving mode."""
    return Runner(executor).run_proving(parse({**document, "da_commitment_scheme": scheme}))


@pytest.mark.all_executors
@pytest.mark.parametrize("scheme", [1, 3, 4])
def test_empty_block_has_the_official_public_input(executor, scheme, request):
    if (executor.name, scheme) == ("python", 4) and not request.config.getoption("--full"):
        pytest.skip("a pairing as Python takes long; --full has it")
    run = prove(EMPTY, scheme, ExecutorName(executor.name))
    assert run.public_input.hex() == EMPTY_INPUTS[scheme]
    assert len(run.words) == EMPTY_WORDS + (BLOB_WORDS if scheme == 4 else 0)
    block = run.ledger.blocks[0]
    assert block.outcome.block["block_hash"].hex() == (
        "456229d4dbd8905f5ac5ef1a113d11d15eaae5ca027e7f1984d1442da8c42927"
    )
    assert block.outcome.pubdata.hex() == (
        "01456229d4dbd8905f5ac5ef1a113d11d15eaae5ca027e7f1984d1442da8c42927"
        "000000000000002a000000000000000000000000"
    )


@pytest.mark.all_executors
@pytest.mark.parametrize("scheme", [1, 3])
def test_transfer_has_the_official_public_input(executor, scheme):
    run = prove(TRANSFER, scheme, ExecutorName(executor.name))
    assert run.public_input.hex() == TRANSFER_INPUTS[scheme]
    [block] = run.ledger.blocks
    assert block.after.root.hex() == (
        "8be90a29f2e3e0443f6bce17684646e053ceafa9d57dcba2966eca2a67474827"
    )
    assert block.after.next_free_slot == 5
    [transfer] = block.outcome.transactions
    assert transfer["gas_used"] == 21000
    assert transfer["native_used"] == 1005340


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_transfer_in_a_blob_has_the_official_public_input(executor):
    assert prove(TRANSFER, 4, ExecutorName(executor.name)).public_input.hex() == TRANSFER_INPUTS[4]


def test_words_of_the_transfer_are_those_of_the_official_program_and_advice():
    words = list(prove(TRANSFER, 3, ExecutorName.X86_64).words)
    # positions of length words in the official stream (oracle reference, 8)
    assert words[0] == 1
    assert [words[at] for at in (1, 2098, 2101, 2104, 2133)] == [2096, 2, 2, 28, 10]
    assert words[2144:2147] == [2, 1, 0]  # format: RLP
    assert words[2147] == 6  # sender
    advice = len(words) - TRANSFER_WORDS
    assert advice >= 0
    tail = words[advice:]
    for position, length in ((2209, 2), (2212, 12), (2225, 2), (2228, 532), (2761, 532), (3294, 2)):
        assert tail[position] == length
    assert tail[3297] == 0  # disconnect
