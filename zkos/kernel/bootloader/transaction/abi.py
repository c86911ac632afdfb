"""ABI format: transactions from L1 (0x7f) and protocol upgrades (0x7e).

  word   field                     check          word   field                     check
  0      type                      7f or 7e       9      value
  1, 2   from, to                  20 bytes       10     total deposited
  3      gas_limit                 u64            11     refund recipient          later
  4      gas_per_pubdata_limit     u32            12 13  reserved                  0
  5      max_fee_per_gas                          14     offset of data            0x260
  6      max_priority_fee          ignored        15     offset of signature       behind data
  7      paymaster                 0              16     offset of factory deps    behind it
  8      nonce                     ignored        17 18  paymaster input, reserved dynamic

The five tails follow tightly, each a length word and its content padded with zero bytes to whole
words; factory deps are words of which only the number is looked at, signature, paymaster input
and reserved dynamic are empty. Nothing may follow.

Source:  transactions.md 1.2; zksync-os@v0.2.5 transaction/abi_encoded/mod.rs.
Errors:  INVALID_ENCODING only.
"""

from zkos.kernel.bootloader.transaction.transaction import L1_TO_L2, UPGRADE, Transaction
from zkos.kernel.errors import INVALID_ENCODING, OK
from zkos.lang import (
    Slice,
    Status,
    check,
    function,
    load_be,
    local,
    range,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
)

WORD_BYTES = 32
HEAD_WORDS = 19
HEAD_BYTES = HEAD_WORDS * WORD_BYTES
TAILS = 5
MIN_BYTES = HEAD_BYTES + TAILS * WORD_BYTES
FIRST_OFFSET_WORD = 14


@struct
class Tails:
    """A position in the tails, and the number of the offset word that must name it."""

    received: Slice[u8]
    position: u32
    offset_word: u32

    def begin(self, received: Slice[u8]):
        """Stand before the first tail."""
        self.received = received
        self.position = HEAD_BYTES
        self.offset_word = FIRST_OFFSET_WORD

    def _open(self) -> tuple[Status, u32]:
        """Compare the head's offset with the position, and read the length word there."""
        if _word(self.received, self.offset_word) != u256(self.position):
            return INVALID_ENCODING, 0
        if self.received.length - self.position < WORD_BYTES:
            return INVALID_ENCODING, 0
        length = load_be(u256, self.received, self.position)
        self.position += WORD_BYTES
        self.offset_word += 1
        if length > u256(self.received.length - self.position):
            return INVALID_ENCODING, 0
        return OK, u32(length)

    def read_bytes(self) -> tuple[Status, Slice[u8]]:
        """Pass a byte string; its padding must be zero."""
        length = check(self._open())
        start = self.position
        end = start + (length + 31 & ~u32(31))
        if end < start or end > self.received.length:
            return INVALID_ENCODING, self.received[:0]
        for i in range(start + length, end):
            if self.received[i] != 0:
                return INVALID_ENCODING, self.received[:0]
        self.position = end
        return OK, self.received[start : start + length]

    def skip_empty(self) -> Status:
        """Pass a byte string that must be empty."""
        content = check(self.read_bytes())
        return OK if content.length == 0 else INVALID_ENCODING

    def skip_words(self) -> Status:
        """Pass a list of words."""
        count = check(self._open())
        if count > (self.received.length - self.position) // WORD_BYTES:
            return INVALID_ENCODING
        self.position += count * WORD_BYTES
        return OK


@function
def _word(received: Slice[u8], number: u32) -> u256:
    return load_be(u256, received, number * WORD_BYTES)


@function
def _has_valid_head(received: Slice[u8]) -> bool:
    """Check the fixed words, whose number is known to be there."""
    kind = _word(received, 0)
    if kind != L1_TO_L2 and kind != UPGRADE:
        return False
    if _word(received, 1) >> 160 != 0 or _word(received, 2) >> 160 != 0:
        return False
    if _word(received, 3) >> 64 != 0 or _word(received, 4) >> 32 != 0:
        return False
    if _word(received, 7) != 0:
        return False
    return _word(received, 12) == 0 and _word(received, 13) == 0


@function
def decode_abi(tx: Transaction, received: Slice[u8]) -> Status:
    """Decode a transaction of the ABI format."""
    if received.length < MIN_BYTES or received.length % WORD_BYTES != 0:
        return INVALID_ENCODING
    if not _has_valid_head(received):
        return INVALID_ENCODING
    tx.type = u8(_word(received, 0))
    tx.sender = u160(_word(received, 1))
    tx.to = u160(_word(received, 2))
    tx.gas_limit = u64(_word(received, 3))
    tx.gas_per_pubdata_limit = u32(_word(received, 4))
    tx.max_fee = _word(received, 5)
    tx.value = _word(received, 9)
    tx.total_deposited = _word(received, 10)
    tx.refund_recipient = _word(received, 11)
    return _decode_tails(tx, received)


@function
def _decode_tails(tx: Transaction, received: Slice[u8]) -> Status:
    tails = local(Tails)
    tails.begin(received)
    tx.data = check(tails.read_bytes())
    check(tails.skip_empty())
    check(tails.skip_words())
    check(tails.skip_empty())
    check(tails.skip_empty())
    return OK if tails.position == received.length else INVALID_ENCODING
