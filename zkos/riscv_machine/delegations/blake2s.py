"""Delegation 0x7c7: one round of blake2s, with the first and last steps of a block around it.

Docs:    docs/machine.md, "Delegation 0x7c7".
Source:  RFC 7693, 2.7 and 3; zksync-airbender v0.5.2, blake2 round with extended control.
Units:   x10 and x11 are byte addresses; the state is 24 words, the message 16.

Bits 2 and above of the round and control words that mean nothing must be 0. The control bit for
the right node counts in compression mode only; in normal mode it changes nothing.

Errors:  a reason to stop (``state``), and nothing is changed then; 0 is success.
"""

from zkos.lang import (
    Array,
    Slice,
    function,
    local,
    range,
    rotate_right,
    table,
    trailing_zeros,
    u32,
    unroll,
)
from zkos.riscv_machine.delegations.operands import check_operand, is_overlapping
from zkos.riscv_machine.state import DELEGATION_CONTROL, DELEGATION_OVERLAP, MachineState

STATE_ALIGNMENT = 128
STATE_WORDS = 24
MESSAGE_WORDS = 16
ROUNDS = 10

LAST_ROUND = 1
RIGHT_NODE = 2
COMPRESSION = 4

IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
NODE_IV = (IV[0] ^ 0x01010020, *IV[1:])  # 32-byte digest, no key, fanout 1, depth 1
NODE_BYTES = 64

PERMUTATIONS = (
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
PERMUTATION = table(u32, [word for row in PERMUTATIONS for word in row])

# The eight G functions of a round: the four columns, then the four diagonals.
MIXES = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
NUMBERED_MIXES = tuple(enumerate(MIXES))
EIGHT = (0, 1, 2, 3, 4, 5, 6, 7)
SIXTEEN = (*EIGHT, 8, 9, 10, 11, 12, 13, 14, 15)
# Words of v that round 0 sets in normal mode: 12 and 14 are the caller's.
PRESET = (0, 1, 2, 3, 5, 7)


@function(inline=True)
def mix(a: u32, b: u32, c: u32, d: u32, x: u32, y: u32) -> tuple[u32, u32, u32, u32]:
    """The function G of RFC 7693, 3.1."""
    a += b + x
    d = rotate_right(d ^ a, 16)
    c += d
    b = rotate_right(b ^ c, 12)
    a += b + y
    d = rotate_right(d ^ a, 8)
    c += d
    b = rotate_right(b ^ c, 7)
    return a, b, c, d


@function(inline=False)
def run_round(state: Slice[u32], message: Slice[u32], number: u32, control: u32):
    """Do round ``number`` on h and v (``state``, 24 words) with 16 message words."""
    v = local(Array[u32, 16])
    for i in unroll(SIXTEEN):
        v[i] = state.unchecked[8 + i]
    if number == 0:
        if control & COMPRESSION != 0:
            for i in unroll(EIGHT):
                v[i] = NODE_IV[i]
                v[8 + i] = IV[i]
            v[12] = v[12] ^ NODE_BYTES
            v[14] = ~v[14]
        else:
            for i in unroll(EIGHT):
                v[i] = state.unchecked[i]
            for i in unroll(PRESET):
                v[8 + i] = IV[i]
    row = number * 16
    for i, (a, b, c, d) in unroll(NUMBERED_MIXES):
        x = message.unchecked[PERMUTATION.unchecked[row + 2 * i]]
        y = message.unchecked[PERMUTATION.unchecked[row + 2 * i + 1]]
        new_a, new_b, new_c, new_d = mix(v[a], v[b], v[c], v[d], x, y)
        v[a] = new_a
        v[b] = new_b
        v[c] = new_c
        v[d] = new_d
    for i in unroll(SIXTEEN):
        state.unchecked[8 + i] = v[i]
    if control & LAST_ROUND != 0:
        for i in unroll(EIGHT):
            start = u32(NODE_IV[i]) if control & COMPRESSION != 0 else state.unchecked[i]
            state.unchecked[i] = start ^ v[i] ^ v[8 + i]


@function(inline=False)
def join_nodes(state: Slice[u32], given: Slice[u32], control: u32, message: Slice[u32]):
    """Make the message of compression mode: the node h and the given one, in their order."""
    for i in range(8):
        own, other = i, i + 8
        if control & RIGHT_NODE != 0:
            own, other = i + 8, i
        message[own] = state[i]
        message[other] = given[i]


@function(inline=False)
def call(m: MachineState, ram: Slice[u32]) -> u32:
    """Carry out the call that x10 to x13 describe."""
    reason = check_operand(ram, m.x[10], STATE_ALIGNMENT, STATE_WORDS)
    if reason != 0:
        return reason
    reason = check_operand(ram, m.x[11], 4, MESSAGE_WORDS)
    if reason != 0:
        return reason
    if is_overlapping(m.x[10], STATE_WORDS, m.x[11], MESSAGE_WORDS):
        return u32(DELEGATION_OVERLAP)
    number = trailing_zeros(m.x[12])
    if number >= ROUNDS or m.x[12] != u32(1) << number:
        return u32(DELEGATION_CONTROL)
    if m.x[13] > (LAST_ROUND | RIGHT_NODE | COMPRESSION):
        return u32(DELEGATION_CONTROL)
    state = ram[m.x[10] >> 2 :][:STATE_WORDS]
    given = ram[m.x[11] >> 2 :][:MESSAGE_WORDS]
    if m.x[13] & COMPRESSION != 0:
        joined = local(Array[u32, 16])
        join_nodes(state, given, m.x[13], joined[:])
        run_round(state, joined[:], number, m.x[13])
    else:
        run_round(state, given, number, m.x[13])
    m.blake2s_calls += 1
    return u32(0)
