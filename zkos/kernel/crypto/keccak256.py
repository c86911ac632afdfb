"""keccak256 as Ethereum uses it: Keccak[c=512] with the original padding byte 0x01.

Source:  FIPS 202, section 4 for the sponge, keccak_f.py for the permutation; the padding is that
         of the Keccak submission of 2011, not the 0x06 of SHA-3.
Units:   lengths in bytes; a digest as u256 is the number whose 32-byte big-endian form it is.
Modes:   the machine has no delegation for it: the same code everywhere.
Errors:  none.
"""

import builtins

from zkos.kernel.crypto.keccak_f import KeccakState, permute
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
    store_be,
    struct,
    u8,
    u32,
    u64,
    u256,
    unroll,
)

RATE_BYTES = 136
_RATE_LANES = tuple(builtins.range(RATE_BYTES // 8))


@struct
class Keccak256:
    """A hash under way: ``begin``, ``absorb`` as often as needed, ``finish`` once."""

    state: KeccakState
    block: Array[u64, 17]
    pending_bytes: u32

    def begin(self):
        """Start a new hash; a fresh (zeroed) hasher needs no call."""
        fill(self.state.now.lanes[:], 0)
        self.pending_bytes = 0

    def _absorb_block(self):
        lanes = self.state.now.lanes
        for i in unroll(_RATE_LANES):
            lanes[i] = lanes[i] ^ self.block[i]
        permute(self.state)

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

    def absorb_u64_be(self, number: u64):
        """Add the 8 big-endian bytes of a number."""
        word = local(Array[u8, 8])
        store_be(word[:], 0, number)
        self.absorb(word[:])

    def finish(self) -> u256:
        """Pad, and give the digest; ``begin`` makes the hasher usable again."""
        block = as_bytes(self.block[:])
        fill(block[self.pending_bytes :], 0)
        block[self.pending_bytes] = 0x01
        block[RATE_BYTES - 1] = block[RATE_BYTES - 1] | 0x80
        self._absorb_block()
        return byte_swap(load_le(u256, as_bytes(self.state.now.lanes[:4]), 0))


@function
def keccak256(data: Slice[u8]) -> u256:
    """Hash a byte string."""
    hasher = local(Keccak256)
    hasher.absorb(data)
    return hasher.finish()
