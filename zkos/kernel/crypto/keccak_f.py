"""The permutation of keccak256: Keccak-f[1600].

Source:  FIPS 202, section 3.2 (theta, rho, pi, chi, iota); Bertoni, Daemen, Peeters, Van Assche,
         Van Keer, "Keccak implementation overview" (2012), 2.2, for the complemented lanes.
Modes:   two forms of the same rounds. Where registers are many, and under CPython, the lanes are
         values. On the RISC-V machine they stay in memory and a round goes from one copy of the
         state to the other, which saves the spills; six lanes are kept complemented, since the
         machine has no and-not (20 complements a round less): over a fifth fewer instructions.
Errors:  none.
"""

import builtins

from zkos.lang import (
    RISCV,
    Array,
    function,
    range,
    rotate_left,
    struct,
    table,
    u32,
    u64,
    unroll,
    value,
)

_ROUNDS = 24
_COMPLEMENTED = (1, 2, 8, 12, 17, 20)


def _round_constants() -> list[int]:
    """Compute iota's constants with the degree-8 shift register of FIPS 202, 3.2.5."""
    constants, register = [], 1
    for _ in builtins.range(_ROUNDS):
        constant = 0
        for j in builtins.range(7):
            if register & 1:
                constant |= 1 << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


ROUND_CONSTANTS = table(u64, _round_constants())


@value
class Plane:
    """The five lanes of one y; ``x`` runs along the row."""

    x0: u64
    x1: u64
    x2: u64
    x3: u64
    x4: u64


@function(inline=True)
def _chi(x0: u64, x1: u64, x2: u64, x3: u64, x4: u64) -> Plane:
    return Plane(
        x0 ^ (~x1 & x2), x1 ^ (~x2 & x3), x2 ^ (~x3 & x4), x3 ^ (~x4 & x0), x4 ^ (~x0 & x1)
    )


@function(inline=True)
def _round(
    a: Plane, b: Plane, c: Plane, d: Plane, e: Plane, constant: u64
) -> tuple[Plane, Plane, Plane, Plane, Plane]:
    """One round on the planes y = 0..4; the rotation amounts are the offsets of rho."""
    p0 = a.x0 ^ b.x0 ^ c.x0 ^ d.x0 ^ e.x0
    p1 = a.x1 ^ b.x1 ^ c.x1 ^ d.x1 ^ e.x1
    p2 = a.x2 ^ b.x2 ^ c.x2 ^ d.x2 ^ e.x2
    p3 = a.x3 ^ b.x3 ^ c.x3 ^ d.x3 ^ e.x3
    p4 = a.x4 ^ b.x4 ^ c.x4 ^ d.x4 ^ e.x4
    t0 = p4 ^ rotate_left(p1, 1)
    t1 = p0 ^ rotate_left(p2, 1)
    t2 = p1 ^ rotate_left(p3, 1)
    t3 = p2 ^ rotate_left(p4, 1)
    t4 = p3 ^ rotate_left(p0, 1)
    first = _chi(
        a.x0 ^ t0,
        rotate_left(b.x1 ^ t1, 44),
        rotate_left(c.x2 ^ t2, 43),
        rotate_left(d.x3 ^ t3, 21),
        rotate_left(e.x4 ^ t4, 14),
    )
    new_a = Plane(first.x0 ^ constant, first.x1, first.x2, first.x3, first.x4)
    new_b = _chi(
        rotate_left(a.x3 ^ t3, 28),
        rotate_left(b.x4 ^ t4, 20),
        rotate_left(c.x0 ^ t0, 3),
        rotate_left(d.x1 ^ t1, 45),
        rotate_left(e.x2 ^ t2, 61),
    )
    new_c = _chi(
        rotate_left(a.x1 ^ t1, 1),
        rotate_left(b.x2 ^ t2, 6),
        rotate_left(c.x3 ^ t3, 25),
        rotate_left(d.x4 ^ t4, 8),
        rotate_left(e.x0 ^ t0, 18),
    )
    new_d = _chi(
        rotate_left(a.x4 ^ t4, 27),
        rotate_left(b.x0 ^ t0, 36),
        rotate_left(c.x1 ^ t1, 10),
        rotate_left(d.x2 ^ t2, 15),
        rotate_left(e.x3 ^ t3, 56),
    )
    new_e = _chi(
        rotate_left(a.x2 ^ t2, 62),
        rotate_left(b.x3 ^ t3, 55),
        rotate_left(c.x4 ^ t4, 39),
        rotate_left(d.x0 ^ t0, 41),
        rotate_left(e.x1 ^ t1, 2),
    )
    return new_a, new_b, new_c, new_d, new_e


@struct
class Lanes:
    """A state: lane (x, y) at index x + 5y."""

    lanes: Array[u64, 25]


@struct
class KeccakState:
    """The state to permute, and a second one that rounds write to."""

    now: Lanes
    next: Lanes


@function(inline=True)
def _load_plane(state: Lanes, first: u32) -> Plane:
    s = state.lanes
    return Plane(s[first], s[first + 1], s[first + 2], s[first + 3], s[first + 4])


@function(inline=True)
def _store_plane(state: Lanes, first: u32, plane: Plane):
    state.lanes[first] = plane.x0
    state.lanes[first + 1] = plane.x1
    state.lanes[first + 2] = plane.x2
    state.lanes[first + 3] = plane.x3
    state.lanes[first + 4] = plane.x4


@function(inline=True)
def _permute_values(state: Lanes):
    a = _load_plane(state, 0)
    b = _load_plane(state, 5)
    c = _load_plane(state, 10)
    d = _load_plane(state, 15)
    e = _load_plane(state, 20)
    for number in range(_ROUNDS):
        a, b, c, d, e = _round(a, b, c, d, e, ROUND_CONSTANTS[number])
    _store_plane(state, 0, a)
    _store_plane(state, 5, b)
    _store_plane(state, 10, c)
    _store_plane(state, 15, d)
    _store_plane(state, 20, e)


@function(inline=True)
def _theta(state: Lanes) -> tuple[u64, u64, u64, u64, u64]:
    """What theta adds to the lanes of each x."""
    s = state.lanes
    p0 = s[0] ^ s[5] ^ s[10] ^ s[15] ^ s[20]
    p1 = s[1] ^ s[6] ^ s[11] ^ s[16] ^ s[21]
    p2 = s[2] ^ s[7] ^ s[12] ^ s[17] ^ s[22]
    p3 = s[3] ^ s[8] ^ s[13] ^ s[18] ^ s[23]
    p4 = s[4] ^ s[9] ^ s[14] ^ s[19] ^ s[24]
    t0 = p4 ^ rotate_left(p1, 1)
    t1 = p0 ^ rotate_left(p2, 1)
    t2 = p1 ^ rotate_left(p3, 1)
    t3 = p2 ^ rotate_left(p4, 1)
    t4 = p3 ^ rotate_left(p0, 1)
    return t0, t1, t2, t3, t4


@function(inline=True)
def _round_in_memory(source: Lanes, target: Lanes, constant: u64):
    """One round; lanes 1, 2, 8, 12, 17 and 20 are complemented before and after."""
    s = source.lanes
    e = target.lanes
    t0, t1, t2, t3, t4 = _theta(source)
    x0 = rotate_left(s[4] ^ t4, 27)
    x1 = rotate_left(s[5] ^ t0, 36)
    x2 = rotate_left(s[11] ^ t1, 10)
    x3 = rotate_left(s[17] ^ t2, 15)
    x4 = rotate_left(s[23] ^ t3, 56)
    e[15] = x0 ^ (x1 & x2)
    e[16] = x1 ^ (x2 | x3)
    y3 = ~x3
    e[17] = x2 ^ (y3 | x4)
    e[18] = y3 ^ (x4 & x0)
    e[19] = x4 ^ (x0 | x1)
    x0 = rotate_left(s[1] ^ t1, 1)
    x1 = rotate_left(s[7] ^ t2, 6)
    x2 = rotate_left(s[13] ^ t3, 25)
    x3 = rotate_left(s[19] ^ t4, 8)
    x4 = rotate_left(s[20] ^ t0, 18)
    e[10] = x0 ^ (x1 | x2)
    e[11] = x1 ^ (x2 & x3)
    y3 = ~x3
    e[12] = x2 ^ (y3 & x4)
    e[13] = y3 ^ (x4 | x0)
    e[14] = x4 ^ (x0 & x1)
    x0 = rotate_left(s[2] ^ t2, 62)
    x1 = rotate_left(s[8] ^ t3, 55)
    x2 = rotate_left(s[14] ^ t4, 39)
    x3 = rotate_left(s[15] ^ t0, 41)
    x4 = rotate_left(s[21] ^ t1, 2)
    y1 = ~x1
    e[20] = x0 ^ (y1 & x2)
    e[21] = y1 ^ (x2 | x3)
    e[22] = x2 ^ (x3 & x4)
    e[23] = x3 ^ (x4 | x0)
    e[24] = x4 ^ (x0 & x1)
    x0 = rotate_left(s[3] ^ t3, 28)
    x1 = rotate_left(s[9] ^ t4, 20)
    x2 = rotate_left(s[10] ^ t0, 3)
    x3 = rotate_left(s[16] ^ t1, 45)
    x4 = rotate_left(s[22] ^ t2, 61)
    e[5] = x0 ^ (x1 | x2)
    e[6] = x1 ^ (x2 & x3)
    e[7] = x2 ^ (x3 | ~x4)
    e[8] = x3 ^ (x4 | x0)
    e[9] = x4 ^ (x0 & x1)
    x0 = s[0] ^ t0
    x1 = rotate_left(s[6] ^ t1, 44)
    x2 = rotate_left(s[12] ^ t2, 43)
    x3 = rotate_left(s[18] ^ t3, 21)
    x4 = rotate_left(s[24] ^ t4, 14)
    e[0] = x0 ^ (x1 | x2) ^ constant
    e[1] = x1 ^ (~x2 | x3)
    e[2] = x2 ^ (x3 & x4)
    e[3] = x3 ^ (x4 | x0)
    e[4] = x4 ^ (x0 & x1)


@function(inline=False)
def _permute_memory(first: Lanes, second: Lanes):
    """Permute ``first``, in a function of its own, since LLVM may not know here that the two are
    apart: it would move loads over stores, and spill. The order of the rows is the best of many
    that were measured."""
    source = first
    target = second
    for i in unroll(_COMPLEMENTED):
        first.lanes[i] = ~first.lanes[i]
    for number in range(_ROUNDS):
        _round_in_memory(source, target, ROUND_CONSTANTS[number])
        written = target
        target = source
        source = written
    for i in unroll(_COMPLEMENTED):
        first.lanes[i] = ~first.lanes[i]


@function(inline=False)
def permute(state: KeccakState):
    """Permute ``state.now``."""
    if RISCV:
        _permute_memory(state.now, state.next)
    else:
        _permute_values(state.now)
