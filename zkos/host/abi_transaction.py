"""ABI encoding of the transactions that come from L1: types 0x7f (L1 to L2) and 0x7e (upgrade).

Layout:  19 head words: type, from, to, gas limit, gas per pubdata limit, max fee, max priority
         fee, paymaster 0, nonce, value, reserved[4] (total deposited, refund recipient, 0, 0),
         offsets of data, signature, factory deps, paymaster input, reserved dynamic; then these
         five in this order, each a length word and its content padded to 32 bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

L1_TO_L2 = 0x7F
UPGRADE = 0x7E
HEAD_WORDS = 19


@dataclass(frozen=True)
class AbiTransaction:
    """The fields of an L1 transaction; numbers may be wider than the field that they fill."""

    type: int
    sender: int
    to: int
    gas_limit: int
    gas_per_pubdata_limit: int
    max_fee_per_gas: int
    max_priority_fee_per_gas: int
    nonce: int
    value: int
    total_deposited: int
    refund_recipient: int
    data: bytes
    factory_deps: Sequence[bytes] = ()

    def encode(self) -> bytes:
        """Encode the tuple, without the leading offset word."""
        parts = [
            _bytes_part(self.data),
            _bytes_part(b""),
            _word(len(self.factory_deps)) + b"".join(self.factory_deps),
            _bytes_part(b""),
            _bytes_part(b""),
        ]
        numbers = [
            self.type,
            self.sender,
            self.to,
            self.gas_limit,
            self.gas_per_pubdata_limit,
            self.max_fee_per_gas,
            self.max_priority_fee_per_gas,
            0,
            self.nonce,
            self.value,
            self.total_deposited,
            self.refund_recipient,
            0,
            0,
        ]
        offset = 32 * HEAD_WORDS
        for part in parts:
            numbers.append(offset)
            offset += len(part)
        return b"".join(map(_word, numbers)) + b"".join(parts)


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _bytes_part(content: bytes) -> bytes:
    return _word(len(content)) + content + bytes(-len(content) % 32)
