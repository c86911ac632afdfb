"""What each query is answered with: one function per query, registered under its row.

A ``BatchOracle`` walks through a batch as the program does: the metadata query opens a block, the
size query takes the next transaction, the disconnect query closes the block. Answers about slots
and the tree refer to the state before the block, so the changes of a block are put in when the
next one opens.

Answers have an even number of words, as the reference's host sends them: one word of padding
after an odd byte string. The block count has neither padding nor length word.

Source:  oracle reference, 2 and 3; interface/oracle_queries.py.
Errors:  OracleError for a query that nobody can answer: unknown id, malformed parameters, an index
         of an absent key, a preimage that nobody has.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any

from zkos.host.batch import BLOCK_HASHES, Batch, Block, Flavour, OfferedTransaction
from zkos.host.blobs import data_of_blobs, open_blob
from zkos.host.errors import OracleError
from zkos.host.oracle.advice import division_advice, field_advice
from zkos.host.oracle.memory import Memory
from zkos.host.oracle.slopes import slope_advice
from zkos.host.senders import recover_address, recover_senders
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, State, flat_key
from zkos.interface import oracle_queries as queries
from zkos.interface.oracle_queries import QUERIES_BY_ID, Query
from zkos.interface.wire_host import WireError, words_to_bytes

_ADDRESS_BYTES = 24
_OFFER = Struct(f"<QQ{_ADDRESS_BYTES}s{_ADDRESS_BYTES}s")  # as queries.OFFER
_NO_OFFER = bytes(_OFFER.size)
_NEW_SLOT = b"\1" + bytes(7) + bytes(32)  # is_new, value
_OLD_SLOT = bytes(8)
_NO_HASH = bytes(32)
PADDING_BYTES = 8  # the reference's host sends words of 64 bits


@dataclass(frozen=True)
class BlockChanges:
    """What a block did to the state: known when a forward run of it has ended."""

    block_hash: int
    writes: Sequence[tuple[bytes, bytes]]
    """Tree keys and values of the changed slots, in the order of the block."""
    preimages: Sequence[bytes]
    pubdata: bytes


ChangesOf = Callable[[int], BlockChanges]
"""Gives the changes of the block with this index, asked for when the next block opens."""


class BatchOracle:
    """The oracle of a batch."""

    def __init__(self, batch: Batch, state: State, changes_of: ChangesOf) -> None:
        """Answer for ``batch`` from ``state``, the state before its first block."""
        self.batch = batch
        self.state = state
        self._changes_of = changes_of
        self._index = -1
        self._transaction = -1
        self._offered: OfferedTransaction | None = None
        self._hashes: tuple[int, ...] = ()
        self._senders: dict[int, list[int]] = {}
        self._blobs: Iterator[bytes] | None = None

    def answer(
        self, query_id: int, parameters: Sequence[int], memory: Memory | None
    ) -> "array[int]":
        """Give the words that answer a query, without the length word."""
        asked = words_to_bytes(parameters)
        shortcut = SHORTCUTS.get(query_id)
        if shortcut is not None and len(asked) == shortcut.size:
            reply = shortcut.answer(self, asked)
            return array("I", reply + bytes(-len(reply) % PADDING_BYTES))
        query = QUERIES_BY_ID.get(query_id)
        if query is None:
            raise OracleError(f"unknown oracle query 0x{query_id:08x}")
        try:
            values = query.parameters.decode(asked)
        except WireError as error:
            raise OracleError(f"parameters of the query {query.name!r}: {error}") from error
        reply = ANSWERS[query_id](self, values, memory)
        if query.has_length_word and len(reply) % PADDING_BYTES:
            reply += bytes(-len(reply) % PADDING_BYTES)
        return array("I", reply)

    @property
    def block(self) -> Block:
        """The block that is running."""
        if self._index < 0:
            raise OracleError("the program asks about a block before it opened one")
        return self.batch.blocks[self._index]

    @property
    def block_hashes(self) -> tuple[int, ...]:
        """Hashes of the blocks before the running one, newest first."""
        return self._hashes

    @property
    def transaction(self) -> OfferedTransaction:
        """The transaction that is running."""
        if self._offered is None:
            raise OracleError("the program asks about a transaction that it did not take")
        return self._offered

    @property
    def transaction_index(self) -> int | None:
        """Place in the block of the transaction that is running; None between transactions."""
        if self._index < 0 or not 0 <= self._transaction < len(self.block.transactions):
            return None
        return self._transaction

    @property
    def place(self) -> str:
        """Where the program is: block, and transaction if it is at one."""
        if self._index < 0:
            return "before the first block"
        if self.transaction_index is None:
            return f"block {self._index}"
        return f"block {self._index}, transaction {self._transaction}"

    def open_block(self) -> None:
        """Go to the next block of the batch."""
        if self._index + 1 == len(self.batch.blocks):
            raise OracleError(f"the program asks for more than {len(self.batch.blocks)} blocks")
        if self._index >= 0:
            changes = self._changes_of(self._index)
            self.state.apply(changes.writes, changes.preimages)
            shifted = (changes.block_hash, *self._hashes[: BLOCK_HASHES - 1])
        else:
            shifted = (0,) * BLOCK_HASHES
        self._index += 1
        self._transaction = -1
        self._offered = None
        self._hashes = self.block.block_hashes or shifted

    def take_transaction(self) -> int:
        """Go to the next transaction of the block; gives its length, 0 after the last."""
        self._transaction += 1
        offered = self.block.transactions
        if self._transaction >= len(offered):
            self._offered = None
            return 0
        self._offered = offered[self._transaction]
        return len(self._offered.encoded)

    def slot(self, address: int, key: int) -> bytes | None:
        """Give the value of a slot before the block; None when it is absent from the tree."""
        return self.state.slot(flat_key(address, key))

    def preimage(self, digest: bytes) -> bytes | None:
        """Give the bytes with this blake2s hash; None when nobody has them."""
        return self.state.preimage(digest)

    def recovered_sender(self) -> int:
        """Give the signer of the running transaction, 0 if there is none."""
        if self._index not in self._senders:
            offered = [one.encoded for one in self.block.transactions]
            self._senders[self._index] = recover_senders(offered)
        senders = self._senders[self._index]
        if not 0 <= self._transaction < len(senders):
            raise OracleError("the program asks for a sender before it took a transaction")
        return senders[self._transaction]

    def take_blob(self) -> bytes:
        """Go to the next blob of the batch, when all blocks have run; gives its data."""
        if self._blobs is None:
            changes = [self._changes_of(index) for index in range(len(self.batch.blocks))]
            pubdata = b"".join(block.pubdata for block in changes)
            self._blobs = iter(data_of_blobs(pubdata))
        data = next(self._blobs, None)
        if data is None:
            raise OracleError("the program asks for more blobs than the batch's pubdata fills")
        return data


Answer = Callable[[BatchOracle, Mapping[str, Any], Memory | None], bytes]
ANSWERS: dict[int, Answer] = {}
"""Query id -> the function that answers it."""


def answers(query: Query) -> Callable[[Answer], Answer]:
    """Register the answer to a query."""

    def register(answer: Answer) -> Answer:
        ANSWERS[query.id] = answer
        return answer

    return register


def encode(query: Query, **values: Any) -> bytes:
    """Give the words of a reply, as bytes."""
    assert query.reply is not None
    return query.reply.encode(values)


@answers(queries.NUMBER_OF_BLOCKS)
def _number_of_blocks(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return len(oracle.batch.blocks).to_bytes(4, "little")


@answers(queries.BLOCK_METADATA_QUERY)
def _metadata(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    oracle.open_block()
    block = oracle.block
    return encode(
        queries.BLOCK_METADATA_QUERY,
        base_fee=block.base_fee,
        pubdata_price=block.pubdata_price,
        native_price=block.native_price,
        number=block.number,
        timestamp=block.timestamp,
        chain_id=oracle.batch.chain_id,
        gas_limit=block.gas_limit,
        pubdata_limit=block.pubdata_limit,
        coinbase=block.coinbase,
        block_hashes=list(reversed(oracle.block_hashes)),
        mix_hash=block.mix_hash,
    )


@answers(queries.ETHEREUM_METADATA)
def _ethereum_metadata(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    if oracle.batch.flavour is not Flavour.ETHEREUM:
        raise OracleError("a production block has no ethereum metadata")
    return encode(
        queries.ETHEREUM_METADATA,
        excess_blob_gas=oracle.block.excess_blob_gas,
        parent_beacon_block_root=oracle.block.parent_beacon_block_root,
    )


@answers(queries.DA_COMMITMENT_SCHEME)
def _da_scheme(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return encode(queries.DA_COMMITMENT_SCHEME, number=oracle.batch.da_commitment_scheme)


@answers(queries.PROOF_DATA)
def _proof_data(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return encode(
        queries.PROOF_DATA,
        state_root=oracle.state.root(),
        next_free_slot=oracle.state.next_free_slot,
        last_block_timestamp=oracle.block.last_block_timestamp,
    )


@answers(queries.NEXT_TRANSACTION_SIZE)
def _next_size(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return encode(queries.NEXT_TRANSACTION_SIZE, number=oracle.take_transaction())


@answers(queries.TRANSACTION_CONTENT)
def _content(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return oracle.transaction.encoded


@answers(queries.TRANSACTION_FORMAT)
def _format(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return encode(queries.TRANSACTION_FORMAT, number=int(oracle.transaction.format))


@answers(queries.TRANSACTION_SENDER)
def _sender(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    stated = oracle.transaction.stated_sender
    sender = oracle.recovered_sender() if stated is None else stated
    return encode(queries.TRANSACTION_SENDER, address=sender)


@answers(queries.NEXT_TRANSACTION)
def _next_transaction(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return _next_transaction_of_bytes(oracle, b"")


def _next_transaction_of_bytes(oracle: BatchOracle, _: bytes) -> bytes:
    size = oracle.take_transaction()
    if size == 0:
        return _NO_OFFER
    offered, recovered = oracle.transaction, oracle.recovered_sender()
    stated = offered.stated_sender
    sender = recovered if stated is None else stated
    numbers = _OFFER.pack(size, offered.format, _wide(sender), _wide(recovered))
    return numbers + offered.encoded


def _wide(address: int) -> bytes:
    return address.to_bytes(_ADDRESS_BYTES, "little")


@answers(queries.RECOVERED_AUTHORITY)
def _recovered_authority(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    r, s = int.from_bytes(asked["r"], "big"), int.from_bytes(asked["s"], "big")
    address = recover_address(asked["digest"], int(asked["y_parity"]), r, s)
    return encode(queries.RECOVERED_AUTHORITY, address=address)


@answers(queries.INITIAL_SLOT)
def _initial_slot(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    value = oracle.slot(asked["address"], int.from_bytes(asked["key"], "big"))
    return encode(queries.INITIAL_SLOT, is_new=value is None, value=value or bytes(32))


def _initial_slot_of_bytes(oracle: BatchOracle, asked: bytes) -> bytes:
    address = int.from_bytes(asked[:_ADDRESS_BYTES], "little")
    value = oracle.slot(address, int.from_bytes(asked[_ADDRESS_BYTES:], "big"))
    return _NEW_SLOT if value is None else _OLD_SLOT + value


@answers(queries.ACCOUNT)
def _account(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    return _account_of_bytes(oracle, _wide(asked["address"]))


def _account_of_bytes(oracle: BatchOracle, asked: bytes) -> bytes:
    digest = oracle.slot(ACCOUNT_PROPERTIES_ADDRESS, int.from_bytes(asked, "little"))
    if digest is None:
        return _NEW_SLOT
    if digest == _NO_HASH:
        return _OLD_SLOT + digest
    return _OLD_SLOT + digest + _preimage_of_bytes(oracle, digest)


@answers(queries.PREIMAGE)
def _preimage(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    return _preimage_of_bytes(oracle, asked["hash"])


def _preimage_of_bytes(oracle: BatchOracle, digest: bytes) -> bytes:
    content = oracle.preimage(digest)
    if content is None:
        raise OracleError(f"nobody has the preimage of 0x{digest.hex()}")
    return content


@answers(queries.PREVIOUS_INDEX)
def _previous_index(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    return encode(queries.PREVIOUS_INDEX, index=oracle.state.previous_index(asked["hash"]))


@answers(queries.EXACT_INDEX)
def _exact_index(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    index = oracle.state.index_of(asked["hash"])
    if index is None:
        raise OracleError(f"no leaf has the key 0x{asked['hash'].hex()}")
    return encode(queries.EXACT_INDEX, index=index)


@answers(queries.LEAF_AT_INDEX)
def _leaf(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    leaf, siblings = oracle.state.leaf(asked["index"])
    return encode(
        queries.LEAF_AT_INDEX,
        index=asked["index"],
        key=leaf.key,
        value=leaf.value,
        next=leaf.next,
        siblings=[int.from_bytes(sibling, "little") for sibling in siblings],
    )


@answers(queries.DIVISION_ADVICE)
def _division(oracle: BatchOracle, asked: Mapping[str, Any], memory: Memory | None) -> bytes:
    if memory is None:
        raise OracleError("division advice needs the memory of a running machine")
    return words_to_bytes(division_advice(asked["pointer"], memory))


@answers(queries.SLOPE_ADVICE)
def _slope_advice(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    slopes = slope_advice(asked["u"], asked["v"], (asked["x"], asked["y"]))
    return b"".join(slope.to_bytes(32, "little") for slope in slopes)


@answers(queries.FIELD_ADVICE)
def _field(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    return encode(queries.FIELD_ADVICE, number=field_advice(asked["kind"], asked["number"]))


@answers(queries.BLOB_COMMITMENT)
def _blob(oracle: BatchOracle, asked: Mapping[str, Any], _: Memory | None) -> bytes:
    data = oracle.take_blob()
    if asked["length"] != len(data):
        raise OracleError(f"expected a blob of {len(data)} bytes, got {asked['length']}")
    opening = open_blob(data)
    return opening.commitment + opening.proof


@answers(queries.DISCONNECT)
def _disconnect(oracle: BatchOracle, _: Mapping[str, Any], __: Memory | None) -> bytes:
    return b""


@dataclass(frozen=True)
class Shortcut:
    """An answer to a query's bytes as they come, if there are so many."""

    size: int
    answer: Callable[[BatchOracle, bytes], bytes]


SHORTCUTS = {
    queries.NEXT_TRANSACTION.id: Shortcut(0, _next_transaction_of_bytes),
    queries.INITIAL_SLOT.id: Shortcut(_ADDRESS_BYTES + 32, _initial_slot_of_bytes),
    queries.PREIMAGE.id: Shortcut(32, _preimage_of_bytes),
    queries.ACCOUNT.id: Shortcut(_ADDRESS_BYTES, _account_of_bytes),
}
"""Nearly all queries of a forward run: no time is spent on names for one or two values."""
