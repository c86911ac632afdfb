"""The beginning of a node's chain: its state, and block 0.

A genesis file is a block file: its ``pre``, ``leaves`` and ``preimages`` are the state, its
``chain_id`` the chain's. Block 0 has no transactions; its hash is that of a header of zeros but for
timestamp and mix hash. Where a chain was begun by another command, the block before the node's
first one has the hash that the state directory knows, and nothing else is known of it.

Without a file a chain for development begins with the accounts that other development nodes fund.
"""

from dataclasses import replace
from typing import Any

from zkos.host import block_file
from zkos.host.batch import Batch, Block
from zkos.host.hashing import keccak256
from zkos.host.node.sealed_block import NO_TRANSACTIONS, SealedBlock, header
from zkos.host.result_json import data
from zkos.host.state.chain import ChainPosition, position_before

DEVELOPMENT_BALANCE = 10_000 * 10**18
DEVELOPMENT_ACCOUNTS = (
    "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
    "0x70997970c51812dc3a010c7d01b50e0d17dc79c8",
    "0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc",
    "0x90f79bf6eb2c4f870365e785982e1f101e93b906",
    "0x15d34aaf54267db7d7c367839aaf71a00a2c6a65",
    "0x9965507d1a55bcc2695c58ba16fb37d819b0a4dc",
    "0x976ea74026e726554db657fa54763abd0c3a0aa9",
    "0x14dc79964da2c08b23698b3d3cc7ca32193d9955",
    "0x23618e81e3f5cdf7f54c3d65f7fbc0abf5b21e8f",
    "0xa0ee7a142d267c1f36714e4a8f75612f20a79720",
)
"""Of the mnemonic "test test test test test test test test test test test junk"."""


def development_genesis(chain_id: int) -> Batch:
    """Give the genesis of a chain for development."""
    pre = {name: {"balance": hex(DEVELOPMENT_BALANCE)} for name in DEVELOPMENT_ACCOUNTS}
    return block_file.parse({"chain_id": hex(chain_id), "pre": pre})


def genesis_position(genesis: Batch) -> ChainPosition:
    """Give the position before a chain's first block; block 0 gets a hash if it has none."""
    position = position_before(genesis)
    if position.number or position.block_hashes[0]:
        return position
    blank = _blank_block(position)
    hash_of_first = keccak256(header(blank, bytes(32), NO_TRANSACTIONS, 0))
    hashes = (int.from_bytes(hash_of_first, "big"), *position.block_hashes[1:])
    return replace(position, block_hashes=hashes)


def first_block(position: ChainPosition, root: bytes) -> SealedBlock:
    """Give the block at which the node's chain begins."""
    result: dict[str, Any] = {
        "block_hash": data(position.block_hashes[0].to_bytes(32, "big")),
        "state_root": data(root),
        "next_free_slot": None,
        "state_commitment_after": None,
        "pubdata": "0x",
        "l2_to_l1_logs": [],
        "messages": [],
        "gas_used": 0,
        "native_used": 0,
        "transactions": [],
    }
    parent = position.block_hashes[1].to_bytes(32, "big")
    return SealedBlock(_blank_block(position), parent, NO_TRANSACTIONS, (), None, result)


def _blank_block(position: ChainPosition) -> Block:
    return Block(
        number=position.number,
        timestamp=position.timestamp,
        gas_limit=0,
        pubdata_limit=0,
        base_fee=0,
        native_price=0,
        pubdata_price=0,
        coinbase=0,
        mix_hash=1,
        block_hashes=None,
        last_block_timestamp=0,
        excess_blob_gas=0,
        parent_beacon_block_root=0,
        transactions=(),
    )
