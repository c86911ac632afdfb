"""blake2s with a 32-byte digest and no key: the hash of ZKsync OS's tree and preimages.

Source:  RFC 7693, sections 3.1 and 3.2; airbender-machine.md 4 for the delegation.
Units:   lengths in bytes; a digest as u256 is the number whose 32-byte big-endian form it is.
Modes:   on the RISC-V machine a round is one delegation; elsewhere it is typed code.
Errors:  none. Messages are shorter than 2^32 bytes, as all byte strings here.
"""

import builtins

from zkos.lang import (
    RISCV,
    Array,
    Blake2State,
    Slice,
    as_bytes,
    blake2_delegation,
    byte_swap,
    copy,
    fill,
    function,
    load_le,
    local,
    rotate_right,
    store_be,
    struct,
    u8,
    u32,
    u64,
    u256,
    unroll,
)

BLOCK_BYTES = 64
DIGEST_BYTES = 32
NODE_BYTES = 64
_WORDS = tuple(builtins.range(8))

IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
_PARAMETERS = 0x01010000 | DIGEST_BYTES  # fanout 1, depth 1, no key
_INITIAL = (IV[0] ^ _PARAMETERS, *IV[1:])

SIGMA = (
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

# The delegation keeps v[12] and v[14] for the caller to prepare.
_COUNTER = 8 + 12
_LAST_FLAG = 8 + 14
_PLAIN_ROUNDS = tuple((1 << number, int(number == 9)) for number in builtins.range(10))
BLAKE2_RIGHT_NODE = 2  # control bits of the delegation
BLAKE2_COMPRESSION = 4
_NODE_ROUNDS = tuple((bit, last | BLAKE2_COMPRESSION) for bit, last in _PLAIN_ROUNDS)


@function(inline=True)
def _mix(a: u32, b: u32, c: u32, d: u32, x: u32, y: u32) -> tuple[u32, u32, u32, u32]:
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
def _compress(state: Blake2State, message: Slice[u32], total_bytes: u32, is_last: bool):
    """The function F of RFC 7693, 3.2, on the first eight words of the state."""
    h = state.words
    m = local(Array[u32, 16])
    copy(m[:], message[:16])
    v0 = h[0]
    v1 = h[1]
    v2 = h[2]
    v3 = h[3]
    v4 = h[4]
    v5 = h[5]
    v6 = h[6]
    v7 = h[7]
    v8 = u32(IV[0])
    v9 = u32(IV[1])
    v10 = u32(IV[2])
    v11 = u32(IV[3])
    v12 = IV[4] ^ total_bytes
    v13 = u32(IV[5])
    v14 = ~u32(IV[6]) if is_last else u32(IV[6])
    v15 = u32(IV[7])
    for s in unroll(SIGMA):
        v0, v4, v8, v12 = _mix(v0, v4, v8, v12, m[s[0]], m[s[1]])
        v1, v5, v9, v13 = _mix(v1, v5, v9, v13, m[s[2]], m[s[3]])
        v2, v6, v10, v14 = _mix(v2, v6, v10, v14, m[s[4]], m[s[5]])
        v3, v7, v11, v15 = _mix(v3, v7, v11, v15, m[s[6]], m[s[7]])
        v0, v5, v10, v15 = _mix(v0, v5, v10, v15, m[s[8]], m[s[9]])
        v1, v6, v11, v12 = _mix(v1, v6, v11, v12, m[s[10]], m[s[11]])
        v2, v7, v8, v13 = _mix(v2, v7, v8, v13, m[s[12]], m[s[13]])
        v3, v4, v9, v14 = _mix(v3, v4, v9, v14, m[s[14]], m[s[15]])
    h[0] = h[0] ^ v0 ^ v8
    h[1] = h[1] ^ v1 ^ v9
    h[2] = h[2] ^ v2 ^ v10
    h[3] = h[3] ^ v3 ^ v11
    h[4] = h[4] ^ v4 ^ v12
    h[5] = h[5] ^ v5 ^ v13
    h[6] = h[6] ^ v6 ^ v14
    h[7] = h[7] ^ v7 ^ v15


@function(inline=True)
def _compress_by_delegation(
    state: Blake2State, message: Slice[u32], total_bytes: u32, is_last: bool
):
    state.words[_COUNTER] = IV[4] ^ total_bytes
    state.words[_LAST_FLAG] = ~u32(IV[6]) if is_last else u32(IV[6])
    for round_bit, control in unroll(_PLAIN_ROUNDS):
        blake2_delegation(state, message, round_bit, control)


@struct
class Blake2s256:
    """A hash under way: ``begin``, ``absorb`` as often as needed, ``finish`` once."""

    state: Blake2State
    block: Array[u32, 16]
    pending_bytes: u32
    total_bytes: u32

    def begin(self):
        """Start a hash; every hash begins with this call, the first one too."""
        for i in unroll(_WORDS):
            self.state.words[i] = _INITIAL[i]
        self.pending_bytes = 0
        self.total_bytes = 0

    def _absorb_block(self, is_last: bool):
        if RISCV:
            _compress_by_delegation(self.state, self.block[:], self.total_bytes, is_last)
        else:
            _compress(self.state, self.block[:], self.total_bytes, is_last)

    def absorb(self, data: Slice[u8]):
        """Add bytes to the message. A full block waits, since the last one is marked."""
        block = as_bytes(self.block[:])
        pending = self.pending_bytes
        rest = data
        room = BLOCK_BYTES - pending
        if rest.length <= room:
            copy(block[pending : pending + rest.length], rest)
            self.pending_bytes = pending + rest.length
            return
        copy(block[pending:], rest[:room])
        rest = rest[room:]
        self.total_bytes += BLOCK_BYTES
        self._absorb_block(False)
        while rest.length > BLOCK_BYTES:
            copy(block, rest[:BLOCK_BYTES])
            rest = rest[BLOCK_BYTES:]
            self.total_bytes += BLOCK_BYTES
            self._absorb_block(False)
        copy(block[: rest.length], rest)
        self.pending_bytes = rest.length

    def absorb_u256(self, number: u256):
        """Add the 32 big-endian bytes of a number."""
        word = local(Array[u8, 32])
        store_be(word[:], 0, number)
        self.absorb(word[:])

    def absorb_u64_be(self, number: u64):
        """Add the 8 big-endian bytes of a number."""
        word = local(Array[u8, 8])
        store_be(word[:], 0, number)
        self.absorb(word[:])

    def finish(self) -> u256:
        """Pad, and give the digest; ``begin`` makes the hasher usable again."""
        fill(as_bytes(self.block[:])[self.pending_bytes :], 0)
        self.total_bytes += self.pending_bytes
        self._absorb_block(True)
        return byte_swap(load_le(u256, as_bytes(self.state.words[:8]), 0))


@function
def blake2s256(data: Slice[u8]) -> u256:
    """Hash a byte string."""
    hasher = local(Blake2s256)
    hasher.begin()
    hasher.absorb(data)
    return hasher.finish()


# ------------------------------------------------------------------ block by block, in place


@function(inline=True)
def start_blocks(state: Blake2State):
    """Begin a hash whose blocks are given by ``add_block``."""
    for i in unroll(_WORDS):
        state.words[i] = _INITIAL[i]


@function(inline=True)
def add_block(state: Blake2State, message: Slice[u32], total_bytes: u32, is_last: bool):
    """Hash 16 words; ``total_bytes`` counts the message up to and including this block.

    On the machine the words must lie in RAM. After the last block the digest is the state's
    first eight words.
    """
    if RISCV:
        _compress_by_delegation(state, message, total_bytes, is_last)
    else:
        _compress(state, message, total_bytes, is_last)


@function(inline=False)
def join_nodes(state: Blake2State, other: Slice[u32], is_right: bool):
    """Hash two tree nodes: the state's first eight words and those of ``other``.

    The result replaces the former. ``is_right`` says that the state is the right one of the two.
    ``other`` has 16 readable words, of which eight count; on the machine they lie in RAM.
    """
    if RISCV:
        if is_right:
            for round_bit, control in unroll(_NODE_ROUNDS):
                blake2_delegation(state, other, round_bit, control | BLAKE2_RIGHT_NODE)
        else:
            for round_bit, control in unroll(_NODE_ROUNDS):
                blake2_delegation(state, other, round_bit, control)
    else:
        message = local(Array[u32, 16])
        mine = u32(8) if is_right else u32(0)
        copy(message[mine : mine + 8], state.words[:8])
        copy(message[8 - mine : 16 - mine], other[:8])
        start_blocks(state)
        _compress(state, message[:], NODE_BYTES, True)
