"""Blocks, transactions and receipts; sending transactions."""

from typing import Any

from zkos.host.batch import OfferedTransaction
from zkos.host.json_fields import Field
from zkos.host.node.documents import (
    block_json,
    receipts_json,
    sealed_transaction_json,
    transaction_json,
)
from zkos.host.node.methods.registry import method
from zkos.host.node.node import Node
from zkos.host.node.parameters import find_block, find_hash, read_boolean
from zkos.host.node.sealed_block import SealedBlock
from zkos.host.result_json import data


@method("eth_getBlockByNumber")
def get_block_by_number(node: Node, block: Field, full: Field | None = None) -> Any:
    """Give a block; pending is the latest one, since none is being built."""
    return _block(find_block(node, block), full)


@method("eth_getBlockByHash")
def get_block_by_hash(node: Node, block_hash: Field, full: Field | None = None) -> Any:
    """Give a block."""
    return _block(find_hash(node, block_hash), full)


def _block(block: SealedBlock | None, full: Field | None) -> Any:
    is_full = full is not None and read_boolean(full)
    return None if block is None else block_json(block, full=is_full)


@method("eth_getBlockTransactionCountByNumber")
def count_by_number(node: Node, block: Field) -> str | None:
    """Count the transactions of a block."""
    return _count(find_block(node, block))


@method("eth_getBlockTransactionCountByHash")
def count_by_hash(node: Node, block_hash: Field) -> str | None:
    """Count the transactions of a block."""
    return _count(find_hash(node, block_hash))


def _count(block: SealedBlock | None) -> str | None:
    return None if block is None else hex(len(block.block.transactions))


@method("eth_getTransactionByHash")
def get_transaction(node: Node, transaction_hash: Field) -> Any:
    """Give a transaction, of a block or waiting."""
    digest = transaction_hash.data(32)
    place = node.chain.place_of(digest)
    if place is not None:
        return sealed_transaction_json(*place)
    waiting = node.pool.get(digest)
    return None if waiting is None else transaction_json(waiting)


@method("eth_getTransactionByBlockNumberAndIndex")
def by_number_and_index(node: Node, block: Field, index: Field) -> Any:
    """Give a transaction by its place."""
    return _at(find_block(node, block), index)


@method("eth_getTransactionByBlockHashAndIndex")
def by_hash_and_index(node: Node, block_hash: Field, index: Field) -> Any:
    """Give a transaction by its place."""
    return _at(find_hash(node, block_hash), index)


def _at(block: SealedBlock | None, index: Field) -> Any:
    place = index.quantity(64)
    if block is None or place >= len(block.block.transactions):
        return None
    return sealed_transaction_json(block, place)


@method("eth_getTransactionReceipt")
def get_receipt(node: Node, transaction_hash: Field) -> Any:
    """Give the receipt of a transaction."""
    place = node.chain.place_of(transaction_hash.data(32))
    return None if place is None else receipts_json(place[0])[place[1]]


@method("eth_getBlockReceipts")
def get_block_receipts(node: Node, block: Field) -> Any:
    """Give the receipts of a block."""
    found = find_block(node, block)
    return None if found is None else receipts_json(found)


@method("eth_sendRawTransaction")
def send_raw_transaction(node: Node, transaction: Field) -> str:
    """Take a signed transaction; what the kernel calls invalid is refused."""
    return data(node.submit(OfferedTransaction(transaction.data())))
