"""ripemd160, for the precompile at address 3.

Source:  Dobbertin, Bosselaers, Preneel, "RIPEMD-160: a strengthened version of RIPEMD" (1996),
         section 3 and appendix A: two lines of five rounds of sixteen steps.
Units:   a digest as u160 is the number whose 20-byte big-endian form it is.
Errors:  none.
"""

import builtins
import math
from typing import Any

from zkos.kernel.crypto.padded_blocks import make_block_hash
from zkos.lang import (
    Array,
    Slice,
    byte_swap,
    function,
    load_le,
    local,
    rotate_left,
    u8,
    u32,
    u160,
    unroll,
)

INITIAL = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0)

# Rotation of the step that takes message word X, by round (rows) and X (columns); both lines.
_ROTATIONS = (
    (11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8),
    (12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7),
    (13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9),
    (14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6),
    (15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5),
)
_RHO = (7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8)


@function(inline=True)
def _parity(x: u32, y: u32, z: u32) -> u32:
    return x ^ y ^ z


@function(inline=True)
def _choose(x: u32, y: u32, z: u32) -> u32:
    return z ^ (x & (y ^ z))


@function(inline=True)
def _or_not(x: u32, y: u32, z: u32) -> u32:
    return (x | ~y) ^ z


@function(inline=True)
def _choose_by_last(x: u32, y: u32, z: u32) -> u32:
    return y ^ (z & (x ^ y))


@function(inline=True)
def _last_or_not(x: u32, y: u32, z: u32) -> u32:
    return x ^ (y | ~z)


_MIXERS = (_parity, _choose, _or_not, _choose_by_last, _last_or_not)


def _cube_root(number: int) -> int:
    root = round(number ** (1 / 3))
    while root**3 > number:
        root -= 1
    while (root + 1) ** 3 <= number:
        root += 1
    return root


def _steps(words: list[int], mixers: tuple[Any, ...], constants: list[int]) -> tuple[Any, ...]:
    """List (mixer, constant, message word, rotation) of the 80 steps of a line."""
    steps = []
    for number in builtins.range(5):
        mixer, constant, rotations = mixers[number], constants[number], _ROTATIONS[number]
        steps += [(mixer, constant, word, rotations[word]) for word in words]
        words = [_RHO[word] for word in words]
    return tuple(steps)


_SCALED = [prime << 60 for prime in (2, 3, 5, 7)]
_CUBES = [prime << 90 for prime in (2, 3, 5, 7)]
_LEFT = _steps(list(builtins.range(16)), _MIXERS, [0] + [math.isqrt(n) for n in _SCALED])
_RIGHT = _steps(
    [(9 * i + 5) % 16 for i in builtins.range(16)],
    _MIXERS[::-1],
    [_cube_root(n) for n in _CUBES] + [0],
)
_STEPS = tuple(zip(_LEFT, _RIGHT, strict=True))


@function(inline=True)
def _step(
    a: u32, b: u32, c: u32, d: u32, e: u32, addend: u32, rotation: u32
) -> tuple[u32, u32, u32, u32, u32]:
    return e, rotate_left(a + addend, rotation) + e, b, rotate_left(c, 10), d


@function(inline=False)
def _compress(state: Slice[u32], block: Slice[u8]):
    words = local(Array[u32, 16])
    for i in unroll(tuple(builtins.range(16))):
        words[i] = load_le(u32, block, 4 * i)
    a = state[0]
    b = state[1]
    c = state[2]
    d = state[3]
    e = state[4]
    v = a
    w = b
    x = c
    y = d
    z = e
    # Each line waits for its own last step, so the two go side by side.
    for left, right in unroll(_STEPS):
        a, b, c, d, e = _step(a, b, c, d, e, left[0](b, c, d) + words[left[2]] + left[1], left[3])
        v, w, x, y, z = _step(
            v, w, x, y, z, right[0](w, x, y) + words[right[2]] + right[1], right[3]
        )
    first = state[1] + c + y
    state[1] = state[2] + d + z
    state[2] = state[3] + e + v
    state[3] = state[4] + a + w
    state[4] = state[0] + b + x
    state[0] = first


_absorb_message = make_block_hash(_compress, False, "absorb_message_ripemd160")


@function
def ripemd160(message: Slice[u8]) -> u160:
    """Hash a byte string."""
    state = local(Array[u32, 5])
    for i in unroll(tuple(builtins.range(5))):
        state[i] = INITIAL[i]
    _absorb_message(state[:], message)
    digest = u160(0)
    for i in unroll(tuple(builtins.range(5))):
        digest = digest << 32 | u160(byte_swap(state[i]))
    return digest
