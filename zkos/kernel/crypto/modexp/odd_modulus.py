"""Arithmetic modulo a long odd number, in Montgomery form with R = 2^256 to its digits.

Source:  Montgomery, "Modular multiplication without trial division" (1985).
Errors:  none.
"""

from zkos.kernel.crypto.bigint.digits import (
    add_digits,
    add_product,
    copy_digits,
    inverse_of_digit,
    is_below,
    load_digits,
    set_zero,
    subtract_digits,
)
from zkos.lang import Arena, Slice, U256Cell, leading_zeros, range, struct, u8, u32, u256

DIGIT_BYTES = 32


@struct
class OddModulus:
    """An odd modulus above 1 whose leading digit is not zero, and scratch numbers."""

    modulus: Slice[U256Cell]
    negated_inverse: u256  # -1/modulus modulo 2^256
    one: Slice[U256Cell]  # R modulo the modulus: 1 in Montgomery form
    r_squared: Slice[U256Cell]  # R² modulo the modulus
    block: Slice[U256Cell]
    product: Slice[U256Cell]  # of double length, and a digit

    def begin(self, modulus: Slice[U256Cell], arena: Arena):
        """Compute the constants."""
        count = modulus.length
        self.modulus = modulus
        self.negated_inverse = u256(0) - inverse_of_digit(modulus[0].number)
        self.one = arena.slice(U256Cell, count)
        self.r_squared = arena.slice(U256Cell, count)
        self.block = arena.slice(U256Cell, count)
        self.product = arena.slice(U256Cell, 2 * count + 1)
        # From the highest power of two below the modulus to R by doublings.
        places = leading_zeros(modulus[count - 1].number)
        self.one[count - 1].number = u256(1) << (255 - places)
        for _ in range(places + 1):
            self.double(self.one)
        # R² = R·2^(256·count): the form of 2^count, squared eight times.
        copy_digits(self.r_squared, self.one)
        for _ in range(count):
            self.double(self.r_squared)
        for _ in range(8):
            self.multiply(self.r_squared, self.r_squared, self.r_squared)

    def double(self, r: Slice[U256Cell]):
        """r = 2r"""
        carry = add_digits(r, r)
        if carry != 0 or not is_below(r, self.modulus):
            _ = subtract_digits(r, self.modulus)

    def add(self, r: Slice[U256Cell], b: Slice[U256Cell]):
        """r = r + b, another number"""
        carry = add_digits(r, b)
        if carry != 0 or not is_below(r, self.modulus):
            _ = subtract_digits(r, self.modulus)

    def multiply(self, r: Slice[U256Cell], a: Slice[U256Cell], b: Slice[U256Cell]):
        """r = a·b/R, where one factor is below the modulus, the other below R; all may be one."""
        count = self.modulus.length
        product = self.product
        set_zero(product)
        for i in range(count):
            product[i + count].number = add_product(product[i : i + count], a[i].number, b)
        carry = u256(0)
        for i in range(count):
            digit = product[i].number * self.negated_inverse
            above = add_product(product[i : i + count], digit, self.modulus)
            total = product[i + count].number + carry
            carry = u256(1) if total < carry else u256(0)
            total += above
            if total < above:
                carry += 1
            product[i + count].number = total
        high = product[count : 2 * count]
        if carry != 0 or not is_below(high, self.modulus):
            _ = subtract_digits(high, self.modulus)
        copy_digits(r, high)

    def enter(self, r: Slice[U256Cell], number: Slice[u8]):
        """Set r to the Montgomery form of a big-endian number of any length, block by block."""
        block_bytes = self.modulus.length * DIGIT_BYTES
        set_zero(r)
        start = u32(0)
        end = number.length % block_bytes
        if end == 0 and number.length != 0:
            end = block_bytes
        while start != number.length:
            self.multiply(r, r, self.r_squared)
            load_digits(self.block, number[start:end])
            self.multiply(self.block, self.block, self.r_squared)
            self.add(r, self.block)
            start = end
            end += block_bytes

    def leave(self, r: Slice[U256Cell]):
        """Turn r from its Montgomery form into the number below the modulus."""
        set_zero(self.block)
        self.block[0].number = 1
        self.multiply(r, r, self.block)
