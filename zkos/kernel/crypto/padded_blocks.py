"""Cut a message into 64-byte blocks with the padding that sha256 and ripemd160 share.

Source:  FIPS 180-4, 5.1.1; the RIPEMD-160 paper, section 2: a one bit, zeros, and the length in
         bits as 64-bit number, big-endian in the first, little-endian in the second.
Units:   lengths in bytes.
Errors:  none.
"""

from typing import Any

from zkos.lang import Array, Slice, copy, function, local, store_be, store_le, u8, u32, u64

BLOCK_BYTES = 64
_LENGTH_BYTES = 8


def make_block_hash(compress: Any, is_big_endian: bool, name: str) -> Any:
    """Make ``absorb_message(state, message)`` over ``compress(state, block)``."""

    @function(name=name)
    def absorb_message(state: Slice[u32], message: Slice[u8]):
        rest = message
        while rest.length >= BLOCK_BYTES:
            compress(state, rest[:BLOCK_BYTES])
            rest = rest[BLOCK_BYTES:]
        end = local(Array[u8, 2 * BLOCK_BYTES])
        copy(end[: rest.length], rest)
        end[rest.length] = 0x80
        padded = u32(BLOCK_BYTES)
        if rest.length + 1 + _LENGTH_BYTES > BLOCK_BYTES:
            padded = u32(2 * BLOCK_BYTES)
        length_bits = u64(message.length) << 3
        if is_big_endian:
            store_be(end[:], padded - _LENGTH_BYTES, length_bits)
        else:
            store_le(end[:], padded - _LENGTH_BYTES, length_bits)
        compress(state, end[:BLOCK_BYTES])
        if padded != BLOCK_BYTES:
            compress(state, end[BLOCK_BYTES:])

    return absorb_message
