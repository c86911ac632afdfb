"""Roots for the tests of transaction decoding: what a decoded transaction says, as bytes."""

from typing import Any

from zkos.kernel.bootloader.transaction.format import decode_transaction
from zkos.kernel.bootloader.transaction.gas import calldata_gas, deployment_gas
from zkos.kernel.bootloader.transaction.hashes import signing_hash, transaction_hash
from zkos.kernel.bootloader.transaction.transaction import Transaction
from zkos.lang import Function, Slice, Status, check, function, local, store_be, u8, u64, u256

FIELDS = (
    "type", "chain_id", "nonce", "max_priority_fee", "max_fee", "gas_limit", "is_deployment",
    "to", "value", "is_replay_protected", "y_parity", "r", "s", "hash", "signing_hash", "data",
    "access_list", "calldata_gas", "deployment_gas",
)  # fmt: skip


@function
def decode_to_words(received: Slice[u8], encoding: u8, chain_id: u64, words: Slice[u8]) -> Status:
    """Decode, and write each field of FIELDS as a word; byte strings as their lengths."""
    tx = local(Transaction)
    check(decode_transaction(tx, received, encoding, chain_id))
    store_be(words, 0, u256(tx.type))
    store_be(words, 32, u256(tx.chain_id))
    store_be(words, 64, u256(tx.nonce))
    store_be(words, 96, tx.max_priority_fee)
    store_be(words, 128, tx.max_fee)
    store_be(words, 160, u256(tx.gas_limit))
    store_be(words, 192, u256(tx.is_deployment))
    store_be(words, 224, u256(tx.to))
    store_be(words, 256, tx.value)
    store_be(words, 288, u256(tx.is_replay_protected))
    store_be(words, 320, u256(tx.y_parity))
    store_be(words, 352, tx.r)
    store_be(words, 384, tx.s)
    store_be(words, 416, transaction_hash(tx))
    store_be(words, 448, signing_hash(tx))
    store_be(words, 480, u256(tx.data.length))
    store_be(words, 512, u256(tx.access_list.length))
    store_be(words, 544, u256(calldata_gas(tx.data)))
    store_be(words, 576, u256(deployment_gas(tx.data)))
    return Status(0)


@function
def decode_in_ethereum(
    received: Slice[u8], encoding: u8, chain_id: u64, words: Slice[u8]
) -> Status:
    """Do the same; built with the constant ``ethereum``."""
    return decode_to_words(received, encoding, chain_id, words)


def decode(executor: Any, raw: bytes, chain_id: int = 1, encoding: int = 1) -> Any:
    """Give the fields of a transaction, or the code of its error."""
    return _call(executor, decode_to_words, raw, chain_id, encoding)


def decode_as_ethereum(executor: Any, raw: bytes, chain_id: int = 1) -> Any:
    """Give the same of the ethereum flavour."""
    executor.program([decode_in_ethereum], ethereum=True)
    return _call(executor, decode_in_ethereum, raw, chain_id, 1)


def _call(executor: Any, root: Function, raw: bytes, chain_id: int, encoding: int) -> Any:
    words = bytearray(32 * len(FIELDS))
    status = executor.call(root, raw, encoding, chain_id, words)
    if status:
        return status
    return {
        name: int.from_bytes(words[32 * i : 32 * i + 32], "big") for i, name in enumerate(FIELDS)
    }
