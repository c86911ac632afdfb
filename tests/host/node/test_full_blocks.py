"""Blocks of several transactions: what runs on from one to the next."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.host.node.support import COUNTER, RunningNode, account, running, signed
from tests.support.chain import deployer

TIPS = (40, 7, 30, 7)
GAS = (21_000, None, None, 21_000)
"""What they use; None: calls of the counter."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Give a node with a block of two transfers and two calls, and what waits for the next one."""
    with running(tmp_path_factory.mktemp("node") / "state", "--block-time", "3600") as found:
        deployment = found.send(signed(account(0), 0, to=None, data=deployer(COUNTER)))
        found.call("zkos_sealBlock")
        counter = found.call("eth_getTransactionReceipt", deployment)["contractAddress"]
        for sender, (tip, gas) in enumerate(zip(TIPS, GAS, strict=True)):
            to = account(9).address if gas else counter
            found.send(signed(account(sender + 1), 0, to=to, maxPriorityFeePerGas=tip))
        found.call("zkos_sealBlock")
        yield found


def receipts(node: RunningNode) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = node.call("eth_getBlockReceipts", "0x2")
    return found


def test_the_better_paid_come_first_and_among_equals_the_earlier(node: RunningNode) -> None:
    senders = [account(at).address.lower() for at in (1, 3, 2, 4)]
    assert [one["from"] for one in receipts(node)] == senders


def test_gas_and_log_numbers_run_on(node: RunningNode) -> None:
    used = [int(one["gasUsed"], 16) for one in receipts(node)]
    cumulative = [int(one["cumulativeGasUsed"], 16) for one in receipts(node)]
    assert cumulative == [sum(used[: at + 1]) for at in range(4)]
    block = node.call("eth_getBlockByNumber", "0x2", True)
    assert int(block["gasUsed"], 16) == sum(used)
    logs = [log for one in receipts(node) for log in one["logs"]]
    assert [(log["logIndex"], log["transactionIndex"]) for log in logs] == [
        ("0x0", "0x1"), ("0x1", "0x2"),
    ]  # fmt: skip
    assert node.call("eth_getLogs", {"fromBlock": "earliest"}) == logs
    blooms = [int(one["logsBloom"], 16) for one in receipts(node)]
    assert int(block["logsBloom"], 16) == blooms[0] | blooms[1] | blooms[2] | blooms[3]
    assert [one["transactionIndex"] for one in block["transactions"]] == [
        "0x0",
        "0x1",
        "0x2",
        "0x3",
    ]


def test_rewards_are_weighed_by_gas(node: RunningNode) -> None:
    used = [int(one["gasUsed"], 16) for one in receipts(node)]
    tips = [int(one["effectiveGasPrice"], 16) - 1000 for one in receipts(node)]
    by_tip = sorted(zip(tips, used, strict=True))
    part = 100 * (used[2] + used[3]) / sum(used)  # of the two with the lowest tip
    percentiles = [0, part - 0.001, part + 0.001, 99.9, 100]
    history = node.call("eth_feeHistory", "0x2", "latest", percentiles)
    assert [tip for tip, _ in by_tip] == [7, 7, 30, 40]
    assert [int(tip, 16) for tip in history["reward"][1]] == [7, 7, 30, 40, 40]
    assert history["gasUsedRatio"][1] == sum(used) / 100_000_000
    assert (history["oldestBlock"], len(history["baseFeePerGas"])) == ("0x1", 3)
    assert "reward" not in node.call("eth_feeHistory", 1, "latest")


def test_what_waits_is_seen_and_counted(node: RunningNode) -> None:
    sender = account(6)
    digests = [node.send(signed(sender, nonce)) for nonce in (0, 1)]
    assert node.call("eth_getTransactionCount", sender.address, "pending") == "0x2"
    assert node.call("eth_getTransactionCount", sender.address) == "0x0"
    for nonce, digest in enumerate(digests):
        waiting = node.call("eth_getTransactionByHash", digest)
        assert (waiting["nonce"], waiting["blockHash"]) == (hex(nonce), None)
        assert node.call("eth_getTransactionReceipt", digest) is None
    number = node.call("zkos_sealBlock")
    assert node.call("eth_getBlockByNumber", number)["transactions"] == digests
    assert node.call("eth_getTransactionCount", sender.address) == "0x2"
