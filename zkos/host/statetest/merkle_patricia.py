"""Ethereum's tries: the state root of all accounts, and the roots of lists by index.

Docs:    `trie` (py-trie) makes the tries.
Source:  Yellow Paper, 4.1 (state), 4.3.2 (lists) and appendix D.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import rlp
from trie.hexary import HexaryTrie

from zkos.host.hashing import keccak256

EMPTY_CODE_HASH = keccak256(b"")
EMPTY_ROOT = keccak256(rlp.encode(b""))


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
                    account.nonce,
                    account.balance,
                    storage_root(frozenset(account.storage.items())),
                    account.code_hash,
                ]
            )
            for address, account in accounts.items()
            if not account.is_empty
        }
    )


@lru_cache(maxsize=4096)
def storage_root(storage: frozenset[tuple[int, int]]) -> bytes:
    """Give the root of an account's storage: keys and values."""
    return trie_root({key.to_bytes(32, "big"): rlp.encode(value) for key, value in storage})


def trie_root(entries: Mapping[bytes, bytes]) -> bytes:
    """Give the root of a trie with hashed keys."""
    return _root({_hashed_key(key): value for key, value in entries.items()})


def indexed_root(items: Sequence[bytes]) -> bytes:
    """Give the root of a list: transactions, receipts, withdrawals."""
    return _root({rlp.encode(at): item for at, item in enumerate(items)})


def _root(entries: Mapping[bytes, bytes]) -> bytes:
    trie = HexaryTrie({})
    for key, value in entries.items():
        trie[key] = value
    return bytes(trie.root_hash)


@lru_cache(maxsize=1 << 16)
def _hashed_key(key: bytes) -> bytes:
    return keccak256(key)
