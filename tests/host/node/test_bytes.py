"""Whatever bytes come as a transaction: they are taken or refused, and the chain goes on."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.host.node.support import account, signed, submit
from zkos.host.abi_transaction import L1_TO_L2, AbiTransaction
from zkos.host.batch import OfferedTransaction, TransactionFormat
from zkos.host.errors import ZkosError
from zkos.host.node.chain import open_chain
from zkos.host.node.documents import block_json, receipts_json
from zkos.host.node.genesis import development_genesis
from zkos.host.node.node import Node
from zkos.host.node.rpc_errors import RpcError
from zkos.host.node.settings import NodeSettings

SENDER = int(account(3).address, 16)
DEPOSIT = AbiTransaction(
    L1_TO_L2, SENDER, SENDER, 200_000, 800, 1000, 0, 0, 5, 10**12, SENDER, b"\1\2\3"
).encode()
SIGNED = signed(account(4), 0, data=b"\5" * 40)
NUMBERS = some.sampled_from([0, 1, 2**64 - 1, 2**64, 2**160, 2**255, 2**256 - 1]) | some.integers(
    0, 2**256 - 1
)


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    directory = tmp_path_factory.mktemp("node") / "state"
    chain = open_chain(directory, development_genesis(37), must_match=True)
    yield Node(chain, NodeSettings())
    submit(Node(chain, NodeSettings()), signed(account(0), 0))
    chain.close()


def offer(node: Node, encoded: bytes, kind: TransactionFormat) -> None:
    try:
        node.submit(OfferedTransaction(encoded, kind))
    except (RpcError, ZkosError):
        return
    assert block_json(node.chain.head, full=True)["transactions"]
    assert receipts_json(node.chain.head)


@settings(max_examples=80, deadline=None)
@given(some.integers(0, len(DEPOSIT) // 32 - 1), NUMBERS)
def test_a_changed_word_from_l1(node: Node, place: int, number: int) -> None:
    start = 32 * place
    changed = DEPOSIT[:start] + number.to_bytes(32, "big") + DEPOSIT[start + 32 :]
    offer(node, changed, TransactionFormat.ABI)


@settings(max_examples=80, deadline=None)
@given(some.integers(0, len(SIGNED) - 1), some.binary(max_size=3), some.integers(0, 3))
def test_changed_bytes_of_a_signed_one(node: Node, at: int, put: bytes, cut: int) -> None:
    offer(node, SIGNED[:at] + put + SIGNED[at + cut :], TransactionFormat.RLP)


@settings(max_examples=40, deadline=None)
@given(some.binary(max_size=200))
def test_any_bytes(node: Node, encoded: bytes) -> None:
    offer(node, encoded, TransactionFormat.RLP)
    offer(node, encoded, TransactionFormat.ABI)
