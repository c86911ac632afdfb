"""The result of ``zkos run`` as JSON.

Counters are JSON integers; wei amounts, hashes, keys, addresses and byte strings are 0x-hex, keys,
values and hashes with 32 bytes; absent is null. A batch of several blocks has the blocks' results
under ``blocks`` and the commitments of the whole batch beside it.

Docs:    docs/command-line.md, "Result".
Source:  state and commitments reference, 6.1 (logs to L1) and 9.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from zkos.host.batch import OfferedTransaction, TransactionFormat
from zkos.host.batch_run import BatchRun
from zkos.host.hashing import keccak256
from zkos.host.json_fields import Field
from zkos.host.ledger import SettledBlock
from zkos.host.results import STATUS_NAMES, Record
from zkos.interface.error_names import ERROR_NAMES

L1_LOG_SHARD = 0
ERROR_DETAILS: Mapping[str, tuple[str, str]] = {
    "LackOfFundForMaxFee": ("fee", "balance"),
    "NonceTooHigh": ("tx", "state"),
    "NonceTooLow": ("tx", "state"),
    "IncorrectFrom": ("tx", "recovered"),
}
"""What the two numbers of an error are called."""


def batch_json(run: BatchRun) -> dict[str, Any]:
    """Give the result of a run."""
    ledger = run.ledger
    blocks = [block_json(settled) for settled in ledger.blocks]
    commitments = {
        "state_commitment_before": data(ledger.commitment_before),
        "state_commitment_after": data(ledger.commitment_after),
        "public_input": None if run.public_input is None else data(run.public_input),
    }
    document: dict[str, Any] = {"mode": run.mode.value, "executor": run.executor.value}
    document |= blocks[0] if len(blocks) == 1 else {"blocks": blocks}
    document |= commitments
    if run.machine is not None:
        document["cycles"] = run.machine.cycles
        document["delegations"] = run.machine.delegations
    return document


def block_json(settled: SettledBlock) -> dict[str, Any]:
    """Give the result of one block."""
    outcome = settled.outcome
    return {
        "block_hash": data(outcome.block["block_hash"]),
        "state_root": data(settled.after.root),
        "next_free_slot": settled.after.next_free_slot,
        "state_commitment_before": data(settled.before.commitment()),
        "state_commitment_after": data(settled.after.commitment()),
        "pubdata": data(outcome.pubdata),
        "l2_to_l1_logs": [_log_to_l1(log) for log in outcome.l2_to_l1_logs],
        "messages": [
            {
                "tx": message["transaction_number"],
                "sender": address(message["sender"]),
                "data": data(message["data"]),
            }
            for message in outcome.messages
        ],
        "gas_used": outcome.block["gas_used"],
        "native_used": outcome.block["computational_native_used"],
        "storage_writes": [
            {
                "address": address(write["address"]),
                "key": data(write["key"]),
                "value": data(write["value"]),
            }
            for write in outcome.storage_writes
        ],
        "account_diffs": {
            address(account["address"]): {
                "balance": hex(account["balance"]),
                "nonce": account["nonce"],
                "code_hash": data(account["code_hash"]),
            }
            for account in outcome.account_diffs
        },
        "preimages": {
            data(preimage["hash"]): data(preimage["data"])
            for preimage in sorted(outcome.preimages, key=lambda one: bytes(one["hash"]))
        },
        "transactions": _transactions(settled),
    }


def _transactions(settled: SettledBlock) -> list[dict[str, Any]]:
    outcome = settled.outcome
    logs: dict[int, list[Record]] = {}
    for log in outcome.logs:
        logs.setdefault(log["transaction_number"], []).append(log)
    documents = []
    number = 0
    for offered, result in zip(settled.block.transactions, outcome.transactions, strict=True):
        is_accepted = STATUS_NAMES[result["status"]] != "invalid"
        documents.append(
            transaction_json(offered, result, logs.get(number, []) if is_accepted else [])
        )
        number += is_accepted
    return documents


def transaction_json(
    offered: OfferedTransaction, result: Record, logs: Sequence[Record]
) -> dict[str, Any]:
    """Give the result of one transaction."""
    status = STATUS_NAMES[result["status"]]
    error = ERROR_NAMES.get(result["error"]) if status == "invalid" else None
    document = {
        "hash": data(transaction_hash(offered)),
        "status": status,
        "error": error,
        "gas_used": result["gas_used"],
        "gas_refunded": result["gas_refunded"],
        "native_used": result["native_used"],
        "computational_native_used": result["computational_native_used"],
        "pubdata_bytes": result["pubdata_bytes"],
        "output": data(result["output"]),
        "contract_address": address(result["contract_address"])
        if result["has_contract_address"]
        else None,
        "logs": [
            {
                "address": address(log["address"]),
                "topics": [data(topic) for topic in log["topics"]],
                "data": data(log["data"]),
            }
            for log in logs
        ],
    }
    if error is not None and error in ERROR_DETAILS:
        first, second = ERROR_DETAILS[error]
        document["error_details"] = {
            first: hex(result["error_first"]),
            second: hex(result["error_second"]),
        }
    return document


def result_blocks(result: Field) -> Sequence[Field]:
    """Give the blocks of a result that was printed before, one or several."""
    return result.need("blocks").items() if result.has("blocks") else [result]


def transaction_hash(offered: OfferedTransaction) -> bytes:
    """Hash a transaction as the kernel does, also one that the kernel could not decode."""
    if offered.format is TransactionFormat.ABI:
        return keccak256((32).to_bytes(32, "big") + offered.encoded)
    return keccak256(offered.encoded)


def _log_to_l1(log: Record) -> dict[str, Any]:
    return {
        "shard_id": L1_LOG_SHARD,
        "is_service": True,
        "transaction_number": log["transaction_number"] % 65536,
        "sender": address(log["sender"]),
        "key": data(log["key"]),
        "value": data(log["value"]),
    }


def data(content: bytes) -> str:
    """Write bytes as 0x-hex."""
    return "0x" + content.hex()


def address(number: int) -> str:
    """Write an address."""
    return f"0x{number:040x}"
