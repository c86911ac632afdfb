"""The pool's order and bounds, and what becomes of transactions that a block leaves out."""

from pathlib import Path

import pytest

from tests.cli.support import EXAMPLES
from tests.host.node.support import account, signed, submit
from zkos.host import block_file
from zkos.host.batch import OfferedTransaction
from zkos.host.errors import KernelError
from zkos.host.node.chain import open_chain
from zkos.host.node.genesis import development_genesis
from zkos.host.node.node import Node
from zkos.host.node.pool import MOST_OF_A_SENDER, Pool
from zkos.host.node.rpc_errors import RpcError
from zkos.host.node.settings import BlockSettings, NodeSettings
from zkos.host.node.transactions import read_transaction

ALICE, BOB = account(0), account(1)


def test_a_senders_transactions_are_in_order_and_the_best_paid_first() -> None:
    pool = Pool()
    for sender, nonce, tip in ((ALICE, 1, 9), (ALICE, 0, 1), (BOB, 0, 5), (BOB, 2, 9)):
        pool.add(read_transaction(
            OfferedTransaction(signed(sender, nonce, maxPriorityFeePerGas=tip))
        ))  # fmt: skip
    chosen = pool.candidates(lambda _: 0, 1000, 10)
    names = {int(ALICE.address, 16): "alice", int(BOB.address, 16): "bob"}
    assert [(names[one.sender], one.nonce) for one in chosen] == [
        ("bob", 0), ("alice", 0), ("alice", 1),
    ]  # fmt: skip
    assert pool.next_nonce(int(ALICE.address, 16), 0) == 2
    assert len(pool.candidates(lambda _: 0, 1000, 2)) == 2


def test_a_sender_has_a_bound() -> None:
    pool = Pool()
    for nonce in range(MOST_OF_A_SENDER):
        pool.add(read_transaction(OfferedTransaction(signed(ALICE, nonce))))
    with pytest.raises(RpcError, match="txpool is full"):
        pool.add(read_transaction(OfferedTransaction(signed(ALICE, MOST_OF_A_SENDER))))
    pool.add(read_transaction(OfferedTransaction(signed(ALICE, 0, maxFeePerGas=3000))))


def test_a_transaction_that_is_too_long_is_refused() -> None:
    with pytest.raises(RpcError, match="oversized"):
        Pool().add(read_transaction(OfferedTransaction(signed(ALICE, 0, data=bytes(131_072)))))


def test_what_its_fellows_make_invalid_is_dropped_and_what_is_too_much_waits(
    tmp_path: Path,
) -> None:
    chain = open_chain(tmp_path / "state", development_genesis(37), must_match=True)
    node = Node(chain, NodeSettings(BlockSettings(gas_limit=250_000), seals_at_once=False))
    value = 6_000 * 10**18
    first = submit(node, signed(ALICE, 0, value=value, maxPriorityFeePerGas=2))
    beyond = submit(node, signed(ALICE, 1, value=value))  # alone it could be paid
    burning = {"to": None, "data": b"\xfe"}  # uses all its gas
    big = [submit(node, signed(account(at), 0, **burning)) for at in (2, 3)]
    block = node.seal()
    assert block is not None
    assert chain.place_of(first) is not None
    assert node.pool.get(beyond) is None and chain.place_of(beyond) is None
    included = [chain.place_of(digest) is not None for digest in big]
    assert sorted(included) == [False, True]
    node.seal()
    assert all(chain.place_of(digest) is not None for digest in big)
    assert node.seal() is None
    chain.close()


def test_a_transaction_that_would_abort_the_block_is_refused(tmp_path: Path) -> None:
    candidates = block_file.load(EXAMPLES / "candidates.json")
    chain = open_chain(tmp_path / "state", candidates, must_match=False)
    context = candidates.blocks[0]
    settings = BlockSettings(context.gas_limit, base_fee=10, native_price=10)
    node = Node(chain, NodeSettings(settings))
    with pytest.raises(KernelError, match="AuthorizationOutOfNative"):
        node.submit(context.transactions[1])
    node.submit(context.transactions[0])
    assert chain.head.number == 1
    assert len(node.pool) == 0
    chain.close()
