"""Reading and writing RLP, with the strictness that transactions need.

A reader walks over one list's content; every item is checked in full when it is passed.

  first byte   item                                   refused
  00..7f       the byte itself
  80..b7       string of 0..55 bytes                  one byte below 80 wrapped in 81
  b8..bb       string, 1..4 length bytes              length below 56; b8..bf beyond bb
  c0..f7       list with 0..55 bytes of content
  f8..fb       list, 1..4 length bytes                length below 56; f8..ff beyond fb

Leading zero bytes in a long length are accepted (``f9 00 6c``), as the reference accepts them.

Source:  zksync-os@v0.2.5 transaction/rlp_encoded/rlp; Ethereum yellow paper, appendix B.
Units:   positions and lengths in bytes.
Errors:  INVALID_STRUCTURE only.
"""

from zkos.kernel.errors import INVALID_STRUCTURE, OK
from zkos.lang import (
    Array,
    Slice,
    Status,
    check,
    function,
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
EMPTY_ITEM = STRING  # an empty string, which is also the number zero


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

    def skip(self, length: u32) -> Status:
        """Pass ``length`` bytes without looking at them."""
        _skipped = check(self._take(length))
        return OK


@struct
class RlpWriter:
    """A short buffer for the parts of an encoding that are not in the transaction's bytes."""

    buffer: Array[u8, 64]
    length: u32

    def content(self) -> Slice[u8]:
        """Give what was written."""
        return self.buffer[: self.length]

    def write_byte(self, byte: u8):
        """Append one byte as it is."""
        self.buffer[self.length] = byte
        self.length += 1

    def _write_big_endian(self, number: u256, count: u32):
        for i in range(count):
            self.write_byte(u8(number >> (8 * (count - 1 - i))))

    def write_number(self, number: u256):
        """Append a number: no leading zero byte, zero as the empty string."""
        if number != 0 and number < STRING:
            self.write_byte(u8(number))
            return
        count = byte_length(number)
        self.write_byte(u8(count + STRING))
        self._write_big_endian(number, count)

    def write_address(self, address: u160):
        """Append a string of 20 bytes."""
        self.write_byte(STRING + 20)
        self._write_big_endian(u256(address), 20)

    def write_list_header(self, content_length: u32):
        """Append the header of a list with so many bytes of content."""
        if content_length < SHORT_LIMIT:
            self.write_byte(u8(content_length + LIST))
            return
        count = byte_length(u256(content_length))
        self.write_byte(u8(count + LONG_LIST - 1))
        self._write_big_endian(u256(content_length), count)


@function
def byte_length(number: u256) -> u32:
    """Count the bytes of a number without leading zeros; none for zero."""
    count = u32(0)
    rest = number
    while rest != 0:
        count += 1
        rest = rest >> 8
    return count
