"""Blocks, transactions, receipts and logs in the JSON of the Ethereum execution API.

A block has the fields of its header as they are hashed, so state and receipts root are zeros;
only ``logsBloom``, which is zero in the header too, is the filter of the block's logs, since
clients skip blocks by it. What a block of ZKsync OS has besides is under ``zkos``.

Source:  Ethereum execution API; kernel, block_header.py.
"""

from collections.abc import Iterator
from typing import Any

from zkos.host.node.sealed_block import (
    HEADER_MIX_HASH,
    OMMERS_HASH,
    SealedBlock,
    bloom_of_logs,
)
from zkos.host.node.transactions import (
    ACCESS_LIST,
    DYNAMIC_FEE,
    LEGACY,
    SET_CODE,
    Transaction,
)
from zkos.host.result_json import address, data

ZERO = data(bytes(32))


def block_json(block: SealedBlock, *, full: bool) -> dict[str, Any]:
    """Give a block, with its transactions or their hashes."""
    count = range(len(block.transactions))
    encoded_bytes = sum(len(one.offered.encoded) for one in block.transactions)
    result = block.result
    return {
        "number": hex(block.number),
        "hash": data(block.hash),
        "parentHash": data(block.parent_hash),
        "nonce": data(bytes(8)),
        "sha3Uncles": data(OMMERS_HASH),
        "logsBloom": data(block.bloom),
        "transactionsRoot": data(block.transactions_root),
        "stateRoot": ZERO,
        "receiptsRoot": ZERO,
        "miner": address(block.block.coinbase),
        "difficulty": "0x0",
        "totalDifficulty": "0x0",
        "extraData": "0x",
        "mixHash": f"0x{HEADER_MIX_HASH:064x}",
        "size": hex(len(block.header) + encoded_bytes),
        "gasLimit": hex(block.block.gas_limit),
        "gasUsed": hex(block.gas_used),
        "timestamp": hex(block.block.timestamp),
        "baseFeePerGas": hex(block.block.base_fee),
        "uncles": [],
        "transactions": [
            sealed_transaction_json(block, at) if full else data(block.hash_of(at)) for at in count
        ],
        "zkos": {
            "stateRoot": result["state_root"],
            "nextFreeSlot": result["next_free_slot"],
            "stateCommitment": result["state_commitment_after"],
            "nativeUsed": hex(result["native_used"]),
            "pubdataBytes": len(result["pubdata"]) // 2 - 1,
            "publicInput": block.public_input,
        },
    }


def sealed_transaction_json(block: SealedBlock, index: int) -> dict[str, Any]:
    """Give a transaction of a block."""
    one = block.transactions[index]
    place = {
        "blockHash": data(block.hash),
        "blockNumber": hex(block.number),
        "transactionIndex": hex(index),
    }
    return transaction_json(one) | place | {"gasPrice": hex(one.gas_price(block.block.base_fee))}


def transaction_json(one: Transaction) -> dict[str, Any]:
    """Give a transaction that waits for its block."""
    document: dict[str, Any] = {
        "blockHash": None,
        "blockNumber": None,
        "transactionIndex": None,
        "from": address(one.sender),
        "gas": hex(one.gas),
        "gasPrice": hex(one.max_fee),
        "hash": data(one.hash),
        "input": data(one.data),
        "nonce": hex(one.nonce),
        "to": None if one.to is None else address(one.to),
        "value": hex(one.value),
        "type": hex(one.kind),
    }
    if one.kind != LEGACY and one.kind != ACCESS_LIST:
        document["maxFeePerGas"] = hex(one.max_fee)
        document["maxPriorityFeePerGas"] = hex(one.max_priority_fee)
    if one.chain_id is not None:
        document["chainId"] = hex(one.chain_id)
    if one.kind in (ACCESS_LIST, DYNAMIC_FEE, SET_CODE):
        document["accessList"] = [
            {"address": data(account), "storageKeys": [data(key) for key in keys]}
            for account, keys in one.access_list
        ]
    if one.kind == SET_CODE:
        names = ("chainId", "address", "nonce", "yParity", "r", "s")
        document["authorizationList"] = [
            {
                name: data(item) if name == "address" else hex(int.from_bytes(item, "big"))
                for name, item in zip(names, fields, strict=True)
            }
            for fields in one.authorizations
        ]
    if one.signature is not None:
        v, r, s = map(hex, one.signature)
        document |= {"v": v, "r": r, "s": s} | ({} if one.kind == LEGACY else {"yParity": v})
    return document


def receipts_json(block: SealedBlock) -> list[dict[str, Any]]:
    """Give the receipts of a block."""
    receipts = []
    gas, first_log = 0, 0
    for index, (one, result) in enumerate(
        zip(block.transactions, block.result["transactions"], strict=True)
    ):
        gas += result["gas_used"]
        receipts.append(
            {
                "transactionHash": result["hash"],
                "transactionIndex": hex(index),
                "blockHash": data(block.hash),
                "blockNumber": hex(block.number),
                "from": address(one.sender),
                "to": None if one.to is None else address(one.to),
                "cumulativeGasUsed": hex(gas),
                "gasUsed": hex(result["gas_used"]),
                "contractAddress": result["contract_address"],
                "logs": list(_logs(block, index, first_log)),
                "logsBloom": data(bloom_of_logs(result["logs"])),
                "status": hex(result["status"] == "success"),
                "effectiveGasPrice": hex(one.gas_price(block.block.base_fee)),
                "type": hex(one.kind),
                "nativeUsed": hex(result["native_used"]),
                "l2ToL1Logs": [
                    _log_to_l1(log) | {"position": position}
                    for position, log in enumerate(block.result["l2_to_l1_logs"])
                    if log["transaction_number"] == index
                ],
            }
        )
        first_log += len(result["logs"])
    return receipts


def _log_to_l1(log: dict[str, Any]) -> dict[str, Any]:
    return {
        "shardId": log["shard_id"],
        "isService": log["is_service"],
        "txNumberInBlock": log["transaction_number"],
        "sender": log["sender"],
        "key": log["key"],
        "value": log["value"],
    }


def logs_json(block: SealedBlock) -> Iterator[dict[str, Any]]:
    """Give all logs of a block."""
    first_log = 0
    for index, result in enumerate(block.result["transactions"]):
        yield from _logs(block, index, first_log)
        first_log += len(result["logs"])


def _logs(block: SealedBlock, index: int, first_log: int) -> Iterator[dict[str, Any]]:
    result = block.result["transactions"][index]
    for place, log in enumerate(result["logs"]):
        yield {
            "address": log["address"],
            "topics": log["topics"],
            "data": log["data"],
            "blockNumber": hex(block.number),
            "blockHash": data(block.hash),
            "blockTimestamp": hex(block.block.timestamp),
            "transactionHash": result["hash"],
            "transactionIndex": hex(index),
            "logIndex": hex(first_log + place),
            "removed": False,
        }
