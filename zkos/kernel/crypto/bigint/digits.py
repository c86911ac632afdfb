"""Numbers of any length as slices of 256-bit digits, the least significant first.

Source:  Knuth, "The Art of Computer Programming", volume 2, 4.3.1.
Modes:   on the RISC-V machine the products of digits are delegations (wide.py).
Errors:  none.
"""

from zkos.kernel.crypto.bigint.wide import multiply_wide
from zkos.lang import Slice, U256Cell, function, load_be, range, store_be, u8, u32, u256

DIGIT_BYTES = 32


@function(inline=True)
def digits_of(length: u32) -> u32:
    """Give the number of digits that so many bytes fill; ``length`` may be any."""
    return (length >> 5) + (u32(1) if length & 31 != 0 else u32(0))


@function
def load_digits(a: Slice[U256Cell], data: Slice[u8]):
    """Set ``a`` to the big-endian number, whose bytes beyond the digits are dropped."""
    end = data.length
    for i in range(a.length):
        digit = u256(0)
        if end >= DIGIT_BYTES:
            end -= DIGIT_BYTES
            digit = load_be(u256, data, end)
        else:
            for at in range(end):
                digit = digit << 8 | u256(data[at])
            end = u32(0)
        a[i].number = digit


@function
def store_digits(data: Slice[u8], a: Slice[U256Cell]):
    """Write the low bytes of ``a`` as a big-endian number of the slice's length."""
    end = data.length
    for i in range(a.length):
        if end >= DIGIT_BYTES:
            end -= DIGIT_BYTES
            store_be(data, end, a[i].number)
        else:
            digit = a[i].number
            while end != 0:
                end -= 1
                data[end] = u8(digit)
                digit = digit >> 8
    while end != 0:
        end -= 1
        data[end] = u8(0)


@function
def set_zero(a: Slice[U256Cell]):
    """a = 0"""
    for i in range(a.length):
        a[i].number = 0


@function
def copy_digits(r: Slice[U256Cell], a: Slice[U256Cell]):
    """r = a, for equal lengths"""
    for i in range(r.length):
        r[i].number = a[i].number


@function
def is_below(a: Slice[U256Cell], b: Slice[U256Cell]) -> bool:
    """Say whether a < b, for equal lengths."""
    i = a.length
    while i != 0:
        i -= 1
        if a[i].number != b[i].number:
            return a[i].number < b[i].number
    return False


@function
def subtract_digits(r: Slice[U256Cell], b: Slice[U256Cell]) -> u256:
    """r = r - b for equal lengths; gives the borrow."""
    borrow = u256(0)
    for i in range(b.length):
        a = r[i].number
        difference = a - b[i].number
        next_borrow = u256(1) if a < b[i].number else u256(0)
        if difference < borrow:
            next_borrow = u256(1)
        r[i].number = difference - borrow
        borrow = next_borrow
    return borrow


@function
def add_digits(r: Slice[U256Cell], b: Slice[U256Cell]) -> u256:
    """r = r + b for equal lengths; gives the carry."""
    carry = u256(0)
    for i in range(b.length):
        total = r[i].number + carry
        carry = u256(1) if total < carry else u256(0)
        total += b[i].number
        if total < b[i].number:
            carry = u256(1)
        r[i].number = total
    return carry


@function
def add_product(r: Slice[U256Cell], digit: u256, b: Slice[U256Cell]) -> u256:
    """r = r + digit·b over the digits of r, b not shorter; gives the carry."""
    carry = u256(0)
    for i in range(r.length):
        low, high = multiply_wide(digit, b[i].number)
        # digit·b + r + carry is below 2^512: the high half takes both carries.
        low += carry
        if low < carry:
            high += 1
        total = r[i].number + low
        if total < low:
            high += 1
        r[i].number = total
        carry = high
    return carry


@function
def multiply_truncated(r: Slice[U256Cell], a: Slice[U256Cell], b: Slice[U256Cell]):
    """r = a·b modulo 2^256 to the length of r; all lengths equal, r another number."""
    count = r.length
    set_zero(r)
    for i in range(count):
        _ = add_product(r[i:], a[i].number, b)


@function
def shift_right(a: Slice[U256Cell], places: u32):
    """a = a / 2^places, rounded down."""
    digits = places >> 8
    bits = places & 255
    count = a.length
    for i in range(count):
        low = a[i + digits].number if i + digits < count else u256(0)
        high = a[i + digits + 1].number if i + digits + 1 < count else u256(0)
        a[i].number = low >> bits | high << 1 << (255 - bits)


@function
def inverse_of_digit(odd: u256) -> u256:
    """Give 1/odd modulo 2^256: each step of Newton's doubles the right bits, from five on."""
    inverse = odd * 3 ^ 2
    for _ in range(6):
        inverse = inverse * (2 - odd * inverse)
    return inverse
