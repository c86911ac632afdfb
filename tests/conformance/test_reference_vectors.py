"""Every intermediate value of the reference's vectors, in the kernel and on the host.

Blocks and their public inputs are tests in tests/integration; here stands what lies between: tree
keys and leaves, rolling hashes, roots of logs, DA commitments, batch outputs.
"""

import builtins
import json
from pathlib import Path
from typing import Any

import pytest

from zkos.host import blobs, block_file, commitments
from zkos.host.batch_run import ExecutorName, Mode, Runner
from zkos.host.hashing import blake2s256, keccak256
from zkos.host.logs import LogsTree, LogToL1
from zkos.host.state.state import MemoryState
from zkos.host.state.state import flat_key as host_flat_key
from zkos.host.state.tree import StateTree
from zkos.interface.results import TRANSACTION_INVALID
from zkos.kernel.bootloader.transaction.format import decode_transaction
from zkos.kernel.bootloader.transaction.hashes import transaction_hash
from zkos.kernel.bootloader.transaction.transaction import FORMAT_RLP, Transaction
from zkos.kernel.crypto.bls12_381 import kzg
from zkos.kernel.crypto.bls12_381.blob import evaluate_blob
from zkos.kernel.l1_integration.l2_to_l1_logs import hash_pair
from zkos.kernel.l1_integration.public_input import Batch, BatchedBlock, hash_triple
from zkos.kernel.l1_integration.state_commitment import hash_window
from zkos.kernel.system.io.storage.tree import EMPTY_HASH_WORDS, flat_key
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    function,
    local,
    range,
    struct,
    u8,
    u64,
    u160,
    u256,
)

VECTORS = Path(__file__).parents[1] / "vectors/reference-blocks"
BLOCKS: dict[str, Any] = json.loads((VECTORS / "blocks.json").read_text())
EXPECTED: dict[str, Any] = json.loads((VECTORS / "commitments.json").read_text())
HEAP = 1 << 20
PROPERTIES = 0x8003
BLOCK_A_HASH = 0x456229D4DBD8905F5AC5EF1A113D11D15EAAE5CA027E7F1984D1442DA8C42927
STATE_BEFORE_A = 0xCC97D649AB6333DF65A1FF08E76AC04FC5A80143979FAE3375B35C918EF9D489
STATE_AFTER_A = 0xD1E07C72BE6A1D0FB5648DBBE697269DF15DFAE8C57E8A27300DAFD8CD519F78
PUBDATA_A = bytes.fromhex(f"01{BLOCK_A_HASH:064x}000000000000002a{'00' * 12}")
SCHEMES = (1, 3)
SLOT_NAME = int.from_bytes(keccak256(b"slot"), "big")


# ---------------------------------------------------------------------- keys and tree

FLAT_KEYS = [
    (0, 0, "ae09db7cd54f42b490ef09b6bc541af688e4959bb8c53f359a6f56e38ab454a3"),
    (0x010002, 0, "d674f636a35a6f1a51564ec3371b9c4da3126d5ad0bae350cfc7faeac76363b8"),
    (0x010002, 1, "76400deeb70f08b976399dde022a7672c0a316367a88b9e59d32080d1e4a54e2"),
    (0x010002, 2, "86b67494df0bc1bfcba14581fdea9128dfd4555d595dfddaeca2527e3c94df9c"),
    (
        0xD8DA6BF26964AF9D7EED9E03E53415D37AA96045,
        SLOT_NAME,
        "e35e02be32021b43c95f19905e4da4df9d94b5be1233e5b736b1c2b3bd0f14c9",
    ),
    (PROPERTIES, 0, "c1198a72505f46d722ed8e0ca0f9bfe42ba3a2d868a618d9d55a80ba9255f761"),
    (PROPERTIES, 0x8001, "d09d318e3f0801c976edf5e4cbb181eb7338a9585e56ecb9382d6bd7dda1ae15"),
    (
        PROPERTIES,
        int("11" * 20, 16),
        "36ee0477e38756352977e661e86bedbaefb444d7957c202e199e060fc93d798c",
    ),
    (PROPERTIES, 0x010002, "eb724a820858596f9ee8fb0bfb2ae4cdd0c542b0b73b574120325ce2a23b1a81"),
]


@pytest.mark.all_executors
@pytest.mark.parametrize(("address", "slot", "expected"), FLAT_KEYS)
def test_tree_keys_of_slots_and_accounts(executor, address, slot, expected):
    assert executor.call(flat_key, u160(address), u256(slot)) == int(expected, 16)
    assert host_flat_key(address, slot).hex() == expected


@pytest.mark.parametrize(
    ("height", "expected"),
    [
        (0, "e3cdc93b3c2beb30f6a7c7cc45a32da012df9ae1be880e2c074885cb3f4e1e53"),
        (1, "c45bfaf4bb5d0fee27d3178b8475155a07a1fa8ada9a15133a9016f7d0435f0f"),
        (63, "b720fe53e6bd4e997d967b8649e10036802a4fd3aca6d7dcc43ed9671f41cb31"),
    ],
)
def test_hashes_of_empty_subtrees(height, expected):
    words = EMPTY_HASH_WORDS.values[8 * height : 8 * height + 8]
    assert b"".join(int(word).to_bytes(4, "little") for word in words).hex() == expected


def test_hashes_of_the_guard_leaves():
    tree = StateTree()
    assert [tree.leaf(index).digest().hex() for index in (0, 1)] == [
        "9903897e51baa96a5ea51b4c194d3e0c6bcf20947cce9fd646dfb4bf754c8d28",
        "b35299e7564e05e335094c02064bccf83d58745b417874b1fee3f523ec2007a9",
    ]


def test_three_slots_inserted_one_by_one():
    tree = StateTree()
    roots = []
    for slot in (0, 1, 2):
        tree.apply([(host_flat_key(0x010002, slot), (slot + 1).to_bytes(32, "big"))])
        roots.append(tree.root().hex())
    assert roots == [
        "eb78e4c16f5b60abbfff7a3a3686fb704f8f4e0400c475be6b2c0402a6b307d0",
        "78f1adb33843535dc2d3412b3702d46a8b028c3880b028ce638de6f59b24550f",
        "e4caea29a6944139e52e07b677048b76cd8d3bbbc91090fc833ecdf1b42485f0",
    ]
    links = [0]
    while len(links) < 5:
        links.append(tree.leaf(links[-1]).next)
    assert links == [0, 3, 4, 2, 1]


# ---------------------------------------------------------------------- blocks


@pytest.fixture(scope="module")
def ledger():
    """Give blocks B and C after a forward run."""
    batch = {**BLOCKS["batch"], "da_commitment_scheme": 3}
    return Runner(ExecutorName.X86_64).run(block_file.parse(batch), Mode.FORWARD).ledger


def listed(state):
    leaves = [state.leaf(index)[0] for index in builtins.range(state.next_free_slot)]
    return [[f"0x{leaf.key.hex()}", f"0x{leaf.value.hex()}", leaf.next] for leaf in leaves]


def test_leaves_before_block_b_and_after_block_c(ledger):
    state = MemoryState(ledger.batch.initial_state)
    assert listed(state) == EXPECTED["leaves_before_B"]
    for block in ledger.blocks:
        state.apply(block.outcome.changes.writes, block.outcome.changes.preimages)
    assert listed(state) == EXPECTED["leaves_after_C"]


@pytest.mark.parametrize(("place", "name"), [(0, "B"), (1, "C")])
def test_rolling_hash_and_pubdata_hash_of_a_block(ledger, place, name):
    expected = EXPECTED["blocks"][name]
    outcome = ledger.blocks[place].outcome
    hashes = [one["hash"] for one in outcome.transactions if one["status"] != TRANSACTION_INVALID]
    assert f"0x{commitments.rolling_hash(hashes).hex()}" == expected["transactions_rolling_hash"]
    assert f"0x{keccak256(outcome.pubdata).hex()}" == expected["pubdata_keccak"]


def test_chain_before_block_b(ledger):
    before, expected = ledger.blocks[0].before, EXPECTED["blocks"]["B"]
    assert f"0x{before.root.hex()}" == expected["state_root_before"]
    assert f"0x{before.commitment().hex()}" == expected["state_commitment_before"]


@pytest.mark.all_executors
@pytest.mark.parametrize(
    ("hashes", "expected"),
    [
        (["aa" * 32], "e60eb41b492e32a28ec6d7ba5db66f1206fcdf79cf8042e94129c92deaf6ffbe"),
        (
            ["aa" * 32, "bb" * 32],
            "5a3796172fe281d0caa0bacaeb99d54d09ef721cf75a7f455f89a117425c07f0",
        ),
    ],
)
def test_transactions_rolling_hashes(executor, hashes, expected):
    rolled = 0
    for one in hashes:
        rolled = executor.call(hash_pair, u256(rolled), u256(int(one, 16)))
    assert rolled == int(expected, 16)


@pytest.mark.all_executors
@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (0, "7acf61389263f98491a83c48ae51ee426d638d953009c836a646b80f961df916"),
        (BLOCK_A_HASH, "4a18faffb42ee5d0f87c4c0121c7c213036dba1ee83a40b221cbcc69983f0723"),
    ],
)
def test_hash_of_the_last_block_hashes(executor, last, expected):
    window = bytearray(255 * 32) + last.to_bytes(32, "big")
    assert executor.call(hash_window, window) == int(expected, 16)


@pytest.mark.all_executors
@pytest.mark.parametrize("example", EXPECTED["transactions"], ids=lambda one: one["name"])
def test_transactions_of_the_reference_have_their_hashes(executor, example):
    wire = bytes.fromhex(example["wire"][2:])
    assert executor.call(decode_and_hash, wire) == (0, int(example["hash"], 16))


@function
def decode_and_hash(received: Slice[u8]) -> tuple[Status, u256]:
    tx = local(Transaction)
    check(decode_transaction(tx, received, FORMAT_RLP, u64(37)))
    return Status(0), transaction_hash(tx)


# ---------------------------------------------------------------------- batches


@struct
class Commitments:
    """What a batch is told, and what the kernel commits to on the way to the public input."""

    chain_id: u64
    scheme: u8
    upgrade: u256
    priority_hash: u256
    logs_root: u256
    output: u256
    public_input: u256


@function
def commit(
    heap: Slice[u8],
    found: Commitments,
    times: Slice[u64],
    states: Slice[u256],
    priority: Slice[u256],
    logs: Slice[u256],
    pubdata: Slice[u8],
) -> Status:
    """Fill a batch of one block, or of two that share one state between them."""
    arena = local(Arena)
    arena.over(heap, True)
    batch = arena.new(Batch)
    batch.start(arena)
    for i in range(priority.length):
        batch.add_priority_operation(priority[i])
    for i in range(logs.length):
        check(batch.add_log(logs[i]))
    check(batch.add_pubdata(found.scheme, pubdata))
    for i in range(times.length):
        block = arena.new(BatchedBlock)
        block.chain_id = found.chain_id
        block.timestamp = times[i]
        block.scheme = found.scheme
        block.state_before = states[i]
        block.state_after = states[i + 1]
        if i == 0:
            block.upgrade_transaction_hash = found.upgrade
        check(batch.add_block(block))
    found.priority_hash = batch.priority_hash
    found.logs_root = check(batch.root_of_logs())
    found.output = check(batch.output())
    found.public_input = hash_triple(batch.state_before, batch.state_after, found.output)
    return Status(0)


def content(name, scheme, ledger):
    """Give what enters the batch output, from the results of the blocks."""
    if name == "A":
        return commitments.BatchContent(37, 42, 42, scheme, PUBDATA_A, [], [])
    first, end = {"B": (0, 1), "C": (1, 2), "BC": (0, 2)}[name]
    blocks = ledger.blocks[first:end]
    logs = [log for block in blocks for log in block.outcome.l2_to_l1_logs]
    results = [log for log in logs if log["sender"] == commitments.L1_RESULT_SENDER]
    upgrades = [log["key"] for log in results if not log["is_priority"]]
    return commitments.BatchContent(
        chain_id=271,
        first_timestamp=blocks[0].block.timestamp,
        last_timestamp=blocks[-1].block.timestamp,
        da_commitment_scheme=scheme,
        pubdata=b"".join(block.outcome.pubdata for block in blocks),
        logs=[
            LogToL1(log["transaction_number"], log["sender"], log["key"], log["value"])
            for log in logs
        ],
        priority_transactions=[log["key"] for log in results if log["is_priority"]],
        upgrade_transaction=upgrades[0] if upgrades else bytes(32),
    )


def states(name, ledger):
    """Give the commitments before, between and after the blocks of a batch."""
    if name == "A":
        return [STATE_BEFORE_A, STATE_AFTER_A]
    first, end = {"B": (0, 1), "C": (1, 2), "BC": (0, 2)}[name]
    blocks = ledger.blocks[first:end]
    found = [blocks[0].before.commitment(), *(block.after.commitment() for block in blocks)]
    return [int.from_bytes(one, "big") for one in found]


def hex_of(digest):
    return f"0x{bytes(digest).hex()}"


@pytest.mark.parametrize("scheme", (*SCHEMES, 4))
@pytest.mark.parametrize("name", EXPECTED["batches"])
def test_the_host_commits_to_a_batch_step_by_step(ledger, name, scheme):
    batch, expected = content(name, scheme, ledger), EXPECTED["batches"][name]
    priority = batch.priority_transactions
    tree = LogsTree(batch.logs)
    assert len(priority) == expected["layer_1_transactions"]
    assert (
        hex_of(commitments.rolling_hash(priority, keccak256(b"")))
        == (expected["priority_operations_hash"])
    )
    assert hex_of(tree.root) == expected["logs_root"]
    assert hex_of(tree.commitment) == expected["l2_logs_tree_root"]
    assert hex_of(batch.upgrade_transaction) == expected["upgrade_transaction_hash"]
    assert (
        hex_of(commitments.da_commitment(scheme, batch.pubdata))
        == (expected["da_commitment"][str(scheme)])
    )
    assert hex_of(batch.output()) == expected["batch_output"][str(scheme)]


@pytest.mark.all_executors
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", EXPECTED["batches"])
def test_the_kernel_commits_to_a_batch_step_by_step(executor, ledger, name, scheme):
    batch, expected = content(name, scheme, ledger), EXPECTED["batches"][name]
    states_of_batch = states(name, ledger)
    times = [batch.first_timestamp, batch.last_timestamp][: len(states_of_batch) - 1]
    numbers = [int.from_bytes(one, "big") for one in batch.priority_transactions]
    found = Commitments()
    found.chain_id = u64(batch.chain_id)
    found.scheme = u8(scheme)
    found.upgrade = u256(int.from_bytes(batch.upgrade_transaction, "big"))
    logs = [int.from_bytes(keccak256(log.encode()), "big") for log in batch.logs]
    heap = bytearray(HEAP)
    status = executor.call(
        commit, heap, found, times, states_of_batch, numbers, logs, batch.pubdata
    )
    assert status == 0
    assert int(found.priority_hash) == int(expected["priority_operations_hash"], 16)
    assert int(found.logs_root) == int(expected["logs_root"], 16)
    assert int(found.output) == int(expected["batch_output"][str(scheme)], 16)
    assert int(found.public_input) == int(expected["public_input"][str(scheme)], 16)


# ---------------------------------------------------------------------- blobs

TRANSFER = (
    "0130873f05062ceb379d52d7d6bff5f1de051346fecdc3a678e2d9d436a4067f03000000000000002a00000003"
    "c1198a72505f46d722ed8e0ca0f9bfe42ba3a2d868a618d9d55a80ba9255f761142101406f40"
    "cbc660322978b9dd829e3c793d3dec1375aab645bbc257f32f7637371fd117ef14113039"
    "0908ba005859673c9bf69a3e34ce2c6d3727ea3006551e7f031c61a07d4684641c0901220140"
    "9f790000000000000000"
)
OPENINGS = {
    "A": (
        "961331f1a735821b119bf9b492e682e44549599b6be84b7d1f7f79155505548c"
        "462e999fcdad8ae7a8cc53f5e8e95259",
        "b6b2b8322d72616e518f0f0fdf427f40104c7a05d4ff02798a5a4e0122188b6b"
        "94f79d5657ff04e434a9582fdea7a6f4",
        "018ba5f90d49d84ceb9798b5e6e59667b87c851b6bff61068f33a6cf6d001e1c",
        "05d5307d370bce3377541f4c7451025e",
        "6ec78e59f7e9c50887eca693d4451b5e8aef34c8e8065b7f1ccd8e2bdb0997e7",
    ),
    "BC": (
        "a7993b19fb519b0a7d39953eb99dc894d1145cd643210401dc723f3d422d112a"
        "14700cb5b77a4677e7f256c211fd8afc",
        "8e8e1ec2f96ee7e64b183665e90fd39757769db47712352e679b6d2296e3fc12"
        "c57b842910ed3b5fe68f6c6825221401",
        "0195dbd0a187b72c050fc54805f162bdf592f68795584cc7d2adb6acba14ceb9",
        "7a6cfd08a74741029b224d315fe21c14",
        "3d1f84c1dd7fd07c7bb6c98e64c4460dab11c8e29bd616ea681d3202351a172d",
    ),
}
"""Of the blob of a batch: commitment, proof, versioned hash, point, value."""


@function
def value_at(data: Slice[u8], point: u256, heap: Slice[u8]) -> u256:
    arena = local(Arena)
    arena.over(heap, True)
    return evaluate_blob(data, point, arena)


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
@pytest.mark.parametrize("name", OPENINGS)
def test_blob_openings_of_the_reference(executor, ledger, name):
    commitment, proof, versioned, point, value = OPENINGS[name]
    [data] = blobs.data_of_blobs(content(name, 4, ledger).pubdata)
    opening = blobs.open_blob(data)
    assert (opening.commitment.hex(), opening.proof.hex()) == (commitment, proof)
    assert blobs.versioned_hash(opening.commitment).hex() == versioned
    assert blake2s256(bytes.fromhex(versioned) + data)[16:].hex() == point
    numbers = u256(int(point, 16)), u256(int(value, 16))
    assert executor.call(value_at, data, numbers[0], bytearray(HEAP)) == int(value, 16)
    given = bytes.fromhex(commitment)
    assert executor.call(kzg.versioned_hash, given) == int(versioned, 16)
    assert executor.call(kzg.verify_opening, given, *numbers, bytes.fromhex(proof))
    wrong = u256(int(value, 16) ^ 1)
    assert not executor.call(kzg.verify_opening, given, numbers[0], wrong, bytes.fromhex(proof))


def test_the_blob_of_one_transfer():
    [data] = blobs.data_of_blobs(bytes.fromhex(TRANSFER))
    opening = blobs.open_blob(data)
    assert opening.commitment.hex() == (
        "a72328d6525f39a1cb06761ee67b407d010ede81992353325a00b084f570c2dd"
        "44c678ed8cc568eeb83bda3a698d9721"
    )
    assert opening.proof.hex() == (
        "8d35b266a679bb15240981a21da07c2ef28da77be60e220fbc569d336360135a"
        "c5f2359b6db60cae69a040ae20fd7978"
    )
    assert blobs.blobs_commitment(bytes.fromhex(TRANSFER)).hex() == (
        "7bd0955570857f8fd050cbba2f01909d285470e41e52887fc76d28fb0b6b4a40"
    )
