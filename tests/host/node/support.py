"""Nodes in tests: a process of its own, spoken to by HTTP."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3 import HTTPProvider, Web3

from zkos.host.batch import OfferedTransaction
from zkos.host.node.node import Node

MNEMONIC = "test test test test test test test test test test test junk"
CHAIN_ID = 37
TRANSFER = "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
COUNTER = bytes.fromhex(f"5f54600101805f555f525f35337f{TRANSFER}60205fa360205ff3")
"""Adds one to slot 0, logs Transfer(caller, first word of calldata, count), gives the count."""
REASON = bytes.fromhex("08c379a0" + f"{32:064x}{2:064x}" + b"no".ljust(32, b"\0").hex())
REVERTER = bytes.fromhex("6064600a5f3960645ffd") + REASON
"""Reverts with Error("no")."""

Account.enable_unaudited_hdwallet_features()


def account(index: int) -> LocalAccount:
    """Give one of the accounts that a chain for development funds."""
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")


def signed(sender: LocalAccount, nonce: int, **changes: Any) -> bytes:
    """Sign a transaction with eth-account."""
    fields = {
        "type": 2, "chainId": CHAIN_ID, "nonce": nonce, "gas": 200_000, "value": 0,
        "maxFeePerGas": 2000, "maxPriorityFeePerGas": 0, "to": account(9).address,
    } | changes  # fmt: skip
    to = fields.pop("to")
    if to is not None:
        fields["to"] = Web3.to_checksum_address(to)
    return bytes(sender.sign_transaction(fields).raw_transaction)


def submit(node: Node, transaction: bytes) -> bytes:
    """Give a signed transaction to a node in this process."""
    return node.submit(OfferedTransaction(transaction))


class RunningNode:
    """A node's process."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.log_path = directory.with_suffix(".log")
        command = [sys.executable, "-m", "zkos.cli", "node", "--state", str(directory)]
        with self.log_path.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--port", "0", "--json", *options],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log_path.read_text()
        self.url = json.loads(line)["url"]
        self.session = requests.Session()
        self.web3 = Web3(HTTPProvider(self.url))

    def reply(self, method: str, *parameters: Any) -> Any:
        """Give the whole reply to a request."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        return self.session.post(self.url, json=body, timeout=60).json()

    def call(self, method: str, *parameters: Any) -> Any:
        """Give the result of a request that succeeds."""
        reply = self.reply(method, *parameters)
        assert "result" in reply, reply
        return reply["result"]

    def error(self, method: str, *parameters: Any) -> tuple[int, str]:
        """Give code and message of a request that fails."""
        reply = self.reply(method, *parameters)
        assert "error" in reply, reply
        return reply["error"]["code"], reply["error"]["message"]

    def send(self, transaction: bytes) -> Any:
        """Send a transaction; give its hash."""
        return self.call("eth_sendRawTransaction", "0x" + transaction.hex())

    def refusal(self, transaction: bytes) -> str:
        """Send a transaction that is refused; give the message."""
        code, message = self.error("eth_sendRawTransaction", "0x" + transaction.hex())
        assert code == -32000
        return message

    def stop(self) -> int:
        """Ask it to end; give its status."""
        self.session.close()
        self.process.terminate()
        return self._ended()

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self.session.close()
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        status = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@contextmanager
def running(directory: Path, *options: str) -> Iterator[RunningNode]:
    """Run a node while the context lasts; it must end well and without a traceback in its log."""
    node = RunningNode(directory, *options)
    try:
        yield node
    except BaseException:
        node.kill()
        raise
    assert node.stop() == 0
    assert "Traceback" not in node.log_path.read_text()
