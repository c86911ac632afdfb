"""Arithmetic modulo a prime below 2^255, on cells that are always below the prime.

``make_reduced_field(modulus, name)`` makes a struct with the operations of field.py. Elements are
in Montgomery form with R = 2^256 on every target. The first operand is changed; operands of one
call are different cells, but the two factors of ``multiply_into`` may be one.

Source:  Montgomery, "Modular multiplication without trial division" (1985); see field.py.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.wide import COPY, MUL_HIGH, MUL_LOW, multiply_wide, square_wide
from zkos.lang import RISCV, U256Cell, function, range, struct, u32, u256, u256_delegation

ADD = 1
SUBTRACT = 2
REVERSE_SUBTRACT = 4
EQUAL = 32

_R = 1 << 256


def represent(modulus: int, number: int) -> int:
    """Give the representation of a constant at import time."""
    return number * _R % modulus


def make_reduced_field(modulus: int, name: str) -> Any:
    """Make the field of an odd prime below 2^255."""
    if modulus >= _R // 2 or modulus % 2 == 0:
        raise ValueError(f"expected an odd modulus of at most 255 bits, got {modulus:#x}")
    inverse = pow(modulus, -1, _R)
    half = (modulus + 1) // 2
    r_squared = _R * _R % modulus
    one = _R % modulus

    @function(inline=True, name=f"{name}_reduction")
    def reduction(low: u256, high: u256) -> u256:
        _, multiple = multiply_wide(low * inverse, modulus)
        difference = high - multiple
        if high < multiple:
            difference += modulus
        return difference

    @function(inline=True, name=f"{name}_difference")
    def difference_of(a: u256, b: u256) -> u256:
        difference = a - b
        if a < b:
            difference += modulus
        return difference

    @struct(name=name, align=32)
    class Field:
        """Operations modulo a prime, with their constants and scratch cells."""

        modulus: U256Cell
        inverse: U256Cell  # modulus^-1 mod 2^256
        half: U256Cell  # (modulus + 1) / 2
        shift: U256Cell  # 2^255: the high half of a product with it is a shift by one
        zero: U256Cell
        low: U256Cell
        factor: U256Cell

        def begin(self):
            """Fill the constants; first call of all."""
            if RISCV:
                self.modulus.number = modulus
                self.inverse.number = inverse
                self.half.number = half
                self.shift.number = u256(1) << 255

        @function(inline=True)
        def copy(self, r: U256Cell, a: U256Cell):
            """r = a"""
            if RISCV:
                u256_delegation(r, a, COPY)
            else:
                r.number = a.number

        @function(inline=True)
        def _reduce(self, r: U256Cell):
            """Finish a product: ``r`` holds its high half, ``self.low`` its low half."""
            u256_delegation(self.low, self.inverse, MUL_LOW)
            u256_delegation(self.low, self.modulus, MUL_HIGH)
            if u256_delegation(r, self.low, SUBTRACT) != 0:
                u256_delegation(r, self.modulus, ADD)

        @function(inline=True)
        def multiply(self, r: U256Cell, b: U256Cell):
            """r = r·b"""
            if RISCV:
                u256_delegation(self.low, r, COPY)
                u256_delegation(self.low, b, MUL_LOW)
                u256_delegation(r, b, MUL_HIGH)
                self._reduce(r)
            else:
                low, high = multiply_wide(r.number, b.number)
                r.number = reduction(low, high)

        @function(inline=True)
        def multiply_into(self, r: U256Cell, a: U256Cell, b: U256Cell):
            """r = a·b"""
            if RISCV:
                u256_delegation(self.low, a, COPY)
                u256_delegation(self.low, b, MUL_LOW)
                u256_delegation(r, a, COPY)
                u256_delegation(r, b, MUL_HIGH)
                self._reduce(r)
            else:
                low, high = multiply_wide(a.number, b.number)
                r.number = reduction(low, high)

        @function(inline=True)
        def square(self, r: U256Cell):
            """r = r²"""
            if RISCV:
                u256_delegation(self.factor, r, COPY)
                self.multiply(r, self.factor)
            else:
                low, high = square_wide(r.number)
                r.number = reduction(low, high)

        @function(inline=True)
        def square_into(self, r: U256Cell, a: U256Cell):
            """r = a²"""
            if RISCV:
                self.multiply_into(r, a, a)
            else:
                low, high = square_wide(a.number)
                r.number = reduction(low, high)

        @function(inline=False)
        def square_times(self, r: U256Cell, count: u32):
            """r = r^(2^count)"""
            for _ in range(count):
                self.square(r)

        @function(inline=True)
        def add(self, r: U256Cell, b: U256Cell):
            """r = r + b"""
            if RISCV:
                u256_delegation(r, b, ADD)
                if u256_delegation(r, self.modulus, SUBTRACT) != 0:
                    u256_delegation(r, self.modulus, ADD)
            else:
                total = r.number + b.number
                r.number = total - modulus if total >= modulus else total

        @function(inline=True)
        def double(self, r: U256Cell):
            """r = 2r"""
            if RISCV:
                u256_delegation(self.factor, r, COPY)
                self.add(r, self.factor)
            else:
                self.add(r, r)

        @function(inline=True)
        def subtract(self, r: U256Cell, b: U256Cell):
            """r = r - b"""
            if RISCV:
                if u256_delegation(r, b, SUBTRACT) != 0:
                    u256_delegation(r, self.modulus, ADD)
            else:
                r.number = difference_of(r.number, b.number)

        @function(inline=True)
        def subtract_from(self, r: U256Cell, b: U256Cell):
            """r = b - r"""
            if RISCV:
                if u256_delegation(r, b, REVERSE_SUBTRACT) != 0:
                    u256_delegation(r, self.modulus, ADD)
            else:
                r.number = difference_of(b.number, r.number)

        @function(inline=True)
        def negate(self, r: U256Cell):
            """r = -r"""
            self.subtract_from(r, self.zero)

        @function(inline=True)
        def halve(self, r: U256Cell):
            """r = r / 2"""
            is_odd = r.number & 1 != 0
            if RISCV:
                u256_delegation(r, self.shift, MUL_HIGH)
                if is_odd:
                    u256_delegation(r, self.half, ADD)
            else:
                halved = r.number >> 1
                r.number = halved + half if is_odd else halved

        @function(inline=True)
        def is_zero(self, r: U256Cell) -> bool:
            """Say whether r = 0."""
            if RISCV:
                return u256_delegation(r, self.zero, EQUAL) != 0
            else:
                return r.number == 0

        @function(inline=True)
        def set_zero(self, r: U256Cell):
            """r = 0"""
            self.copy(r, self.zero)

        @function(inline=True)
        def set_one(self, r: U256Cell):
            """r = 1"""
            r.number = one

        @function(inline=True)
        def set_constant(self, r: U256Cell, represented: u256):
            """Set r to a constant, given as ``represent`` gives it."""
            r.number = represented

        def enter(self, r: U256Cell, number: u256):
            """Set r to the element that ``number``, below the modulus, stands for."""
            self.factor.number = r_squared
            r.number = number
            self.multiply(r, self.factor)

        def leave(self, r: U256Cell) -> u256:
            """Give the number below the modulus that r stands for."""
            if RISCV:
                self.low.number = r.number
                self.factor.number = 0
                self._reduce(self.factor)
                return self.factor.number
            else:
                return reduction(r.number, 0)

    return Field
