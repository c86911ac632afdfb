"""Requests that are wrong in any way get the error that JSON-RPC has for them, over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.host.node.support import RunningNode, account, running
from zkos.host.node.methods import METHODS

ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=70),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=8,
)
LIKELY = some.sampled_from(
    [
        account(0).address, "latest", "pending", "earliest", "0x0", "0x1", "0x", "0x" + "00" * 32,
        {"to": account(0).address}, {"blockHash": "0x" + "11" * 32}, {"blockNumber": "0x0"},
        {"fromBlock": "0x0", "toBlock": "0xffff"}, {"topics": [[], None]}, [], ["0x1"], True,
        "0x02f8", "0x" + "ff" * 700, {"accessList": [{}]}, {"gas": "0x5208"},
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running(tmp_path_factory.mktemp("node") / "state") as found:
        yield found


def post(node: RunningNode, body: bytes) -> Any:
    headers = {"Content-Type": "application/json"}
    reply = node.session.post(node.url, data=body, headers=headers, timeout=60)
    assert reply.status_code in (200, 204), (reply.status_code, reply.text)
    return reply.json() if reply.status_code == 200 else None


def ask(node: RunningNode, document: Any) -> Any:
    return post(node, json.dumps(document).encode())


def request(method: str = "eth_chainId", **fields: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method} | fields


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[" * 500, b"NaN", b'{"id":' + b"9" * 5000 + b"}"]
)
def test_what_is_no_json_is_a_parse_error(node: RunningNode, body: bytes) -> None:
    reply = post(node, body)
    assert (reply["error"]["code"], reply["id"]) == (-32700, None)


@pytest.mark.parametrize(
    "document",
    [
        1, {}, [], {"jsonrpc": "1.0", "id": 1, "method": "eth_chainId"}, request(method=None),
        request(id={}), request(id=True), {"jsonrpc": "2.0", "id": 1}, [request()] * 1001,
    ],
)  # fmt: skip
def test_what_is_no_request_is_an_invalid_request(node: RunningNode, document: Any) -> None:
    assert ask(node, document)["error"]["code"] == -32600


def test_methods_and_parameters_have_their_errors(node: RunningNode) -> None:
    codes = {
        -32601: [request("eth_nothing"), request("__init__")],
        -32602: [
            request("eth_getBalance"),
            request("eth_getBalance", params={}),
            request("eth_getBalance", params=["0x12"]),
            request("eth_getBalance", params=[None]),
            request("eth_chainId", params=[1]),
            request("eth_getBalance", params=[account(0).address, "newest"]),
            request("eth_getBlockByNumber", params=["latest", "yes"]),
            request("eth_call", params=[{"nothing": 1}]),
            request("eth_call", params=[{"data": "0x01", "input": "0x02"}]),
        ],
        -32000: [request("eth_getBalance", params=[account(0).address, "0xfffffff"])],
    }
    for code, requests in codes.items():
        for one in requests:
            assert ask(node, one)["error"]["code"] == code, one


def test_a_batch_is_answered_in_order_and_notifications_are_not(node: RunningNode) -> None:
    silent = {"jsonrpc": "2.0", "method": "eth_chainId"}
    replies = ask(node, [request(id="a"), silent, 7, request("eth_nothing", id=2.5), request(id=3)])
    assert [(one["id"], one.get("result")) for one in replies] == [
        ("a", "0x25"), (None, None), (2.5, None), (3, "0x25"),
    ]  # fmt: skip
    assert ask(node, silent) is None
    assert ask(node, [silent, silent]) is None


def test_what_a_page_of_another_origin_can_send_is_refused(node: RunningNode) -> None:
    body = json.dumps(request())
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        reply = node.session.post(node.url, data=body, headers={"Content-Type": kind}, timeout=60)
        assert reply.status_code == 415
    assert node.session.get(node.url, timeout=60).status_code == 405
    assert node.session.post(node.url, json="x" * 6_000_000, timeout=60).status_code == 413


@settings(max_examples=60, deadline=None)
@given(some.binary(max_size=40) | ANYTHING.map(lambda one: json.dumps(one).encode()))
def test_no_bytes_are_an_internal_error(node: RunningNode, body: bytes) -> None:
    reply = post(node, body)
    for one in reply if isinstance(reply, list) else [reply]:
        assert one is None or one["error"]["code"] != -32603


@settings(max_examples=250, deadline=None)
@given(some.sampled_from(sorted(METHODS)), some.lists(LIKELY | ANYTHING, max_size=4))
def test_no_parameters_are_an_internal_error(
    node: RunningNode, method: str, parameters: list[Any]
) -> None:
    body = json.dumps(request(method, params=parameters), allow_nan=True)
    reply = post(node, body.encode())
    assert "result" in reply or reply["error"]["code"] in (-32700, -32602, -32000, 3), reply
