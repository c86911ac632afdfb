"""What a transition gives: the result with its receipts, and the state after it, as JSON.

Receipt (EIP-2718): type ‖ rlp(status, cumulative gas, bloom, logs), without the type for type 0.

Source:  go-ethereum, cmd/evm (fields); EIP-2718, EIP-4895.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import rlp

from zkos.host.bloom import bloom_of
from zkos.host.hashing import keccak256
from zkos.host.result_json import address, data
from zkos.host.results import STATUS_NAMES, Record
from zkos.host.senders import recover_sender
from zkos.host.statetest.merkle_patricia import indexed_root, state_root
from zkos.host.statetest.run_case import logs_hash
from zkos.host.t8n.environment import Environment, Withdrawal
from zkos.host.t8n.transactions import BLOB
from zkos.host.t8n.transition import Transition
from zkos.interface.error_names import ERROR_NAMES

BLOB_GAS = 131_072
BLOB_PRICE_FRACTION = 3_338_477  # EIP-4844, BLOB_BASE_FEE_UPDATE_FRACTION
TYPED = 0x80  # the first byte of a typed transaction is below
BLOCK_HASH = "0x1337" + "00" * 30
"""What the convention gives as the hash of the block."""
BLOB_TYPE_HASHES = 10  # place of the blob hashes among a transaction's fields
REASONS = {
    "NonceTooLow": "nonce too low",
    "NonceTooHigh": "nonce too high",
    "LackOfFundForMaxFee": "insufficient funds for gas * price + value",
    "CallerGasLimitMoreThanBlock": "gas limit reached",
    "BaseFeeGreaterThanMaxFee": "max fee per gas less than block base fee",
    "PriorityFeeGreaterThanMaxFee": "max priority fee per gas higher than max fee per gas",
    "RejectCallerWithCode": "sender not an eoa",
    "OutOfGasDuringValidation": "intrinsic gas too low",
    "CreateInitCodeSizeLimit": "max initcode size exceeded",
    "NonceOverflowInTransaction": "nonce has max value",
    "BlobFeeTooLow": "max fee per blob gas less than block blob gas fee",
    "InvalidChainId": "invalid chain id for signer",
}
"""Official name -> go-ethereum's words; other errors have their name only."""


def result_json(
    done: Transition, env: Environment, transactions: Sequence[bytes]
) -> dict[str, Any]:
    """Give the result."""
    included: list[tuple[bytes, Record]] = []
    rejected = []
    for at, (encoded, result) in enumerate(
        zip(transactions, done.outcome.transactions, strict=True)
    ):
        if STATUS_NAMES[result["status"]] == "invalid":
            rejected.append({"index": at, "error": _reason(result)})
        else:
            included.append((encoded, result))
    logs: list[list[Record]] = [[] for _ in included]
    for log in done.outcome.logs:
        logs[log["transaction_number"]].append(log)
    receipts, encodings = _receipts(included, logs, env)
    document = {
        "stateRoot": data(state_root(done.accounts)),
        "txRoot": data(indexed_root([encoded for encoded, _ in included])),
        "receiptsRoot": data(indexed_root(encodings)),
        "logsHash": data(logs_hash(done.outcome)),
        "logsBloom": data(bloom(done.outcome.logs)),
        "receipts": receipts,
        "currentDifficulty": None,
        "gasUsed": hex(sum(result["gas_used"] for _, result in included)),
        "currentBaseFee": hex(env.base_fee),
        "withdrawalsRoot": data(indexed_root([_withdrawal(one) for one in env.withdrawals])),
        "currentExcessBlobGas": hex(env.excess_blob_gas),
        "blobGasUsed": hex(sum(BLOB_GAS * _blobs(encoded) for encoded, _ in included)),
        "requests": None,
    }
    return document | ({"rejected": rejected} if rejected else {})


def _reason(result: Record) -> str:
    name = ERROR_NAMES[result["error"]]
    text = f"{REASONS[name]} ({name})" if name in REASONS else name
    if name in ("NonceTooLow", "NonceTooHigh"):
        text += f": tx: {result['error_first']} state: {result['error_second']}"
    if name == "LackOfFundForMaxFee":
        text += f": have {result['error_second']} want {result['error_first']}"
    return text


def _receipts(
    included: Sequence[tuple[bytes, Record]], logs: Sequence[Sequence[Record]], env: Environment
) -> tuple[list[dict[str, Any]], list[bytes]]:
    receipts, encodings = [], []
    gas, first_log = 0, 0
    for at, ((encoded, result), own) in enumerate(zip(included, logs, strict=True)):
        gas += result["gas_used"]
        is_success = STATUS_NAMES[result["status"]] == "success"
        kind = encoded[0] if encoded[0] < TYPED else 0
        body = rlp.encode([int(is_success), gas, bloom(own), [log_fields(log) for log in own]])
        encodings.append(body if kind == 0 else bytes([kind]) + body)
        digest = data(keccak256(encoded))
        listed = [
            {
                "address": address(log["address"]),
                "topics": [data(topic) for topic in log["topics"]],
                "data": data(log["data"]),
                "blockNumber": hex(env.number),
                "transactionHash": digest,
                "transactionIndex": hex(at),
                "blockHash": BLOCK_HASH,
                "blockTimestamp": hex(env.timestamp),
                "logIndex": hex(first_log + place),
                "removed": False,
            }
            for place, log in enumerate(own)
        ]
        first_log += len(own)
        receipts.append(
            {
                "type": hex(kind),
                "root": "0x",
                "status": hex(is_success),
                "cumulativeGasUsed": hex(gas),
                "logsBloom": data(bloom(own)),
                "logs": listed,
                "transactionHash": digest,
                "contractAddress": address(_created(encoded)),
                "gasUsed": hex(result["gas_used"]),
                "effectiveGasPrice": None,
                **_blob_fields(encoded, env),
                "blockHash": BLOCK_HASH,
                "blockNumber": hex(env.number),
                "transactionIndex": hex(at),
            }
        )
    return receipts, encodings


def log_fields(log: Record) -> list[Any]:
    """Give what is encoded of a log."""
    return [log["address"].to_bytes(20, "big"), list(log["topics"]), log["data"]]


def bloom(logs: Iterable[Record]) -> bytes:
    """Give the bloom filter of some logs."""
    return bloom_of(
        item for log in logs for item in (log["address"].to_bytes(20, "big"), *log["topics"])
    )


def _withdrawal(one: Withdrawal) -> bytes:
    fields = [one.index, one.validator, one.address.to_bytes(20, "big"), one.gwei]
    return bytes(rlp.encode(fields))


def _fields(encoded: bytes) -> Any:
    return rlp.decode(encoded[1:] if encoded[0] < TYPED else encoded)


def _blobs(encoded: bytes) -> int:
    return len(_fields(encoded)[BLOB_TYPE_HASHES]) if encoded[0] == BLOB else 0


def _blob_fields(encoded: bytes, env: Environment) -> dict[str, str]:
    if encoded[0] != BLOB:
        return {}
    price = blob_gas_price(env.excess_blob_gas)
    return {"blobGasUsed": hex(BLOB_GAS * _blobs(encoded)), "blobGasPrice": hex(price)}


def blob_gas_price(excess_blob_gas: int) -> int:
    """Approximate e to the power of excess/3338477, term by term as EIP-4844 does."""
    total, place, term = 0, 1, BLOB_PRICE_FRACTION
    while term > 0:
        total += term
        term = term * excess_blob_gas // (BLOB_PRICE_FRACTION * place)
        place += 1
    return total // BLOB_PRICE_FRACTION


def _created(encoded: bytes) -> int:
    """Give the address that a creation goes to, successful or not; 0 for a call."""
    fields = _fields(encoded)
    kind = encoded[0] if encoded[0] < TYPED else 0
    nonce, to = (fields[0], fields[3]) if kind == 0 else (fields[1], fields[4 if kind == 1 else 5])
    if to:
        return 0
    sender = recover_sender(encoded).to_bytes(20, "big")
    return int.from_bytes(keccak256(rlp.encode([sender, nonce]))[12:], "big")


def alloc_json(done: Transition) -> dict[str, Any]:
    """Give the state after the block."""
    document = {}
    for name, account in sorted(done.accounts.items()):
        fields: dict[str, Any] = {}
        if done.codes[name]:
            fields["code"] = data(done.codes[name])
        if account.storage:
            fields["storage"] = {
                f"0x{key:064x}": f"0x{value:064x}" for key, value in sorted(account.storage.items())
            }
        fields["balance"] = hex(account.balance)
        if account.nonce:
            fields["nonce"] = hex(account.nonce)
        document[address(name)] = fields
    return document
