"""Constants of secp256k1 as the kernel uses them: the curve's numbers, and a table for G.

Source:  interface/secp256k1.py.
Errors:  none.
"""

from zkos.interface.secp256k1 import (
    A1,
    A2,
    B1,
    B2,
    BETA,
    DIGITS,
    FACTOR_1,
    FACTOR_2,
    IS_NEGATIVE_1,
    IS_NEGATIVE_2,
    LAMBDA,
    MAXIMUM_SLOPES,
    ROUND_BITS,
    WINDOW_G,
    WINDOW_R,
    B,
    G,
    N,
    P,
    add_points,
    multiply_point,
)
from zkos.kernel.crypto.bigint.field import represent
from zkos.kernel.crypto.odd_multiples import odd_multiples
from zkos.lang import RISCV, U256Cell, function, table, u32, u256

_MULTIPLES_OF_G = odd_multiples(P, 0, G, 1 << (WINDOW_G - 2))
_COORDINATES = (
    [x for x, _ in _MULTIPLES_OF_G],
    [y for _, y in _MULTIPLES_OF_G],
    [BETA * x % P for x, _ in _MULTIPLES_OF_G],
)
G_X_PLAIN, G_Y_PLAIN, G_BETA_X_PLAIN = (
    table(u256, [represent(P, number, False) for number in column]) for column in _COORDINATES
)
G_X_MACHINE, G_Y_MACHINE, G_BETA_X_MACHINE = (
    table(u256, [represent(P, number, True) for number in column]) for column in _COORDINATES
)


@function(inline=True)
def read_multiple_of_g(x: U256Cell, y: U256Cell, entry: u32, is_beta: bool):
    """Set (x, y) to an odd multiple of G, or to lambda times it."""
    if RISCV:
        y.number = G_Y_MACHINE[entry]
        if is_beta:
            x.number = G_BETA_X_MACHINE[entry]
        else:
            x.number = G_X_MACHINE[entry]
    else:
        y.number = G_Y_PLAIN[entry]
        if is_beta:
            x.number = G_BETA_X_PLAIN[entry]
        else:
            x.number = G_X_PLAIN[entry]


__all__ = [
    "A1", "A2", "B", "B1", "B2", "BETA", "DIGITS", "FACTOR_1", "FACTOR_2", "G", "IS_NEGATIVE_1",
    "IS_NEGATIVE_2", "LAMBDA", "MAXIMUM_SLOPES", "N", "P", "ROUND_BITS", "WINDOW_G", "WINDOW_R",
    "add_points", "multiply_point", "read_multiple_of_g",
]  # fmt: skip
