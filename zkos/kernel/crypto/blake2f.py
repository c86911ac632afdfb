"""The compression function F of BLAKE2b with a number of rounds of the caller's choice.

Source:  RFC 7693, sections 2.7, 3.1 and 3.2; EIP-152.
Errors:  none.
"""

from zkos.lang import (
    Array,
    Slice,
    function,
    local,
    range,
    rotate_right,
    table,
    u8,
    u32,
    u64,
    unroll,
)

ROUNDS_OF_SIGMA = 10
IV = (
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
)  # fmt: skip
_SIGMA = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
SIGMA = table(u8, [word for row in _SIGMA for word in row])
# Words that the eight mixings of a round change: four columns, then four diagonals.
_MIXINGS = (
    (0, 0, 4, 8, 12), (1, 1, 5, 9, 13), (2, 2, 6, 10, 14), (3, 3, 7, 11, 15),
    (4, 0, 5, 10, 15), (5, 1, 6, 11, 12), (6, 2, 7, 8, 13), (7, 3, 4, 9, 14),
)  # fmt: skip
_EIGHT = (0, 1, 2, 3, 4, 5, 6, 7)


@function(inline=True)
def _mix(a: u64, b: u64, c: u64, d: u64, x: u64, y: u64) -> tuple[u64, u64, u64, u64]:
    a = a + b + x
    d = rotate_right(d ^ a, 32)
    c = c + d
    b = rotate_right(b ^ c, 24)
    a = a + b + y
    d = rotate_right(d ^ a, 16)
    c = c + d
    b = rotate_right(b ^ c, 63)
    return a, b, c, d


@function
def blake2f(
    rounds: u32, state: Slice[u64], message: Slice[u64], low: u64, high: u64, is_final: bool
):
    """Compress a block of 16 words into the 8 words of state; low and high count the bytes."""
    v = local(Array[u64, 16])
    m = local(Array[u64, 16])
    for i in unroll(_EIGHT):
        v[i] = state[i]
        v[i + 8] = IV[i]
        m[i] = message[i]
        m[i + 8] = message[i + 8]
    v[12] = v[12] ^ low
    v[13] = v[13] ^ high
    if is_final:
        v[14] = ~v[14]
    row = u32(0)
    for _ in range(rounds):
        for number, a, b, c, d in unroll(_MIXINGS):
            # The words of sigma are below 16.
            x = m.unchecked[u32(SIGMA[row + 2 * number])]
            y = m.unchecked[u32(SIGMA[row + 2 * number + 1])]
            v[a], v[b], v[c], v[d] = _mix(v[a], v[b], v[c], v[d], x, y)
        row += 16
        if row == 16 * ROUNDS_OF_SIGMA:
            row = u32(0)
    for i in unroll(_EIGHT):
        state[i] = state[i] ^ v[i] ^ v[i + 8]
