"""Transactions for benchmarks, signed: type 2, one key per sender."""

from dataclasses import dataclass

import coincurve
import rlp

from zkos.host.hashing import keccak256

CHAIN_ID = 37
FEE = 1000
"""Base fee and fee of every transaction, in wei."""
TYPE = b"\x02"


@dataclass(frozen=True)
class Sender:
    """An account with its key."""

    secret: int

    @property
    def _key(self) -> coincurve.PrivateKey:
        return coincurve.PrivateKey.from_int(self.secret)

    @property
    def address(self) -> bytes:
        """The account's address."""
        return keccak256(self._key.public_key.format(compressed=False)[1:])[12:]

    def transaction(self, to: bytes, gas_limit: int, value: int = 0, data: bytes = b"") -> bytes:
        """Sign a first transaction."""
        fields = [CHAIN_ID, 0, 0, FEE, gas_limit, to, value, data, []]
        digest = keccak256(TYPE + rlp.encode(fields))
        signature = self._key.sign_recoverable(digest, hasher=None)
        r, s = (int.from_bytes(signature[at : at + 32], "big") for at in (0, 32))
        return bytes(TYPE + rlp.encode([*fields, signature[64], r, s]))
