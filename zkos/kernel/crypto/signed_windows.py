"""Scalars as signed odd digits, so that few additions of precomputed odd multiples are needed.

Source:  Solinas, "Efficient arithmetic on Koblitz curves" (2000): the width-w non-adjacent form.
Errors:  none.
"""

from zkos.lang import Array, Slice, function, i16, local, u32, u256, unroll

_WORDS = (0, 1, 2, 3, 4, 5, 6, 7)


@function
def recode(digits: Slice[i16], magnitude: u256, is_negative: bool, width: u32) -> u32:
    """Write a scalar as odd digits of ``width`` bits or zeros, the lowest place first.

    ``digits`` is zero at first and has one place more than the magnitude has bits. Gives the
    number of places up to the last digit.
    """
    words = local(Array[u32, 10])
    for i in unroll(_WORDS):
        words[i] = u32(magnitude >> 32 * i)
    mask = (u32(1) << width) - 1
    carry = u32(0)
    place = u32(0)
    used = u32(0)
    while place < digits.length:
        word = place >> 5
        shift = place & 31
        window = words[word] >> shift | words[word + 1] << 1 << (31 - shift)
        if window & 1 == carry:
            place += 1
        else:
            digit = (window & mask) + carry
            carry = digit >> (width - 1)
            signed = i16(digit) - (i16(carry) << width)
            digits[place] = -signed if is_negative else signed
            used = place + 1
            place += width
    return used


@function(inline=True)
def entry_of(digit: i16) -> u32:
    """Give the index of the odd number |digit| among the odd multiples."""
    magnitude = -digit if digit < 0 else digit
    return u32(magnitude) >> 1
