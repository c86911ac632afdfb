"""What a chain of ZKsync OS has besides: transactions from L1, proofs, pubdata, the prover's input.

The node makes no batches: a block is proved as a batch of its own.
"""

from typing import Any

from zkos.host.abi_transaction import L1_TO_L2
from zkos.host.batch import OfferedTransaction, TransactionFormat
from zkos.host.json_fields import Field
from zkos.host.logs import LogsTree, LogToL1
from zkos.host.node.methods.registry import method
from zkos.host.node.methods.state import state_at
from zkos.host.node.node import Node
from zkos.host.node.parameters import need_block, read_address
from zkos.host.node.proofs import account_proof
from zkos.host.node.replay import record_words
from zkos.host.node.rpc_errors import INTERNAL_ERROR, RpcError, invalid_params
from zkos.host.node.sealed_block import block_document
from zkos.host.node.transactions import read_transaction
from zkos.host.result_json import data

MOST_SLOTS = 1024


@method("zkos_sendL1Transaction")
def send_l1_transaction(node: Node, transaction: Field) -> str:
    """Take the ABI bytes of a transaction from L1, which goes before those of the pool."""
    offered = OfferedTransaction(transaction.data(), TransactionFormat.ABI)
    if read_transaction(offered).kind != L1_TO_L2:
        raise transaction.refuse(f"expected a transaction of type {L1_TO_L2:#x}")
    return data(node.submit(offered))


@method("zkos_sealBlock")
def seal_block(node: Node) -> str:
    """Seal a block of what waits, also an empty one; give its number."""
    block = node.seal(may_be_empty=True)
    assert block is not None
    return hex(block.number)


@method("zkos_getProof")
def get_proof(node: Node, address: Field, slots: Field, block: Field | None = None) -> Any:
    """Prove an account's record and some slots against the root of a block."""
    keys = [slot.quantity(256) for slot in slots.items()]
    if len(keys) > MOST_SLOTS:
        raise invalid_params(f"slots: expected at most {MOST_SLOTS}, got {len(keys)}")
    sealed = need_block(node, block)
    with state_at(node, block) as state:
        proof = account_proof(state, read_address(address), keys)
    return proof | {"blockNumber": hex(sealed.number), "blockHash": data(sealed.hash)}


@method("zkos_getL2ToL1LogProof")
def get_log_proof(node: Node, transaction_hash: Field, index: Field | None = None) -> Any:
    """Prove that a log to L1 of a transaction is in its block's batch; null for an unknown one.

    ``index`` counts the logs of the transaction.
    """
    found = node.chain.place_of(transaction_hash.data(32))
    if found is None:
        return None
    block, place = found
    logs = block.result["l2_to_l1_logs"]
    own = [at for at, log in enumerate(logs) if log["transaction_number"] == place]
    which = 0 if index is None else index.quantity(64)
    if which >= len(own):
        raise invalid_params(f"index: the transaction has {len(own)} logs to L1, got {which}")
    tree = LogsTree([_log(log) for log in logs])
    proof = tree.prove(own[which])
    return {
        "blockNumber": hex(block.number),
        "log": data(_log(logs[own[which]]).encode()),
        "position": proof.position,
        "siblings": [data(one) for one in proof.siblings],
        "root": data(tree.commitment),
    }


def _log(log: dict[str, Any]) -> LogToL1:
    key, value = bytes.fromhex(log["key"][2:]), bytes.fromhex(log["value"][2:])
    return LogToL1(log["transaction_number"], int(log["sender"], 16), key, value)


@method("zkos_getPubdata")
def get_pubdata(node: Node, block: Field) -> str:
    """Give the pubdata of a block."""
    pubdata: str = need_block(node, block).result["pubdata"]
    return pubdata


@method("zkos_getBlockFile")
def get_block_file(node: Node, block: Field) -> Any:
    """Give a block as ``zkos run --state`` takes it on a directory that is at the block before."""
    return block_document(need_block(node, block).block, node.chain.chain_id)


@method("zkos_getProofInput")
def get_proof_input(node: Node, block: Field) -> Any:
    """Give the words that the proving kernel reads for a block, and the public input."""
    sealed = need_block(node, block)
    words, output = record_words(node, sealed)
    if sealed.public_input != data(output):
        raise RpcError(
            INTERNAL_ERROR,
            f"the public input was predicted as {sealed.public_input} and is {data(output)}",
        )
    return {"publicInput": data(output), "words": "0x" + words}
