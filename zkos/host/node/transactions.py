"""Transactions as the node looks at them: their fields, read from the bytes that were sent.

The kernel decides what is a valid transaction; here only the fields are taken out. RLP must be
canonical, also where the kernel would take a length with leading zeros.

Source:  EIP-155, 2718, 2930, 1559, 7702; abi_transaction.py for those from L1.
Units:   wei, gas.
Errors:  InputError for bytes that are no transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import rlp

from zkos.host.abi_transaction import HEAD_WORDS
from zkos.host.batch import OfferedTransaction, TransactionFormat
from zkos.host.errors import InputError
from zkos.host.result_json import transaction_hash
from zkos.host.senders import recover_sender

LEGACY, ACCESS_LIST, DYNAMIC_FEE, SET_CODE = 0, 1, 2, 4
FIELD_COUNTS = {LEGACY: 9, ACCESS_LIST: 11, DYNAMIC_FEE: 12, SET_CODE: 13}
"""Of the types that a production kernel takes."""
TYPED = 0x80
"""The first byte of a typed transaction is below."""
UNPROTECTED = (27, 28)
WORD_BYTES = 32
ABI_SENDER, ABI_TO, ABI_GAS, ABI_MAX_FEE, ABI_TIP, ABI_NONCE, ABI_VALUE = 1, 2, 3, 5, 6, 8, 9
"""Places of head words."""
ABI_DATA_OFFSET = 14


@dataclass(frozen=True)
class Transaction:
    """A transaction's fields."""

    offered: OfferedTransaction
    kind: int
    sender: int
    nonce: int
    gas: int
    to: int | None
    """None deploys."""
    value: int
    data: bytes
    max_fee: int
    """The gas price of types 0 and 1."""
    max_priority_fee: int
    chain_id: int | None
    access_list: Sequence[tuple[bytes, Sequence[bytes]]] = ()
    authorizations: Sequence[Sequence[bytes]] = ()
    signature: tuple[int, int, int] | None = None
    """v (or the parity), r, s; None from L1."""

    @cached_property
    def hash(self) -> bytes:
        """The transaction's hash."""
        return transaction_hash(self.offered)

    @property
    def is_from_l1(self) -> bool:
        """Whether it comes from L1."""
        return self.offered.format is TransactionFormat.ABI

    def tip(self, base_fee: int) -> int:
        """Give what it pays above the base fee."""
        return min(self.max_priority_fee, self.max_fee - base_fee)

    def gas_price(self, base_fee: int) -> int:
        """Give what it pays per gas in a block."""
        return self.max_fee if self.is_from_l1 else base_fee + self.tip(base_fee)


def read_transaction(offered: OfferedTransaction, sender: int | None = None) -> Transaction:
    """Read a transaction's fields; the sender is recovered unless it is known."""
    if offered.format is TransactionFormat.ABI:
        return _read_abi(offered)
    encoded = offered.encoded
    kind = encoded[0] if encoded and encoded[0] < TYPED else LEGACY
    if kind not in FIELD_COUNTS or (encoded[:1] == b"\0"):
        raise InputError(f"InvalidEncoding: transaction type {encoded[0]:#x} is not supported")
    try:
        fields = rlp.decode(encoded[1:] if kind else encoded)
        return _read_fields(offered, kind, fields, sender)
    except (rlp.DecodingError, RecursionError, ValueError, TypeError) as error:
        raise InputError(f"InvalidEncoding: {error}") from error


def _read_fields(
    offered: OfferedTransaction, kind: int, fields: Any, sender: int | None
) -> Transaction:
    if not isinstance(fields, list) or len(fields) != FIELD_COUNTS[kind]:
        raise ValueError(f"expected a list of {FIELD_COUNTS[kind]} fields for type {kind:#x}")
    *content, v, r, s = fields
    signature = (_number(v), _number(r), _number(s))
    chain_id = _number(content.pop(0)) if kind else _chain_of(signature[0])
    nonce, *fees = (_number(one) for one in content[: 3 if kind > ACCESS_LIST else 2])
    gas, to, value, data, *rest = content[1 + len(fees) :]
    if not isinstance(data, bytes) or not isinstance(to, bytes) or len(to) not in (0, 20):
        raise ValueError("expected bytes as data, and no byte or 20 as recipient")
    access_list = [
        (_sized(address, 20), [_sized(key, WORD_BYTES) for key in keys])
        for address, keys in (rest[0] if rest else [])
    ]
    return Transaction(
        offered=offered,
        kind=kind,
        sender=recover_sender(offered.encoded) if sender is None else sender,
        nonce=nonce,
        gas=_number(gas),
        to=int.from_bytes(to, "big") if to else None,
        value=_number(value),
        data=data,
        max_fee=fees[-1],
        max_priority_fee=fees[0],
        chain_id=chain_id,
        access_list=access_list,
        authorizations=[_authorization(one) for one in rest[1]] if kind == SET_CODE else (),
        signature=signature,
    )


def _authorization(fields: Any) -> list[bytes]:
    if len(fields) != 6 or not all(isinstance(one, bytes) for one in fields):
        raise ValueError("expected 6 fields in an authorization")
    return list(fields)


def _number(item: Any) -> int:
    if not isinstance(item, bytes) or len(item) > WORD_BYTES or item[:1] == b"\0":
        raise ValueError("expected a number of at most 32 bytes without leading zeros")
    return int.from_bytes(item, "big")


def _sized(item: Any, length: int) -> bytes:
    if not isinstance(item, bytes) or len(item) != length:
        raise ValueError(f"expected {length} bytes in the access list")
    return item


def _chain_of(v: int) -> int | None:
    """Give the chain id in the v of a legacy transaction (EIP-155)."""
    return None if v in UNPROTECTED or v < 35 else (v - 35) // 2


def _read_abi(offered: OfferedTransaction) -> Transaction:
    encoded = offered.encoded
    if len(encoded) < (HEAD_WORDS + 1) * WORD_BYTES or len(encoded) % WORD_BYTES:
        raise InputError(f"InvalidEncoding: {len(encoded)} bytes are no ABI transaction")
    words = [
        int.from_bytes(encoded[at : at + WORD_BYTES], "big")
        for at in range(0, HEAD_WORDS * WORD_BYTES, WORD_BYTES)
    ]
    start = words[ABI_DATA_OFFSET] + WORD_BYTES
    length = int.from_bytes(encoded[start - WORD_BYTES : start], "big")
    if start + length > len(encoded):
        raise InputError("InvalidEncoding: the data of the ABI transaction goes beyond its end")
    return Transaction(
        offered=offered,
        kind=words[0],
        sender=words[ABI_SENDER],
        nonce=words[ABI_NONCE],
        gas=words[ABI_GAS],
        to=words[ABI_TO],
        value=words[ABI_VALUE],
        data=encoded[start : start + length],
        max_fee=words[ABI_MAX_FEE],
        max_priority_fee=words[ABI_TIP],
        chain_id=None,
    )
