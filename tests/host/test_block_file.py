"""Block files: what is accepted, what it becomes, and the one line for each kind of mistake."""

import gzip
import json

import pytest

from zkos.host.batch import Flavour, TransactionFormat
from zkos.host.block_file import load, parse
from zkos.host.errors import BlockFileError
from zkos.host.hashing import blake2s256, keccak256
from zkos.host.state.accounts import AccountRecord
from zkos.host.state.state import MemoryState, flat_key

ADDRESS = "0x" + "11" * 20
OTHER = "0x" + "22" * 20
WORD = "0x" + "00" * 31 + "01"
L1 = {
    "type": "0x7f",
    "from": ADDRESS,
    "to": OTHER,
    "gas_limit": "0x186a0",
    "gas_per_pubdata_limit": "0x0",
    "max_fee_per_gas": "0xf4240",
    "value": "0x64",
    "total_deposited": hex(100000000100),
    "refund_recipient": "0x" + "33" * 20,
    "data": "0x",
}


def l1(**changes):
    """An L1 transaction with some fields changed; None takes a field away."""
    return {name: value for name, value in {**L1, **changes}.items() if value is not None}


def first(**block):
    return {"block": block}


REJECTED = [
    # what, document, message
    ("a number at the top", 7, "expected an object, got 7"),
    ("a list at the top", [], "expected an object, got an array of 0"),
    ("an unknown field", {"blok": {}}, "blok: no such field here"),
    ("an unknown block field", first(nonce="0x0"), "block.nonce: no such field here"),
    ("no blocks", {"blocks": []}, "blocks: a batch has at least one block"),
    ("blocks that are none", {"blocks": {}}, "blocks: expected an array, got an object with 0"),
    ("a block that is none", {"blocks": [3]}, "blocks[0]: expected an object, got 3"),
    ("block of a wrong kind", {"block": "0x1"}, 'block: expected an object, got "0x1"'),
    ("bad hex", {"blocks": [first(timestamp="12z")]},
     'blocks[0].block.timestamp: expected a 0x-hex quantity, got "12z"'),
    ("hex of other letters", first(number="0xg1"), 'block.number: expected a 0x-hex quantity'),
    ("a quantity of no digits", first(number="0x"), 'expected a 0x-hex quantity, got "0x"'),
    ("a plain number", first(number=5), "block.number: expected a 0x-hex quantity, got 5"),
    ("a negative quantity", first(number="-0x1"), "expected a 0x-hex quantity"),
    ("a boolean", first(base_fee=True), "block.base_fee: expected a 0x-hex quantity, got true"),
    ("null", first(gas_limit=None), "block.gas_limit: expected a 0x-hex quantity, got null"),
    ("digits of another script", first(number="0x\uff11"), "expected a 0x-hex quantity"),
    ("a line end after a quantity", first(number="0x1\n"), "expected a 0x-hex quantity"),
    ("more than 64 bits", first(timestamp=hex(2**64)), "a quantity of at most 64 bits"),
    ("more than 256 bits", first(base_fee=hex(2**256)), "a quantity of at most 256 bits"),
    ("a short coinbase", first(coinbase="0x01"),
     'block.coinbase: expected 0x and 40 hex digits, got "0x01"'),
    ("too many hashes", first(block_hashes=[WORD] * 257), "at most 256 hashes, got an array of"),
    ("a bad hash", first(block_hashes=[WORD, 1]), "block.block_hashes[1]: expected a 0x-hex"),
    ("excess blob gas whose price does not end",
     {"flavour": "ethereum"} | first(excess_blob_gas="0x10000000"), "at most 28 bits"),
    ("ethereum field in production", first(excess_blob_gas="0x0"), "no such field here"),
    ("an unknown flavour", {"flavour": "optimism"}, '"production" or "ethereum", got "optimism"'),
    ("two flavours", {"flavour": "ethereum", "blocks": [{"flavour": "production"}]},
     "blocks[0].flavour: differs"),
    ("two chain ids", {"blocks": [{"chain_id": "0x1"}, {"chain_id": "0x2"}]},
     "blocks[1].chain_id: differs"),
    ("scheme of a single block of a batch", {"blocks": [{"da_commitment_scheme": 3}]},
     "blocks[0].da_commitment_scheme: no such field here"),
    ("a scheme in hex", {"da_commitment_scheme": "0x3"}, "one of the numbers 0, 1, 2, 3, 4"),
    ("an unknown scheme", {"da_commitment_scheme": 9}, "one of the numbers 0, 1, 2, 3, 4, got 9"),
    ("a scheme that is true", {"da_commitment_scheme": True}, "one of the numbers"),
    ("pre in a later block", {"blocks": [{}, {"pre": {}}]},
     "blocks[1].pre: only the first block of a batch has this field"),
    ("a short address", {"pre": {"0x12": {}}}, "pre[0x12]: expected 0x and 40 hex digits"),
    ("an address without 0x", {"pre": {"11" * 20: {}}}, "expected 0x and 40 hex digits"),
    ("an address in two spellings", {"pre": {"0x" + "ab" * 20: {}, "0x" + "AB" * 20: {}}},
     "this address stands twice"),
    ("an unknown account field", {"pre": {ADDRESS: {"balans": "0x0"}}},
     f"pre[{ADDRESS}].balans: no such field here"),
    ("half a byte of code", {"pre": {ADDRESS: {"code": "0x123"}}}, "expected 0x-hex bytes"),
    ("a nonce of 65 bits", {"pre": {ADDRESS: {"nonce": hex(2**64)}}}, "at most 64 bits"),
    ("a short record", {"pre": {ADDRESS: {"properties": "0x00"}}}, "0x and 248 hex digits"),
    ("record and balance", {"pre": {ADDRESS: {"properties": "0x" + "00" * 124, "balance": "0x0"}}},
     "properties and balance exclude each other"),
    ("a bad slot value", {"pre": {ADDRESS: {"storage": {"0x0": "zero"}}}},
     f'pre[{ADDRESS}].storage[0x0]: expected a 0x-hex quantity, got "zero"'),
    ("a slot in two spellings", {"pre": {ADDRESS: {"storage": {"0x0": "0x1", "0x00": "0x1"}}}},
     "this key stands twice"),
    ("leaves that are no pairs", {"leaves": [[WORD]]}, "leaves[0]: expected a pair [key, value]"),
    ("a leaf twice", {"leaves": [[WORD, WORD], [WORD, WORD]]}, "leaves[1][0]: this key is in"),
    ("a guard as a leaf", {"leaves": [["0x" + "ff" * 32, WORD]]}, "this key is in the tree"),
    ("a short leaf key", {"leaves": [["0x01", WORD]]}, "leaves[0][0]: expected 0x and 64 hex"),
    ("leaves without an account", {"leaves": [], "pre": {ADDRESS: {"balance": "0x1"}}},
     "leaves: missing for the slot"),
    ("a bad preimage", {"preimages": ["zz"]}, 'preimages[0]: expected 0x-hex bytes, got "zz"'),
    ("a number as a transaction", {"transactions": [1]}, "expected signed bytes or an object"),
    ("no bytes", {"transactions": ["0x"]}, "a transaction of no bytes would end the block"),
    ("bad bytes", {"transactions": ["0x01", "0x0"]}, "transactions[1]: expected 0x-hex bytes"),
    ("an object of another type", {"transactions": [l1(type="0x2")]},
     'transactions[0].type: expected "0x7f" or "0x7e"'),
    ("a missing field", {"transactions": [l1(gas_limit=None)]},
     "transactions[0].gas_limit: missing field"),
    ("an unknown field of an object", {"transactions": [l1(gas="0x1")]},
     "transactions[0].gas: no such field here"),
    ("a dependency of 31 bytes", {"transactions": [l1(factory_deps=["0x" + "00" * 31])]},
     "transactions[0].factory_deps[0]: expected 0x and 64 hex digits"),
    ("a number of 257 bits", {"transactions": [l1(value=hex(2**256))]}, "at most 256 bits"),
    ("an unknown format", {"transactions": [{"raw": "0x01", "format": "ssz"}]}, '"abi" or "rlp"'),
    ("a sender of ABI bytes", {"transactions": [{"raw": "0x01", "format": "abi",
                                                "sender": ADDRESS}]},
     "ABI transactions carry their own sender"),
    ("a short sender", {"transactions": [{"raw": "0x01", "sender": "0x1"}]},
     "transactions[0].sender: expected 0x and 40 hex digits"),
    ("raw beside other fields", {"transactions": [{"raw": "0x01", "gas": "0x1"}]}, "no such field"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "message"),
    [row[1:] for row in REJECTED],
    ids=[row[0] for row in REJECTED],
)
def test_a_bad_document_is_refused_in_one_line_with_the_path(document, message):
    with pytest.raises(BlockFileError) as caught:
        parse(document)
    assert message in caught.value.line
    assert "\n" not in caught.value.line
    assert caught.value.exit_status == 2


FILES = [
    ("no file", None, "cannot read"),
    ("not JSON", b"{", "not JSON"),
    ("not UTF-8", b'{"a": "\xff"}', "not JSON"),
    ("a field twice", b'{"block": {}, "block": {}}', "'block' stands twice"),
    ("deep nesting", b"[" * 100_000, "nested more than 200 deep"),
    ("brackets in strings", b'{"x": "' + b"[" * 300 + b'"}', "x: no such field here"),
    ("a number of many digits", b'{"x": ' + b"9" * 5000 + b"}", "not JSON"),
    ("cut gzip", gzip.compress(b"{}" * 1000)[:20], "damaged gzip file"),
    ("bent gzip", gzip.compress(b"{}")[:-8] + bytes(8), "damaged gzip file"),
    ("empty file", b"", "not JSON"),
]


@pytest.mark.parametrize(
    ("content", "message"), [row[1:] for row in FILES], ids=[f[0] for f in FILES]
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path, content, message):
    path = tmp_path / "block.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BlockFileError) as caught:
        load(path)
    assert message in caught.value.line


def test_a_folder_is_no_block_file(tmp_path):
    with pytest.raises(BlockFileError, match="cannot read"):
        load(tmp_path)


def test_an_empty_object_is_the_block_of_defaults():
    batch = parse({})
    (block,) = batch.blocks
    assert (batch.flavour, batch.chain_id, batch.da_commitment_scheme) == (
        Flavour.PRODUCTION,
        37,
        3,
    )
    assert (block.number, block.timestamp, block.last_block_timestamp) == (1, 42, 0)
    assert block.gas_limit == 72057594037927935
    assert block.pubdata_limit == 2**64 - 1
    assert (block.base_fee, block.native_price, block.pubdata_price) == (1000, 10, 0)
    assert (block.coinbase, block.mix_hash) == (0, 1)
    assert block.block_hashes == (0,) * 256
    assert block.transactions == ()


def test_quantities_may_be_padded_and_comments_are_skipped():
    batch = parse({"_about": 1, "block": {"_why": [], "number": "0x0010", "timestamp": "0x2A"}})
    assert (batch.blocks[0].number, batch.blocks[0].timestamp) == (16, 42)


def test_later_blocks_follow_the_first_unless_they_say_otherwise():
    batch = parse(
        {
            "blocks": [
                {"block": {"number": "0x9", "timestamp": "0x64"}, "last_block_timestamp": "0x5"},
                {"block": {"timestamp": "0x65"}},
                {"block": {"number": "0x3"}, "last_block_timestamp": "0x1"},
            ]
        }
    )
    assert [block.number for block in batch.blocks] == [9, 10, 3]
    assert [block.last_block_timestamp for block in batch.blocks] == [5, 100, 1]
    assert [block.block_hashes is None for block in batch.blocks] == [False, True, True]


def test_given_hashes_are_newest_first_and_filled_with_zeros():
    batch = parse({"block": {"block_hashes": ["0x1", "0x2"]}})
    assert batch.blocks[0].block_hashes == (1, 2, *(0,) * 254)


def test_flavour_and_chain_id_may_stand_in_each_block():
    batch = parse({"blocks": [{"flavour": "ethereum", "chain_id": "0x1"}, {"chain_id": "0x1"}]})
    assert (batch.flavour, batch.chain_id) == (Flavour.ETHEREUM, 1)


def test_a_gzip_file_is_read_like_a_plain_one(tmp_path):
    path = tmp_path / "block.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"block": {"number": "0x7"}}).encode()))
    assert load(path).blocks[0].number == 7


def test_transactions_keep_bytes_format_and_claimed_sender():
    batch = parse(
        {
            "transactions": [
                "0xc0",
                {"raw": "0xc1", "sender": ADDRESS},
                {"raw": "0xc2", "format": "abi"},
                {"raw": "0xc3", "format": "rlp"},
            ]
        }
    )
    kinds = [(t.encoded.hex(), t.format, t.stated_sender) for t in batch.blocks[0].transactions]
    assert kinds == [
        ("c0", TransactionFormat.RLP, None),
        ("c1", TransactionFormat.RLP, int(ADDRESS, 16)),
        ("c2", TransactionFormat.ABI, None),
        ("c3", TransactionFormat.RLP, None),
    ]


def test_an_l1_transaction_is_encoded_as_the_reference_does():
    # kec(encoding) and the transaction hash of state-and-commitments.md, 8
    (offered,) = parse({"transactions": [L1]}).blocks[0].transactions
    assert offered.format is TransactionFormat.ABI
    assert len(offered.encoded) == 768
    assert keccak256(offered.encoded).hex() == (
        "7b0ddeb6a62806c66927ff919189ab97c59ae38057bad231d5099ab28d608294"
    )
    assert keccak256((32).to_bytes(32, "big") + offered.encoded).hex() == (
        "5e94f845b3ae5584196ce82a1ff0c81e12c15b7c71214911bd33a230fa07acda"
    )


def test_numbers_of_an_l1_transaction_fill_their_words_even_when_too_wide():
    (offered,) = parse({"transactions": [l1(gas_limit=hex(2**255))]}).blocks[0].transactions
    assert offered.encoded[96:128] == (2**255).to_bytes(32, "big")


def test_data_and_dependencies_shift_the_offsets():
    given = l1(data="0x" + "aa" * 33, factory_deps=["0x" + "bb" * 32])
    encoded = parse({"transactions": [given]}).blocks[0].transactions[0].encoded
    offsets = [int.from_bytes(encoded[32 * i : 32 * i + 32], "big") for i in range(14, 19)]
    assert offsets == [0x260, 0x260 + 96, 0x260 + 128, 0x260 + 192, 0x260 + 224]
    assert len(encoded) == 0x260 + 256


def test_an_account_slot_exists_for_any_account_field_and_for_none_without():
    state = MemoryState(
        parse(
            {"pre": {ADDRESS: {"balance": "0x0"}, OTHER: {"storage": {"0x1": "0x0"}}}}
        ).initial_state
    )
    zeros = blake2s256(bytes(124))
    assert state.slot(flat_key(0x8003, int(ADDRESS, 16))) == zeros
    assert state.preimage(zeros) == bytes(124)
    assert state.slot(flat_key(0x8003, int(OTHER, 16))) is None
    assert state.slot(flat_key(int(OTHER, 16), 1)) == bytes(32)


def test_a_delegation_is_one_in_production_and_code_in_ethereum():
    code = "0xef0100" + "11" * 20
    accounts = []
    for flavour in ("production", "ethereum"):
        initial = parse({"flavour": flavour, "pre": {ADDRESS: {"code": code}}}).initial_state
        (account,) = initial.accounts.values()
        accounts.append(AccountRecord.decode(account.record))
    assert accounts[0].versioning == 0x0201010000000000
    assert accounts[0].artifacts_length == 0
    assert accounts[1].versioning == 0x0101010000000000


def test_a_given_record_is_kept_and_its_preimages_come_from_the_list():
    record = "0x" + "01" * 124
    code = "0x5b00"
    state = MemoryState(
        parse({"pre": {ADDRESS: {"properties": record}}, "preimages": [code]}).initial_state
    )
    assert state.slot(flat_key(0x8003, int(ADDRESS, 16))) == blake2s256(b"\x01" * 124)
    assert state.preimage(blake2s256(b"\x5b\x00")) == b"\x5b\x00"


def test_leaves_replace_the_order_of_the_implied_slots():
    account = parse({"pre": {ADDRESS: {"balance": "0x1"}}}).initial_state.accounts
    record = account[int(ADDRESS, 16)].record
    key = "0x" + flat_key(0x8003, int(ADDRESS, 16)).hex()
    leaves = [["0x" + "ee" * 32, WORD], [key, "0x" + blake2s256(record).hex()]]
    state = MemoryState(
        parse({"pre": {ADDRESS: {"balance": "0x1"}}, "leaves": leaves}).initial_state
    )
    assert state.index_of(bytes.fromhex(key[2:])) == 3
    assert state.next_free_slot == 4
