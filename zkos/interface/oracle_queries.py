"""The oracle's queries: one row each, with id, parameters and reply.

The kernel asks them through ``kernel/oracle``; the host answers them in ``host/oracle``, where a
test checks that none is missing. Replies are words without the length word that precedes them on
the CSR (the block count is the one query that has none).

Source:  zksync-os@v0.2.5 zk_ee/src/oracle/query_ids.rs; this project's oracle reference, 2.
         Ids 0x4005_8xxx are advice of this project, unknown to the reference.
Errors:  none.
"""

from dataclasses import dataclass

from zkos.interface.block_metadata import BLOCK_METADATA, ETHEREUM_BLOCK_METADATA
from zkos.interface.wire import Layout, layout_of
from zkos.lang import Array, struct, u8, u32, u64, u160, u256

TREE_DEPTH = 64


@struct
class Nothing:
    """No words."""


@struct
class NumberReply:
    """A u32."""

    number: u32


@struct
class ByteReply:
    """A u8."""

    number: u8


@struct
class AddressReply:
    """An address."""

    address: u160


@struct
class Offer:
    """The next transaction; size 0 and nothing behind it when there is none."""

    size: u32  # in bytes
    format: u8  # 0 is ABI, 1 is RLP
    sender: u160  # who is said to have signed it
    recovered_sender: u160  # whom the host recovered from its signature, zero for nobody


@struct
class SlotParameters:
    """A storage slot."""

    address: u160
    key: u256


@struct
class SlotReply:
    """Whether the slot's flat key is absent from the tree, and its value at block start."""

    is_new: bool
    value: u256


@struct
class HashParameters:
    """A blake2s hash, or a flat key."""

    hash: u256


@struct
class IndexWords:
    """An index of a leaf: a parameter or a reply."""

    index: u64


@struct
class ProofDataReply:
    """The state before the block."""

    state_root: u256
    next_free_slot: u64
    last_block_timestamp: u64


@struct
class LeafReply:
    """A leaf and its path; ``siblings`` are byte strings given as numbers of their words."""

    index: u64
    key: u256
    value: u256
    next: u64
    siblings: Array[u256, TREE_DEPTH]


@struct
class DivisionParameters:
    """Pointer to seven words in the guest's memory: operation, dividend and divisor (modexp)."""

    pointer: u32


@struct
class BlobParameters:
    """Pointer and byte length of one blob's data in the guest's memory."""

    pointer: u64
    length: u64


BLOB_OPENING_BYTES = 96


@struct
class BlobReply:
    """KZG commitment and proof, 48 bytes each, as three 32-byte strings."""

    first: u256
    second: u256
    third: u256


@struct
class SignatureParameters:
    """A signature over a digest."""

    digest: u256
    r: u256
    s: u256
    y_parity: bool


@struct
class MultiplicationParameters:
    """Scalars u and v and a point (x, y) of secp256k1, for u·G + v·(x, y)."""

    u: u256
    v: u256
    x: u256
    y: u256


@struct
class FieldQuestion:
    """What is asked of a number modulo a prime of secp256k1: one of the ``ADVICE_`` kinds."""

    kind: u32
    number: u256


@struct
class FieldReply:
    """A number modulo the prime."""

    number: u256


@dataclass(frozen=True)
class Query:
    """One question that the kernel can ask.

    ``reply`` is None where the answer is a byte string, whose length is known from elsewhere and
    which may be padded to an even number of words.
    """

    name: str
    id: int
    parameters: Layout
    reply: Layout | None
    has_length_word: bool = True
    is_advice: bool = False  # of this project: absent from the reference's word streams


_NOTHING = layout_of(Nothing)
_NUMBER = layout_of(NumberReply)
_BYTE = layout_of(ByteReply)
_ADDRESS = layout_of(AddressReply)
SLOT_REPLY = layout_of(SlotReply, bytes32=("value",))
_HASH = layout_of(HashParameters, bytes32=("hash",))
_INDEX = layout_of(IndexWords)

NUMBER_OF_BLOCKS = Query("number of blocks", 0xDEADBEEF, _NOTHING, None, has_length_word=False)
BLOCK_METADATA_QUERY = Query("block metadata", 0x40070000, _NOTHING, BLOCK_METADATA)
PROOF_DATA = Query(
    "proof data", 0x40070001, _NOTHING, layout_of(ProofDataReply, bytes32=("state_root",))
)
DA_COMMITMENT_SCHEME = Query("DA commitment scheme", 0x40070002, _NOTHING, _BYTE)
NEXT_TRANSACTION_SIZE = Query("next transaction size", 0x40060000, _NOTHING, _NUMBER)
TRANSACTION_CONTENT = Query("transaction content", 0x40060001, _NOTHING, None)
TRANSACTION_FORMAT = Query("transaction format", 0x40060002, _NOTHING, _BYTE)
TRANSACTION_SENDER = Query("transaction sender", 0x40060003, _NOTHING, _ADDRESS)
INITIAL_SLOT = Query(
    "initial storage slot",
    0x40030000,
    layout_of(SlotParameters, bytes32=("key",)),
    SLOT_REPLY,
)
PREIMAGE = Query("preimage", 0x4002F000, _HASH, None)
PREVIOUS_INDEX = Query("previous index", 0x4004F000, _HASH, _INDEX)
EXACT_INDEX = Query("exact index", 0x4004F001, _HASH, _INDEX)
LEAF_AT_INDEX = Query(
    "leaf and path", 0x4004F002, _INDEX, layout_of(LeafReply, bytes32=("key", "value"))
)
DIVISION_ADVICE = Query("division advice", 0x40050010, layout_of(DivisionParameters), None)
BLOB_COMMITMENT = Query(
    "blob commitment and proof",
    0x40050020,
    layout_of(BlobParameters),
    layout_of(BlobReply, bytes32=("first", "second", "third")),
)
DISCONNECT = Query("disconnect", 0x40000000, _NOTHING, _NOTHING)
NEXT_TRANSACTION = Query("next transaction", 0x40058001, _NOTHING, None, is_advice=True)
"""Forward runs only: goes to the next transaction; the words of an ``Offer``, then those of the
transaction content."""
OFFER = layout_of(Offer)
RECOVERED_AUTHORITY = Query(
    "recovered authority",
    0x40058002,
    layout_of(SignatureParameters, bytes32=("digest", "r", "s")),
    _ADDRESS,
    is_advice=True,
)
"""Forward runs only: the signer of an EIP-7702 authorization, zero where there is none."""
ETHEREUM_METADATA = Query(
    "ethereum block metadata", 0x40058003, _NOTHING, ETHEREUM_BLOCK_METADATA, is_advice=True
)
"""The ethereum flavour only."""

FIELD_ADVICE = Query(
    "field advice",
    0x40058004,
    layout_of(FieldQuestion),
    layout_of(FieldReply),
    is_advice=True,
)
"""Proving runs only: a square root or an inverse for a signature recovery, verified by a product.
A number without a root is answered with the root of its negative."""
SLOPE_ADVICE = Query(
    "slope advice", 0x40058005, layout_of(MultiplicationParameters), None, is_advice=True
)
"""Proving runs only: the slopes of all steps of a double multiplication, each 8 words and in
Montgomery form, in the order of kernel/crypto/secp256k1/advised_multiplication.py."""
ACCOUNT = Query("account", 0x40058006, _ADDRESS, None, is_advice=True)
"""Forward runs only: two queries of a proving run in one. The words of a ``SlotReply`` about the
account's slot, then those of its record where the slot has a hash."""
ADVICE_ROOT_MODULO_P = 0
ADVICE_INVERSE_MODULO_N = 1

QUERIES: tuple[Query, ...] = (
    NUMBER_OF_BLOCKS, BLOCK_METADATA_QUERY, PROOF_DATA, DA_COMMITMENT_SCHEME,
    NEXT_TRANSACTION_SIZE, TRANSACTION_CONTENT, TRANSACTION_FORMAT, TRANSACTION_SENDER,
    INITIAL_SLOT, PREIMAGE, PREVIOUS_INDEX, EXACT_INDEX, LEAF_AT_INDEX, DIVISION_ADVICE,
    BLOB_COMMITMENT, DISCONNECT, NEXT_TRANSACTION, RECOVERED_AUTHORITY, ETHEREUM_METADATA,
    FIELD_ADVICE, SLOPE_ADVICE, ACCOUNT,
)  # fmt: skip
"""Every query; the host answers all of them."""

QUERIES_BY_ID = {query.id: query for query in QUERIES}
LOG_LINE_ID = 0xFFFFFFFF  # UART of logging builds: no answer; our images never write it
