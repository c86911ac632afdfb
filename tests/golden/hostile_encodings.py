"""Transactions whose encoding is unusual or wrong in one place, and whose signature fits it.

The signature is over the fields as they stand, so that a decoder which takes too much is noticed.
"""

from random import Random
from typing import Any

import rlp

from tests.support.chain import CHAIN_ID, Signer, keccak256
from zkos.host.abi_transaction import L1_TO_L2, UPGRADE, AbiTransaction

Item = list[Any] | bytes


def with_header(base: int, content: bytes, length_bytes: int = 0) -> bytes:
    """Put a header before a content; ``length_bytes`` forces the long form."""
    size = len(content)
    if size < 56 and not length_bytes:
        return bytes([base + size]) + content
    length = size.to_bytes(max(length_bytes, (size.bit_length() + 7) // 8), "big")
    return bytes([base + 55 + len(length)]) + length + content


class EncodingMaker:
    """Makes encodings from one source of random numbers."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def signed(self, signer: Signer, kind: int, fields: list[Item]) -> dict[str, str]:
        """Encode and sign; the fields are those before the signature."""
        encoded = [rlp.encode(field) for field in fields]
        for _ in range(self.random.choice([1, 1, 1, 2])):
            at = self.random.randrange(len(encoded))
            encoded[at : at + 1] = self.changed(encoded[at], fields[min(at, len(fields) - 1)])
        content = b"".join(encoded)
        prefix = bytes([kind]) if kind else b""
        protected = kind == 0 and self.random.random() < 0.5
        tail = rlp.encode(CHAIN_ID) + b"\x80\x80" if protected else b""
        r, s, parity = signer.sign(keccak256(prefix + with_header(0xC0, content + tail)))
        first = parity if kind else parity + (35 + 2 * CHAIN_ID if protected else 27)
        signature = [rlp.encode(number) for number in (first, r, s)]
        if self.random.random() < 0.15:
            at = self.random.randrange(3)
            signature[at : at + 1] = self.changed(signature[at], b"")
        long_form = self.random.choice([0, 0, 0, 2, 3, 4, 5])
        raw = prefix + with_header(0xC0, content + b"".join(signature), long_form)
        return {"raw": "0x" + self.wrapped(raw).hex(), "sender": signer.address}

    def wrapped(self, raw: bytes) -> bytes:
        """Leave the whole as it is, usually."""
        kind = self.random.randrange(20)
        if kind == 0:
            return raw + b"\x00"
        if kind == 1:
            return raw[:-1]
        if kind == 2:
            return b"\x81" + raw
        return b"\x00" + raw if kind == 3 else raw

    def changed(self, encoded: bytes, field: Item) -> list[bytes]:
        """Encode a field in another way, or give another field, none, or two."""
        content = field if isinstance(field, bytes) else encoded[1:]
        makers = [
            lambda: [with_header(0x80, content)],
            lambda: [with_header(0xC0, content)],
            lambda: [with_header(0x80, content, self.random.randrange(1, 5))],
            lambda: [with_header(0xC0, content, self.random.randrange(1, 5))],
            lambda: [with_header(0x80, b"\x00" + content)],
            lambda: [with_header(0x80, bytes(self.random.choice([1, 19, 20, 21, 32, 33])))],
            lambda: [with_header(0x80, b"\xff" * self.random.choice([1, 8, 9, 20, 32, 33]))],
            lambda: [b"\x00"], lambda: [b"\x80"], lambda: [b"\xc0"], lambda: [b"\x81\x05"],
            list, lambda: [encoded, encoded], lambda: [encoded[:-1]], lambda: [encoded],
            lambda: [b"\xc1\x80"], lambda: [b"\xbf" + bytes(8)], lambda: [b"\xb8\x38" + bytes(56)],
            lambda: [self.nested(encoded)],
        ]  # fmt: skip
        made: list[bytes] = self.random.choice(makers)()
        return made

    def nested(self, encoded: bytes) -> bytes:
        """Change a byte of a field, also deep in a list."""
        found = bytearray(encoded)
        at = self.random.randrange(len(found))
        found[at] = self.random.choice([0, 0x7F, 0x80, 0x81, 0xA0, 0xC0, 0xC1, 0xFF, found[at] ^ 1])
        return bytes(found)

    def abi(self, **fields: Any) -> dict[str, str]:
        """Give an L1 or upgrade transaction with a word changed, cut or longer."""
        whole = AbiTransaction(
            type=self.random.choice([L1_TO_L2, L1_TO_L2, UPGRADE]), max_priority_fee_per_gas=0,
            nonce=0, **fields,
        )  # fmt: skip
        encoded = bytearray(whole.encode())
        kind = self.random.randrange(8)
        if kind == 0:
            del encoded[self.random.randrange(len(encoded)) :]
        elif kind == 1:
            encoded += bytes(self.random.choice([1, 32, 64]))
        else:
            at = 32 * self.random.randrange(len(encoded) // 32)
            number = self.random.choice([0, 1, 32, 0x260, 0x280, 2**32, 2**64, 2**160, 2**255])
            if self.random.random() < 0.5:
                number += int.from_bytes(encoded[at : at + 32], "big")
            encoded[at : at + 32] = (number % 2**256).to_bytes(32, "big")
        return {"raw": "0x" + (bytes(encoded) or b"\0").hex(), "format": "abi"}
