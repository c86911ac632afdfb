"""keccak256 as Ethereum uses it: Keccak[c=512] with the original padding byte 0x01.

Source:  FIPS 202, section 3.2 (theta, rho, pi, chi, iota) for the permutation; the padding is
         that of the Keccak submission of 2011, not the 0x06 of SHA-3.
Units:   lengths in bytes; a digest as u256 is the number whose 32-byte big-endian form it is.
Modes:   the machine has no delegation for it: the same code everywhere.
Errors:  none.
"""

import builtins

from zkos.lang import (
    Array,
    Slice,
    as_bytes,
    byte_swap,
    copy,
    fill,
    function,
    load_le,
    local,
    range,
    rotate_left,
    store_be,
    struct,
    table,
    u8,
    u32,
    u64,
    u256,
    unroll,
    value,
)

RATE_BYTES = 136
DIGEST_BYTES = 32
_RATE_LANES = tuple(builtins.range(RATE_BYTES // 8))
_ROUNDS = 24


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


@function(inline=True)
def _load_plane(lanes: Slice[u64], first: u32) -> Plane:
    return Plane(lanes[first], lanes[first + 1], lanes[first + 2], lanes[first + 3],
                 lanes[first + 4])  # fmt: skip


@function(inline=True)
def _store_plane(lanes: Slice[u64], first: u32, plane: Plane):
    lanes[first] = plane.x0
    lanes[first + 1] = plane.x1
    lanes[first + 2] = plane.x2
    lanes[first + 3] = plane.x3
    lanes[first + 4] = plane.x4


@function(inline=False)
def keccak_f(state: Slice[u64]):
    """Permute the 25 lanes, lane x + 5y at index x + 5y."""
    lanes = state[:25]
    a = _load_plane(lanes, 0)
    b = _load_plane(lanes, 5)
    c = _load_plane(lanes, 10)
    d = _load_plane(lanes, 15)
    e = _load_plane(lanes, 20)
    for number in range(_ROUNDS):
        a, b, c, d, e = _round(a, b, c, d, e, ROUND_CONSTANTS[number])
    _store_plane(lanes, 0, a)
    _store_plane(lanes, 5, b)
    _store_plane(lanes, 10, c)
    _store_plane(lanes, 15, d)
    _store_plane(lanes, 20, e)


@struct
class Keccak256:
    """A hash under way: ``begin``, ``absorb`` as often as needed, ``finish`` once."""

    lanes: Array[u64, 25]
    block: Array[u64, 17]
    pending_bytes: u32

    def begin(self):
        """Start a new hash; a fresh (zeroed) hasher needs no call."""
        fill(self.lanes[:], 0)
        self.pending_bytes = 0

    def _absorb_block(self):
        for i in unroll(_RATE_LANES):
            self.lanes[i] = self.lanes[i] ^ self.block[i]
        keccak_f(self.lanes[:])

    def absorb(self, data: Slice[u8]):
        """Add bytes to the message."""
        block = as_bytes(self.block[:])
        pending = self.pending_bytes
        rest = data
        if pending != 0:
            room = RATE_BYTES - pending
            if rest.length < room:
                copy(block[pending : pending + rest.length], rest)
                self.pending_bytes = pending + rest.length
                return
            copy(block[pending:], rest[:room])
            self._absorb_block()
            rest = rest[room:]
        while rest.length >= RATE_BYTES:
            copy(block, rest[:RATE_BYTES])
            self._absorb_block()
            rest = rest[RATE_BYTES:]
        copy(block[: rest.length], rest)
        self.pending_bytes = rest.length

    def absorb_u256(self, number: u256):
        """Add the 32 big-endian bytes of a number."""
        word = local(Array[u8, 32])
        store_be(word[:], 0, number)
        self.absorb(word[:])

    def finish(self) -> u256:
        """Pad, and give the digest; ``begin`` makes the hasher usable again."""
        block = as_bytes(self.block[:])
        fill(block[self.pending_bytes :], 0)
        block[self.pending_bytes] = 0x01
        block[RATE_BYTES - 1] = block[RATE_BYTES - 1] | 0x80
        self._absorb_block()
        return byte_swap(load_le(u256, as_bytes(self.lanes[:4]), 0))

    def finish_into(self, digest: Slice[u8]):
        """Pad, and write the digest as 32 bytes."""
        store_be(digest, 0, self.finish())


@function
def keccak256(data: Slice[u8]) -> u256:
    """Hash a byte string."""
    hasher = local(Keccak256)
    hasher.absorb(data)
    return hasher.finish()


@function
def keccak256_into(data: Slice[u8], digest: Slice[u8]):
    """Hash a byte string and write the digest as 32 bytes."""
    store_be(digest, 0, keccak256(data))
