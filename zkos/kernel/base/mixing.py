"""Hashes of keys for in-memory maps: quick, not cryptographic.

The tables are private to one run and their size is bounded by what the block pays for; a block
that aims at collisions slows its own proof down by a bounded factor per access.

Source:  multiplier of Fibonacci hashing, 2^64 divided by the golden ratio (Knuth, TAOCP 3, 6.4).
Units:   none.
Errors:  none.
"""

from zkos.lang import function, u32, u64, u160, u256

_GOLDEN = 0x9E3779B97F4A7C15
_GOLDEN_32 = 0x9E3779B1


@function(inline=True)
def mix_u64(number: u64) -> u32:
    """Spread 64 bits over 32."""
    product = number * _GOLDEN
    return u32(product >> 32) ^ u32(product)


@function
def mix_u160(number: u160) -> u32:
    """Spread an address over 32 bits."""
    folded = u32(number) ^ u32(number >> 32) * 3 ^ u32(number >> 64) * 5
    folded = folded ^ u32(number >> 96) * 7 ^ u32(number >> 128) * 11
    product = folded * _GOLDEN_32
    return product ^ product >> 15


@function
def mix_u256(number: u256) -> u32:
    """Spread 32 bytes over 32 bits."""
    low = u64(number) ^ u64(number >> 64) * 3
    high = u64(number >> 128) * 5 ^ u64(number >> 192) * 7
    return mix_u64(low ^ high)
