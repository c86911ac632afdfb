"""Arithmetic modulo a prime of at most 256 bits, on numbers that live in memory cells.

``make_field(modulus, name)`` makes a struct with the operations; its own cells are constants and
scratch space, since the delegation's operands must be in RAM. Operations change their first
argument. Two elements of one call are different cells, but the factors of ``multiply_into`` may be
one.

A prime below 2^255 leaves room for a sum: elements are then always below the prime. For others an
element is any number below 2^256 congruent to what it stands for; ``leave`` makes it canonical.

How elements are represented is the target's matter (``represent``, ``enter``, ``leave``):
- on the RISC-V machine in Montgomery form with R = 2^256: a product takes five delegation calls
  and a conditional addition after its copies, fewer than folding the high half;
- elsewhere, for a modulus 2^256 - c with c below 2^64, as they are: 2^256 is folded to c;
- elsewhere, for other moduli, in Montgomery form.

Nothing here is constant-time: all numbers are public.

Source:  Montgomery, "Modular multiplication without trial division" (1985), in the form that
         subtracts: with T = H·R + L and q = L·m^-1 mod R, T·R^-1 = H - floor(q·m / R).
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.wide import (
    CARRY_PLACE,
    COPY,
    MUL_HIGH,
    MUL_LOW,
    fold_wide,
    multiply_wide,
    square_wide,
)
from zkos.lang import (
    RISCV,
    U256Cell,
    function,
    range,
    struct,
    u32,
    u256,
    u256_delegation,
    unlikely,
)

ADD = 1
SUBTRACT = 2
REVERSE_SUBTRACT = 4
EQUAL = 32

_R = 1 << 256
_SPARSE_BITS = 64


def is_plain(modulus: int, is_riscv: bool) -> bool:
    """Say whether elements are represented by themselves."""
    return not is_riscv and _R - modulus < 1 << _SPARSE_BITS


def represent(modulus: int, number: int, is_riscv: bool) -> int:
    """Give the representation of a constant at import time."""
    return number % modulus if is_plain(modulus, is_riscv) else number * _R % modulus


def _make_products(modulus: int, name: str) -> tuple[Any, Any]:
    """Make product and square of representations for targets without delegations."""
    inverse = pow(modulus, -1, _R)
    complement = _R - modulus

    @function(inline=True, name=f"{name}_fold")
    def fold(low: u256, high: u256) -> u256:
        return fold_wide(low, high, complement)

    @function(inline=True, name=f"{name}_montgomery_reduction")
    def montgomery_reduction(low: u256, high: u256) -> u256:
        _, multiple = multiply_wide(low * inverse, modulus)
        difference = high - multiple
        if high < multiple:
            difference += modulus
        return difference

    reduce = fold if is_plain(modulus, False) else montgomery_reduction

    @function(inline=True, name=f"{name}_product")
    def product(a: u256, b: u256) -> u256:
        low, high = multiply_wide(a, b)
        return reduce(low, high)

    @function(inline=True, name=f"{name}_square")
    def square(a: u256) -> u256:
        low, high = square_wide(a)
        return reduce(low, high)

    return product, square


def make_field(modulus: int, name: str) -> Any:
    """Make the field of an odd prime below 2^256."""
    if not 0 < modulus < _R or modulus % 2 == 0:
        raise ValueError(f"expected an odd modulus of at most 256 bits, got {modulus:#x}")
    has_room = modulus < _R // 2
    complement = _R - modulus
    inverse = pow(modulus, -1, _R)
    half = (modulus + 1) // 2
    stays_plain = is_plain(modulus, False)
    r_squared = _R * _R % modulus
    r_inverse = pow(_R, -1, modulus)
    one, machine_one = represent(modulus, 1, False), represent(modulus, 1, True)
    number_product, number_square = _make_products(modulus, name)

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
                r.number = number_product(r.number, b.number)

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
                r.number = number_product(a.number, b.number)

        @function(inline=True)
        def square(self, r: U256Cell):
            """r = r²"""
            if RISCV:
                u256_delegation(self.factor, r, COPY)
                self.multiply(r, self.factor)
            else:
                r.number = number_square(r.number)

        @function(inline=True)
        def square_into(self, r: U256Cell, a: U256Cell):
            """r = a²"""
            if RISCV:
                self.multiply_into(r, a, a)
            else:
                r.number = number_square(a.number)

        @function(inline=False)
        def square_times(self, r: U256Cell, count: u32):
            """r = r^(2^count)"""
            for _ in range(count):
                self.square(r)

        @function(inline=True)
        def add(self, r: U256Cell, b: U256Cell):
            """r = r + b"""
            if RISCV:
                carry = u256_delegation(r, b, ADD)
                if has_room:
                    if u256_delegation(r, self.modulus, SUBTRACT) != 0:
                        u256_delegation(r, self.modulus, ADD)
                elif carry != 0:
                    if unlikely(u256_delegation(r, self.modulus, SUBTRACT) == 0):
                        u256_delegation(r, self.modulus, SUBTRACT)
            else:
                total = r.number + b.number
                if has_room:
                    if total >= modulus:
                        total -= modulus
                elif total < b.number:
                    total += complement
                    if unlikely(total < complement):
                        total += complement
                r.number = total

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
                    self._add_modulus(r)
            else:
                self._set_difference(r, r.number, b.number)

        @function(inline=True)
        def subtract_from(self, r: U256Cell, b: U256Cell):
            """r = b - r"""
            if RISCV:
                if u256_delegation(r, b, REVERSE_SUBTRACT) != 0:
                    self._add_modulus(r)
            else:
                self._set_difference(r, b.number, r.number)

        @function(inline=True)
        def _add_modulus(self, r: U256Cell):
            """Make a difference that fell below zero positive."""
            carry = u256_delegation(r, self.modulus, ADD)
            if not has_room:
                if unlikely(carry == 0):
                    u256_delegation(r, self.modulus, ADD)

        @function(inline=True)
        def _set_difference(self, r: U256Cell, a: u256, b: u256):
            difference = a - b
            if a < b:
                if not has_room:
                    if unlikely(difference < complement):
                        difference -= complement
                difference -= complement
            r.number = difference

        @function(inline=True)
        def negate(self, r: U256Cell):
            """r = -r"""
            if has_room:
                self.subtract_from(r, self.zero)
            elif RISCV:
                self.subtract_from(r, self.modulus)
            else:
                self._set_difference(r, modulus, r.number)

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
            """Say whether r = 0; without room two numbers stand for it."""
            if RISCV:
                if has_room:
                    return u256_delegation(r, self.zero, EQUAL) != 0
                if u256_delegation(r, self.zero, EQUAL) != 0:
                    return True
                return u256_delegation(r, self.modulus, EQUAL) != 0
            else:
                if has_room:
                    return r.number == 0
                return r.number == 0 or r.number == modulus

        @function(inline=True)
        def is_equal(self, r: U256Cell, b: U256Cell) -> bool:
            """Say whether r = b; r is changed."""
            if RISCV:
                # Equal elements almost always are equal numbers.
                if u256_delegation(r, b, EQUAL) != 0:
                    return True
            self.subtract(r, b)
            return self.is_zero(r)

        @function(inline=True)
        def is_product_equal(self, a: U256Cell, x: U256Cell, b: U256Cell, y: U256Cell) -> bool:
            """Say whether a·x = b·y; a and b are changed. On the machine one reduction serves
            both products: that of their difference, which need not even be finished."""
            if RISCV:
                u256_delegation(self.low, a, COPY)
                u256_delegation(self.low, x, MUL_LOW)
                u256_delegation(a, x, MUL_HIGH)
                u256_delegation(self.factor, b, COPY)
                u256_delegation(self.factor, y, MUL_LOW)
                u256_delegation(b, y, MUL_HIGH)
                borrow = u256_delegation(self.low, self.factor, SUBTRACT)
                if u256_delegation(a, b, borrow << CARRY_PLACE | SUBTRACT) != 0:
                    self._add_modulus(a)
                # The difference is a multiple of the modulus if its reduction leaves nothing.
                u256_delegation(self.low, self.inverse, MUL_LOW)
                u256_delegation(self.low, self.modulus, MUL_HIGH)
                return self.is_equal(a, self.low)
            else:
                a.number = number_product(a.number, x.number)
                b.number = number_product(b.number, y.number)
                return self.is_equal(a, b)

        @function(inline=True)
        def set_zero(self, r: U256Cell):
            """r = 0"""
            self.copy(r, self.zero)

        @function(inline=True)
        def set_one(self, r: U256Cell):
            """r = 1"""
            self.set_constant(r, one, machine_one)

        @function(inline=True)
        def set_constant(self, r: U256Cell, plain: u256, machine: u256):
            """Set r to a constant, given as ``represent`` gives it for either kind of target."""
            if RISCV:
                r.number = machine
            else:
                r.number = plain

        def enter(self, r: U256Cell, number: u256):
            """Set r to what ``number`` stands for; with room it is below the modulus."""
            r.number = number
            if RISCV:
                self.factor.number = r_squared
                self.multiply(r, self.factor)
            elif not stays_plain:
                r.number = number_product(number, r_squared)

        @function(inline=True)
        def enter_montgomery(self, r: U256Cell, number: u256):
            """Set r to what the Montgomery form ``number`` (below 2^256) stands for."""
            if not RISCV and stays_plain:
                r.number = number_product(number, r_inverse)
            else:
                r.number = number

        def leave(self, r: U256Cell) -> u256:
            """Give the number below the modulus that r stands for."""
            if RISCV:
                self.low.number = r.number
                self.factor.number = 0
                self._reduce(self.factor)
                return self.factor.number
            elif stays_plain:
                return r.number - modulus if r.number >= modulus else r.number
            else:
                return number_product(r.number, 1)

    return Field
