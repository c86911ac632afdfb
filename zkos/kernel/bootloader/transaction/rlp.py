"""Reading and writing RLP, with the strictness that transactions need.

A reader walks over one list's content; every item is checked in full when it is passed. The
writers put single items into a buffer that is large enough, and give the position after them.

  first byte   item                                   refused
  00..7f       the byte itself
  80..b7       string of 0..55 bytes                  one byte below 80 wrapped in 81
  b8..bb       string, 1..4 length bytes              length below 56; b8..bf beyond bb
  c0..f7       list with 0..55 bytes of content
  f8..fb       list, 1..4 length bytes                length below 56; f8..ff beyond fb

Leading zero bytes in a long length are accepted (``f9 00 6c``), as the reference accepts them;
the ethereum flavour refuses them.

Source:  zksync-os@v0.2.5 transaction/rlp_encoded/rlp; Ethereum yellow paper, appendix B.
Units:   positions and lengths in bytes.
Modes:   the ethereum flavour is stricter by the rule above.
Errors:  INVALID_STRUCTURE only.
"""

from zkos.kernel.errors import INVALID_STRUCTURE, OK
from zkos.kernel.modes import ETHEREUM
from zkos.lang import (
    Slice,
    Status,
    check,
    function,
    leading_zeros,
    load_be,
    range,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
)

STRING = 0x80
LONG_STRING = 0xB8
LIST = 0xC0
LONG_LIST = 0xF8
SHORT_LIMIT = 56
MAX_LENGTH_BYTES = 4
MAX_HEADER_BYTES = 1 + MAX_LENGTH_BYTES
EMPTY_ITEM = STRING  # the empty string, which is also the number zero
MAX_NUMBER_BYTES = 33


@struct
class RlpReader:
    """A position in the content of a list."""

    data: Slice[u8]
    position: u32

    def begin(self, data: Slice[u8]):
        """Stand before the first item of ``data``."""
        self.data = data
        self.position = 0

    def is_at_end(self) -> bool:
        """Say whether all items are read."""
        return self.position == self.data.length

    def _take(self, length: u32) -> tuple[Status, Slice[u8]]:
        if length > self.data.length - self.position:
            return INVALID_STRUCTURE, self.data[:0]
        start = self.position
        self.position += length
        return OK, self.data[start : start + length]

    def _take_long_length(self, length_bytes: u32) -> tuple[Status, u32]:
        if length_bytes > MAX_LENGTH_BYTES:
            return INVALID_STRUCTURE, 0
        digits = check(self._take(length_bytes))
        if ETHEREUM and digits[0] == 0:
            return INVALID_STRUCTURE, 0
        length = u32(0)
        for i in range(digits.length):
            length = length << 8 | u32(digits[i])
        if length < SHORT_LIMIT:
            return INVALID_STRUCTURE, 0
        return OK, length

    def read_bytes(self) -> tuple[Status, Slice[u8]]:
        """Pass a string and give its bytes."""
        head = check(self._take(1))
        first = u32(head[0])
        if first < STRING:
            return OK, head
        if first >= LIST:
            return INVALID_STRUCTURE, head
        if first < LONG_STRING:
            short = check(self._take(first - STRING))
            if short.length == 1 and short[0] < STRING:
                return INVALID_STRUCTURE, short
            return OK, short
        length = check(self._take_long_length(first - LONG_STRING + 1))
        content = check(self._take(length))
        return OK, content

    def read_list(self) -> tuple[Status, Slice[u8]]:
        """Pass a list and give its content."""
        head = check(self._take(1))
        first = u32(head[0])
        if first < LIST:
            return INVALID_STRUCTURE, head
        length = first - LIST
        if first >= LONG_LIST:
            length = check(self._take_long_length(first - LONG_LIST + 1))
        content = check(self._take(length))
        return OK, content

    def read_u256(self) -> tuple[Status, u256]:
        """Pass a number of at most 32 bytes."""
        digits = check(self.read_bytes())
        if digits.length > 32:
            return INVALID_STRUCTURE, 0
        if digits.length != 0 and digits[0] == 0:
            return INVALID_STRUCTURE, 0
        number = u256(0)
        for i in range(digits.length):
            number = number << 8 | u256(digits[i])
        return OK, number

    def read_u64(self) -> tuple[Status, u64]:
        """Pass a number of at most 8 bytes."""
        number = check(self.read_u256())
        if number >> 64 != 0:
            return INVALID_STRUCTURE, 0
        return OK, u64(number)

    def read_bool(self) -> tuple[Status, bool]:
        """Pass the number 0 or 1."""
        number = check(self.read_u64())
        if number > 1:
            return INVALID_STRUCTURE, False
        return OK, number == 1

    def read_address(self) -> tuple[Status, u160]:
        """Pass a string of exactly 20 bytes."""
        digits = check(self.read_bytes())
        if digits.length != 20:
            return INVALID_STRUCTURE, 0
        return OK, load_be(u160, digits, 0)

    def read_address_or_nothing(self) -> tuple[Status, bool, u160]:
        """Pass a string of 20 bytes or of none; the flag says that there is an address."""
        digits = check(self.read_bytes())
        if digits.length == 0:
            return OK, False, 0
        if digits.length != 20:
            return INVALID_STRUCTURE, False, 0
        return OK, True, load_be(u160, digits, 0)


@function
def byte_length(number: u256) -> u32:
    """Count the bytes of a number without leading zeros; none for zero."""
    return (256 - leading_zeros(number) + 7) // 8


@function
def write_big_endian(output: Slice[u8], at: u32, number: u256, count: u32) -> u32:
    """Write the low ``count`` bytes of a number as they are; give the position after them."""
    for i in range(count):
        output[at + i] = u8(number >> (8 * (count - 1 - i)))
    return at + count


@function
def write_string(output: Slice[u8], at: u32, number: u256, count: u32) -> u32:
    """Write a string of 2 to 32 bytes that are the low bytes of a number."""
    output[at] = u8(count + STRING)
    return write_big_endian(output, at + 1, number, count)


@function
def write_number(output: Slice[u8], at: u32, number: u256) -> u32:
    """Write a number: no leading zero byte, zero as the empty string."""
    if number != 0 and number < STRING:
        output[at] = u8(number)
        return at + 1
    return write_string(output, at, number, byte_length(number))


@function
def write_list_header(output: Slice[u8], at: u32, content_length: u32) -> u32:
    """Write the header of a list with so many bytes of content."""
    if content_length < SHORT_LIMIT:
        output[at] = u8(content_length + LIST)
        return at + 1
    count = byte_length(u256(content_length))
    output[at] = u8(count + LONG_LIST - 1)
    return write_big_endian(output, at + 1, u256(content_length), count)
