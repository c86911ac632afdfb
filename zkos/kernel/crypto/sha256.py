"""sha256, for the precompile at address 2.

Source:  FIPS 180-4, sections 4.1.2, 4.2.2, 5.3.3 and 6.2.
Units:   a digest as u256 is the number whose 32-byte big-endian form it is.
Errors:  none.
"""

import builtins
import math

from zkos.kernel.crypto.padded_blocks import make_block_hash
from zkos.lang import (
    Array,
    Slice,
    function,
    load_be,
    local,
    range,
    rotate_right,
    table,
    u8,
    u32,
    u256,
    unroll,
)


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def _cube_root(number: int) -> int:
    low, high = 0, 1 << 64
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


_FRACTION = (1 << 32) - 1
INITIAL = tuple(math.isqrt(prime << 64) & _FRACTION for prime in _primes(8))
ROUND_CONSTANTS = table(u32, [_cube_root(prime << 96) & _FRACTION for prime in _primes(64)])
_STATE_WORDS = tuple(builtins.range(8))


@function(inline=True)
def _step(
    a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32, addend: u32
) -> tuple[u32, u32]:
    """One step of 6.2.2, 3: the new e (in place of d) and the new a (in place of h)."""
    sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)
    choice = g ^ (e & (f ^ g))
    t1 = h + sum1 + choice + addend
    sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)
    majority = (a & b) | (c & (a | b))
    return d + t1, t1 + sum0 + majority


@function(inline=False)
def _compress(state: Slice[u32], block: Slice[u8]):
    w = local(Array[u32, 64])
    for i in unroll(tuple(builtins.range(16))):
        w[i] = load_be(u32, block, 4 * i)
    for i in range(16, 64):
        x = w[i - 15]
        y = w[i - 2]
        low = rotate_right(x, 7) ^ rotate_right(x, 18) ^ (x >> 3)
        high = rotate_right(y, 17) ^ rotate_right(y, 19) ^ (y >> 10)
        w[i] = w[i - 16] + low + w[i - 7] + high
    a = state[0]
    b = state[1]
    c = state[2]
    d = state[3]
    e = state[4]
    f = state[5]
    g = state[6]
    h = state[7]
    for i in range(0, 64, 8):
        d, h = _step(a, b, c, d, e, f, g, h, w[i] + ROUND_CONSTANTS[i])
        c, g = _step(h, a, b, c, d, e, f, g, w[i + 1] + ROUND_CONSTANTS[i + 1])
        b, f = _step(g, h, a, b, c, d, e, f, w[i + 2] + ROUND_CONSTANTS[i + 2])
        a, e = _step(f, g, h, a, b, c, d, e, w[i + 3] + ROUND_CONSTANTS[i + 3])
        h, d = _step(e, f, g, h, a, b, c, d, w[i + 4] + ROUND_CONSTANTS[i + 4])
        g, c = _step(d, e, f, g, h, a, b, c, w[i + 5] + ROUND_CONSTANTS[i + 5])
        f, b = _step(c, d, e, f, g, h, a, b, w[i + 6] + ROUND_CONSTANTS[i + 6])
        e, a = _step(b, c, d, e, f, g, h, a, w[i + 7] + ROUND_CONSTANTS[i + 7])
    state[0] += a
    state[1] += b
    state[2] += c
    state[3] += d
    state[4] += e
    state[5] += f
    state[6] += g
    state[7] += h


_absorb_message = make_block_hash(_compress, True, "absorb_message_sha256")


@function
def sha256(message: Slice[u8]) -> u256:
    """Hash a byte string."""
    state = local(Array[u32, 8])
    for i in unroll(_STATE_WORDS):
        state[i] = INITIAL[i]
    _absorb_message(state[:], message)
    digest = u256(0)
    for i in unroll(_STATE_WORDS):
        digest = digest << 32 | u256(state[i])
    return digest
