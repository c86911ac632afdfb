"""Powers with a constant exponent, by sliding windows.

Source:  Menezes, van Oorschot, Vanstone, "Handbook of Applied Cryptography", algorithm 14.85.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.prime_field import PrimeField
from zkos.lang import Array, function, local, range, struct, table, u32

_WIDTH = 5
_ENTRIES = 1 << (_WIDTH - 1)


def sliding_windows(exponent: int) -> tuple[list[tuple[int, int]], int]:
    """Cut an exponent from the top into (squarings before, odd window) and squarings last."""
    bits = f"{exponent:b}"
    steps, squarings, at = [], 0, 0
    while at < len(bits):
        if bits[at] == "0":
            squarings, at = squarings + 1, at + 1
            continue
        window = bits[at : at + _WIDTH].rstrip("0")
        steps.append((squarings + len(window), int(window, 2)))
        squarings, at = 0, at + len(window)
    return steps, squarings


def make_power(prime_field: PrimeField, exponent: int, name: str) -> Any:
    """Make ``power(field, r)``, which sets r to r^exponent; the exponent is above zero."""
    field_type: Any = prime_field.arithmetic
    cell: Any = prime_field.cell
    steps, last_squarings = sliding_windows(exponent)
    step_count = len(steps)
    first_entry = steps[0][1] >> 1
    squarings = table(u32, [count for count, _ in steps])
    entries = table(u32, [window >> 1 for _, window in steps])

    @struct(name=f"{name}_powers")
    class OddPowers:
        cells: Array[cell, _ENTRIES]

    @function(name=name, inline=False)
    def power(field: field_type, r: cell):
        odd = local(OddPowers)
        squared = local(cell)
        field.copy(odd.cells[0], r)
        field.square_into(squared, r)
        for i in range(1, _ENTRIES):
            field.multiply_into(odd.cells[i], odd.cells[i - 1], squared)
        field.copy(r, odd.cells[first_entry])
        for step in range(1, step_count):
            field.square_times(r, squarings[step])
            field.multiply(r, odd.cells[entries[step]])
        field.square_times(r, last_squarings)

    return power
