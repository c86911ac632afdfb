"""What recovers many senders, in typed Python: digests out of transactions, keys to addresses.

A signed transaction is the list of its fields, the last three of which are v or y parity, r and s;
types 1 to 4 have their type byte before it. What was signed are the other fields as they were
received, under a new list header, with chain id and two zeros behind them for legacy transactions
by EIP-155.

Source:  transactions reference, 2; EIP-155, EIP-2718; Ethereum yellow paper, appendix B (RLP).
Units:   bytes.
"""

from zkos.kernel.crypto.keccak256 import Keccak256, keccak256
from zkos.lang import (
    Array,
    Slice,
    function,
    leading_zeros,
    local,
    range,
    store_be,
    struct,
    u8,
    u32,
    u64,
    u256,
)

RECORD_BYTES = 98
"""Of one transaction: whether there is a signature, digest, r, s, y parity."""
DIGEST_BYTE, SIGNATURE_BYTE, PARITY_BYTE = 1, 33, 97
KEY_BYTES = 64
SIGNATURE_FIELDS = 3
FEWEST_FIELDS = 4
LARGEST_TYPE = 4
STRING_PREFIX, LIST_PREFIX, LONG_FORM = 0x80, 0xC0, 55


@struct
class Item:
    """Where an RLP item begins, and where its content lies."""

    at: u32
    start: u32
    end: u32


@struct
class Signed:
    """The parts of a signed transaction."""

    start: u32  # of the signed fields
    items: Array[Item, SIGNATURE_FIELDS]  # v, r and s
    count: u32


@function
def read_item(data: Slice[u8], at: u32, is_list: bool, item: Item) -> bool:
    """Find the content of the item at a position; False if there is none."""
    if at >= data.length:
        return False
    prefix = data[at]
    if is_list and prefix < LIST_PREFIX:
        return False
    item.at = at
    item.start = at
    item.end = at + 1
    if prefix < STRING_PREFIX:
        return True
    item.start = at + 1
    length = u64(prefix - (u8(LIST_PREFIX) if prefix >= LIST_PREFIX else u8(STRING_PREFIX)))
    if length > LONG_FORM:
        digits = u32(length) - LONG_FORM
        if digits > data.length - item.start:
            return False
        length = u64(0)
        for i in range(digits):
            length = length << 8 | u64(data[item.start + i])
        item.start += digits
    if length > u64(data.length - item.start):
        return False
    item.end = item.start + u32(length)
    return True


@function
def read_fields(data: Slice[u8], at: u32, signed: Signed) -> bool:
    """Find the fields of the list at a position, which must end with the data."""
    outer = local(Item)
    if not read_item(data, at, True, outer) or outer.end != data.length:
        return False
    signed.start = outer.start
    signed.count = 0
    at = outer.start
    while at < data.length:
        # the last three items are kept, in a ring
        item = signed.items[signed.count % SIGNATURE_FIELDS]
        if not read_item(data, at, False, item):
            return False
        at = item.end
        signed.count += 1
    return signed.count >= FEWEST_FIELDS


@function
def read_number(data: Slice[u8], item: Item) -> tuple[bool, u256]:
    """Read the content of an item as a number; False if it has more than 256 bits."""
    number = u256(0)
    for i in range(item.start, item.end):
        if number >> 248 != 0:
            return False, u256(0)
        number = number << 8 | u256(data[i])
    return True, number


@function
def absorb_list_header(hasher: Keccak256, length: u32) -> None:
    """Hash the header of a list of so many bytes."""
    header = local(Array[u8, 5])
    if length <= LONG_FORM:
        header[0] = u8(LIST_PREFIX + length)
        hasher.absorb(header[:1])
        return
    digits = (u32(39) - leading_zeros(length)) >> 3
    header[0] = u8(LIST_PREFIX + LONG_FORM + digits)
    store_be(header[:], 1, length << (32 - 8 * digits))
    hasher.absorb(header[: digits + 1])


@function
def encode_number(number: u256, target: Slice[u8]) -> u32:
    """Write a number as an RLP item into 33 bytes; gives the length."""
    digits = (u32(263) - leading_zeros(number)) >> 3
    if digits == 1 and number < STRING_PREFIX:
        target[0] = u8(number)
        return u32(1)
    target[0] = u8(STRING_PREFIX + digits)
    store_be(target, 1, number << (256 - 8 * digits))
    return digits + 1


@function
def signed_digest(
    data: Slice[u8], start: u32, end: u32, kind: u8, is_protected: bool, chain_id: u256
) -> u256:
    """Hash the signed fields under a new header."""
    tail = local(Array[u8, 40])
    tail_bytes = u32(0)
    if is_protected:
        tail_bytes = encode_number(chain_id, tail[:])
        tail[tail_bytes] = STRING_PREFIX
        tail[tail_bytes + 1] = STRING_PREFIX
        tail_bytes += 2
    hasher = local(Keccak256)
    if kind != 0:
        tail[0] = kind
        hasher.absorb(tail[:1])
    absorb_list_header(hasher, end - start + tail_bytes)
    hasher.absorb(data[start:end])
    hasher.absorb(tail[:tail_bytes])
    return hasher.finish()


@function
def read_signature(data: Slice[u8], record: Slice[u8]) -> bool:
    """Write digest and signature of a transaction; False if it has no signature."""
    if data.length == 0:
        return False
    kind = data[0] if data[0] >= 1 and data[0] <= LARGEST_TYPE else u8(0)
    signed = local(Signed)
    if not read_fields(data, u32(kind != 0), signed):
        return False
    first = signed.items[signed.count % SIGNATURE_FIELDS]
    v_fits, v = read_number(data, first)
    r_fits, r = read_number(data, signed.items[(signed.count + 1) % SIGNATURE_FIELDS])
    s_fits, s = read_number(data, signed.items[(signed.count + 2) % SIGNATURE_FIELDS])
    if not v_fits or not r_fits or not s_fits:
        return False
    parity = v
    chain_id = u256(0)
    is_protected = False
    if kind == 0:
        is_protected = v != 27 and v != 28
        if is_protected and v < 35:
            return False
        parity = (v - 35) & 1 if is_protected else v - 27
        chain_id = (v - 35) >> 1
    if parity > 1:
        return False
    digest = signed_digest(data, signed.start, first.at, kind, is_protected, chain_id)
    store_be(record, DIGEST_BYTE, digest)
    store_be(record, SIGNATURE_BYTE, r)
    store_be(record, SIGNATURE_BYTE + 32, s)
    record[PARITY_BYTE] = u8(parity)
    return True


@function
def read_signatures(joined: Slice[u8], ends: Slice[u32], records: Slice[u8]) -> None:
    """Write a record of each transaction; the transactions stand one behind the other."""
    start = u32(0)
    for i in range(ends.length):
        record = records[i * RECORD_BYTES : (i + 1) * RECORD_BYTES]
        record[0] = u8(read_signature(joined[start : ends[i]], record))
        start = ends[i]


@function
def hash_keys(keys: Slice[u8], digests: Slice[u8]) -> None:
    """Write the hash of each public key, of which the last 20 bytes are the address."""
    for i in range(keys.length // KEY_BYTES):
        store_be(digests, i * 32, keccak256(keys[i * KEY_BYTES : (i + 1) * KEY_BYTES]))
