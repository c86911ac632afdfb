"""Damaged transactions: the decoder never stops, and accepts only what says one thing.

Accepted bytes are parsed again by a small parser that knows one leniency (leading zero bytes in
long lengths); encoded canonically they must give the same fields. Accepted bytes of the ABI format
are what their fields encode to.
"""

import random
from typing import Any

import pytest
import rlp

from tests.kernel.bootloader.transaction.decoding import FIELDS, decode, decode_to_words
from tests.kernel.bootloader.transaction.test_l1_transaction import encode
from tests.support.chain import BOB, CHAIN_ID, authorization, transaction
from zkos.host.abi_transaction import HEAD_WORDS, AbiTransaction

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


def abi_again(raw: bytes) -> tuple[AbiTransaction, bytes]:
    """Read the fields where a well-formed transaction has them, and encode them."""

    def number(at: int) -> int:
        return int.from_bytes(raw[at : at + 32], "big")

    head = [number(32 * at) for at in range(HEAD_WORDS)]
    start = 32 * HEAD_WORDS + 32
    length = number(start - 32)
    dependencies = start + (length + 31) // 32 * 32 + 32
    hashes = [
        raw[at : at + 32]
        for at in range(
            dependencies + 32, dependencies + 32 + 32 * min(number(dependencies), 99), 32
        )
    ]
    tx = AbiTransaction(
        *head[:7], *head[8:12], data=raw[start : start + length], factory_deps=hashes
    )
    return tx, tx.encode()


def check_abi(raw: bytes, fields: dict[str, int]) -> None:
    tx, again = abi_again(raw)
    assert again == raw, raw.hex()
    assert (fields["type"], fields["to"], fields["gas_limit"]) == (tx.type, tx.to, tx.gas_limit)
    assert (fields["max_fee"], fields["value"]) == (tx.max_fee_per_gas, tx.value)
    assert fields["data"] == len(tx.data)


@pytest.mark.executors("x86_64")
def test_what_is_accepted_says_one_thing(executor: Any, pytestconfig: pytest.Config) -> None:
    source = random.Random(20)
    count = 1_000_000 if pytestconfig.getoption("--full") else 50_000
    executor.program([decode_to_words])
    accepted = [0, 0]
    for _ in range(count):
        encoding, seed = source.choice(SEEDS)
        raw = damaged(source, seed)
        words = bytearray(32 * len(FIELDS))
        if executor.call(decode_to_words, raw, encoding, CHAIN_ID, words) != 0:
            continue
        accepted[encoding] += 1
        if encoding == 0:
            check_abi(raw, decode(executor, raw, CHAIN_ID, 0))
        elif (rewritten := canonical(raw)) != raw:
            fields, again = (decode(executor, one, CHAIN_ID) for one in (raw, rewritten))
            assert {**fields, "hash": 0} == {**again, "hash": 0}, raw.hex()
    assert min(accepted) > count // 200
