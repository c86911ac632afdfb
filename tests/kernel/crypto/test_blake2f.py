"""BLAKE2b's compression: a hash built from it equals hashlib's, and EIP-152's own vectors."""

import hashlib
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor, get_executor
from zkos.kernel.crypto.blake2f import IV, blake2f

EIP_STATE = (
    "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
    "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b"
)
EIP_BLOCK = b"abc" + bytes(125)
# EIP-152, test vectors 4 to 7: rounds, final, output.
EIP_VECTORS = [
    (0, True, "08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
              "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b"),
    (12, True, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
               "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"),
    (12, False, "75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
                "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735"),
    (1, True, "b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
              "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421"),
]  # fmt: skip


def words(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 8}Q", data))


def blake2b(executor: Executor, message: bytes) -> bytes:
    state = [IV[0] ^ 0x01010040, *IV[1:]]
    blocks = [message[at : at + 128] for at in range(0, len(message), 128)] or [b""]
    done = 0
    for number, block in enumerate(blocks):
        done += len(block)
        is_final = number == len(blocks) - 1
        executor.call(blake2f, 12, state, words(block.ljust(128, b"\0")), done, 0, is_final)
    return struct.pack("<8Q", *state)


@pytest.mark.all_executors
def test_vectors_of_the_eip(executor: Executor) -> None:
    for rounds, is_final, output in EIP_VECTORS:
        state = words(bytes.fromhex(EIP_STATE))
        executor.call(blake2f, rounds, state, words(EIP_BLOCK), 3, 0, is_final)
        assert struct.pack("<8Q", *state).hex() == output


@pytest.mark.all_executors
def test_a_hash_of_several_blocks(executor: Executor) -> None:
    for length in (0, 1, 128, 129, 300):
        message = bytes(range(256)) * 2
        digest = hashlib.blake2b(message[:length]).digest()
        assert blake2b(executor, message[:length]) == digest


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=600))
def test_any_message(message: bytes) -> None:
    assert blake2b(get_executor("x86_64"), message) == hashlib.blake2b(message).digest()
