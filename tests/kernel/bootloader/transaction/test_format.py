"""Decoding: every rule of transactions.md 1.1, against the rlp library."""

from typing import Any

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.bootloader.transaction.decoding import decode
from zkos.interface.error_names import ERROR_NAMES

CHAIN = 270
ADDRESS = bytes(range(1, 21))
KEY = bytes(range(32))


def number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def legacy(**changes: Any) -> list[Any]:
    fields: dict[str, Any] = {
        "nonce": number(7), "gas_price": number(1000), "gas_limit": number(21000), "to": ADDRESS,
        "value": number(5), "data": b"\x00\x01", "v": number(35 + 2 * CHAIN), "r": number(3),
        "s": number(4),
    }  # fmt: skip
    return list({**fields, **changes}.values())


def eip1559(**changes: Any) -> list[Any]:
    fields: dict[str, Any] = {
        "chain_id": number(CHAIN), "nonce": number(7), "priority": number(2),
        "max_fee": number(1000), "gas_limit": number(21000), "to": ADDRESS, "value": number(5),
        "data": b"\x00\x01", "access_list": [], "y_parity": b"", "r": number(3), "s": number(4),
    }  # fmt: skip
    return list({**fields, **changes}.values())


def eip2930(**changes: Any) -> list[Any]:
    fields = eip1559(**changes)
    return fields[:2] + fields[3:]


def error(executor: Any, raw: bytes) -> str:
    outcome = decode(executor, raw, CHAIN)
    return "accepted" if isinstance(outcome, dict) else ERROR_NAMES[outcome]


def test_fields_of_each_type_arrive(executor: Any) -> None:
    for prefix, fields, kind in (
        (b"", legacy(), 0),
        (b"\x01", eip2930(), 1),
        (b"\x02", eip1559(), 2),
    ):
        tx = decode(executor, prefix + rlp.encode(fields), CHAIN)
        assert (tx["type"], tx["nonce"], tx["max_fee"], tx["gas_limit"]) == (kind, 7, 1000, 21000)
        assert tx["max_priority_fee"] == (2 if kind == 2 else 1000)
        assert tx["to"] == int.from_bytes(ADDRESS, "big") and not tx["is_deployment"]
        assert (tx["value"], tx["data"], tx["r"], tx["s"]) == (5, 2, 3, 4)
        assert tx["calldata_gas"] == 20 and tx["chain_id"] == CHAIN


def test_an_empty_recipient_is_a_deployment_and_a_zero_one_is_not(executor: Any) -> None:
    for make, prefix in ((legacy, b""), (eip2930, b"\x01"), (eip1559, b"\x02")):
        assert decode(executor, prefix + rlp.encode(make(to=b"")), CHAIN)["is_deployment"]
        assert not decode(executor, prefix + rlp.encode(make(to=bytes(20))), CHAIN)["is_deployment"]


@pytest.mark.parametrize(
    ("first_bytes", "expected"),
    [
        (b"\x80", "InvalidEncoding"),  # the number 0: no such type
        (b"\x03", "InvalidEncoding"),
        (b"\x04", "InvalidStructure"),  # the fields of type 2 are not those of type 4
        (b"\x7f", "InvalidEncoding"),
        (b"\x81\x80", "InvalidEncoding"),  # the number 128
        (b"\x81\x02", "InvalidStructure"),  # a wrapped small byte is no number: legacy, no list
        (b"\x00", "InvalidStructure"),
        (b"\x82\x01\x02", "InvalidStructure"),
        (b"\xb8", "InvalidStructure"),
    ],
)
def test_the_first_item_decides_the_type(executor: Any, first_bytes: bytes, expected: str) -> None:
    assert error(executor, first_bytes + rlp.encode(eip1559())) == expected
    assert error(executor, b"") == "InvalidStructure"


def test_v_must_name_this_chain_or_none(executor: Any) -> None:
    for v in (27, 28, 35 + 2 * CHAIN, 36 + 2 * CHAIN):
        tx = decode(executor, rlp.encode(legacy(v=number(v))), CHAIN)
        assert tx["is_replay_protected"] == (v > 28) and tx["y_parity"] == (v + 1) % 2
    for v in (0, 1, 26, 29, 34 + 2 * CHAIN, 37 + 2 * CHAIN, 37, 2**255):
        assert error(executor, rlp.encode(legacy(v=number(v)))) == "InvalidEncoding"


def test_typed_transactions_of_another_chain_are_refused(executor: Any) -> None:
    for prefix, make in ((b"\x01", eip2930), (b"\x02", eip1559)):
        raw = prefix + rlp.encode(make(chain_id=number(CHAIN + 1)))
        assert error(executor, raw) == "InvalidChainId"
        raw = prefix + rlp.encode([*make(chain_id=number(CHAIN + 1)), b""])
        assert error(executor, raw) == "InvalidStructure"  # the structure is looked at first


@pytest.mark.parametrize("field", ["nonce", "gas_limit", "value", "v", "r", "s", "gas_price"])
def test_numbers_have_no_leading_zero_and_a_limited_width(executor: Any, field: str) -> None:
    width = 8 if field in ("nonce", "gas_limit") else 32
    if field != "v":
        assert error(executor, rlp.encode(legacy(**{field: b"\xff" * width}))) == "accepted"
        assert error(executor, rlp.encode(legacy(**{field: b""}))) == "accepted"
    for bad in (b"\x00", b"\x00\x01", b"\xff" * (width + 1), [b"\x01"]):
        assert error(executor, rlp.encode(legacy(**{field: bad}))) == "InvalidStructure"


@pytest.mark.parametrize("recipient", [b"\x01", bytes(19), bytes(21), [ADDRESS]])
def test_recipients_have_twenty_bytes_or_none(executor: Any, recipient: Any) -> None:
    assert error(executor, rlp.encode(legacy(to=recipient))) == "InvalidStructure"
    assert error(executor, b"\x02" + rlp.encode(eip1559(to=recipient))) == "InvalidStructure"


@pytest.mark.parametrize("parity", [b"\x02", b"\x00", b"\x01\x00", [b"\x01"]])
def test_the_parity_is_zero_or_one(executor: Any, parity: Any) -> None:
    assert error(executor, b"\x02" + rlp.encode(eip1559(y_parity=parity))) == "InvalidStructure"
    assert decode(executor, b"\x02" + rlp.encode(eip1559(y_parity=b"\x01")), CHAIN)["y_parity"]


def test_lists_are_consumed_exactly(executor: Any) -> None:
    for prefix, fields in ((b"", legacy()), (b"\x01", eip2930()), (b"\x02", eip1559())):
        whole = prefix + rlp.encode(fields)
        assert error(executor, whole) == "accepted"
        assert error(executor, whole + b"\x80") == "InvalidStructure"
        assert error(executor, whole[:-1]) == "InvalidStructure"
        assert error(executor, prefix + rlp.encode([*fields, b""])) == "InvalidStructure"
        assert error(executor, prefix + rlp.encode(fields[:-1])) == "InvalidStructure"


def test_a_small_byte_must_not_be_wrapped(executor: Any) -> None:
    whole = rlp.encode(legacy())
    at = whole.index(rlp.encode(b"\x00\x01"))
    assert whole[at : at + 3] == b"\x82\x00\x01"
    for wrapped in (b"\x81\x01", b"\x81\x7f"):
        raw = bytes([whole[0] - 1]) + whole[1:at] + wrapped + whole[at + 3 :]
        assert error(executor, raw) == "InvalidStructure"
    raw = bytes([whole[0] - 1]) + whole[1:at] + b"\x81\x80" + whole[at + 3 :]
    assert error(executor, raw) == "accepted"


def test_long_lengths_are_minimal_but_for_leading_zeros(executor: Any) -> None:
    content = b"".join(rlp.encode(field) for field in legacy(data=b"\x05" * 60))
    size = len(content)
    assert size < 256
    for header, expected in (
        (bytes([0xF8, size]), "accepted"),
        (bytes([0xF9, 0, size]), "accepted"),
        (bytes([0xFB, 0, 0, 0, size]), "accepted"),
        (bytes([0xFC, 0, 0, 0, 0, size]), "InvalidStructure"),
        (bytes([0xF8, size + 1]), "InvalidStructure"),
        (bytes([0xF8, size - 1]), "InvalidStructure"),
        (bytes([0xFB, 255, 255, 255, 255]), "InvalidStructure"),
    ):
        assert error(executor, header + content) == expected, header.hex()
    short = b"".join(rlp.encode(field) for field in legacy(r=b"\x01", to=b""))
    assert len(short) < 56
    assert error(executor, bytes([0xC0 + len(short)]) + short) == "accepted"
    assert error(executor, bytes([0xF8, len(short)]) + short) == "InvalidStructure"


@pytest.mark.parametrize(
    ("access_list", "expected"),
    [
        ([[ADDRESS, [KEY, KEY]], [ADDRESS, []]], "accepted"),
        ([[ADDRESS, [b"\x01" + bytes(31) + b"\x02"]]], "InvalidStructure"),  # 34 bytes
        ([[ADDRESS, [b"\x01"] * 33]], "accepted"),  # 33 bytes: looked at when it is touched
        ([[ADDRESS[1:], []]], "InvalidStructure"),
        ([[b"", []]], "InvalidStructure"),
        ([[ADDRESS, [], b""]], "InvalidStructure"),
        ([[ADDRESS]], "InvalidStructure"),
        ([[ADDRESS, KEY]], "InvalidStructure"),
        ([ADDRESS], "InvalidStructure"),
        (b"", "InvalidStructure"),
    ],
)
def test_access_lists_are_checked_as_far_as_the_lengths(
    executor: Any, access_list: Any, expected: str
) -> None:
    for prefix, make in ((b"\x01", eip2930), (b"\x02", eip1559)):
        assert error(executor, prefix + rlp.encode(make(access_list=access_list))) == expected


@pytest.mark.executors("python", "x86_64")
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_random_transactions_decode_to_their_fields(executor: Any, data: Any) -> None:
    u64 = st.integers(0, 2**64 - 1)
    u256 = st.integers(0, 2**256 - 1)
    keys = st.lists(st.binary(min_size=32, max_size=32), max_size=3)
    entry = st.tuples(st.binary(min_size=20, max_size=20), keys).map(list)
    nonce, gas_limit = data.draw(u64), data.draw(u64)
    fees, value = (data.draw(u256), data.draw(u256)), data.draw(u256)
    payload, access_list = (
        data.draw(st.binary(max_size=400)),
        data.draw(st.lists(entry, max_size=3)),
    )
    r, s, parity = data.draw(u256), data.draw(u256), data.draw(st.integers(0, 1))
    fields = eip1559(
        nonce=number(nonce), priority=number(fees[0]), max_fee=number(fees[1]),
        gas_limit=number(gas_limit), value=number(value), data=payload, access_list=access_list,
        y_parity=number(parity), r=number(r), s=number(s),
    )  # fmt: skip
    tx = decode(executor, b"\x02" + rlp.encode(fields), CHAIN)
    assert (tx["nonce"], tx["gas_limit"], tx["value"]) == (nonce, gas_limit, value)
    assert (tx["max_priority_fee"], tx["max_fee"]) == fees
    assert (tx["r"], tx["s"], tx["y_parity"], tx["data"]) == (r, s, parity, len(payload))
    zeros = payload.count(0)
    assert tx["calldata_gas"] == 4 * zeros + 16 * (len(payload) - zeros)


@pytest.mark.executors("python", "x86_64")
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_accepted_encodes_back_to_the_same_bytes(executor: Any, data: Any) -> None:
    raw = bytearray(b"\x02" + rlp.encode(eip1559(data=bytes(60))))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(1, len(raw) - 1))] = data.draw(st.integers(0, 255))
    tx = decode(executor, bytes(raw), CHAIN)
    if isinstance(tx, dict) and raw[1:2] == b"\xf8":
        items = rlp.decode(bytes(raw[1:]), strict=True)
        assert rlp.encode(items) == bytes(raw[1:])
        assert number(tx["r"]) == items[-2] and len(items[7]) == tx["data"]
