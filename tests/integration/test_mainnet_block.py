"""Ethereum mainnet block 22244135: receipts and post-state as mainnet has them."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.result_json import batch_json

EXAMPLES = Path(__file__).parents[2] / "examples"
ACCOUNT_PROPERTIES = f"0x{0x8003:040x}"


def read(name: str) -> Any:
    path = EXAMPLES / name
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return json.loads(data)


def run(block: str, executor: Any, mode: Mode = Mode.FORWARD) -> dict[str, Any]:
    batch = block_file.load(EXAMPLES / block)
    return batch_json(Runner(ExecutorName(executor.name)).run(batch, mode))


def check_against(expected: dict[str, Any], result: dict[str, Any]) -> None:
    for found, receipt in zip(result["transactions"], expected["transactions"], strict=True):
        assert {name: found[name] for name in receipt} == receipt
    diffs = result["account_diffs"]
    accounts = {
        address: {"balance": diff["balance"], "nonce": diff["nonce"]}
        for address, diff in diffs.items()
    }
    assert accounts == expected["accounts"]
    slots: dict[str, dict[str, str]] = {}
    for write in result["storage_writes"]:
        if write["address"] != ACCOUNT_PROPERTIES:
            slots.setdefault(write["address"], {})[write["key"]] = write["value"]
    assert slots == expected["slots"]


@pytest.mark.executors("x86_64")
def test_the_block_gives_mainnet_s_receipts_and_state(executor: Any) -> None:
    result = run("mainnet-22244135.json.gz", executor)
    check_against(read("mainnet-22244135.receipts.json.gz"), result)
    assert result["gas_used"] == 9_145_346


@pytest.mark.all_executors
def test_ten_of_its_transactions_give_their_receipts(executor: Any) -> None:
    result = run("small-ethereum.json", executor)
    check_against(read("small-ethereum.receipts.json"), result)


@pytest.mark.all_executors
@pytest.mark.executors("riscv")
def test_the_machine_proves_the_block_from_the_words_alone(executor: Any) -> None:
    result = run("mainnet-22244135.json.gz", executor, Mode.PROVING)
    check_against(read("mainnet-22244135.receipts.json.gz"), result)
    assert result["cycles"] > 0
    assert result["public_input"] == run("mainnet-22244135.json.gz", executor)["public_input"]
