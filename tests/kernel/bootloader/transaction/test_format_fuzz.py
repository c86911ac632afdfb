"""Damaged transactions: the decoder never stops, and accepts only what says one thing.

Accepted bytes are parsed again by a small parser that knows one leniency (leading zero bytes in
long lengths); encoded canonically they must give the same fields.
"""

import random
from typing import Any

import pytest
import rlp

from tests.kernel.bootloader.transaction.decoding import FIELDS, decode, decode_to_words
from tests.kernel.bootloader.transaction.test_l1_transaction import encode
from tests.support.chain import BOB, CHAIN_ID, authorization, transaction

TELLING = (0, 1, 0x7F, 0x80, 0x81, 0xA0, 0xB7, 0xB8, 0xBB, 0xBF, 0xC0, 0xF7, 0xF8, 0xFB, 0xFF)
SIGNED = [
    bytes.fromhex(
        transaction(
            kind=kind, data=bytes(40), authorizations=[authorization(BOB, "0x" + "22" * 20)]
        )[2:]
    )
    for kind in (0, 1, 2, 4)
]
SEEDS = [*((1, raw) for raw in SIGNED), (0, encode())]


def damaged(source: random.Random, raw: bytes) -> bytes:
    data = bytearray(raw)
    for _ in range(source.choice([1, 1, 2, 3, 8])):
        at = source.randrange(len(data)) if data else 0
        kind = source.randrange(4)
        if kind == 0 and data:
            data[at] = source.choice([*TELLING, source.randrange(256)])
        elif kind == 1 and data:
            del data[at]
        elif kind == 2:
            data.insert(at, source.randrange(256))
        else:
            del data[at:]
    return bytes(data)


def items(data: bytes) -> list[Any]:
    """Parse the items of a list's content."""
    found: list[Any] = []
    at = 0
    while at < len(data):
        first = data[at]
        base = 0x80 if first < 0xC0 else 0xC0
        if first < 0x80:
            found.append(data[at : at + 1])
            at += 1
            continue
        length, at = first - base, at + 1
        if length > 55:
            digits = length - 55
            length = int.from_bytes(data[at : at + digits], "big")
            at += digits
        content = data[at : at + length]
        assert len(content) == length
        found.append(content if base == 0x80 else items(content))
        at += length
    return found


def canonical(raw: bytes) -> bytes:
    prefix = b"" if raw[0] >= 0xC0 else raw[:1]
    [fields] = items(raw[len(prefix) :])
    return bytes(prefix + rlp.encode(fields))


@pytest.mark.executors("x86_64")
def test_what_is_accepted_says_one_thing(executor: Any, pytestconfig: pytest.Config) -> None:
    source = random.Random(20)
    count = 1_000_000 if pytestconfig.getoption("--full") else 50_000
    executor.program([decode_to_words])
    accepted = 0
    for _ in range(count):
        encoding, seed = source.choice(SEEDS)
        raw = damaged(source, seed)
        words = bytearray(32 * len(FIELDS))
        status = executor.call(decode_to_words, raw, encoding, CHAIN_ID, words)
        if status == 0 and encoding == 1:
            accepted += 1
            rewritten = canonical(raw)
            if rewritten != raw:
                fields, again = (decode(executor, one, CHAIN_ID) for one in (raw, rewritten))
                assert {**fields, "hash": 0} == {**again, "hash": 0}, raw.hex()
    assert accepted > count // 100
