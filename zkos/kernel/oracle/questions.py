"""Typed questions: one function per query of interface/oracle_queries.py.

``ask_`` functions give ``Unverified`` replies: whoever opens one says how it is discharged by its
name (``verify_`` checked now, ``defer_`` recorded and checked at block end, ``bind_`` hashed into
the public input or otherwise the operator's choice). ``bind_`` functions here open theirs at
once, because the reply enters the public input or is free witness anyway.

Docs:    docs/oracle.md.
Source:  oracle reference, 2 and 3; zksync-os@v0.2.5 zk_ee/src/oracle/.
Units:   lengths in words or bytes as named.
Errors:  ORACLE_REPLY_MALFORMED (internal): wrong length or words that do not encode the type.
"""

from typing import Any

from zkos.interface import oracle_queries as queries
from zkos.interface.block_metadata import BlockMetadata, EthereumBlockMetadata
from zkos.interface.oracle_queries import (
    BLOB_OPENING_BYTES,
    AddressReply,
    BlobParameters,
    ByteReply,
    FieldQuestion,
    FieldReply,
    HashParameters,
    IndexWords,
    MultiplicationParameters,
    Nothing,
    NumberReply,
    Offer,
    ProofDataReply,
    Query,
    SignatureParameters,
    SlotParameters,
    SlotReply,
)
from zkos.interface.wire import byte_words
from zkos.kernel.errors import INVALID_ENCODING, OK, ORACLE_REPLY_MALFORMED
from zkos.kernel.oracle.transport import ask, ask_without_length
from zkos.lang import (
    RISCV,
    Arena,
    Array,
    Function,
    Slice,
    Status,
    Unverified,
    address_of,
    as_bytes,
    as_words,
    check,
    function,
    local,
    u8,
    u32,
    u64,
    u160,
    u256,
    value,
)


def _make_exchange(query: Query) -> Function:
    """Make the function that asks a query with a fixed reply and decodes the answer."""
    question, answer = query.parameters, query.reply
    assert answer is not None and answer.read is not None
    query_id, request_words = query.id, 1 + question.fixed_words
    write, read = question.write, answer.read
    reply_words, reply_room = answer.fixed_words, max(answer.fixed_words, 1)
    question_kind: Any = question.kind
    answer_kind: Any = answer.kind

    @function(name=f"exchange_{query_id:08x}")
    def exchange(parameters: question_kind, reply: answer_kind) -> Status:
        request = local(Array[u32, request_words])
        words = local(Array[u32, reply_room])
        request[0] = u32(query_id)
        _ = write(request[1:], parameters)
        if ask(request[:], words[:reply_words]) != reply_words:
            return ORACLE_REPLY_MALFORMED
        return OK if read(words[:reply_words], reply) else ORACLE_REPLY_MALFORMED

    return exchange  # type: ignore[no-any-return]


_exchange_metadata = _make_exchange(queries.BLOCK_METADATA_QUERY)
_exchange_ethereum_metadata = _make_exchange(queries.ETHEREUM_METADATA)
_exchange_scheme = _make_exchange(queries.DA_COMMITMENT_SCHEME)
_exchange_size = _make_exchange(queries.NEXT_TRANSACTION_SIZE)
_exchange_format = _make_exchange(queries.TRANSACTION_FORMAT)
_exchange_sender = _make_exchange(queries.TRANSACTION_SENDER)
_exchange_recovered_authority = _make_exchange(queries.RECOVERED_AUTHORITY)
_exchange_slot = _make_exchange(queries.INITIAL_SLOT)
_exchange_proof_data = _make_exchange(queries.PROOF_DATA)
_exchange_previous_index = _make_exchange(queries.PREVIOUS_INDEX)
_exchange_exact_index = _make_exchange(queries.EXACT_INDEX)
_exchange_field_advice = _make_exchange(queries.FIELD_ADVICE)
_write_multiplication = queries.SLOPE_ADVICE.parameters.write
_read_offer = queries.OFFER.read
OFFER_WORDS = queries.OFFER.fixed_words
_read_slot = queries.SLOT_REPLY.read
SLOT_REPLY_WORDS = queries.SLOT_REPLY.fixed_words
_SLOPE_REQUEST_WORDS = 1 + queries.SLOPE_ADVICE.parameters.fixed_words


@value
class SlotAnswer:
    """What the oracle says about a slot at block start."""

    is_new: bool  # its flat key is absent from the tree
    number: u256


# --------------------------------------------------------------------- block


@function
def bind_number_of_blocks() -> u32:
    """Ask how many blocks the batch has: a free choice of the operator."""
    request = local(Array[u32, 1])
    reply = local(Array[u32, 1])
    request[0] = u32(queries.NUMBER_OF_BLOCKS.id)
    _ = ask_without_length(request[:], reply[:])
    return reply[0]


@function
def bind_block_metadata(metadata: BlockMetadata) -> Status:
    """Ask the block's context; header and state commitment hash what is bound of it."""
    return _exchange_metadata(local(Nothing), metadata)


@function
def bind_ethereum_metadata(metadata: EthereumBlockMetadata) -> Status:
    """Ask the context that only the ethereum flavour has."""
    return _exchange_ethereum_metadata(local(Nothing), metadata)


@function
def bind_da_commitment_scheme() -> tuple[Status, u8]:
    """Ask the scheme; the batch output hashes it."""
    reply = local(ByteReply)
    check(_exchange_scheme(local(Nothing), reply))
    return OK, reply.number


@function
def bind_proof_data(reply: ProofDataReply) -> Status:
    """Ask the state before the block; the state commitment hashes it."""
    return _exchange_proof_data(local(Nothing), reply)


@function
def disconnect() -> None:
    """Say that the block is done; whatever comes back is ignored."""
    request = local(Array[u32, 1])
    reply = local(Array[u32, 1])
    request[0] = u32(queries.DISCONNECT.id)
    _ = ask(request[:], reply[:0])


# --------------------------------------------------------------------- transactions


@function
def bind_next_transaction_size() -> tuple[Status, u32]:
    """Ask the byte length of the next transaction; 0 seals the block."""
    reply = local(NumberReply)
    check(_exchange_size(local(Nothing), reply))
    return OK, reply.number


@function
def bind_offer(words: Slice[u32], offer: Offer) -> tuple[Status, bool]:
    """Ask the next transaction (forward runs); say whether its bytes are in ``words``, behind the
    offer: a transaction that is too long is not."""
    request = local(Array[u32, 1])
    request[0] = u32(queries.NEXT_TRANSACTION.id)
    length = ask(request[:], words)
    if length < OFFER_WORDS or not _read_offer(words[:OFFER_WORDS], offer):
        return ORACLE_REPLY_MALFORMED, False
    if length - OFFER_WORDS < byte_words(offer.size):
        return ORACLE_REPLY_MALFORMED, False
    return OK, length <= words.length


@function
def bind_transaction_content(arena: Arena, size: u32) -> tuple[Status, Slice[u8]]:
    """Ask the transaction's bytes: its hash enters the block hash.

    INVALID_ENCODING for an answer longer than the size allows (then it is left unread) or a size
    that cannot be rounded up to words. A shorter answer leaves zeros at the end.
    """
    nothing = arena.slice(u8, 0)
    if size > 0xFFFF_FFF8:
        return INVALID_ENCODING, nothing
    buffer = arena.slice(u8, size + 7 & ~u32(7))
    request = local(Array[u32, 1])
    request[0] = u32(queries.TRANSACTION_CONTENT.id)
    if ask(request[:], as_words(buffer)) > buffer.length >> 2:
        return INVALID_ENCODING, nothing
    return OK, buffer[:size]


@function
def bind_transaction_format() -> tuple[Status, u8]:
    """Ask how the transaction is encoded: 0 is ABI, 1 is RLP."""
    reply = local(ByteReply)
    check(_exchange_format(local(Nothing), reply))
    return OK, reply.number


@function
def ask_transaction_sender() -> tuple[Status, Unverified[u160]]:
    """Ask who signed the transaction; discharged by recovering the signer."""
    reply = local(AddressReply)
    check(_exchange_sender(local(Nothing), reply))
    return OK, Unverified[u160](reply.address)


@function
def ask_recovered_authority(
    digest: u256, r: u256, s: u256, y_parity: bool
) -> tuple[Status, Unverified[u160]]:
    """Ask whom the host recovered from an authorization (forward runs); 0 for nobody."""
    question = local(SignatureParameters)
    question.digest = digest
    question.r = r
    question.s = s
    question.y_parity = y_parity
    reply = local(AddressReply)
    check(_exchange_recovered_authority(question, reply))
    return OK, Unverified[u160](reply.address)


# --------------------------------------------------------------------- state


@function
def ask_initial_slot(address: u160, key: u256) -> tuple[Status, Unverified[SlotAnswer]]:
    """Ask a slot's value at block start; discharged by the tree check at block end."""
    question = local(SlotParameters)
    question.address = address
    question.key = key
    reply = local(SlotReply)
    check(_exchange_slot(question, reply))
    return OK, Unverified[SlotAnswer](SlotAnswer(reply.is_new, reply.value))


@function
def ask_account(
    address: u160, record_bytes: u32, words: Slice[u32]
) -> tuple[Status, Unverified[SlotAnswer], Unverified[Slice[u8]]]:
    """Ask an account's slot and, where that has a hash, its record (forward runs).

    ``words`` has room for exactly both. Discharged as answers about a slot and a preimage are.
    """
    question = local(AddressReply)
    question.address = address
    request = local(Array[u32, 1 + queries.ACCOUNT.parameters.fixed_words])
    request[0] = u32(queries.ACCOUNT.id)
    _ = queries.ACCOUNT.parameters.write(request[1:], question)
    answered = ask(request[:], words)
    reply = local(SlotReply)
    is_slot = _read_slot(words[:SLOT_REPLY_WORDS], reply)
    slot = Unverified[SlotAnswer](SlotAnswer(reply.is_new, reply.value))
    record = Unverified[Slice[u8]](as_bytes(words[SLOT_REPLY_WORDS:])[:record_bytes])
    expected = words.length if reply.value != 0 else u32(SLOT_REPLY_WORDS)
    return OK if is_slot and answered == expected else ORACLE_REPLY_MALFORMED, slot, record


@function
def ask_preimage(
    arena: Arena, hash_of_preimage: u256, length: u32
) -> tuple[Status, Unverified[Slice[u8]]]:
    """Ask the preimage of a blake2s hash; discharged by hashing it.

    The answer may be padded to an even number of words, not further.
    """
    buffer = arena.slice(u8, length + 7 & ~u32(7))
    question = local(HashParameters)
    request = local(Array[u32, 9])
    request[0] = u32(queries.PREIMAGE.id)
    question.hash = hash_of_preimage
    _ = queries.PREIMAGE.parameters.write(request[1:], question)
    answered = ask(request[:], as_words(buffer))
    preimage = Unverified[Slice[u8]](buffer[:length])
    if answered > buffer.length >> 2 or answered < (length + 3) >> 2:
        return ORACLE_REPLY_MALFORMED, preimage
    return OK, preimage


# --------------------------------------------------------------------- tree


@function
def ask_previous_index(flat_key: u256) -> tuple[Status, Unverified[u64]]:
    """Ask the index of the leaf before an absent key; discharged by that leaf's path."""
    question = local(HashParameters)
    question.hash = flat_key
    reply = local(IndexWords)
    check(_exchange_previous_index(question, reply))
    return OK, Unverified[u64](reply.index)


@function
def ask_exact_index(flat_key: u256) -> tuple[Status, Unverified[u64]]:
    """Ask the index of a key's leaf; discharged by that leaf's path."""
    question = local(HashParameters)
    question.hash = flat_key
    reply = local(IndexWords)
    check(_exchange_exact_index(question, reply))
    return OK, Unverified[u64](reply.index)


@function
def ask_leaf(index: u64, words: Slice[u32]) -> tuple[Status, Unverified[Slice[u32]]]:
    """Ask a leaf and its 64 siblings into 532 words; discharged by folding the path to the root."""
    request = local(Array[u32, 3])
    question = local(IndexWords)
    question.index = index
    request[0] = u32(queries.LEAF_AT_INDEX.id)
    _ = queries.LEAF_AT_INDEX.parameters.write(request[1:], question)
    leaf = Unverified[Slice[u32]](words)
    if ask(request[:], words) != words.length:
        return ORACLE_REPLY_MALFORMED, leaf
    return OK, leaf


@function
def ask_blob_opening(arena: Arena, data: Slice[u8]) -> tuple[Status, Unverified[Slice[u8]]]:
    """Ask a blob's commitment and proof, one behind the other; discharged by the pairing.

    The reference's host reads the data in the machine's memory, ours knows it.
    """
    buffer = arena.slice(u8, BLOB_OPENING_BYTES)
    request = local(Array[u32, 5])
    question = local(BlobParameters)
    if RISCV:
        question.pointer = u64(address_of(data))
    question.length = u64(data.length)
    request[0] = u32(queries.BLOB_COMMITMENT.id)
    _ = queries.BLOB_COMMITMENT.parameters.write(request[1:], question)
    opening = Unverified[Slice[u8]](buffer)
    if ask(request[:], as_words(buffer)) != buffer.length >> 2:
        return ORACLE_REPLY_MALFORMED, opening
    return OK, opening


# --------------------------------------------------------------------- arithmetic


@function
def ask_field_advice(kind: u32, number: u256) -> tuple[Status, Unverified[u256]]:
    """Ask a root or an inverse modulo a prime of secp256k1; discharged by a product."""
    question = local(FieldQuestion)
    reply = local(FieldReply)
    question.kind = kind
    question.number = number
    check(_exchange_field_advice(question, reply))
    return OK, Unverified[u256](reply.number)


@function
def ask_slopes(parameters: MultiplicationParameters, words: Slice[u32]) -> tuple[Status, u32]:
    """Ask the slopes of a double multiplication; each is discharged by a product at its use.

    Gives how many words there are; ORACLE_REPLY_MALFORMED for more than have room. On the machine
    they are not read: the caller takes them from the CSR, one slope at a time.
    """
    request = local(Array[u32, _SLOPE_REQUEST_WORDS])
    request[0] = u32(queries.SLOPE_ADVICE.id)
    _ = _write_multiplication(request[1:], parameters)
    count = ask(request[:], words)
    if not RISCV and count > words.length:
        return ORACLE_REPLY_MALFORMED, 0
    return OK, count
