"""Word encodings: kernel and host side of each declaration agree, and the reference's examples."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.oracle_queries_page import PAGE, page
from zkos.interface import oracle_queries as queries
from zkos.interface.error_names import ERROR_CODES, ERROR_NAMES
from zkos.interface.results import LOG, RECORDS
from zkos.interface.wire import layout_of
from zkos.interface.wire_host import WireError, bytes_to_words
from zkos.lang import Array, Slice, function, local, struct, u8, u32, u64, u160, u256


@struct
class Sample:
    """One field of each fixed kind."""

    small: u8
    flag: bool
    number: u32
    long: u64
    address: u160
    amount: u256
    digest: u256
    list: Array[u256, 3]


SAMPLE = layout_of(Sample, bytes32=("digest",))


@struct
class Letter:
    """Dynamic fields behind a fixed one."""

    stamp: u64
    topics: Slice[u256]
    text: Slice[u8]


LETTER = layout_of(Letter)


@function
def round_trip(words: Slice[u32], out: Slice[u32]) -> bool:
    """Read a sample and write it again."""
    sample = local(Sample)
    if not SAMPLE.read(words, sample):
        return False
    return SAMPLE.write(out, sample) == SAMPLE.size(sample)


@function
def write_letter(stamp: u64, topics: Slice[u256], text: Slice[u8], out: Slice[u32]) -> u32:
    """Write a letter."""
    letter = local(Letter)
    letter.stamp = stamp
    letter.topics = topics
    letter.text = text
    size = LETTER.size(letter)
    return size if LETTER.write(out, letter) == size else u32(0)


samples = st.fixed_dictionaries(
    {
        "small": st.integers(0, 255),
        "flag": st.booleans(),
        "number": st.integers(0, 2**32 - 1),
        "long": st.integers(0, 2**64 - 1),
        "address": st.integers(0, 2**160 - 1),
        "amount": st.integers(0, 2**256 - 1),
        "digest": st.binary(min_size=32, max_size=32),
        "list": st.lists(st.integers(0, 2**256 - 1), min_size=3, max_size=3),
    }
)
QUIET = [HealthCheck.function_scoped_fixture]


@pytest.mark.all_executors
@settings(deadline=None, suppress_health_check=QUIET, max_examples=60)
@given(values=samples)
def test_kernel_reads_and_writes_what_the_host_encodes(executor, values):
    words = SAMPLE.encode_python(values)
    out = [0] * len(words)
    assert executor.call(round_trip, list(words), out) is True
    assert out == words
    assert SAMPLE.decode_python(words) == values


@pytest.mark.all_executors
@settings(deadline=None, suppress_health_check=QUIET, max_examples=60)
@given(
    stamp=st.integers(0, 2**64 - 1),
    topics=st.lists(st.integers(0, 2**256 - 1), max_size=4),
    text=st.binary(max_size=40),
)
def test_dynamic_fields_round_trip(executor, stamp, topics, text):
    flat = bytearray(b"".join(topic.to_bytes(32, "little") for topic in topics))
    out = [0] * 64
    length = executor.call(write_letter, stamp, flat, text, out)
    decoded = LETTER.decode_python(out[:length])
    expected = [topic.to_bytes(32, "big") for topic in topics]
    assert decoded == {"stamp": stamp, "topics": expected, "text": text}
    assert LETTER.encode_python(decoded) == out[:length]


GOOD = SAMPLE.encode_python(
    {"small": 7, "flag": True, "number": 9, "long": 1, "address": 5, "amount": 6,
     "digest": bytes(32), "list": [0, 0, 0]}
)  # fmt: skip


@pytest.mark.all_executors
@pytest.mark.parametrize(
    ("position", "word"),
    [(0, 256), (1, 1), (2, 2), (3, 1), (5, 1), (13, 1)],
    ids=["u8 too large", "u8 second word", "bool of 2", "bool second word", "u32 second word",
         "address sixth word"],
)  # fmt: skip
def test_kernel_refuses_words_that_do_not_encode_the_type(executor, position, word):
    words = list(GOOD)
    words[position] = word
    assert executor.call(round_trip, words, [0] * len(words)) is False
    with pytest.raises(WireError):
        SAMPLE.decode_python(words)


@pytest.mark.parametrize("change", [-1, 1])
def test_kernel_refuses_another_length(executor, change):
    words = [*GOOD, 0][: len(GOOD) + change]
    assert executor.call(round_trip, words, [0] * len(GOOD)) is False
    with pytest.raises(WireError):
        SAMPLE.decode_python(words)


def test_reference_examples_of_words():
    slot = {"address": 0x8003, "key": bytes.fromhex("1aa3001f") + bytes(28)}
    assert queries.INITIAL_SLOT.parameters.encode_python(slot) == [
        0x8003, 0, 0, 0, 0, 0, 0x1F00A31A, 0, 0, 0, 0, 0, 0, 0,
    ]  # fmt: skip
    assert bytes_to_words(b"\x01\x02\x03\x04\x05") == [0x04030201, 5]


# Word counts of the oracle reference, section 2: parameters, answer.
@pytest.mark.parametrize(
    ("query", "parameters", "answer"),
    [
        (queries.BLOCK_METADATA_QUERY, 0, 2096), (queries.DA_COMMITMENT_SCHEME, 0, 2),
        (queries.NEXT_TRANSACTION_SIZE, 0, 2), (queries.TRANSACTION_FORMAT, 0, 2),
        (queries.TRANSACTION_SENDER, 0, 6), (queries.INITIAL_SLOT, 14, 10),
        (queries.PREIMAGE, 8, None), (queries.PROOF_DATA, 0, 12),
        (queries.PREVIOUS_INDEX, 8, 2), (queries.EXACT_INDEX, 8, 2),
        (queries.LEAF_AT_INDEX, 2, 532), (queries.DIVISION_ADVICE, 2, None),
        (queries.BLOB_COMMITMENT, 4, 24), (queries.DISCONNECT, 0, 0),
        (queries.TRANSACTION_CONTENT, 0, None), (queries.NUMBER_OF_BLOCKS, 0, None),
    ],
    ids=lambda value: getattr(value, "name", None),
)  # fmt: skip
def test_queries_have_the_reference_sizes(query, parameters, answer):
    assert query.parameters.fixed_words == parameters
    assert (query.reply.fixed_words if query.reply else None) == answer


def test_ids_are_unique_and_own_advice_is_marked():
    assert len({query.id for query in queries.QUERIES}) == len(queries.QUERIES)
    for query in queries.QUERIES:
        assert query.is_advice == (query.id & 0xFFFF_F000 == 0x4005_8000), query.name
    assert len({record.id for record in RECORDS}) == len(RECORDS)


def test_host_errors_name_the_field():
    with pytest.raises(WireError, match=r"Log\.address: expected a number of 160 bits"):
        LOG.layout.encode_python(
            {"transaction_number": 0, "address": -1, "topics": [], "data": b""}
        )
    with pytest.raises(WireError, match="missing fields \\['data'\\], unknown fields \\['date'\\]"):
        LOG.layout.encode_python({"transaction_number": 0, "address": 1, "topics": [], "date": 1})


def test_error_codes_have_one_name_each():
    assert len(ERROR_CODES) == len(ERROR_NAMES)
    assert ERROR_NAMES[0x101] == "OutOfErgs"
    assert ERROR_NAMES[0x200] == "OutOfNativeResources"
    assert ERROR_NAMES[0x301] == "InvalidEncoding"


def test_the_page_of_queries_is_fresh():
    assert PAGE.read_text() == page(), "run python -m tools.oracle_queries_page"
