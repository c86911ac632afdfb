"""The lies about one answer: every field changed, the whole replaced, cut off and drawn out.

A lie has the name of the field, and after a comma what is special about it where that decides how
the run ends: which transaction, which sibling, which value.
"""

from collections.abc import Callable, Iterator, Sequence

from tests.adversarial.forging import Answer, Forgery, Liar, opening_words
from zkos.interface import oracle_queries as queries
from zkos.interface.wire import Field, bytes_to_words
from zkos.lang import u8, u32, u160

Change = Callable[[list[int]], None]
SIBLING_LEVELS = (0, 1, 2, 3, 5, 63)
LEAF_KEY, SIBLINGS, HASH_WORDS = 2, 20, 8
BLOCK_HASHES = 256
OF_TRANSACTIONS = (
    queries.NEXT_TRANSACTION_SIZE, queries.TRANSACTION_CONTENT,
    queries.TRANSACTION_FORMAT, queries.TRANSACTION_SENDER,
)  # fmt: skip
PRICES = ("native_price", "pubdata_price")
BOUNDED = ("base_fee", *PRICES, "gas_limit", "last_block_timestamp", "excess_blob_gas")
"""Fields whose highest bit makes a number that is too high."""
TOTAL_DEPOSIT = 8 * 10
"""First word of the deposit in the ABI encoding of a transaction."""
POINT_AT_INFINITY = b"\xc0" + bytes(47)
"""Commitment and proof of nothing but zeros, in the encoding of BLS12-381."""


def flip(position: int, bit: int = 0) -> Change:
    """Change one bit."""

    def change(words: list[int]) -> None:
        words[position] ^= 1 << bit

    return change


def put(position: int, *numbers: int) -> Change:
    """Replace words."""

    def change(words: list[int]) -> None:
        words[position : position + len(numbers)] = numbers

    return change


def lies_of(liar: Liar) -> Iterator[Forgery]:
    """All lies about a batch."""
    for answer in liar.answers:
        suffix = f", {liar.status(answer)}" if answer.query in OF_TRANSACTIONS else ""
        for field, change in _changes(liar, answer):
            words = list(answer.words)
            change(words)
            if tuple(words) != answer.words:
                yield Forgery(answer, field + suffix, tuple(words))


def _changes(liar: Liar, answer: Answer) -> Iterator[tuple[str, Change]]:
    reply = answer.query.reply
    if answer.query is queries.NUMBER_OF_BLOCKS:
        yield "one more", put(0, answer.words[0] + 1)
        yield "one less", put(0, answer.words[0] - 1)
        yield "2^31 more", flip(0, 31)
    elif reply is None:
        yield from _string_changes(answer, liar.status(answer))
    else:
        for field in reply.fields:
            yield from _field_changes(liar, answer, field)
        yield from _clever_changes(liar, answer)
        yield "one word more", lambda words: words.append(0)
        if answer.words:
            yield "one word less", lambda words: words.pop()


def _field_changes(liar: Liar, answer: Answer, field: Field) -> Iterator[tuple[str, Change]]:
    if field.name == "siblings":
        yield from _sibling_changes(liar, answer)
    elif field.name == "block_hashes":
        yield "block_hashes, oldest", flip(field.offset)
        yield "block_hashes", flip(field.offset + HASH_WORDS)
        yield "block_hashes", flip(field.offset + HASH_WORDS * (BLOCK_HASHES - 1), 31)
    elif field.name not in PRICES or liar.pays_prices(answer):
        highest = flip(field.offset + field.words - 1, 31)
        yield field.name, flip(field.offset)
        if has_padding_word(field):
            yield f"{field.name}, padding word", highest
        else:
            yield f"{field.name}, high" if field.name in BOUNDED else field.name, highest
        if field.name in ("native_price", "pubdata_limit"):
            yield f"{field.name}, zero", put(field.offset, *[0] * field.words)


def has_padding_word(field: Field) -> bool:
    """Say whether the last word of a field must be zero."""
    return field.form in (bool, u8, u32, u160)


def _clever_changes(liar: Liar, answer: Answer) -> Iterator[tuple[str, Change]]:
    """What would pay."""
    if answer.query is queries.DA_COMMITMENT_SCHEME:
        yield "another scheme", put(0, 1 if answer.words[0] != 1 else 3)
    if answer.query is queries.NEXT_TRANSACTION_SIZE:
        yield "zero", put(0, 0)
        yield "2^31 more", flip(0, 31)
    if answer.query is queries.INITIAL_SLOT:
        if answer.words[0]:
            yield "invented, with value zero", put(0, 0)
        else:
            yield "denied", put(0, 1, 0, *[0] * HASH_WORDS)
    if answer.query is queries.BLOB_COMMITMENT:
        yield "opening of other data", put(0, *opening_words(b"other data"))
        yield "points at infinity", put(0, *bytes_to_words(POINT_AT_INFINITY * 2))
    if answer.query is queries.LEAF_AT_INDEX:
        others = [one for one in liar.answers if one.query is answer.query and one != answer]
        same_block = [one for one in others if one.block == answer.block]
        if same_block:
            yield "another leaf and its path", put(0, *same_block[0].words)
            with_index = [*answer.words[:LEAF_KEY], *same_block[0].words[LEAF_KEY:]]
            yield "another leaf and its path", put(0, *with_index)


def _string_changes(answer: Answer, status: str) -> Iterator[tuple[str, Change]]:
    length = answer.byte_length
    used = -(-length // 4)
    yield "first byte", flip(0)
    yield "last byte", flip(used - 1, 8 * ((length - 1) % 4))
    yield "two words more", lambda words: words.extend((0, 0))
    yield "no words", lambda words: words.clear()
    if length % 4:
        yield "padding", flip(used - 1, 31)
    if used < len(answer.words):
        yield "padding", flip(used)
        yield "padding word dropped", lambda words: words.pop()
    else:
        yield "one word less", lambda words: words.pop()
    if answer.query is queries.TRANSACTION_CONTENT and status == "from L1":
        yield "no deposit", put(TOTAL_DEPOSIT, *[0] * HASH_WORDS)


def _sibling_changes(liar: Liar, answer: Answer) -> Iterator[tuple[str, Change]]:
    index = answer.words[0]
    held = held_leaves(liar, answer.block)
    for level in SIBLING_LEVELS:
        name = "siblings" if reads_sibling(held, index, level) else "siblings, known otherwise"
        yield name, flip(SIBLINGS + HASH_WORDS * level + level % HASH_WORDS, level % 32)


def held_leaves(liar: Liar, block: int) -> Sequence[int]:
    """Give the indices that a block's proof has hashes for: asked leaves and new ones."""
    asked = [
        answer.words[0]
        for answer in liar.answers
        if answer.query is queries.LEAF_AT_INDEX and answer.block == block
    ]
    settled = liar.ledger.blocks[block]
    return [*asked, *range(settled.before.next_free_slot, settled.after.next_free_slot)]


def reads_sibling(held: Sequence[int], index: int, level: int) -> bool:
    """Say whether this path's sibling is needed.

    It is not if the node there is known from another leaf, or if a leaf further left has the same
    sibling: one of them is read.
    """
    node = index >> level
    has_node = any(other >> level == node ^ 1 for other in held)
    is_first = all(other >= index for other in held if other >> level == node)
    return is_first and not has_node
