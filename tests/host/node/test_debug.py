"""Traces over HTTP: the same that ``zkos run --trace`` writes, and what a contract visibly does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import zkos
from tests.host.node.support import COUNTER, REVERTER, RunningNode, account, running, signed
from tests.support.chain import deployer

ALICE = account(0)
CALLS = {"tracer": "callTracer"}
CHANGES = {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Give a node whose first block has two deployments and two calls, by two senders."""
    with running(tmp_path_factory.mktemp("node") / "state", "--block-time", "3600") as found:
        for nonce, code in enumerate((COUNTER, REVERTER)):
            data = deployer(code)
            found.send(signed(ALICE, nonce, to=None, data=data, maxPriorityFeePerGas=2 - nonce))
        found.call("zkos_sealBlock")
        for sender, receipt in zip((1, 2), found.call("eth_getBlockReceipts", "0x1"), strict=True):
            found.send(signed(account(sender), 0, to=receipt["contractAddress"]))
        found.call("zkos_sealBlock")
        yield found


def trace_file(node: RunningNode, folder: Path, tracer: str) -> Any:
    """Give the trace of the second block as the command line writes it."""
    genesis = node.call("eth_getBlockByNumber", "earliest")
    for number in ("0x1", "0x2"):
        block = node.call("zkos_getBlockFile", number)
        if number == "0x1":
            block["pre"] = {account(at).address: {"balance": hex(10**22)} for at in range(10)}
            block["block"]["block_hashes"] = [genesis["hash"]]
        path = folder / "block.json"
        path.write_text(json.dumps(block))
        trace = ["--trace", folder / "trace.json", "--tracer", tracer]
        assert zkos("run", path, "--state", folder / "state", *trace).status == 0
    text = (folder / "trace.json").read_text()
    return (
        [json.loads(line) for line in text.splitlines()] if tracer == "steps" else json.loads(text)
    )


@pytest.mark.parametrize(("tracer", "options"), [("calls", CALLS), ("diff", CHANGES)])
def test_traces_of_a_block_are_those_of_zkos_run(
    node: RunningNode, tmp_path: Path, tracer: str, options: dict[str, Any]
) -> None:
    expected = trace_file(node, tmp_path, tracer)
    found = node.call("debug_traceBlockByNumber", "0x2", options)
    assert [(one["txHash"], one["result"]) for one in found] == [
        (one["txHash"], one["result"]) for one in expected
    ]
    block_hash = node.call("eth_getBlockByNumber", "0x2")["hash"]
    assert node.call("debug_traceBlockByHash", block_hash, options) == found
    for one in found:
        assert node.call("debug_traceTransaction", one["txHash"], options) == one["result"]


def test_steps_are_those_of_zkos_run(node: RunningNode, tmp_path: Path) -> None:
    lines = trace_file(node, tmp_path, "steps")
    expected = [line for line in lines if "pc" in line]
    found = [
        step
        for one in node.call("debug_traceBlockByNumber", "0x2")
        for step in one["result"]["structLogs"]
    ]
    assert [(one["pc"], one["op"], one["gas"], one["gasCost"], one["stack"]) for one in found] == [
        (one["pc"], one["opName"], int(one["gas"], 16), int(one["gasCost"], 16), one["stack"])
        for one in expected
    ]


def test_a_trace_is_of_the_transaction_that_was_asked_for(node: RunningNode) -> None:
    first, second = node.call("eth_getBlockByNumber", "0x2")["transactions"]
    for digest in (first, second):
        receipt = node.call("eth_getTransactionReceipt", digest)
        trace = node.call("debug_traceTransaction", digest)
        assert trace["gas"] == int(receipt["gasUsed"], 16)
        assert trace["failed"] == (receipt["status"] == "0x0")
        assert node.call("debug_traceTransaction", digest, CALLS)["to"] == receipt["to"]
    options = {"enableMemory": True, "disableStack": True}
    [last] = node.call("debug_traceTransaction", first, options)["structLogs"][-1:]
    assert "stack" not in last
    assert last["op"] == "RETURN"
    assert int(last["memory"][0], 16) == 1


def test_other_tracers_and_options_are_refused(node: RunningNode) -> None:
    digest = node.call("eth_getBlockByNumber", "0x2")["transactions"][0]
    for options in ({"tracer": "4byteTracer"}, {"tracer": "prestateTracer"}, {"timeout": "1s"}):
        assert node.error("debug_traceTransaction", digest, options)[0] == -32602
    assert node.error("debug_traceTransaction", "0x" + "12" * 32)[0] == -32000
    assert node.error("debug_traceBlockByNumber", "earliest")[0] == -32000
