"""Make the example block out of an archive node's answers for an Ethereum mainnet block.

    python -m tools.convert_mainnet_block FOLDER OUTPUT_FOLDER
    python -m tools.convert_mainnet_block FOLDER OUTPUT_FOLDER --only 1,12,47 --name small

FOLDER holds block.json.xz (eth_getBlockByNumber with full transactions), receipts.json.xz
(eth_getBlockReceipts), prestatetrace.json.xz and difftrace.json.xz (debug_traceBlockByNumber with
the prestateTracer, plain and in diff mode). Two files are written:

    mainnet-N.json.gz            the block file: signed transactions, merged state before the block
    mainnet-N.receipts.json.gz   what must come out: status, gas and logs of each transaction, and
                                 every account and slot that the transactions change

Each transaction is encoded again from its fields and must have the hash that the block gives.
``--only`` takes some of the transactions with the state that they need, and writes plain JSON; they
must not depend on the ones left out.

The call to the beacon-roots contract and the withdrawals lie outside the transactions and are
left out, as they are in the traces.

Errors:  SystemExit with one line.
"""

import argparse
import gzip
import json
import lzma
import sys
from pathlib import Path
from typing import Any

import rlp

from zkos.host.hashing import keccak256

ZERO_WORD = "0x" + "0" * 64


def main() -> None:
    """Convert the block whose folder the command line names."""
    parser = argparse.ArgumentParser(description="Make the example block.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("output_folder", type=Path)
    parser.add_argument("--only", help="positions of the transactions to take, with commas")
    parser.add_argument("--name", help="name of the output files")
    options = parser.parse_args()
    block = _load(options.folder / "block.json.xz")
    prestate = _load(options.folder / "prestatetrace.json.xz")
    differences = _load(options.folder / "difftrace.json.xz")
    receipts = _load(options.folder / "receipts.json.xz")
    suffix = ".json.gz"
    if options.only:
        places = [int(place) for place in options.only.split(",")]
        block["transactions"] = [block["transactions"][place] for place in places]
        prestate, differences, receipts = (
            [items[place] for place in places] for items in (prestate, differences, receipts)
        )
        suffix = ".json"
    name = options.name or f"mainnet-{int(block['number'], 16)}"
    _write(options.output_folder / f"{name}{suffix}", make_block_file(block, prestate))
    expected = make_expectation(receipts, differences)
    _write(options.output_folder / f"{name}.receipts{suffix}", expected)


def _load(path: Path) -> Any:
    with lzma.open(path) as stream:
        return json.load(stream)["result"]


def _write(path: Path, document: Any) -> None:
    if path.suffix == ".gz":
        text = json.dumps(document, separators=(",", ":")).encode()
        path.write_bytes(gzip.compress(text, 9, mtime=0))
    else:
        text = json.dumps(document, indent=1).encode()
        path.write_bytes(text + b"\n")
    print(f"{path}: {path.stat().st_size} bytes, {len(text)} unpacked")


def make_block_file(block: Any, prestate: Any) -> dict[str, Any]:
    """Give the block file."""
    return {
        "flavour": "ethereum",
        "chain_id": "0x1",
        "last_block_timestamp": hex(int(block["timestamp"], 16) - 12),
        "block": {
            "number": block["number"],
            "timestamp": block["timestamp"],
            "gas_limit": block["gasLimit"],
            "base_fee": block["baseFeePerGas"],
            "coinbase": block["miner"],
            "mix_hash": block["mixHash"],
            "block_hashes": [block["parentHash"]],
            "excess_blob_gas": block["excessBlobGas"],
            "parent_beacon_block_root": block["parentBeaconBlockRoot"],
        },
        "pre": merge_prestate(prestate),
        "transactions": [
            "0x" + encode_transaction(transaction).hex() for transaction in block["transactions"]
        ],
    }


def encode_transaction(fields: Any) -> bytes:
    """Encode a signed transaction of type 0, 1 or 2 from the node's fields."""
    kind = int(fields["type"], 16)
    to = bytes.fromhex((fields.get("to") or "0x")[2:])
    tail = [
        int(fields["gas"], 16),
        to,
        int(fields["value"], 16),
        bytes.fromhex(fields["input"][2:]),
    ]
    signature = [int(fields["v"], 16), int(fields["r"], 16), int(fields["s"], 16)]
    nonce, price = int(fields["nonce"], 16), int(fields["gasPrice"], 16)
    if kind == 0:
        encoded = rlp.encode([nonce, price, *tail, *signature])
    else:
        prices = [price]
        if kind == 2:
            prices = [int(fields["maxPriorityFeePerGas"], 16), int(fields["maxFeePerGas"], 16)]
        access_list = [
            [
                bytes.fromhex(entry["address"][2:]),
                [bytes.fromhex(k[2:]) for k in entry["storageKeys"]],
            ]
            for entry in fields["accessList"]
        ]
        content = [int(fields["chainId"], 16), nonce, *prices, *tail, access_list, *signature]
        encoded = bytes([kind]) + rlp.encode(content)
    digest = "0x" + keccak256(encoded).hex()
    if digest != fields["hash"]:
        sys.exit(f"transaction {fields['hash']} encodes to one with hash {digest}")
    return encoded


def merge_prestate(traces: Any) -> dict[str, Any]:
    """Merge the transactions' prestates: the first appearance of each account and slot counts.

    Accounts that do not exist and slots that hold zero are left out.
    """
    accounts: dict[str, Any] = {}
    for trace in traces:
        for address, seen in trace["result"].items():
            account = accounts.setdefault(
                address,
                {
                    "balance": seen["balance"],
                    "nonce": hex(seen.get("nonce", 0)),
                    "code": seen.get("code", "0x"),
                    "storage": {},
                },
            )
            for key, value in seen.get("storage", {}).items():
                account["storage"].setdefault(key, value)
    for account in accounts.values():
        account["storage"] = {k: v for k, v in account["storage"].items() if v != ZERO_WORD}
    return {address: account for address, account in accounts.items() if _exists(account)}


def _exists(account: Any) -> bool:
    empty = {"balance": "0x0", "nonce": "0x0", "code": "0x", "storage": {}}
    return bool(account != empty)


def make_expectation(receipts: Any, differences: Any) -> dict[str, Any]:
    """Give what a replay must produce."""
    transactions = [
        {
            "hash": receipt["transactionHash"],
            "status": "success" if receipt["status"] == "0x1" else "reverted",
            "gas_used": int(receipt["gasUsed"], 16),
            "logs": [
                {name: log[name] for name in ("address", "topics", "data")}
                for log in receipt["logs"]
            ],
        }
        for receipt in receipts
    ]
    return {"transactions": transactions, **merge_changes(differences)}


def merge_changes(differences: Any) -> dict[str, Any]:
    """Merge the transactions' changes into the final values of whatever changed in the block."""
    first: dict[str, Any] = {}
    final: dict[str, Any] = {}
    for difference in differences:
        before, after = difference["result"]["pre"], difference["result"]["post"]
        for address, old in before.items():
            new = {**old, **after.get(address, {})}
            origin = first.setdefault(address, {**_numbers(old), "storage": {}})
            account = final.setdefault(address, {**_numbers(old), "storage": {}})
            for name, value in _numbers(new).items():
                # step by step: transactions that were left out do not count
                account[name] += value - _numbers(old)[name]
            old_slots = old.get("storage", {})
            new_slots = after.get(address, {}).get("storage", {})
            for key in {*old_slots, *new_slots}:
                origin["storage"].setdefault(key, old_slots.get(key, ZERO_WORD))
                account["storage"][key] = new_slots.get(key, ZERO_WORD)
    accounts = {
        address: {"balance": hex(account["balance"]), "nonce": account["nonce"]}
        for address, account in sorted(final.items())
        if any(account[name] != first[address][name] for name in ("balance", "nonce"))
    }
    slots = {
        address: changed
        for address, account in sorted(final.items())
        if (changed := _changed(account["storage"], first[address]["storage"]))
    }
    return {"accounts": accounts, "slots": slots}


def _numbers(account: Any) -> dict[str, int]:
    return {"balance": int(account["balance"], 16), "nonce": account.get("nonce", 0)}


def _changed(final: dict[str, str], first: dict[str, str]) -> dict[str, str]:
    return {key: final[key] for key in sorted(final) if final[key] != first[key]}


if __name__ == "__main__":
    main()
