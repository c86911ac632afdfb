"""Recover the senders of signed transactions, outside the kernel and in parallel.

A forward run trusts this: the kernel compares the result with the sender that the oracle claims,
as the proving run compares it with the signer that it recovers itself. Bytes that hold no
signature give no sender; saying why is the kernel's part.

Source:  transactions reference, 2 (signing hashes: the unsigned fields as received under a rebuilt
         list header); EIP-155, EIP-2718.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import coincurve

from zkos.host.hashing import keccak256

SIGNED_TYPES = (1, 2, 3, 4)
CHUNK = 64
"""Transactions that one task of the pool takes; fewer than this are not worth a pool."""
LIST_PREFIX, STRING_PREFIX, LONG_FORM = 0xC0, 0x80, 55


class _MalformedError(Exception):
    """The bytes are no signed transaction."""


def recover_senders(transactions: Sequence[bytes]) -> list[int]:
    """Give the sender of each transaction, 0 where there is none."""
    if len(transactions) < CHUNK:
        return _recover_all(transactions)
    chunks = [transactions[at : at + CHUNK] for at in range(0, len(transactions), CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [sender for senders in pool.map(_recover_all, chunks) for sender in senders]


def _recover_all(transactions: Iterable[bytes]) -> list[int]:
    return [recover_sender(transaction) for transaction in transactions]


def recover_sender(transaction: bytes) -> int:
    """Give the address that signed a transaction, 0 if there is none."""
    try:
        digest, y_parity, r, s = _signature(transaction)
    except _MalformedError:
        return 0
    return recover_address(digest, y_parity, r, s)


def recover_address(digest: bytes, y_parity: int, r: int, s: int) -> int:
    """Give the address of the key that signed a digest, 0 if there is none."""
    if y_parity not in (0, 1) or r >> 256 or s >> 256:
        return 0
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([y_parity])
    try:
        key = coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)
    except Exception:  # the library raises bare Exception for a key that cannot be recovered
        return 0
    return int.from_bytes(keccak256(key.format(compressed=False)[1:])[12:], "big")


def _signature(transaction: bytes) -> tuple[bytes, int, int, int]:
    """Give signing hash, y parity, r and s."""
    if not transaction:
        raise _MalformedError
    kind = transaction[0] if transaction[0] in SIGNED_TYPES else 0
    start, end = _item(transaction, 1 if kind else 0, is_list=True)
    if end != len(transaction):
        raise _MalformedError
    bounds: list[tuple[int, int, int]] = []
    at = start
    while at < end:
        first, last = _item(transaction, at)
        bounds.append((at, first, last))
        at = last
    if at != end or len(bounds) < 4:
        raise _MalformedError
    v, r, s = (int.from_bytes(transaction[first:last], "big") for _, first, last in bounds[-3:])
    signed = transaction[start : bounds[-3][0]]
    if kind:
        return keccak256(bytes([kind]) + _list_header(len(signed)) + signed), v, r, s
    if v in (27, 28):
        return keccak256(_list_header(len(signed)) + signed), v - 27, r, s
    if v < 35 or v >> 256:
        raise _MalformedError
    signed += _integer((v - 35) // 2) + b"\x80\x80"
    return keccak256(_list_header(len(signed)) + signed), (v - 35) % 2, r, s


def _item(data: bytes, at: int, *, is_list: bool = False) -> tuple[int, int]:
    """Give start and end of the content of the item at a position."""
    if at >= len(data):
        raise _MalformedError
    prefix = data[at]
    if is_list and prefix < LIST_PREFIX:
        raise _MalformedError
    if prefix < STRING_PREFIX:
        return at, at + 1
    short = prefix - (LIST_PREFIX if prefix >= LIST_PREFIX else STRING_PREFIX)
    start = at + 1
    length = short
    if short > LONG_FORM:
        start += short - LONG_FORM
        length = int.from_bytes(data[at + 1 : start], "big")
    if start + length > len(data):
        raise _MalformedError
    return start, start + length


def _list_header(length: int) -> bytes:
    if length <= LONG_FORM:
        return bytes([LIST_PREFIX + length])
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([LIST_PREFIX + LONG_FORM + len(digits)]) + digits


def _integer(number: int) -> bytes:
    if number == 0:
        return b"\x80"
    digits = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(digits) == 1 and number < STRING_PREFIX:
        return digits
    return bytes([STRING_PREFIX + len(digits)]) + digits
