"""What a chain of ZKsync OS has besides: proofs that others check, pubdata, L1, the prover's input.

The verifiers here know the formulas only, not the code that makes the proofs.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.host.node.support import COUNTER, RunningNode, account, running, signed
from tests.support.chain import deployer, keccak256
from tests.support.replay import ReplayBorder
from zkos.host.abi_transaction import L1_TO_L2, AbiTransaction
from zkos.host.batch import Flavour
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.words import parse_words

ALICE = account(0)
ACCOUNTS = "0x8003"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running(tmp_path_factory.mktemp("node") / "state") as found:
        yield found


def next_nonce(node: RunningNode) -> int:
    return int(node.call("eth_getTransactionCount", ALICE.address, "pending"), 16)


@pytest.fixture(scope="module")
def counter(node: RunningNode) -> str:
    digest = node.send(signed(ALICE, next_nonce(node), to=None, data=deployer(COUNTER)))
    address = node.call("eth_getTransactionReceipt", digest)["contractAddress"]
    node.send(signed(ALICE, next_nonce(node), to=address))
    return str(address)


def blake2s(*parts: bytes) -> bytes:
    return hashlib.blake2s(b"".join(parts)).digest()


def octets(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def tree_key(address: str, slot: int) -> bytes:
    return blake2s(int(address, 16).to_bytes(32, "big"), slot.to_bytes(32, "big"))


def root_of(leaf: dict[str, Any]) -> str:
    """Compute the root that a leaf with its siblings leads to."""
    place = int(leaf["index"], 16)
    link = int(leaf["next"], 16).to_bytes(8, "little")
    digest = blake2s(octets(leaf["key"]), octets(leaf["value"]), link)
    assert len(leaf["siblings"]) == 64
    for sibling in map(octets, leaf["siblings"]):
        digest = blake2s(sibling, digest) if place & 1 else blake2s(digest, sibling)
        place >>= 1
    return "0x" + digest.hex()


def check_slot(proof: dict[str, Any], root: str, key: bytes) -> bytes | None:
    """Verify the proof of a slot; give its value, None where it is not in the tree."""
    assert octets(proof["key"]) == key
    if "leaf" in proof:
        leaf = proof["leaf"]
        assert root_of(leaf) == root
        assert octets(leaf["key"]) == key
        assert leaf["value"] == proof["value"]
        return octets(leaf["value"])
    before, after = proof["leafBefore"], proof["leafAfter"]
    assert root_of(before) == root_of(after) == root
    assert before["next"] == after["index"]
    assert octets(before["key"]) < key < octets(after["key"])
    assert proof["value"] is None
    return None


def test_slots_and_accounts_are_proved_against_the_blocks_root(
    node: RunningNode, counter: str
) -> None:
    for number in ("earliest", "0x1", "latest"):
        root = node.call("eth_getBlockByNumber", number)["zkos"]["stateRoot"]
        proof = node.call("zkos_getProof", counter, ["0x0", "0x7"], number)
        assert proof["stateRoot"] == root
        first, seventh = proof["storageProof"]
        value = check_slot(first, root, tree_key(counter, 0))
        asked = octets(node.call("eth_getStorageAt", counter, "0x0", number))
        assert (value or bytes(32)) == asked
        assert check_slot(seventh, root, tree_key(counter, 7)) is None
        digest = check_slot(proof["accountProof"], root, tree_key(ACCOUNTS, int(counter, 16)))
        if digest is None:
            assert proof["accountRecord"] is None
        else:
            record = octets(proof["accountRecord"])
            assert blake2s(record) == digest
            assert record[88:120] == keccak256(COUNTER)


def test_a_forged_value_has_no_proof(node: RunningNode, counter: str) -> None:
    proof = node.call("zkos_getProof", counter, ["0x0"])
    forged = proof["storageProof"][0]
    forged["leaf"]["value"] = forged["value"] = "0x" + "00" * 31 + "63"
    with pytest.raises(AssertionError):
        check_slot(forged, proof["stateRoot"], tree_key(counter, 0))


def deposit(value: int, nonce: int = 0) -> bytes:
    return AbiTransaction(
        type=L1_TO_L2,
        sender=int(ALICE.address, 16),
        to=int(account(5).address, 16),
        gas_limit=300_000,
        gas_per_pubdata_limit=800,
        max_fee_per_gas=1000,
        max_priority_fee_per_gas=0,
        nonce=nonce,
        value=value,
        total_deposited=value + 300_000 * 1000,
        refund_recipient=int(ALICE.address, 16),
        data=b"",
    ).encode()


def test_a_deposit_from_l1_arrives_and_its_log_is_proved(node: RunningNode) -> None:
    before = int(node.call("eth_getBalance", account(5).address), 16)
    digest = node.call("zkos_sendL1Transaction", "0x" + deposit(77).hex())
    receipt = node.call("eth_getTransactionReceipt", digest)
    assert (receipt["status"], receipt["type"]) == ("0x1", "0x7f")
    assert int(node.call("eth_getBalance", account(5).address), 16) == before + 77
    assert node.call("eth_getTransactionByHash", digest)["from"] == ALICE.address.lower()
    proof = node.call("zkos_getL2ToL1LogProof", digest)
    log = octets(proof["log"])
    [listed] = receipt["l2ToL1Logs"]
    assert log[4:] == octets(listed["sender"]) + octets(listed["key"]) + octets(listed["value"])
    assert listed["key"] == digest
    hashed, place = keccak256(log), proof["position"]
    for sibling in map(octets, proof["siblings"]):
        hashed = keccak256(sibling + hashed if place & 1 else hashed + sibling)
        place >>= 1
    assert proof["root"] == "0x" + hashed.hex()


def test_malformed_bytes_from_l1_are_refused(node: RunningNode) -> None:
    other_type = deposit(1)[:31] + b"\x7e" + deposit(1)[32:]
    for code, bad in (
        (-32000, b""), (-32000, b"\0"), (-32602, bytes(640)), (-32602, other_type),
        (-32000, deposit(1)[:-32]),
    ):  # fmt: skip
        assert node.error("zkos_sendL1Transaction", "0x" + bad.hex())[0] == code


def test_the_prover_reads_what_leads_to_the_public_input(node: RunningNode, counter: str) -> None:
    proof = node.call("zkos_getProofInput", "latest")
    words = parse_words(proof["words"][2:])
    image = KernelImage(True, Flavour.PRODUCTION, on_machine=False)
    run = X8664Executor().run(image, ReplayBorder(words))
    assert "0x" + run.output.hex() == proof["publicInput"]
    block = node.call("eth_getBlockByNumber", "latest")
    assert block["zkos"]["publicInput"] == proof["publicInput"]


def test_pubdata_begins_with_the_block(node: RunningNode, counter: str) -> None:
    block = node.call("eth_getBlockByNumber", "latest")
    pubdata = octets(node.call("zkos_getPubdata", "latest"))
    assert pubdata[1:33] == octets(block["hash"])
    assert pubdata[33:41] == int(block["timestamp"], 16).to_bytes(8, "big")


def test_an_empty_block_is_sealed_on_request(node: RunningNode) -> None:
    number = node.call("zkos_sealBlock")
    assert node.call("eth_getBlockByNumber", number)["transactions"] == []
    assert node.call("eth_blockNumber") == number
