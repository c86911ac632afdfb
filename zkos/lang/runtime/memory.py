"""Copying, filling and comparing memory on the bare machine: the bodies of memcpy and its kin.

The compiler wraps them under their C names (``backend/riscv_support.py``) and passes each
address's distance from the word below it as ``skew``, since typed Python has no addresses. Word
accesses must be aligned on this machine; the module is compiled without recognition of library
calls, as a loop that copies would become a call of itself.

Units:   lengths in bytes, skews 0..3.
Errors:  none: lengths are equal by construction.
"""

from zkos.lang.containers import Slice
from zkos.lang.functions import function
from zkos.lang.integers import u8, u32
from zkos.lang.intrinsics import as_words, range, unroll

EIGHT = (0, 1, 2, 3, 4, 5, 6, 7)
WORTH_ALIGNING = 16  # bytes; below, the byte loop is as short


@function(inline=True)
def copy_bytes(target: Slice[u8], source: Slice[u8], start: u32, end: u32):
    """Copy a stretch byte by byte, upwards."""
    i = start
    # Both hold at least ``end`` bytes.
    while i < end:
        target.unchecked[i] = source.unchecked[i]
        i += 1


@function(inline=True)
def copy_words(target: Slice[u32], source: Slice[u32]):
    """Copy aligned words upwards; eight loads first, so that overlap below is harmless."""
    count = source.length
    i = u32(0)
    # i + 8 is at most the length of both.
    while i + 8 <= count:
        a0 = source.unchecked[i]
        a1 = source.unchecked[i + 1]
        a2 = source.unchecked[i + 2]
        a3 = source.unchecked[i + 3]
        a4 = source.unchecked[i + 4]
        a5 = source.unchecked[i + 5]
        a6 = source.unchecked[i + 6]
        a7 = source.unchecked[i + 7]
        target.unchecked[i] = a0
        target.unchecked[i + 1] = a1
        target.unchecked[i + 2] = a2
        target.unchecked[i + 3] = a3
        target.unchecked[i + 4] = a4
        target.unchecked[i + 5] = a5
        target.unchecked[i + 6] = a6
        target.unchecked[i + 7] = a7
        i += 8
    while i < count:
        target.unchecked[i] = source.unchecked[i]
        i += 1


@function(inline=True)
def copy_shifted(target: Slice[u32], source: Slice[u32], first: u32, skew: u32):
    """Copy words that straddle the source's words; ``first`` holds the bytes before them."""
    down = skew * 8
    up = 32 - down
    carry = first
    # Both have the same length.
    for i in range(target.length):
        word = source.unchecked[i]
        target.unchecked[i] = carry | word << up
        carry = word >> down


@function(inline=True)
def copy_misaligned(target: Slice[u8], source: Slice[u8], start: u32, skew: u32) -> u32:
    """Copy whole words from ``start``, where the target is aligned and the source is not.

    Gives where it stopped. ``skew`` is that of the source there.
    """
    ahead = 4 - skew
    words = (target.length - start - ahead) >> 2
    first = u32(0)
    # start + ahead is at most the length, as at least four bytes are left.
    for i in range(ahead):
        first = first | u32(source.unchecked[start + i]) << (i * 8)
    end = start + words * 4
    copy_shifted(
        as_words(target[start:end]),
        as_words(source[start + ahead : end + ahead]),
        first,
        4 - ahead,
    )
    return end


@function(inline=True)
def copy_up(target: Slice[u8], source: Slice[u8], target_skew: u32, source_skew: u32):
    """Copy from the low end: right when the target does not begin inside the source."""
    length = target.length
    done = u32(0)
    if length >= WORTH_ALIGNING:
        done = (4 - target_skew) & 3
        copy_bytes(target, source, 0, done)
        skew = (source_skew + done) & 3
        if skew == 0:
            end = done + ((length - done) & 0xFFFF_FFFC)
            copy_words(as_words(target[done:end]), as_words(source[done:end]))
            done = end
        else:
            done = copy_misaligned(target, source, done, skew)
    copy_bytes(target, source, done, length)


@function(inline=True)
def copy_down(target: Slice[u8], source: Slice[u8], target_skew: u32, source_skew: u32):
    """Copy from the high end: right when the target begins inside the source."""
    i = target.length
    if target_skew == source_skew and i >= WORTH_ALIGNING:
        start = (4 - target_skew) & 3
        end = start + ((i - start) & 0xFFFF_FFFC)
        # i stays within both.
        while i > end:
            i -= 1
            target.unchecked[i] = source.unchecked[i]
        to = as_words(target[start:end])
        words = as_words(source[start:end])
        k = to.length
        while k != 0:
            k -= 1
            to.unchecked[k] = words.unchecked[k]
        i = start
    while i != 0:
        i -= 1
        target.unchecked[i] = source.unchecked[i]


@function(inline=True)
def fill_bytes(target: Slice[u8], byte: u32, target_skew: u32):
    """Set every byte to the low byte of ``byte``."""
    length = target.length
    i = u32(0)
    if length >= WORTH_ALIGNING:
        start = (4 - target_skew) & 3
        # i stays below the length.
        while i < start:
            target.unchecked[i] = u8(byte)
            i += 1
        end = start + ((length - start) & 0xFFFF_FFFC)
        words = as_words(target[start:end])
        word = (byte & 0xFF) * 0x0101_0101
        k = u32(0)
        count = words.length
        while k + 8 <= count:
            for j in unroll(EIGHT):
                words.unchecked[k + j] = word
            k += 8
        while k < count:
            words.unchecked[k] = word
            k += 1
        i = end
    while i < length:
        target.unchecked[i] = u8(byte)
        i += 1


@function(inline=True)
def compare_bytes(a: Slice[u8], b: Slice[u8], a_skew: u32, b_skew: u32) -> u32:
    """Give 0 if equal, 1 if the first differing byte of ``a`` is greater, otherwise 2**32 - 1."""
    length = a.length
    i = u32(0)
    if a_skew == b_skew and length >= WORTH_ALIGNING:
        start = (4 - a_skew) & 3
        # i stays below the length of both.
        while i < start and a.unchecked[i] == b.unchecked[i]:
            i += 1
        if i == start:
            end = start + ((length - start) & 0xFFFF_FFFC)
            x = as_words(a[start:end])
            y = as_words(b[start:end])
            k = u32(0)
            while k < x.length and x.unchecked[k] == y.unchecked[k]:
                k += 1
            i = start + k * 4
    while i < length and a.unchecked[i] == b.unchecked[i]:
        i += 1
    if i == length:
        return u32(0)
    return u32(1) if a.unchecked[i] > b.unchecked[i] else u32(0xFFFF_FFFF)


ROOTS = (copy_up, copy_down, fill_bytes, compare_bytes)
