"""Proofs of slots against the root of a block's state.

A slot that is in the tree is proved by its leaf and 64 siblings; one that is not by the leaf before
it, whose key is smaller and whose next leaf's key is greater, which that leaf's own proof shows.

Hashes:  leaf = blake2s(key ‖ value ‖ next leaf's index as 8 bytes little-endian);
         node = blake2s(left ‖ right); tree key = blake2s(address padded to 32 ‖ slot).
Source:  tree_format.py.
"""

from typing import Any

from zkos.host.result_json import address as address_text
from zkos.host.result_json import data
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, State, flat_key


def account_proof(state: State, address: int, slots: list[int]) -> dict[str, Any]:
    """Prove an account's record and some of its slots."""
    record_key = flat_key(ACCOUNT_PROPERTIES_ADDRESS, address)
    digest = state.slot(record_key)
    record = None if digest is None or digest == bytes(32) else state.preimage(digest)
    return {
        "address": address_text(address),
        "stateRoot": data(state.root()),
        "nextFreeSlot": hex(state.next_free_slot),
        "accountRecord": None if record is None else data(record),
        "accountProof": _slot_proof(state, record_key),
        "storageProof": [
            {"slot": f"0x{slot:064x}"} | _slot_proof(state, flat_key(address, slot))
            for slot in slots
        ],
    }


def _slot_proof(state: State, key: bytes) -> dict[str, Any]:
    index = state.index_of(key)
    if index is not None:
        leaf = _leaf(state, index)
        return {"key": data(key), "value": leaf["value"], "leaf": leaf}
    before = state.previous_index(key)
    leaf = _leaf(state, before)
    after = _leaf(state, int(leaf["next"], 16))
    return {"key": data(key), "value": None, "leafBefore": leaf, "leafAfter": after}


def _leaf(state: State, index: int) -> dict[str, Any]:
    leaf, siblings = state.leaf(index)
    return {
        "index": hex(index),
        "key": data(leaf.key),
        "value": data(leaf.value),
        "next": hex(leaf.next),
        "siblings": [data(one) for one in siblings],
    }
