"""Calldata that a hook or precompile might trip over: valid, at an edge, or wrong in one place."""

import hashlib
from random import Random

from tests.fuzz.precompile_inputs import PRECOMPILE_INPUTS
from tests.golden.contracts import p256_input
from tests.support.chain import keccak256

MESSENGER, BASE_TOKEN, DEPLOYER, UPGRADER = 0x8008, 0x800A, 0x8006, 0x800F
P256 = 0x100
FORCED_CODES = [b"", b"\x00", bytes.fromhex("5b60015f5500"), bytes.fromhex("3d5b5b") * 40,
                bytes.fromhex("ef0100") + bytes(20), bytes(24576)]  # fmt: skip
MODEXP_LENGTHS = [0, 1, 2, 8, 31, 32, 33, 40, 63, 64, 65, 96, 128, 129, 200, 256, 300]
LARGE_WORDS = [2**16, 2**20 + 1, 2**32 - 1, 2**32, 2**64 - 1, 2**64, 2**255]
EDGE_WORDS = [0, 1, 4, 31, 32, 33, 36, 63, 64, 96, 100, 2**31, 2**32 - 1, 2**32, 2**160, 2**256 - 1]
BN254_PRIME = 0x30644E72E131A029B85045B68181585D97816A916871CA8D3C208C16D87CFD47
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def word(number: int) -> bytes:
    """Encode an ABI word."""
    return number.to_bytes(32, "big")


def padded(data: bytes) -> bytes:
    """Fill the last ABI word."""
    return data + bytes(-len(data) % 32)


class InputMaker:
    """Makes inputs from one source of random numbers."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.made = {
            MESSENGER: self.message, BASE_TOKEN: self.withdrawal, DEPLOYER: self.deployment,
            P256: self.signature, 1: self.recovery, 5: self.modexp,
        }  # fmt: skip

    def input_for(self, address: int) -> bytes:
        """Give an input that the hook at an address understands, usually."""
        maker = self.made.get(address)
        if maker is None or (address == 5 and self.random.random() < 0.3):
            found = self.vector(address)
        else:
            found = maker()
        return self.damaged(found) if self.random.random() < 0.3 else found

    def content(self) -> bytes:
        """Give some bytes."""
        size = self.random.choice([0, 1, 20, 31, 32, 33, 56, 64, 100, 135, 136, 137, 300, 1500])
        return self.random.randbytes(size)

    def message(self) -> bytes:
        """Call ``sendToL1``."""
        content = self.content()
        tail = self.random.choice([b"", b"", b"", bytes(32), bytes(31)])
        encoded = word(32) + word(len(content)) + padded(content) + tail
        return bytes.fromhex("62f84b24") + self.with_edge_word(encoded, 2)

    def withdrawal(self) -> bytes:
        """Call ``withdraw`` or ``withdrawWithMessage``."""
        receiver = bytes(12) + self.random.randbytes(20)
        if self.random.random() < 0.4:
            return bytes.fromhex("51cff8d9") + self.with_edge_word(receiver, 1)
        content = self.content()
        gap = self.random.choice([0, 0, 0, 32, 7])
        encoded = receiver + word(64 + gap) + bytes(gap) + word(len(content))
        encoded += self.random.choice([content, padded(content)])
        return bytes.fromhex("84bc3eb0") + self.with_edge_word(encoded, 3)

    def deployment(self) -> bytes:
        """Call ``setBytecodeDetailsEVM`` with a code whose preimage is there."""
        code = self.random.choice(FORCED_CODES)
        target = self.random.choice([0xA0A0, 0xC0DE00, 0xC0DE01, 0x8008, 0x800F, 4])
        encoded = word(target) + hashlib.blake2s(code).digest() + word(len(code))
        encoded += self.random.choice([keccak256(code), bytes(32), word(7)])
        if self.random.random() < 0.1:
            encoded = word(2**160 + target) + encoded[32:]
        return bytes.fromhex("f6eca0b0") + encoded + self.random.choice([b"", b"", bytes(5)])

    def signature(self) -> bytes:
        """Verify on P-256."""
        return p256_input(self.random.randrange(8))

    def recovery(self) -> bytes:
        """Recover an address."""
        near = SECP256K1_ORDER + self.random.choice([-1, 0, 1])
        number = self.random.choice([0, 1, near, self.random.getrandbits(256)])
        other = self.random.choice([1, near % 2**256, self.random.getrandbits(256)])
        parity = self.random.choice([27, 28, 27, 28, 0, 26, 29, 2**255])
        return self.random.randbytes(32) + word(parity) + word(number) + word(other)

    def modexp(self) -> bytes:
        """Raise to a power."""
        lengths = [self.random.choice(MODEXP_LENGTHS) for _ in range(3)]
        lengths[1] = min(lengths[1], self.random.choice([33, 33, 300]))
        parts = [self.operand(length) for length in lengths]
        given = list(lengths)
        if self.random.random() < 0.1:
            given[self.random.randrange(3)] = self.random.choice(LARGE_WORDS)
        return b"".join(map(word, given)) + b"".join(parts)

    def operand(self, length: int) -> bytes:
        """Give a number of modexp: any, small, even, a power of two, all ones."""
        kind = self.random.randrange(6) if length else 0
        if kind == 0:
            return bytes(length)
        if kind == 1:
            return self.random.randrange(4).to_bytes(length, "big")
        if kind == 2:
            return (1 << self.random.randrange(8 * length)).to_bytes(length, "big")
        if kind == 3:
            return b"\xff" * length
        if kind == 4:
            zeros = self.random.randrange(length)
            return self.random.randbytes(length - zeros) + bytes(zeros)
        return self.random.randbytes(length)

    def vector(self, address: int) -> bytes:
        """Give an input of the committed vectors, or something."""
        for known, inputs in PRECOMPILE_INPUTS:
            if known == address and self.random.random() < 0.9:
                return self.random.choice(inputs)
        return self.content()

    def with_edge_word(self, encoded: bytes, words: int) -> bytes:
        """Put an edge value into one of the first words, now and then."""
        if self.random.random() < 0.75:
            return encoded
        at = 32 * self.random.randrange(words)
        return encoded[:at] + word(self.random.choice(EDGE_WORDS)) + encoded[at + 32 :]

    def damaged(self, data: bytes) -> bytes:
        """Cut, extend or change an input."""
        kind = self.random.randrange(5)
        if kind == 0:
            return data[: self.random.randrange(len(data) + 1)]
        if kind == 1:
            return data + bytes(self.random.choice([1, 31, 32, 192]))
        if kind == 2:
            return data + self.random.randbytes(self.random.choice([1, 32, 64]))
        at = 32 * self.random.randrange(len(data) // 32 + 1)
        number = self.random.choice([*EDGE_WORDS, BN254_PRIME, BN254_PRIME - 1, SECP256K1_ORDER])
        return data[:at] + word(number) + data[at + 32 :] if kind == 3 else data
