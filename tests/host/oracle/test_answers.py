"""Every query has an answer, in the words of the official program's example (oracle.md, 8)."""

import dataclasses

import pytest

from zkos.host.blobs import data_of_blobs, open_blob
from zkos.host.block_file import parse
from zkos.host.errors import OracleError
from zkos.host.oracle.answers import ANSWERS, BatchOracle, BlockChanges
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState, flat_key
from zkos.interface import oracle_queries as queries
from zkos.interface.services import RESULT_QUERY_ID, SERVICE_ORACLE, SERVICE_RESULT
from zkos.interface.wire_host import bytes_to_words, words_to_bytes

SENDER = 0x63F9725F107358C9115BC9D86C72DD5823E9B1E6
TRANSFER = (
    "0x02f86825808203e88203e882753094424200000000000000000000000000000000000082303980c080a084f504c8"
    "63a942384a866f61ebad6de99c02a69a7769eaf86e2a941f346dcaaea07f1b369a6e0b64fc747f0c6a976e584d07"
    "aa6ffc09d85131cb84f277c80feaf6"
)
BLOCK = {
    "pre": {f"0x{SENDER:040x}": {"balance": hex(10**18)}},
    "transactions": [TRANSFER],
}


def no_changes(index):
    raise AssertionError(f"asked for the changes of block {index}")


def make(document=None, changes=no_changes):
    batch = parse(BLOCK if document is None else document)
    return BatchOracle(batch, MemoryState(batch.initial_state), changes)


def ask(oracle, query, memory=None, **parameters):
    words = query.parameters.encode_python(parameters)
    return list(oracle.answer(query.id, words, memory))


def opened(document=None):
    oracle = make(document)
    ask(oracle, queries.BLOCK_METADATA_QUERY)
    return oracle


def taken(document=None):
    oracle = opened(document)
    ask(oracle, queries.NEXT_TRANSACTION_SIZE)
    return oracle


def words_of(text):
    return bytes_to_words(bytes.fromhex(text))


def test_every_query_has_exactly_one_answer():
    assert set(ANSWERS) == {query.id for query in queries.QUERIES}


def test_the_block_count_is_one_word():
    assert ask(make(), queries.NUMBER_OF_BLOCKS) == [1]


def test_metadata_has_2096_words_in_oracle_order():
    document = {"block": {"block_hashes": ["0xaa", "0xbb"], "coinbase": f"0x{SENDER:040x}"}}
    words = ask(make(document), queries.BLOCK_METADATA_QUERY)
    assert len(words) == 2096
    assert words[0] == 1000  # base fee
    assert words[16] == 10  # native price
    assert words[24] == 1  # number
    assert words[26] == 42  # timestamp
    assert words[28] == 37  # chain id
    assert words[34 - 2 : 34] == [0xFFFFFFFF, 0xFFFFFFFF]  # pubdata limit
    assert words[34:40] == [SENDER >> 32 * i & 0xFFFFFFFF for i in range(5)] + [0]
    assert words[40 + 8 * 255] == 0xAA  # the parent is entry 255
    assert words[40 + 8 * 254] == 0xBB
    assert words[-8:] == [1, 0, 0, 0, 0, 0, 0, 0]  # mix hash


def test_the_example_block_is_answered_as_in_the_official_trace():
    oracle = opened()
    assert ask(oracle, queries.DA_COMMITMENT_SCHEME) == [3, 0]
    assert ask(oracle, queries.NEXT_TRANSACTION_SIZE) == [107, 0]
    content = ask(oracle, queries.TRANSACTION_CONTENT)
    assert len(content) == 28  # 27 words and one of padding
    assert content[0] == int.from_bytes(bytes.fromhex("02f86825"), "little")
    coinbase = ask(oracle, queries.INITIAL_SLOT, address=0x8003, key=0)
    assert coinbase == [1, 0, *[0] * 8]
    assert ask(oracle, queries.TRANSACTION_FORMAT) == [1, 0]
    assert ask(oracle, queries.TRANSACTION_SENDER)[:2] == [
        SENDER & 0xFFFFFFFF,
        SENDER >> 32 & 0xFFFFFFFF,
    ]
    slot = ask(oracle, queries.INITIAL_SLOT, address=0x8003, key=SENDER)
    record = "140322c36f2d2d22a2cfa7cc6013db633b78e99bd7ebe5c005623243a0364ed8"
    assert slot == [0, 0, *words_of(record)]
    assert len(ask(oracle, queries.PREIMAGE, hash=bytes.fromhex(record))) == 32
    assert ask(oracle, queries.NEXT_TRANSACTION_SIZE) == [0, 0]
    proof_data = ask(oracle, queries.PROOF_DATA)
    root = "1aa3001f455a220eeca8a8f12e9f3678d7d14c3b4c94a9f094ff06ba62f4a849"
    assert proof_data == [*words_of(root), 3, 0, 0, 0]
    flat_key = "c1198a72505f46d722ed8e0ca0f9bfe42ba3a2d868a618d9d55a80ba9255f761"
    assert ask(oracle, queries.PREVIOUS_INDEX, hash=bytes.fromhex(flat_key)) == [2, 0]
    leaf = ask(oracle, queries.LEAF_AT_INDEX, index=2)
    assert len(leaf) == 532
    own_key = "0908ba005859673c9bf69a3e34ce2c6d3727ea3006551e7f031c61a07d468464"
    assert leaf[:20] == [2, 0, *words_of(own_key), *words_of(record), 1, 0]
    assert ask(oracle, queries.EXACT_INDEX, hash=bytes.fromhex(own_key)) == [2, 0]
    assert ask(oracle, queries.DISCONNECT) == []


def test_an_account_is_its_slot_and_its_record_in_one_answer():
    oracle = opened()
    slot = ask(oracle, queries.INITIAL_SLOT, address=0x8003, key=SENDER)
    record = ask(oracle, queries.PREIMAGE, hash=words_to_bytes(slot[2:]))
    assert ask(oracle, queries.ACCOUNT, address=SENDER) == slot + record
    assert ask(oracle, queries.ACCOUNT, address=SENDER + 1) == [1] + [0] * 9


def test_an_account_whose_slot_holds_no_hash_has_no_record():
    oracle = opened()
    key = flat_key(0x8003, SENDER)
    oracle.state.apply([(key, bytes(32))], [])
    assert ask(oracle, queries.ACCOUNT, address=SENDER) == [0] * 10
    oracle.state.apply([(key, b"\1" * 32)], [])
    with pytest.raises(OracleError, match="nobody has the preimage"):
        ask(oracle, queries.ACCOUNT, address=SENDER)


def test_an_odd_byte_string_gets_one_word_of_padding():
    document = {"transactions": ["0xc0"]}
    assert ask(taken(document), queries.TRANSACTION_CONTENT) == [0xC0, 0]


def test_a_stated_sender_is_claimed_and_the_recovered_one_is_still_told():
    document = {"transactions": [{"raw": TRANSFER, "sender": "0x" + "00" * 19 + "07"}]}
    oracle = taken(document)
    assert ask(oracle, queries.TRANSACTION_SENDER) == [7, 0, 0, 0, 0, 0]
    offer = ask(opened(document), queries.NEXT_TRANSACTION)
    size = len(TRANSFER) // 2 - 1
    assert offer[:10] == [size, 0, 1, 0, 7, 0, 0, 0, 0, 0]
    assert offer[10:16] == [SENDER >> 32 * i & 0xFFFFFFFF for i in range(6)]
    content = words_of(TRANSFER[2:])
    assert offer[16:] == content + [0] * (len(content) % 2)


def test_there_is_no_offer_after_the_last_transaction():
    oracle = taken()
    assert ask(oracle, queries.NEXT_TRANSACTION) == [0] * 16


def test_a_signature_that_recovers_nobody_is_claimed_by_address_zero():
    assert ask(taken({"transactions": ["0xc0"]}), queries.TRANSACTION_SENDER) == [0] * 6


def test_abi_transactions_are_announced_as_such():
    document = {"transactions": [{"raw": "0x00", "format": "abi"}]}
    assert ask(taken(document), queries.TRANSACTION_FORMAT) == [0, 0]


def test_an_authority_is_recovered_from_its_signature():
    oracle = opened()
    reply = ask(
        oracle, queries.RECOVERED_AUTHORITY, digest=bytes(32), r=bytes(32), s=bytes(32), y_parity=1
    )
    assert reply == [0] * 6


def test_ethereum_metadata_is_for_the_ethereum_flavour_only():
    document = {
        "flavour": "ethereum",
        "block": {"excess_blob_gas": "0x8000002", "parent_beacon_block_root": "0x3"},
    }
    words = ask(opened(document), queries.ETHEREUM_METADATA)
    assert words == [0x8000002, 0, *[0] * 7, 3 << 24]
    with pytest.raises(OracleError, match="no ethereum metadata"):
        ask(opened(), queries.ETHEREUM_METADATA)


class Memory:
    """A guest memory of a few bytes."""

    def __init__(self, **parts):
        self.parts = {int(place[1:], 16): data for place, data in parts.items()}

    def read(self, address, length):
        assert len(self.parts[address]) == length
        return self.parts[address]


def division(dividend, divisor, digits=(2, 1), operation=0):
    request = [operation, 0x200040, digits[0], 0, 0, 0x200080, digits[1]]
    memory = Memory(
        x200000=b"".join(word.to_bytes(4, "little") for word in request),
        x200040=dividend.to_bytes(32 * digits[0], "little"),
        x200080=divisor.to_bytes(32 * digits[1], "little"),
    )
    return ask(opened(), queries.DIVISION_ADVICE, memory, pointer=0x200000)


def test_division_advice_is_quotient_and_remainder_with_their_lengths():
    dividend, divisor = 7 * 10**40 + 5, 10**40
    words = division(dividend, divisor)
    assert words == [2, 2, 7, 0, 5, 0]
    words = division(3, 2**70)
    assert words == [0, 2, 3, 0]


def test_division_advice_needs_a_machine_and_a_divisor():
    with pytest.raises(OracleError, match="memory of a running machine"):
        ask(opened(), queries.DIVISION_ADVICE, pointer=0)
    with pytest.raises(OracleError, match="divisor of zero"):
        division(1, 0)
    with pytest.raises(OracleError, match="unknown operation 3"):
        division(1, 1, operation=3)


FIELD_PRIME = 2**256 - 2**32 - 977
GROUP_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def field_advice(kind, number):
    words = ask(opened(), queries.FIELD_ADVICE, kind=kind, number=number)
    return sum(word << 32 * i for i, word in enumerate(words))


def test_field_advice_gives_roots_and_inverses():
    number = 3**150
    root = field_advice(queries.ADVICE_ROOT_MODULO_P, number**2 % FIELD_PRIME)
    assert root in (number % FIELD_PRIME, -number % FIELD_PRIME)
    negative = field_advice(queries.ADVICE_ROOT_MODULO_P, -(number**2) % FIELD_PRIME)
    assert pow(negative, 2, FIELD_PRIME) == number**2 % FIELD_PRIME
    inverse = field_advice(queries.ADVICE_INVERSE_MODULO_N, number)
    assert inverse * number % GROUP_ORDER == 1
    assert field_advice(queries.ADVICE_INVERSE_MODULO_N, 0) == 0
    with pytest.raises(OracleError, match="unknown kind 3"):
        field_advice(3, 1)


def test_blobs_are_those_of_the_joined_pubdata_and_no_more():
    changes = BlockChanges(0, [], [], b"pubdata")
    oracle = make({"blocks": [{}, {}]}, lambda index: changes)
    opening = open_blob(data_of_blobs(b"pubdatapubdata")[0])
    with pytest.raises(OracleError, match="a blob of 45 bytes, got 44"):
        ask(
            make({"blocks": [{}, {}]}, lambda index: changes),
            queries.BLOB_COMMITMENT,
            pointer=0,
            length=44,
        )
    words = ask(oracle, queries.BLOB_COMMITMENT, pointer=0, length=45)
    assert words_to_bytes(words) == opening.commitment + opening.proof
    with pytest.raises(OracleError, match="more blobs"):
        ask(oracle, queries.BLOB_COMMITMENT, pointer=0, length=45)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: make().answer(0x12345678, [], None), "unknown oracle query 0x12345678"),
        (lambda: make().answer(queries.PREIMAGE.id, [1], None), "parameters of the query"),
        (lambda: ask(make(), queries.PROOF_DATA), "before it opened one"),
        (lambda: ask(opened(), queries.TRANSACTION_CONTENT), "transaction that it did not take"),
        (lambda: opened().recovered_sender(), "before it took a transaction"),
        (lambda: ask(opened(), queries.BLOCK_METADATA_QUERY), "more than 1 blocks"),
        (lambda: ask(opened(), queries.PREIMAGE, hash=b"\x01" * 32), "nobody has the preimage"),
        (lambda: ask(opened(), queries.EXACT_INDEX, hash=b"\x01" * 32), "no leaf has the key"),
    ],
)
def test_what_nobody_can_answer_is_an_oracle_error(act, message):
    with pytest.raises(OracleError, match=message):
        act()


def test_the_next_block_sees_the_changes_of_the_one_before():
    key = b"\x07" * 32
    changes = BlockChanges(0xABC, [(key, b"\x01" * 32)], [b"code"], b"")
    oracle = make({"blocks": [{}, {}]}, lambda index: changes)
    ask(oracle, queries.BLOCK_METADATA_QUERY)
    assert oracle.place == "block 0"
    assert oracle.state.slot(key) is None
    words = ask(oracle, queries.BLOCK_METADATA_QUERY)
    assert oracle.state.slot(key) == b"\x01" * 32
    assert words[24] == 2  # number
    assert words[40 + 8 * 255] == 0xABC
    ask(oracle, queries.NEXT_TRANSACTION_SIZE)
    assert oracle.place == "block 1"


def test_the_place_names_the_transaction():
    assert make().place == "before the first block"
    assert taken().place == "block 0, transaction 0"


def test_the_border_records_what_the_csr_would_read():
    oracle = make()
    border = Border(oracle.answer)
    border.serve(SERVICE_ORACLE, [queries.NUMBER_OF_BLOCKS.id])
    border.serve(SERVICE_ORACLE, [queries.BLOCK_METADATA_QUERY.id])
    border.serve(SERVICE_ORACLE, [queries.DA_COMMITMENT_SCHEME.id])
    border.serve(SERVICE_ORACLE, [queries.DISCONNECT.id])
    assert list(border.words[:3]) == [1, 2096, 1000]
    assert list(border.words[2098:]) == [2, 3, 0, 0]


def test_records_reach_the_keeper_by_service_and_by_query():
    kept = []
    border = Border(make().answer, kept.append)
    assert list(border.serve(SERVICE_RESULT, [4, 1, 6])) == []
    assert border.query(RESULT_QUERY_ID, [7, 0], None) == []
    assert kept == [bytes([4, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0]), bytes([7, 0, 0, 0, 0, 0, 0, 0])]
    assert not border.words


def test_a_proving_run_hands_over_no_records():
    with pytest.raises(OracleError, match="result record"):
        Border(make().answer).serve(SERVICE_RESULT, [1])


def test_an_unknown_service_is_an_oracle_error():
    with pytest.raises(OracleError, match="unknown host service 9"):
        Border(make().answer).serve(9, [])


def test_a_reply_that_does_not_fit_is_cut_and_its_length_told():
    border = Border(make().answer)
    reply = memoryview(bytearray(8)).cast("I")
    request = memoryview(queries.BLOCK_METADATA_QUERY.id.to_bytes(4, "little")).cast("I")
    assert border.call_compiled(SERVICE_ORACLE, request, reply) == 2096
    assert reply.tolist() == [1000, 0]


def test_the_scheme_of_the_batch_is_answered():
    oracle = opened()
    oracle.batch = dataclasses.replace(oracle.batch, da_commitment_scheme=1)
    assert ask(oracle, queries.DA_COMMITMENT_SCHEME) == [1, 0]
