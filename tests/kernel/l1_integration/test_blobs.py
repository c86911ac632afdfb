"""Blobs in the kernel: openings that verify, and those that do not."""

import random

import pytest

from tests.support.executors import Executor
from zkos.host.blobs import data_of_blobs, open_blob, versioned_hash
from zkos.interface.blobs import DATA_BYTES, HEAD_BYTES, MAXIMUM_BLOBS
from zkos.interface.error_names import ERROR_CODES
from zkos.kernel.l1_integration.blobs import BlobData, verify_blob_opening
from zkos.lang import Arena, Slice, Status, Unverified, check, function, local, u8, u256

HEAP = 1 << 19
MINUS_G = (
    "b7f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905"
    "a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
)
"""The negated generator: a point that is a fine commitment, of something else."""


@function
def verify(data: Slice[u8], opening: Slice[u8], memory: Slice[u8]) -> tuple[Status, u256]:
    """Call with an arena over ``memory``."""
    arena = local(Arena)
    arena.over(memory, True)
    return Status(0), check(verify_blob_opening(data, Unverified[Slice[u8]](opening), arena))


@function
def append_twice(first: Slice[u8], second: Slice[u8], memory: Slice[u8]) -> Status:
    """Fill a batch's blobs with two blocks."""
    arena = local(Arena)
    arena.over(memory, True)
    blobs = arena.new(BlobData)
    blobs.start(arena)
    check(blobs.append(first))
    return blobs.append(second)


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
@pytest.mark.parametrize("length", [0, 53, 5000, DATA_BYTES - HEAD_BYTES])
def test_true_openings_give_the_versioned_hash(executor: Executor, length: int) -> None:
    [data] = data_of_blobs(random.Random(length).randbytes(length))
    opening = open_blob(data)
    status, found = executor.call(verify, data, opening.commitment + opening.proof, bytearray(HEAP))
    assert (status, found.to_bytes(32, "big")) == (0, versioned_hash(opening.commitment))


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_false_openings_are_refused(executor: Executor) -> None:
    [data] = data_of_blobs(bytes(range(100)))
    [other] = data_of_blobs(bytes(range(101)))
    opening, others = open_blob(data), open_blob(other)
    generator = bytes.fromhex(MINUS_G)
    cases = [
        (data, others.commitment, others.proof), (data, opening.commitment, others.proof),
        (data, others.commitment, opening.proof), (other, opening.commitment, opening.proof),
        (data + b"\0", opening.commitment, opening.proof),  # the same blob, another point
        (data, generator, opening.proof), (data, opening.commitment, generator),
        (data, bytes(48), opening.proof), (data, opening.commitment, b"\xc0" + bytes(47)),
        (data, opening.commitment, bytes([opening.proof[0] ^ 0x20]) + opening.proof[1:]),
    ]  # fmt: skip
    for given, commitment, proof in cases:
        status, _ = executor.call(verify, given, commitment + proof, bytearray(HEAP))
        assert status == ERROR_CODES["BlobProofInvalid"]


def test_a_batch_has_nine_blobs_at_most(executor: Executor) -> None:
    room = MAXIMUM_BLOBS * DATA_BYTES - HEAD_BYTES
    for first, second, error in (
        (room, 0, None), (room - 7, 7, None),
        (room, 1, "TooManyBlobs"), (room + 1, 0, "TooManyBlobs"),
    ):  # fmt: skip
        status = executor.call(append_twice, bytes(first), bytes(second), bytearray(1 << 21))
        assert status == (ERROR_CODES[error] if error else 0)
