"""Arithmetic modulo a prime of 257 to 383 bits, on cells of two digits, always below the prime.

``make_double_field(modulus, name)`` makes a struct with the operations of field.py. Elements are
in Montgomery form: with R = 2^512 on the RISC-V machine, whose digits have 256 bits, elsewhere
with R = 2^384 and digits of 128 bits. The first operand is changed, and all operands of one call
may be one cell, except that the second one of ``add`` and the subtractions is another.

Source:  Montgomery, "Modular multiplication without trial division" (1985); Koc, Acar, Kaliski,
         "Analyzing and comparing Montgomery multiplication algorithms" (1996): on the machine
         products before the reduction (SOS), elsewhere interleaved (CIOS).
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.wide import CARRY_PLACE, COPY, MUL_HIGH, MUL_LOW
from zkos.lang import (
    RISCV,
    Array,
    U256Cell,
    function,
    local,
    range,
    struct,
    u32,
    u128,
    u256,
    u256_delegation,
    u512,
    unlikely,
    unroll,
)

ADD = 1
SUBTRACT = 2
REVERSE_SUBTRACT = 4
EQUAL = 32

_DIGITS = (0, 1, 2)
_LAST = 2
_R = 1 << 384
_MACHINE_R = 1 << 512
_LOW = (1 << 256) - 1


@struct
class DoubleCell:
    """A number of two digits; the upper one is below 2^128."""

    low: U256Cell
    high: U256Cell


def represent(modulus: int, number: int, is_riscv: bool) -> int:
    """Give the representation of a constant at import time."""
    return number * (_MACHINE_R if is_riscv else _R) % modulus


@function(inline=True)
def _get(a: DoubleCell) -> u512:
    return u512(a.low.number) | u512(u128(a.high.number)) << 256


@function(inline=True)
def _set(r: DoubleCell, number: u512):
    r.low.number = u256(number)
    r.high.number = u256(number >> 256)


def _make_product(modulus: int, name: str) -> Any:
    """Make the Montgomery product of two numbers for targets without delegations."""
    digits = tuple(modulus >> 128 * i & (1 << 128) - 1 for i in _DIGITS)
    negated_inverse = -pow(modulus, -1, 1 << 128) % (1 << 128)

    @function(inline=True, name=f"{name}_product")
    def product(a: u512, b: u512) -> u512:
        t = local(Array[u128, 3])
        factor = local(Array[u128, 3])
        for j in unroll(_DIGITS):
            factor[j] = u128(b >> 128 * j)
        for i in unroll(_DIGITS):
            # t = (t + digit·b + multiple·modulus) / 2^128, which stays below twice the modulus.
            digit = u256(u128(a >> 128 * i))
            total = digit * u256(factor[0]) + u256(t[0])
            carry = total >> 128
            multiple = u256(u128(total) * negated_inverse)
            cleared = multiple * digits[0] + u256(u128(total)) >> 128
            for j in unroll(_DIGITS[1:]):
                total = digit * u256(factor[j]) + u256(t[j]) + carry
                carry = total >> 128
                cleared += multiple * digits[j] + u256(u128(total))
                t[j - 1] = u128(cleared)
                cleared = cleared >> 128
            t[_LAST] = u128(carry + cleared)
        result = u512(t[0]) | u512(t[1]) << 128 | u512(t[2]) << 256
        difference = result - modulus
        return result if difference >> 511 != 0 else difference

    return product


def make_double_field(modulus: int, name: str) -> Any:
    """Make the field of an odd prime of 257 to 383 bits."""
    if not 256 < modulus.bit_length() < 384 or modulus % 2 == 0:
        raise ValueError(f"expected an odd modulus of 257 to 383 bits, got {modulus:#x}")
    low, high = modulus & _LOW, modulus >> 256
    if low + (modulus * modulus >> 512) > _LOW:
        raise ValueError(f"expected a low digit that leaves room for a carry, got {low:#x}")
    inverse = pow(modulus, -1, 1 << 256)
    top_shift = modulus.bit_length() // 32 * 32 - 256  # to the word that holds the top bit
    top = high >> top_shift
    r_squared = represent(modulus, _R, False)
    machine_r_squared = represent(modulus, _MACHINE_R, True)
    one, machine_one = represent(modulus, 1, False), represent(modulus, 1, True)
    number_product = _make_product(modulus, name)

    @struct(name=name, align=32)
    class Field:
        """Operations modulo a prime, with their constants and scratch cells."""

        low: U256Cell  # digits of the modulus
        high: U256Cell
        high_less_1: U256Cell
        inverse: U256Cell  # modulus^-1 mod 2^256
        shift: U256Cell  # 2^255: the high half of a product with it is a shift by one
        zero: U256Cell
        t0: U256Cell
        t1: U256Cell
        t2: U256Cell
        factor: U256Cell
        none: DoubleCell

        def begin(self):
            """Fill the constants; first call of all."""
            if RISCV:
                self.low.number = low
                self.high.number = high
                self.high_less_1.number = high - 1
                self.inverse.number = inverse
                self.shift.number = u256(1) << 255

        @function(inline=True)
        def copy(self, r: DoubleCell, a: DoubleCell):
            """r = a"""
            if RISCV:
                u256_delegation(r.low, a.low, COPY)
                u256_delegation(r.high, a.high, COPY)
            else:
                r.low.number = a.low.number
                r.high.number = a.high.number

        @function(inline=True)
        def _subtract_modulus(self, r: DoubleCell):
            """Bring a number below twice the modulus below it; its top word almost tells all."""
            if u32(r.high.number >> top_shift) >= top:
                borrow = u256_delegation(r.low, self.low, SUBTRACT)
                control = borrow << CARRY_PLACE | SUBTRACT
                if unlikely(u256_delegation(r.high, self.high, control) != 0):
                    self._add_modulus(r)

        @function(inline=True)
        def _add_modulus(self, r: DoubleCell):
            carry = u256_delegation(r.low, self.low, ADD)
            u256_delegation(r.high, self.high, carry << CARRY_PLACE | ADD)

        @function(inline=True)
        def _take(self, r: U256Cell, a: U256Cell, b: U256Cell, half: u32):
            """r = half of a·b"""
            u256_delegation(r, a, COPY)
            u256_delegation(r, b, half)

        @function(inline=True)
        def _reduce(self, r: DoubleCell):
            """r = (t0, t1, t2) / R: the multiples that clear t0 and t1 are subtracted.

            The modulus is added from above, so that the result is not negative.
            """
            t0 = self.t0
            t1 = self.t1
            factor = self.factor
            u256_delegation(r.low, self.low, COPY)
            u256_delegation(r.low, self.t2, ADD)
            u256_delegation(t0, self.inverse, MUL_LOW)
            self._take(factor, t0, self.low, MUL_HIGH)
            borrow = u256_delegation(t1, factor, SUBTRACT)
            self._take(factor, t0, self.high, MUL_LOW)
            borrow_2 = u256_delegation(t1, factor, SUBTRACT)
            u256_delegation(t0, self.high, MUL_HIGH)
            u256_delegation(factor, t0, borrow_2 << CARRY_PLACE | COPY)
            borrow = u256_delegation(r.low, factor, borrow << CARRY_PLACE | SUBTRACT)
            u256_delegation(r.high, self.high_less_1, (1 - borrow) << CARRY_PLACE | COPY)
            u256_delegation(t1, self.inverse, MUL_LOW)
            self._take(factor, t1, self.low, MUL_HIGH)
            borrow = u256_delegation(r.low, factor, SUBTRACT)
            self._take(factor, t1, self.high, MUL_LOW)
            borrow_2 = u256_delegation(r.low, factor, SUBTRACT)
            u256_delegation(t1, self.high, MUL_HIGH)
            u256_delegation(factor, t1, borrow_2 << CARRY_PLACE | COPY)
            u256_delegation(r.high, factor, borrow << CARRY_PLACE | SUBTRACT)
            self._subtract_modulus(r)

        @function(inline=True)
        def multiply(self, r: DoubleCell, b: DoubleCell):
            """r = r·b"""
            self.multiply_into(r, r, b)

        @function(inline=False, noimplicitfloat=True)
        def multiply_into(self, r: DoubleCell, a: DoubleCell, b: DoubleCell):
            """r = a·b"""
            if RISCV:
                t1 = self.t1
                t2 = self.t2
                factor = self.factor
                self._take(self.t0, a.low, b.low, MUL_LOW)
                self._take(t1, a.low, b.low, MUL_HIGH)
                self._take(t2, a.low, b.high, MUL_HIGH)
                self._take(factor, a.low, b.high, MUL_LOW)
                carry = u256_delegation(t1, factor, ADD)
                self._take(factor, a.high, b.low, MUL_LOW)
                carry_2 = u256_delegation(t1, factor, ADD)
                self._take(factor, a.high, b.low, MUL_HIGH)
                u256_delegation(t2, factor, carry << CARRY_PLACE | ADD)
                self._take(factor, a.high, b.high, MUL_LOW)
                u256_delegation(t2, factor, carry_2 << CARRY_PLACE | ADD)
                self._reduce(r)
            else:
                _set(r, number_product(_get(a), _get(b)))

        @function(inline=True)
        def square(self, r: DoubleCell):
            """r = r²"""
            self.square_into(r, r)

        @function(inline=False, noimplicitfloat=True)
        def square_into(self, r: DoubleCell, a: DoubleCell):
            """r = a²"""
            if RISCV:
                t1 = self.t1
                t2 = self.t2
                factor = self.factor
                self._take(self.t0, a.low, a.low, MUL_LOW)
                self._take(t1, a.low, a.low, MUL_HIGH)
                self._take(factor, a.low, a.high, MUL_LOW)
                carry = u256_delegation(t1, factor, ADD)
                carry_2 = u256_delegation(t1, factor, ADD)
                self._take(t2, a.low, a.high, MUL_HIGH)
                u256_delegation(factor, t2, carry << CARRY_PLACE | COPY)
                u256_delegation(t2, factor, carry_2 << CARRY_PLACE | ADD)
                self._take(factor, a.high, a.high, MUL_LOW)
                u256_delegation(t2, factor, ADD)
                self._reduce(r)
            else:
                number = _get(a)
                _set(r, number_product(number, number))

        @function(inline=False)
        def square_times(self, r: DoubleCell, count: u32):
            """r = r^(2^count)"""
            for _ in range(count):
                self.square(r)

        @function(inline=True)
        def add(self, r: DoubleCell, b: DoubleCell):
            """r = r + b"""
            if RISCV:
                carry = u256_delegation(r.low, b.low, ADD)
                u256_delegation(r.high, b.high, carry << CARRY_PLACE | ADD)
                self._subtract_modulus(r)
            else:
                total = _get(r) + _get(b)
                difference = total - modulus
                _set(r, total if difference >> 511 != 0 else difference)

        @function(inline=True)
        def double(self, r: DoubleCell):
            """r = 2r"""
            if RISCV:
                u256_delegation(self.t0, r.low, COPY)
                u256_delegation(self.t1, r.high, COPY)
                carry = u256_delegation(r.low, self.t0, ADD)
                u256_delegation(r.high, self.t1, carry << CARRY_PLACE | ADD)
                self._subtract_modulus(r)
            else:
                self.add(r, r)

        @function(inline=True)
        def subtract(self, r: DoubleCell, b: DoubleCell):
            """r = r - b"""
            if RISCV:
                self._subtract_by(r, b, SUBTRACT)
            else:
                self._set_difference(r, _get(r), _get(b))

        @function(inline=True)
        def subtract_from(self, r: DoubleCell, b: DoubleCell):
            """r = b - r"""
            if RISCV:
                self._subtract_by(r, b, REVERSE_SUBTRACT)
            else:
                self._set_difference(r, _get(b), _get(r))

        @function(inline=True)
        def _subtract_by(self, r: DoubleCell, b: DoubleCell, operation: u32):
            borrow = u256_delegation(r.low, b.low, operation)
            if u256_delegation(r.high, b.high, borrow << CARRY_PLACE | operation) != 0:
                self._add_modulus(r)

        @function(inline=True)
        def _set_difference(self, r: DoubleCell, a: u512, b: u512):
            difference = a - b
            _set(r, difference + modulus if difference >> 511 != 0 else difference)

        @function(inline=True)
        def negate(self, r: DoubleCell):
            """r = -r"""
            self.subtract_from(r, self.none)

        @function(inline=True)
        def halve(self, r: DoubleCell):
            """r = r / 2"""
            is_odd = r.low.number & 1 != 0
            if RISCV:
                if is_odd:
                    self._add_modulus(r)
                self._take(self.t0, r.high, self.shift, MUL_LOW)
                u256_delegation(r.high, self.shift, MUL_HIGH)
                u256_delegation(r.low, self.shift, MUL_HIGH)
                u256_delegation(r.low, self.t0, ADD)
            else:
                number = _get(r)
                _set(r, (number + modulus if is_odd else number) >> 1)

        @function(inline=True)
        def is_zero(self, r: DoubleCell) -> bool:
            """Say whether r = 0."""
            if RISCV:
                if u256_delegation(r.low, self.zero, EQUAL) == 0:
                    return False
                return u256_delegation(r.high, self.zero, EQUAL) != 0
            else:
                return _get(r) == 0

        @function(inline=True)
        def set_zero(self, r: DoubleCell):
            """r = 0"""
            self.copy(r, self.none)

        @function(inline=True)
        def set_one(self, r: DoubleCell):
            """r = 1"""
            self.set_constant(r, one, machine_one)

        @function(inline=True)
        def set_constant(self, r: DoubleCell, plain: u512, machine: u512):
            """Set r to a constant, given as ``represent`` gives it for either kind of target."""
            if RISCV:
                _set(r, machine)
            else:
                _set(r, plain)

        def enter(self, r: DoubleCell, number: u512):
            """Set r to the element that ``number``, below the modulus, stands for."""
            factor = local(DoubleCell)
            self.set_constant(factor, r_squared, machine_r_squared)
            _set(r, number)
            self.multiply(r, factor)

        def leave(self, r: DoubleCell) -> u512:
            """Give the number below the modulus that r stands for."""
            number = local(DoubleCell)
            number.low.number = 1
            self.multiply(number, r)
            return _get(number)

    return Field
