"""Questions to the oracle, over both transports: what is asked, and what a bad answer does."""

import pytest

from tests.support.oracle import FakeHost, connected_oracle
from zkos.interface import oracle_queries as queries
from zkos.interface.block_metadata import BlockMetadata
from zkos.interface.results import Log
from zkos.interface.wire_host import bytes_to_words, words_to_bytes
from zkos.kernel.oracle.questions import (
    SlotAnswer,
    ask_account,
    ask_initial_slot,
    ask_leaf,
    ask_preimage,
    ask_previous_index,
    bind_block_metadata,
    bind_da_commitment_scheme,
    bind_next_transaction_size,
    bind_number_of_blocks,
    bind_transaction_content,
    disconnect,
)
from zkos.kernel.oracle.result_keeper import ResultKeeper, report_log
from zkos.lang import (
    Arena,
    Array,
    Slice,
    Status,
    Unverified,
    check,
    copy,
    function,
    local,
    range,
    store_be,
    u8,
    u32,
    u64,
    u160,
    u256,
)

pytestmark = pytest.mark.all_executors
MALFORMED, INVALID_ENCODING = 0x401, 0x301


@function
def verify_bytes(said: Unverified[Slice[u8]], out: Slice[u8]) -> None:
    """Copy an answer out."""
    copy(out[: said.unverified_value.length], said.unverified_value)


@function
def preimage(region: Slice[u8], length: u32, out: Slice[u8]) -> Status:
    """Ask the preimage of hash 5."""
    arena = local(Arena)
    arena.over(region, True)
    said = check(ask_preimage(arena, u256(5), length))
    verify_bytes(said, out)
    return Status(0)


@function
def content(region: Slice[u8], size: u32, out: Slice[u8]) -> Status:
    """Ask the bytes of a transaction."""
    arena = local(Arena)
    arena.over(region, True)
    data = check(bind_transaction_content(arena, size))
    copy(out[: data.length], data)
    return Status(0)


@function
def slot_status() -> Status:
    """Ask a slot."""
    _ = check(ask_initial_slot(u160(0x77), u256(8)))
    return Status(0)


@function
def index_status() -> Status:
    """Ask a previous index."""
    _ = check(ask_previous_index(u256(8)))
    return Status(0)


@function
def size_status() -> Status:
    """Ask the size of the next transaction."""
    _ = check(bind_next_transaction_size())
    return Status(0)


@function
def scheme_status() -> Status:
    """Ask the DA commitment scheme."""
    _ = check(bind_da_commitment_scheme())
    return Status(0)


@function
def metadata_status() -> Status:
    """Ask the block metadata."""
    metadata = local(BlockMetadata)
    return bind_block_metadata(metadata)


@function
def leaf_status(words: Slice[u32]) -> Status:
    """Ask the leaf at index 3."""
    _ = check(ask_leaf(u64(3), words))
    return Status(0)


@function
def verify_hash(said: Unverified[SlotAnswer]) -> u256:
    """Give a slot's number."""
    return said.unverified_value.number


@function
def account(out: Slice[u8]) -> Status:
    """Ask account 7 for its slot and, if it has one, its record of 124 bytes."""
    words = local(Array[u32, 42])
    slot, record = check(ask_account(u160(7), u32(124), words[:]))
    number = verify_hash(slot)
    store_be(out, u32(0), number)
    if number != 0:
        verify_bytes(record, out[32:])
    return Status(0)


def answered(executor, query, words, function, *arguments):
    """Run a function against one answer; gives its result and what was asked."""
    host = FakeHost()
    host.answers[query.id] = list(words)
    with connected_oracle(host):
        return executor.call(function, *arguments), host.asked


@pytest.mark.parametrize("length", [1, 3, 4, 7, 8, 124])
def test_preimage_may_be_padded_to_an_even_number_of_words_and_no_further(executor, length):
    data = bytes(range(1, length + 1))
    words = bytes_to_words(data)
    even = words + [0] * (len(words) % 2)
    for given, status in ((words, 0), (even, 0), ([*even, 0], MALFORMED), (words[:-1], MALFORMED)):
        out = bytearray(128)
        found, asked = answered(
            executor, queries.PREIMAGE, given, preimage, bytearray(1024), length, out
        )
        assert found == status
        assert asked == [("preimage", {"hash": (5).to_bytes(32, "big")})]
        if status == 0:
            assert out == data.ljust(128, b"\0")


RECORD = bytes(range(1, 125))
HASH = list(range(1, 9))
NEW, ZERO, FULL = [1] + [0] * 9, [0] * 10, [0, 0, *HASH, *bytes_to_words(RECORD), 0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [(NEW, bytes(156)), (ZERO, bytes(156)), (FULL, words_to_bytes(HASH) + RECORD)],
)
def test_an_account_is_a_slot_and_the_record_behind_its_hash(executor, words, expected):
    out = bytearray(156)
    found, asked = answered(executor, queries.ACCOUNT, words, account, out)
    assert found == 0
    assert asked == [("account", {"address": 7})]
    assert out == expected


@pytest.mark.parametrize(
    "words",
    [FULL[:10], FULL[:-1], [*FULL, 0], [*ZERO, 0], ZERO[:-1], [], [2] + [0] * 9, FULL[:10] * 5],
)
def test_an_account_of_another_length_is_refused(executor, words):
    assert answered(executor, queries.ACCOUNT, words, account, bytearray(156))[0] == MALFORMED


def test_content_that_is_too_long_is_an_invalid_transaction(executor):
    data = bytes(range(1, 6))
    words = bytes_to_words(data)
    out = bytearray(16)
    query = queries.TRANSACTION_CONTENT
    assert answered(executor, query, words, content, bytearray(64), 5, out)[0] == 0
    assert out == data.ljust(16, b"\0")
    found, _ = answered(executor, query, [*words, 0], content, bytearray(64), 5, bytearray(16))
    assert found == INVALID_ENCODING
    found, _ = answered(executor, query, [1], content, bytearray(64), 2**32 - 1, bytearray(16))
    assert found == INVALID_ENCODING


def test_content_that_is_too_short_leaves_zeros(executor):
    out = bytearray(b"\xaa" * 8)
    found, _ = answered(
        executor, queries.TRANSACTION_CONTENT, [0x04030201], content, bytearray(64), 7, out
    )
    assert found == 0
    assert out == b"\1\2\3\4\0\0\0\xaa"


EXACT = [
    (queries.INITIAL_SLOT, slot_status), (queries.PREVIOUS_INDEX, index_status),
    (queries.NEXT_TRANSACTION_SIZE, size_status), (queries.DA_COMMITMENT_SCHEME, scheme_status),
    (queries.BLOCK_METADATA_QUERY, metadata_status),
]  # fmt: skip


@pytest.mark.parametrize(("query", "ask"), EXACT, ids=[query.name for query, _ in EXACT])
def test_answers_of_another_length_are_refused(executor, query, ask):
    words = [0] * query.reply.fixed_words
    assert answered(executor, query, words, ask)[0] == 0
    for wrong in (words[:-1], [*words, 0], []):
        assert answered(executor, query, wrong, ask)[0] == MALFORMED


def test_a_leaf_has_exactly_532_words(executor):
    for length, status in ((532, 0), (531, MALFORMED), (533, MALFORMED)):
        words = [0] * 532
        given = list(range(length))
        found, _ = answered(executor, queries.LEAF_AT_INDEX, given, leaf_status, words)
        assert found == status
    assert words == list(range(532))


def test_a_flag_that_is_no_bool_is_refused(executor):
    assert answered(executor, queries.INITIAL_SLOT, [2] + [0] * 9, slot_status)[0] == MALFORMED
    assert answered(executor, queries.INITIAL_SLOT, [0, 1] + [0] * 8, slot_status)[0] == MALFORMED


def test_number_of_blocks_has_no_length_word(executor):
    found, asked = answered(executor, queries.NUMBER_OF_BLOCKS, [7], bind_number_of_blocks)
    assert found == 7
    assert asked == [("number of blocks", {})]


@pytest.mark.parametrize("words", [[], [1], [1, 2, 3]])
def test_whatever_follows_a_disconnect_is_ignored(executor, words):
    assert answered(executor, queries.DISCONNECT, words, disconnect)[0] is None


@function
def send_log(region: Slice[u8], topics: Slice[u256], data: Slice[u8]) -> u32:
    """Report an event three times; gives how much of the arena it left in use."""
    arena = local(Arena)
    arena.over(region, True)
    log = local(Log)
    log.transaction_number = u32(3)
    log.address = u160(0x55)
    log.topics = topics
    log.data = data
    keeper = local(ResultKeeper)
    keeper.start(arena, 64)
    before = arena.mark()
    for _ in range(u32(3)):
        report_log(keeper, log)
    keeper.flush()
    return arena.mark() - before


@pytest.mark.parametrize("data", [b"", b"abcde", bytes(300)], ids=["two", "one", "none fits"])
def test_records_reach_the_result_keeper(executor, data):
    host = FakeHost()
    topics = bytearray((1).to_bytes(32, "little") + (2).to_bytes(32, "little"))
    with connected_oracle(host):
        assert executor.call(send_log, bytearray(4096), topics, data) == 0
    expected = {
        "transaction_number": 3,
        "address": 0x55,
        "topics": [(1).to_bytes(32, "big"), (2).to_bytes(32, "big")],
        "data": data,
    }
    assert host.records == [("log", expected)] * 3
