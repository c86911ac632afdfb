"""The machine's two delegations, computed: what they are where the machine is not the target.

Source:  zksync-airbender v0.5.2, delegation circuits 0x7ca (u256) and 0x7c7 (blake2s round);
         RFC 7693 for the round itself.
Errors:  traps on what the machine refuses: one cell given twice, an unknown control word, a
         message shorter than 16 words.
"""

from zkos.lang.cells import Blake2State, U256Cell
from zkos.lang.containers import Array, Slice, table
from zkos.lang.functions import function
from zkos.lang.integers import u8, u32, u256, u512
from zkos.lang.intrinsics import (
    BLAKE2_COMPRESSION,
    BLAKE2_LAST,
    BLAKE2_RIGHT_NODE,
    U256_ADD,
    U256_CARRY,
    U256_COPY,
    U256_EQUAL,
    U256_MUL_HIGH,
    U256_MUL_LOW,
    U256_REVERSE_SUB,
    U256_SUB,
    local,
    range,
    rotate_right,
    trailing_zeros,
    trap,
    unroll,
)

_MESSAGE_ORDERS = (
    "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8",
    "905724afe1bc683d", "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a",
    "6fe9b308c2d714a5", "a2847615fb9e3cd0",
)  # fmt: skip
SIGMA = table(u8, [int(digit, 16) for order in _MESSAGE_ORDERS for digit in order])
IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
IV_32 = (IV[0] ^ 0x01010020, *IV[1:])  # parameters: digest of 32 bytes, no key
EIGHT = (0, 1, 2, 3, 4, 5, 6, 7)
COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
MIXES = tuple(enumerate(COLUMNS + DIAGONALS))
ROUNDS = 10


@function
def u256_delegation(a: U256Cell, b: U256Cell, control: u32) -> u32:
    """Do one 256-bit operation into ``a``; gives carry, borrow or equality."""
    if a is b:
        trap()
    x = a.number
    y = b.number
    carry_in = u256((control & U256_CARRY) != 0)
    operation = control & ~u32(U256_CARRY)
    flag = False
    if operation == U256_ADD:
        partial = x + y
        a.number = partial + carry_in
        flag = partial < x or a.number < partial
    elif operation == U256_SUB:
        partial = x - y
        a.number = partial - carry_in
        flag = x < y or partial < carry_in
    elif operation == U256_REVERSE_SUB:
        partial = y - x
        a.number = partial - carry_in
        flag = y < x or partial < carry_in
    elif operation == U256_MUL_LOW:
        product = u512(x) * u512(y)
        a.number = u256(product)
        flag = product >> 256 != 0
    elif operation == U256_MUL_HIGH:
        a.number = u256(u512(x) * u512(y) >> 256)
    elif operation == U256_EQUAL:
        flag = x == y
    elif operation == U256_COPY:
        a.number = y + carry_in
        flag = a.number < y
    else:
        trap()
    return u32(flag)


@function(inline=True)
def mix(v: Slice[u32], a: u32, b: u32, c: u32, d: u32, x: u32, y: u32):
    """The function G of RFC 7693, 3.1."""
    # The indices are constants below 16.
    v.unchecked[a] = v.unchecked[a] + v.unchecked[b] + x
    v.unchecked[d] = rotate_right(v.unchecked[d] ^ v.unchecked[a], 16)
    v.unchecked[c] = v.unchecked[c] + v.unchecked[d]
    v.unchecked[b] = rotate_right(v.unchecked[b] ^ v.unchecked[c], 12)
    v.unchecked[a] = v.unchecked[a] + v.unchecked[b] + y
    v.unchecked[d] = rotate_right(v.unchecked[d] ^ v.unchecked[a], 8)
    v.unchecked[c] = v.unchecked[c] + v.unchecked[d]
    v.unchecked[b] = rotate_right(v.unchecked[b] ^ v.unchecked[c], 7)


@function(inline=True)
def gather_message(state: Blake2State, message: Slice[u32], words: Slice[u32], control: u32):
    """Lay out the 16 message words: as given, or with h as one of two nodes."""
    if (control & BLAKE2_COMPRESSION) == 0:
        for i in range(16):
            words[i] = message[i]
    elif (control & BLAKE2_RIGHT_NODE) != 0:
        for i in range(8):
            words[i] = message[i]
            words[i + 8] = state.words[i]
    else:
        for i in range(8):
            words[i] = state.words[i]
            words[i + 8] = message[i]


@function(inline=True)
def start_block(state: Blake2State, control: u32):
    """Set the work vector before round 0; the normal mode keeps v[12] and v[14]."""
    if (control & BLAKE2_COMPRESSION) != 0:
        for i in unroll(EIGHT):
            state.words[8 + i] = IV_32[i]
            state.words[16 + i] = IV[i]
        state.words[20] = state.words[20] ^ 64
        state.words[22] = ~state.words[22]
        return
    for i in unroll(EIGHT):
        state.words[8 + i] = state.words[i]
    for i in unroll(EIGHT[:4]):
        state.words[16 + i] = IV[i]
    state.words[21] = IV[5]
    state.words[23] = IV[7]


@function
def blake2_delegation(state: Blake2State, message: Slice[u32], round_bit: u32, control: u32):
    """Do one round of blake2s; ``round_bit`` is 1 << round."""
    number = trailing_zeros(round_bit)
    if message.length < 16 or number >= ROUNDS or round_bit != u32(1) << number:
        trap()
    words = local(Array[u32, 16])
    gather_message(state, message, words[:], control)
    if number == 0:
        start_block(state, control)
    v = state.words[8:24]
    for step, (a, b, c, d) in unroll(MIXES):
        x = words[u32(SIGMA[number * 16 + 2 * step])]
        y = words[u32(SIGMA[number * 16 + 2 * step + 1])]
        mix(v, a, b, c, d, x, y)
    if (control & BLAKE2_LAST) != 0:
        for i in unroll(EIGHT):
            start = state.words[i]
            if (control & BLAKE2_COMPRESSION) != 0:
                start = u32(IV_32[i])
            state.words[i] = start ^ v[i] ^ v[i + 8]
