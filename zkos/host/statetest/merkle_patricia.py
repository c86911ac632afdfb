"""Ethereum's state root, computed from all accounts at once.

A trie maps keccak256 of a key, as 64 nibbles, to a value. A node is the RLP of a leaf or extension
[path, content] or of a branch of 16 children and an empty value; a child shorter than 32 bytes
stands in its parent, any other is named by its keccak256.

Source:  Yellow Paper, appendices C (path encoding) and D (trie).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import rlp

from zkos.host.hashing import keccak256

EMPTY_CODE_HASH = keccak256(b"")
EMPTY_ROOT = keccak256(rlp.encode(b""))
LEAF, EXTENSION = 2, 0
HASH_BYTES = 32

Item = tuple[str, bytes]
"""Key as hexadecimal digits, and value."""


@dataclass
class Account:
    """What Ethereum's state keeps of an account."""

    balance: int = 0
    nonce: int = 0
    code_hash: bytes = EMPTY_CODE_HASH
    storage: dict[int, int] = field(default_factory=dict)
    """Without zero values."""

    @property
    def is_empty(self) -> bool:
        """Whether EIP-161 removes it once it is touched."""
        return not self.balance and not self.nonce and self.code_hash == EMPTY_CODE_HASH


def state_root(accounts: Mapping[int, Account]) -> bytes:
    """Give the root of a state; empty accounts are not part of it."""
    return trie_root(
        {
            address.to_bytes(20, "big"): rlp.encode(
                [
                    to_minimal(account.nonce),
                    to_minimal(account.balance),
                    storage_root(account.storage),
                    account.code_hash,
                ]
            )
            for address, account in accounts.items()
            if not account.is_empty
        }
    )


def storage_root(storage: Mapping[int, int]) -> bytes:
    """Give the root of an account's storage."""
    if not storage:
        return EMPTY_ROOT
    return trie_root(
        {key.to_bytes(32, "big"): rlp.encode(to_minimal(value)) for key, value in storage.items()}
    )


def trie_root(entries: Mapping[bytes, bytes]) -> bytes:
    """Give the root of a trie with hashed keys."""
    if not entries:
        return EMPTY_ROOT
    items = sorted((_hashed_key(key), value) for key, value in entries.items())
    return keccak256(rlp.encode(_node(items, 0)))


def to_minimal(number: int) -> bytes:
    """Write a number big-endian without leading zeros."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


@lru_cache(maxsize=1 << 16)
def _hashed_key(key: bytes) -> str:
    return keccak256(key).hex()


def _node(items: Sequence[Item], depth: int) -> list[Any]:
    """Give the node over sorted items that agree in their first ``depth`` digits."""
    first, last = items[0], items[-1]
    if len(items) == 1:
        return [_path(first[0][depth:], LEAF), first[1]]
    end = depth
    while first[0][end] == last[0][end]:
        end += 1
    if end > depth:
        return [_path(first[0][depth:end], EXTENSION), _reference(_node(items, end))]
    children: list[Any] = [b""] * 17
    start = 0
    for at in range(1, len(items) + 1):
        if at == len(items) or items[at][0][depth] != items[start][0][depth]:
            child = _node(items[start:at], depth + 1)
            children[int(items[start][0][depth], 16)] = _reference(child)
            start = at
    return children


def _reference(node: list[Any]) -> Any:
    encoded = rlp.encode(node)
    return node if len(encoded) < HASH_BYTES else keccak256(encoded)


def _path(digits: str, kind: int) -> bytes:
    """Pack a path: the kind and whether the length is odd come first."""
    if len(digits) % 2:
        return bytes.fromhex(f"{kind + 1}{digits}")
    return bytes.fromhex(f"{kind}0{digits}")
