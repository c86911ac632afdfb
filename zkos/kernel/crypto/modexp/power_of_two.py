"""Arithmetic modulo a long power of two.

Source:  truncated products; Newton's iteration for inverses.
Errors:  none.
"""

from zkos.kernel.crypto.bigint.digits import (
    copy_digits,
    inverse_of_digit,
    load_digits,
    multiply_truncated,
    set_zero,
)
from zkos.lang import Arena, Slice, U256Cell, range, struct, u8, u32, u256


@struct
class PowerOfTwo:
    """The modulus 2^256 to a number of digits, and scratch numbers."""

    one: Slice[U256Cell]
    product: Slice[U256Cell]
    inverse: Slice[U256Cell]

    def begin(self, modulus: Slice[U256Cell], arena: Arena):
        """Take the length from a number of as many digits."""
        self.one = arena.slice(U256Cell, modulus.length)
        self.product = arena.slice(U256Cell, modulus.length)
        self.inverse = arena.slice(U256Cell, modulus.length)
        self.one[0].number = 1

    def multiply(self, r: Slice[U256Cell], a: Slice[U256Cell], b: Slice[U256Cell]):
        """r = a·b; all may be one."""
        multiply_truncated(self.product, a, b)
        copy_digits(r, self.product)

    def enter(self, r: Slice[U256Cell], number: Slice[u8]):
        """Set r to a big-endian number of any length."""
        load_digits(r, number)

    def invert(self, odd: Slice[U256Cell]) -> Slice[U256Cell]:
        """Give 1/odd; each step of Newton's doubles the right digits."""
        inverse = self.inverse
        set_zero(inverse)
        inverse[0].number = inverse_of_digit(odd[0].number)
        right = u32(1)
        while right < odd.length:
            # inverse = inverse·(2 - odd·inverse)
            multiply_truncated(self.product, odd, inverse)
            self._subtract_from_two()
            copy_digits(self.one, inverse)
            multiply_truncated(inverse, self.one, self.product)
            right = 2 * right
        return inverse

    def _subtract_from_two(self):
        """product = 2 - product"""
        carry = u256(3)  # ~product + 1 + 2
        for i in range(self.product.length):
            total = ~self.product[i].number + carry
            carry = u256(1) if total < carry else u256(0)
            self.product[i].number = total
