"""Compression of a number's change: the shortest of four forms.

First byte = length << 3 | mode, then so many big-endian bytes: mode 0 (first byte 0) all 32 bytes
of the new number; 1 new - old; 2 old - new; 3 new. Modes 1 to 3 carry at most 31 bytes, 1 and 2
only a true difference. Among equally short forms the first of 0, 1, 2, 3 is taken.

Source:  zksync-os@v0.2.5 zk_ee/src/common_structs/pubdata_compression.rs; state reference, 7.2.
Units:   bytes.
Errors:  none.
"""

from zkos.lang import Slice, function, leading_zeros, range, u8, u32, u256, unroll

_FULL_BYTES = 32
_WORDS_DOWN = (7, 6, 5, 4, 3, 2, 1, 0)
MODE_FULL = 0
MODE_ADD = 1
MODE_SUBTRACT = 2
MODE_NEW = 3


@function
def byte_length(number: u256) -> u32:
    """Give the number of bytes without leading zeros; 0 for 0."""
    for i in unroll(_WORDS_DOWN):
        word = u32(number >> 32 * i)
        if word != 0:
            return u32(4 * i) + ((39 - leading_zeros(word)) >> 3)
    return u32(0)


@function
def choose(initial: u256, final: u256) -> tuple[u32, u32, u256]:
    """Give mode, number of bytes and the number to write; 32 bytes mean the full form."""
    is_growth = final >= initial
    difference = final - initial if is_growth else initial - final
    length = byte_length(difference)
    new_length = byte_length(final)
    if new_length < length:
        return u32(MODE_NEW), new_length, final
    if length == _FULL_BYTES:
        return u32(MODE_FULL), length, final
    return u32(MODE_ADD) if is_growth else u32(MODE_SUBTRACT), length, difference


@function
def diff_length(initial: u256, final: u256) -> u32:
    """Give how many bytes the change takes."""
    _, length, _ = choose(initial, final)
    return length + 1


@function
def write_diff(target: Slice[u8], initial: u256, final: u256) -> u32:
    """Write the change at the start of ``target``; gives its length."""
    mode, length, number = choose(initial, final)
    target[0] = u8(0) if mode == MODE_FULL else u8(length << 3 | mode)
    for i in range(length):
        target[1 + i] = u8(number >> ((length - 1 - i) << 3))
    return length + 1
