"""A call to simulate, and the transaction that stands for it.

The kernel takes transactions only, so a call becomes one of type 2 with a signature that is none.
It has the usual 32 bytes for r and s: native is charged by the length of a transaction.

Docs:    docs/simulation.md.
Units:   gas; wei.
Errors:  BlockFileError for a malformed access list, naming the field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rlp

from zkos.host.batch import OfferedTransaction, TransactionFormat
from zkos.host.json_fields import Field

EIP1559 = b"\x02"
NO_SIGNATURE = (b"", b"\x11" * 32, b"\x11" * 32)
"""y parity, r and s; s is a low one."""


@dataclass(frozen=True)
class Call:
    """What is called, by whom, and with how much."""

    sender: int = 0
    to: int | None = None
    """None deploys ``data``."""
    data: bytes = b""
    value: int = 0
    gas_limit: int | None = None
    """None: what the simulator gives at most."""
    gas_price: int | None = None
    """None: nothing is paid, and the block's base fee is 0 for the call."""
    access_list: Sequence[tuple[int, Sequence[int]]] = ()

    def encode(self, chain_id: int, nonce: int, gas_limit: int) -> OfferedTransaction:
        """Give the transaction."""
        price = self.gas_price or 0
        fields = [
            chain_id,
            nonce,
            price,
            price,
            gas_limit,
            b"" if self.to is None else self.to.to_bytes(20, "big"),
            self.value,
            self.data,
            [
                [address.to_bytes(20, "big"), [key.to_bytes(32, "big") for key in keys]]
                for address, keys in self.access_list
            ],
            *NO_SIGNATURE,
        ]
        encoded = EIP1559 + rlp.encode(fields)
        return OfferedTransaction(encoded, TransactionFormat.RLP, self.sender)


def parse_access_list(document: Any) -> list[tuple[int, list[int]]]:
    """Read an access list as Ethereum's JSON has it."""
    parsed = []
    for item in Field(document).items():
        item.known("address", "storageKeys")
        address = int.from_bytes(item.need("address").data(20), "big")
        parsed.append((address, [key.quantity(256) for key in item.need("storageKeys").items()]))
    return parsed
