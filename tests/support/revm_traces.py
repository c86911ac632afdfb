"""revm's EIP-3155 traces of state tests: a program, since revm writes them to its standard output.

    python -m tests.support.revm_traces <calls.jsonl >traces

A line of input is a call (``block``, ``accounts``, ``transaction``), as ``call_of`` makes it. The
output of each begins with a line that holds MARK.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import rlp

from zkos.host.senders import recover_sender
from zkos.host.state.accounts import AccountRecord
from zkos.host.statetest.cases import Case, StateTest

MARK = "--next--"


def revm_traces(cases: Sequence[tuple[StateTest, Case]]) -> list[list[dict[str, Any]]]:
    """Give revm's steps for each case."""
    calls = "\n".join(json.dumps(call_of(test, case)) for test, case in cases)
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.revm_traces"],
        input=calls, capture_output=True, text=True, check=True,
    )  # fmt: skip
    parts = run.stdout.split(MARK)[1:]
    assert len(parts) == len(cases), run.stderr
    return [[one for one in documents(part) if "pc" in one] for part in parts]


def documents(text: str) -> Iterator[dict[str, Any]]:
    """Give the JSON documents that stand one behind the other; revm ends not all with a newline."""
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        document, at = decoder.raw_decode(text, at)
        yield document


def decoded(transaction: bytes) -> dict[str, Any]:
    """Read the fields of a signed transaction of type 0, 1 or 2."""
    kind = transaction[0] if transaction[0] < 0x80 else 0
    fields = rlp.decode(transaction[1:] if kind else transaction)
    if kind == 0:
        nonce, price, gas, to, value, data = fields[:6]
        access_list: Any = []
        max_fee = tip = price
    elif kind == 1:
        _, nonce, max_fee, gas, to, value, data, access_list = fields[:8]
        tip = max_fee
    else:
        _, nonce, tip, max_fee, gas, to, value, data, access_list = fields[:9]
    number = {
        "nonce": nonce, "gas": gas, "value": value, "max_fee": max_fee, "tip": tip,
    }  # fmt: skip
    return {name: int.from_bytes(one, "big") for name, one in number.items()} | {
        "sender": f"0x{recover_sender(transaction):040x}",
        "to": "0x" + to.hex() if to else None,
        "data": data.hex(),
        "access_list": [
            ["0x" + address.hex(), [int.from_bytes(key, "big") for key in keys]]
            for address, keys in access_list
        ],
    }


def call_of(test: StateTest, case: Case) -> dict[str, Any]:
    """Give what revm needs to run a case."""
    block = test.block
    return {
        "block": {
            "number": block.number,
            "coinbase": f"0x{block.coinbase:040x}",
            "timestamp": block.timestamp,
            "prevrandao": block.mix_hash.to_bytes(32, "big").hex(),
            "basefee": block.base_fee,
            "gas_limit": block.gas_limit,
            "excess_blob_gas": block.excess_blob_gas,
        },
        "accounts": {
            f"0x{address:040x}": {
                "nonce": account.nonce,
                "balance": account.balance,
                "code": code_of(test, address).hex(),
                "storage": [[key, value] for key, value in account.storage.items()],
            }
            for address, account in test.accounts.items()
        },
        "transaction": decoded(case.transaction),
    }


def code_of(test: StateTest, address: int) -> bytes:
    """Give the code of an account before the test."""
    stored = test.initial.accounts[address]
    assert stored.record is not None
    return stored.full_code[: AccountRecord.decode(stored.record).unpadded_code_length]


def run_call(call: dict[str, Any]) -> None:
    """Run one call in revm, which prints its trace.

    pyrevm takes no fee, and BALANCE of the sender would show it: the sender has paid before. That
    cannot be where what is left is too little for revm's check that the fee can be paid. The limit
    that the EVM is made with is the block's, which GASLIMIT shows.
    """
    block, transaction = call["block"], call["transaction"]
    block["prevrandao"] = bytes.fromhex(block["prevrandao"])
    price = min(transaction["max_fee"], block["basefee"] + transaction["tip"])
    access_list = [(address, keys) for address, keys in transaction["access_list"]]
    evm = pyrevm.EVM(
        env=pyrevm.Env(
            cfg=pyrevm.CfgEnv(chain_id=1),
            block=pyrevm.BlockEnv(**block),
            tx=pyrevm.TxEnv(chain_id=1, access_list=access_list),
        ),
        gas_limit=block["gas_limit"],
        tracing=True,
        spec_id="CANCUN",
    )
    sender, fee = call["accounts"][transaction["sender"]], transaction["gas"] * price
    if sender["balance"] >= 2 * fee + transaction["value"]:
        sender["balance"] -= fee
    for address, account in call["accounts"].items():
        info = pyrevm.AccountInfo(
            nonce=account["nonce"],
            balance=account["balance"],
            code=bytes.fromhex(account["code"]) or None,
        )
        evm.insert_account_info(address, info)
        for key, value in account["storage"]:
            before = evm.snapshot()
            evm.insert_account_storage(address, key, value)
            evm.revert(before)  # or the account would be warm, and the next slot too
    common = {"value": transaction["value"], "gas": transaction["gas"], "gas_price": price}
    data = bytes.fromhex(transaction["data"])
    try:
        if transaction["to"] is None:
            evm.deploy(transaction["sender"], data, **common)
        else:
            evm.message_call(transaction["sender"], transaction["to"], calldata=data, **common)
    except RuntimeError:
        pass  # the transaction failed: its trace is there


def main() -> None:
    """Run every call of the standard input."""
    for line in sys.stdin:
        os.write(1, f"\n{MARK}\n".encode())
        run_call(json.loads(line))


if __name__ == "__main__":
    import pyrevm

    main()
