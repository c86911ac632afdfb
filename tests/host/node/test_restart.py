"""A chain goes on where it stood: after an end in order, a kill, and between store and state."""

import threading
import time
from pathlib import Path

import pytest
import requests

from tests.cli.support import zkos
from tests.host.node.support import RunningNode, account, running, signed, submit
from zkos.host.batch import OfferedTransaction
from zkos.host.errors import StateError
from zkos.host.node.chain import Chain, open_chain
from zkos.host.node.genesis import development_genesis
from zkos.host.node.node import Node
from zkos.host.node.settings import BlockSettings, NodeSettings
from zkos.host.node.transactions import read_transaction
from zkos.host.state.database import StateDatabase

ALICE = account(0)
KILLS = 2


def opened(directory: Path) -> Chain:
    return open_chain(directory, development_genesis(37), must_match=True)


def node_on(directory: Path, **settings: int) -> Node:
    return Node(opened(directory), NodeSettings(BlockSettings(**settings)))


def test_the_funded_accounts_are_those_of_the_known_mnemonic(tmp_path: Path) -> None:
    chain = opened(tmp_path / "state")
    with chain.state(0) as state:
        for index in range(10):
            record = state.account(int(account(index).address, 16))
            assert record is not None and record.balance == 10_000 * 10**18
    chain.close()


def test_a_restart_keeps_everything_but_the_pool(tmp_path: Path) -> None:
    methods = ("eth_getBlockReceipts", "eth_getBlockByNumber", "zkos_getPubdata")
    with running(tmp_path / "state") as node:
        sent = [node.send(signed(ALICE, nonce, value=nonce)) for nonce in range(3)]
        waiting = node.send(signed(ALICE, 7))
        before = [node.call(name, hex(number)) for name in methods for number in range(4)]
        transactions = [node.call("eth_getTransactionByHash", digest) for digest in sent]
    with running(tmp_path / "state", "--block-time", "0.05") as node:
        assert before == [node.call(name, hex(number)) for name in methods for number in range(4)]
        assert transactions == [node.call("eth_getTransactionByHash", digest) for digest in sent]
        assert node.call("eth_getTransactionByHash", waiting) is None
        later = node.send(signed(ALICE, 3))
        deadline = time.monotonic() + 20
        while node.call("eth_getTransactionReceipt", later) is None:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_what_was_acknowledged_survives_a_kill_at_any_moment(tmp_path: Path) -> None:
    acknowledged: list[str] = []

    def send_on(node: RunningNode) -> None:
        try:
            while True:
                acknowledged.append(node.send(signed(ALICE, len(acknowledged))))
        except requests.RequestException:
            pass  # it was killed

    for attempt in range(KILLS):
        node = RunningNode(tmp_path / "state")
        nonce = int(node.call("eth_getTransactionCount", ALICE.address), 16)
        assert nonce == int(node.call("eth_blockNumber"), 16)
        assert nonce in (len(acknowledged), len(acknowledged) + 1)  # the last answer may be lost
        for number, digest in enumerate(acknowledged, start=1):
            assert node.call("eth_getTransactionReceipt", digest)["blockNumber"] == hex(number)
        acknowledged += ["lost"] * (nonce - len(acknowledged))
        acknowledged[:] = [
            node.call("eth_getBlockByNumber", hex(number + 1))["transactions"][0]
            for number in range(nonce)
        ]
        sender = threading.Thread(target=send_on, args=(node,))
        sender.start()
        time.sleep(0.3 + attempt * 0.07)
        node.process.kill()
        sender.join(30)
        node.kill()
    with running(tmp_path / "state") as node:
        assert int(node.call("eth_blockNumber"), 16) >= len(acknowledged) > KILLS


def test_a_block_that_only_the_store_has_is_put_into_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = node_on(tmp_path / "state")
    submit(node, signed(ALICE, 0))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StateDatabase, "commit", killed)
        with pytest.raises(KeyboardInterrupt):
            submit(node, signed(ALICE, 1, value=3))
    node.chain.close()
    with StateDatabase(tmp_path / "state") as database:
        assert database.position.number == 1
    again = node_on(tmp_path / "state")
    assert again.chain.head.number == 2
    assert again.nonce(int(ALICE.address, 16)) == 2
    with again.chain.state(2) as state:
        assert "0x" + state.root().hex() == again.chain.head.result["state_root"]
    again.chain.close()


def test_a_commit_that_fails_is_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = node_on(tmp_path / "state")

    def fail(*_: object) -> None:
        raise StateError("the disk is full")

    first = signed(ALICE, 0)
    with monkeypatch.context() as patch:
        patch.setattr(StateDatabase, "commit", fail)
        for transaction in (first, signed(account(1), 0)):
            with pytest.raises(StateError, match="the disk is full"):
                submit(node, transaction)
        assert node.chain.head.number == 0
    submit(node, signed(ALICE, 1))
    assert node.chain.head.number == 2
    found = node.chain.place_of(read_transaction(OfferedTransaction(first)).hash)
    assert found is not None and found[0].number == 1
    assert node.nonce(int(ALICE.address, 16)) == 2
    node.chain.close()
    opened(tmp_path / "state").close()


def test_a_state_that_went_on_alone_is_refused(tmp_path: Path) -> None:
    node = node_on(tmp_path / "state")
    submit(node, signed(ALICE, 0))
    node.chain.close()
    block = tmp_path / "block.json"
    block.write_text('{"block": {"timestamp": "0xffffffffff"}}')
    assert zkos("run", block, "--state", tmp_path / "state").status == 0
    with pytest.raises(StateError, match="went on without its node"):
        opened(tmp_path / "state")


def test_a_chain_that_run_began_goes_on(tmp_path: Path) -> None:
    block = tmp_path / "block.json"
    pre = f'{{"{ALICE.address}": {{"balance": "0xde0b6b3a7640000"}}}}'
    block.write_text(f'{{"block": {{"number": "0x5"}}, "pre": {pre}}}')
    assert zkos("run", block, "--state", tmp_path / "state").status == 0
    with running(tmp_path / "state") as node:
        assert node.call("eth_blockNumber") == "0x5"
        parent = node.call("eth_getBlockByNumber", "earliest")
        node.send(signed(ALICE, 0))
        block_after = node.call("eth_getBlockByNumber", "latest")
        assert (block_after["number"], block_after["parentHash"]) == ("0x6", parent["hash"])
        assert node.call("eth_getBlockByNumber", "0x4") is None


def test_states_long_ago_are_one_clear_error(tmp_path: Path) -> None:
    opened(tmp_path / "state").close()
    chain = Chain(StateDatabase(tmp_path / "state", kept_blocks=3))
    node = Node(chain, NodeSettings())
    for _ in range(5):
        node.seal(may_be_empty=True)
    with chain.state(2):
        pass
    with pytest.raises(StateError, match="the state after block 1 is pruned; the oldest kept is 2"):
        with chain.state(1):
            pass
    hashes = [int.from_bytes(chain.need_block(number).hash, "big") for number in (4, 3, 2, 1, 0)]
    assert chain.hashes_before(5) == (*hashes, *((0,) * 251))
    assert chain.hashes_before(0) == (0,) * 256
    chain.close()


def test_without_an_http_server_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zkos.cli.node.find_spec", lambda _: None)
    outcome = zkos("node", "--state", tmp_path / "state")
    assert (outcome.status, outcome.stderr.count("\n")) == (2, 1)
    assert "pip install 'zkos[node]'" in outcome.stderr
    assert not (tmp_path / "state").exists()


def test_another_genesis_or_chain_is_refused(tmp_path: Path) -> None:
    opened(tmp_path / "state").close()
    genesis = tmp_path / "genesis.json"
    genesis.write_text('{"pre": {}}')
    directory = tmp_path / "state"
    for options, problem in (
        (["--genesis", genesis], "another genesis"),
        (["--chain-id", "38"], "is of chain 37"),
        (["--chain-id", "x"], "expected a number"),
        (["--block-time", "0"], 'expected "instant" or seconds'),
        (["--native-price", "0"], "no transaction can run"),
        (["--genesis", tmp_path / "nothing"], "cannot read"),
        (["--host", "256.0.0.1"], "cannot listen"),
    ):
        outcome = zkos("node", "--state", directory, "--port", "0", *options)
        assert outcome.status == 2
        assert outcome.stderr.count("\n") == 1
        assert problem in outcome.stderr


def test_a_store_that_is_damaged_is_refused(tmp_path: Path) -> None:
    node = node_on(tmp_path / "state")
    submit(node, signed(ALICE, 0))
    node.chain.close()
    file = tmp_path / "state" / "node" / "data.mdb"
    whole = file.read_bytes()
    for damaged in (whole[:5000], whole[:-4096], whole[:1]):
        file.write_bytes(damaged)
        try:
            opened(tmp_path / "state").close()
        except StateError as error:
            assert "node" in error.line
