"""State roots against published values: the tries of ethereum/tests and the empty root."""

import json
from pathlib import Path

import pytest

from zkos.host.hashing import keccak256
from zkos.host.statetest.merkle_patricia import EMPTY_ROOT, Account, state_root, trie_root

VECTORS = Path(__file__).resolve().parents[2] / "vectors/ethereum-trie-tests"
TRIES = [
    pytest.param(trie, id=f"{file}-{name}")
    for file, tries in json.loads((VECTORS / "secure_trie_tests.json").read_text()).items()
    for name, trie in tries.items()
]


def to_bytes(text):
    return bytes.fromhex(text[2:]) if text.startswith("0x") else text.encode()


@pytest.mark.parametrize("trie", TRIES)
def test_roots_are_the_published_ones(trie):
    entries = {to_bytes(key): to_bytes(value) for key, value in trie["in"].items()}
    assert trie_root(entries).hex() == trie["root"][2:]


def test_nothing_has_the_empty_root():
    empty = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
    assert EMPTY_ROOT.hex() == empty
    assert trie_root({}) == EMPTY_ROOT


def test_empty_accounts_are_no_part_of_the_state():
    assert state_root({1: Account()}) == EMPTY_ROOT
    assert state_root({1: Account(balance=1), 2: Account()}) == state_root({1: Account(balance=1)})


def test_an_account_with_code_is_part_of_the_state():
    assert state_root({1: Account(code_hash=keccak256(b"\x00"))}) != EMPTY_ROOT
