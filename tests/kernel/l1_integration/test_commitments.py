"""State commitment, logs root, batch output and public input against the reference's vectors."""

import builtins

import pytest
from Crypto.Hash import keccak
from hypothesis import given, settings
from hypothesis import strategies as st

from zkos.host.commitments import ChainState
from zkos.interface.addresses import L1_MESSENGER_ADDRESS
from zkos.interface.block_metadata import BlockMetadata
from zkos.interface.error_names import ERROR_CODES
from zkos.kernel.l1_integration.l2_to_l1_logs import (
    EMPTY_HASHES,
    hash_log,
    logs_root,
)
from zkos.kernel.l1_integration.public_input import Batch, BatchedBlock
from zkos.kernel.l1_integration.state_commitment import encode_block_hashes, state_commitment
from zkos.kernel.system.io.l1_messages import L1Log
from zkos.lang import (
    Arena,
    Slice,
    Status,
    check,
    function,
    local,
    range,
    u8,
    u32,
    u64,
    u160,
    u256,
)

HEAP = 1 << 20
BLOCK_A_HASH = 0x456229D4DBD8905F5AC5EF1A113D11D15EAAE5CA027E7F1984D1442DA8C42927
EMPTY_ROOT = 0x90A83EAD2BA2194FBBB0F7CD2A017E36CFB4891513546D943A7282C2844D4B6B
STATE_BEFORE_A = 0xCC97D649AB6333DF65A1FF08E76AC04FC5A80143979FAE3375B35C918EF9D489
STATE_AFTER_A = 0xD1E07C72BE6A1D0FB5648DBBE697269DF15DFAE8C57E8A27300DAFD8CD519F78
PUBDATA_A = bytes.fromhex(f"01{BLOCK_A_HASH:064x}000000000000002a{'00' * 12}")


def keccak_of(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


@function
def commit(
    heap: Slice[u8], hashes: Slice[u256], own: u256, shift: bool, root: u256, number: u64, time: u64
) -> u256:
    arena = local(Arena)
    arena.over(heap, True)
    metadata = arena.new(BlockMetadata)
    for i in range(256):
        metadata.block_hashes[i] = hashes[i]
    encoded = encode_block_hashes(arena, metadata, own)
    window = encoded[32:] if shift else encoded[: encoded.length - 32]
    return state_commitment(root, 2, number, window, time)


@pytest.mark.all_executors
def test_state_commitments_of_the_empty_block(executor):
    zeros = [0] * 256
    before = executor.call(commit, bytearray(HEAP), zeros, BLOCK_A_HASH, False, EMPTY_ROOT, 0, 0)
    after = executor.call(commit, bytearray(HEAP), zeros, BLOCK_A_HASH, True, EMPTY_ROOT, 1, 42)
    assert (before, after) == (STATE_BEFORE_A, STATE_AFTER_A)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, 2**256 - 1), min_size=256, max_size=256), st.integers(0, 2**64 - 1))
def test_state_commitment_equals_the_hosts(executor, hashes, number):
    found = executor.call(commit, bytearray(HEAP), list(hashes), 1, False, 7, number, 9)
    newest_first = list(reversed(hashes))
    expected = ChainState((7).to_bytes(32, "big"), 2, number, newest_first, 9).commitment()
    assert found == int.from_bytes(expected, "big")


# ---------------------------------------------------------------------- logs


@function
def encode_fields(
    target: Slice[u8], transaction: u32, sender: u160, key: u256, number: u256
) -> u256:
    log = local(L1Log)
    log.is_message = sender == L1_MESSENGER_ADDRESS
    log.transaction_number = transaction
    log.key = key
    log.value = number
    log.encode(target)
    return hash_log(log)


L1_RESULT = (3, 0x8001, int("ab" * 32, 16), 1)
L1_RESULT_HASH = 0x18F0164EFF2BB27E262860FA6C3DCE495D372D5B0EBECC6C92DF2C6A9E44D850
MESSAGE = (1, 0x8008, int("99" * 20, 16), int.from_bytes(keccak_of(b"hello"), "big"))
MESSAGE_HASH = 0x674B685559402495EAA2C75BB87090B07D32B5B2851A15A338D1F0EDC2403EB1


@pytest.mark.parametrize(
    ("fields", "expected"), [(L1_RESULT, L1_RESULT_HASH), (MESSAGE, MESSAGE_HASH)]
)
def test_the_88_bytes_of_a_log_and_their_hash(executor, fields, expected):
    transaction, sender, key, number = fields
    encoded = bytearray(88)
    assert executor.call(encode_fields, encoded, transaction, sender, key, number) == expected
    assert bytes(encoded) == (
        b"\x00\x01"
        + transaction.to_bytes(2, "big")
        + sender.to_bytes(20, "big")
        + key.to_bytes(32, "big")
        + number.to_bytes(32, "big")
    )


def test_only_16_bits_of_the_transaction_number_are_published(executor):
    encoded = bytearray(88)
    executor.call(encode_fields, encoded, 0x12345, 0x8001, 0, 0)
    assert encoded[2:4] == b"\x23\x45"


def test_the_empty_subtree_hashes_are_recomputed():
    node = keccak_of(bytes(88))
    for number in EMPTY_HASHES.values:
        assert node == int(number).to_bytes(32, "big")
        node = keccak_of(node + node)


@pytest.mark.all_executors
@pytest.mark.parametrize(
    ("hashes", "expected"),
    [
        ([], "375a5bf909cb02143e3695ca658e0641e739aa590f0004dba93572c44cdb9d2d"),
        ([L1_RESULT_HASH], "72c7e4d57e557068231695b030a7e23d4f49e74479a4a1611c4660f49e6b7229"),
        (
            [L1_RESULT_HASH, MESSAGE_HASH],
            "7b8f0e623fb4b6c8a1de76f5916b0b08550ad01e2a47da08707f33cbb3c4bd58",
        ),
        (
            [L1_RESULT_HASH, MESSAGE_HASH, L1_RESULT_HASH],
            "00afb967eff8dae7d5aea17e188a25a580dc3ee60a315332747769b6a01305c7",
        ),
    ],
)
def test_logs_roots_of_the_reference(executor, hashes, expected):
    assert executor.call(logs_root, list(hashes)) == (0, int(expected, 16))


@settings(max_examples=4, deadline=None)
@given(st.lists(st.integers(0, 2**256 - 1), max_size=9))
def test_the_logs_root_is_that_of_the_whole_tree(executor, hashes):
    level = [number.to_bytes(32, "big") for number in hashes]
    level += [keccak_of(bytes(88))] * (16 - len(level))
    while len(level) > 1:
        level = [keccak_of(a + b) for a, b in zip(level[::2], level[1::2], strict=True)]
    node = level[0]
    for height in builtins.range(4, 14):
        node = keccak_of(node + int(EMPTY_HASHES[height]).to_bytes(32, "big"))
    assert executor.call(logs_root, list(hashes)) == (0, int.from_bytes(node, "big"))


@pytest.mark.executors("x86_64")
def test_more_logs_than_leaves_are_refused(executor):
    assert executor.call(logs_root, [1] * 16384)[0] == 0
    assert executor.call(logs_root, [1] * 16385)[0] == ERROR_CODES["TooManyLogs"]


# ---------------------------------------------------------------------- batches


@function
def one_block_batch(heap: Slice[u8], scheme: u8, pubdata: Slice[u8]) -> tuple[Status, u256, u256]:
    arena = local(Arena)
    arena.over(heap, True)
    batch = arena.new(Batch)
    batch.start(arena)
    block = arena.new(BatchedBlock)
    block.chain_id = u64(37)
    block.timestamp = u64(42)
    block.scheme = scheme
    block.state_before = u256(STATE_BEFORE_A)
    block.state_after = u256(STATE_AFTER_A)
    check(batch.add_pubdata(scheme, pubdata))
    check(batch.add_block(block))
    output = check(batch.output())
    # the output has finished the hash of the pubdata
    batch.pubdata.start(arena)
    check(batch.add_pubdata(scheme, pubdata))
    return Status(0), output, check(batch.public_input())


@pytest.mark.all_executors
@pytest.mark.parametrize(
    ("scheme", "output", "public_input"),
    [
        (1, "6771c79961a0ab09556a9037062c7ace12ee651286163a83ff80c2bbfadb05cc",
         "de59a272cae5b633991ae422d7f2ca657a46566773d98d452b0eff688787f016"),
        (3, "47375319640c4fea34ff6675bb5f4531924a00c074e533595641c4fefe575454",
         "eb02fd26773756d1dd86062d7d7c9b875ab04e0d5ff2a15332e59a1ed53540dd"),
    ],
)  # fmt: skip
def test_public_input_of_the_empty_block(executor, scheme, output, public_input):
    found = executor.call(one_block_batch, bytearray(HEAP), scheme, PUBDATA_A)
    assert found == (0, int(output, 16), int(public_input, 16))


@pytest.mark.parametrize("scheme", [0, 2, 5, 255])
def test_schemes_that_the_reference_aborts_on_are_refused(executor, scheme):
    found = executor.call(one_block_batch, bytearray(HEAP), scheme, b"")
    assert found[0] == ERROR_CODES["UnknownCommitmentScheme"]


@function
def two_blocks(heap: Slice[u8], fields: Slice[u64]) -> tuple[Status, u256]:
    """Each block: chain id, timestamp, scheme, before, after, upgrade hash."""
    arena = local(Arena)
    arena.over(heap, True)
    batch = arena.new(Batch)
    batch.start(arena)
    for at in range(u32(0), fields.length, 6):
        block = arena.new(BatchedBlock)
        block.chain_id = fields[at]
        block.timestamp = fields[at + 1]
        block.scheme = u8(fields[at + 2])
        block.state_before = u256(fields[at + 3])
        block.state_after = u256(fields[at + 4])
        block.upgrade_transaction_hash = u256(fields[at + 5])
        check(batch.add_block(block))
    return Status(0), check(batch.public_input())


GOOD = [37, 1, 1, 5, 6, 9, 37, 2, 1, 6, 7, 0]


def test_a_batch_continues_from_block_to_block(executor):
    status, number = executor.call(two_blocks, bytearray(HEAP), list(GOOD))
    output = keccak_of(
        (37).to_bytes(32, "big") + (1).to_bytes(8, "big") + (2).to_bytes(8, "big")
        + (1).to_bytes(32, "big") + bytes(32) + bytes(32) + keccak_of(b"")
        + keccak_of(int(EMPTY_HASHES[14]).to_bytes(32, "big") + bytes(32))
        + (9).to_bytes(32, "big") + bytes(32)
    )  # fmt: skip
    expected = keccak_of((5).to_bytes(32, "big") + (7).to_bytes(32, "big") + output)
    assert (status, number) == (0, int.from_bytes(expected, "big"))


@pytest.mark.parametrize(("position", "other"), [(6, 38), (8, 3), (9, 5), (11, 4)])
def test_a_broken_chain_of_blocks_is_refused(executor, position, other):
    fields = list(GOOD)
    fields[position] = other
    found = executor.call(two_blocks, bytearray(HEAP), fields)
    assert found[0] == ERROR_CODES["BatchChainBroken"]


def test_a_batch_without_blocks_is_refused(executor):
    assert executor.call(two_blocks, bytearray(HEAP), [])[0] == ERROR_CODES["NoBlocks"]
