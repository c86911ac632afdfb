"""A program with a delegation: a Fibonacci number, hashed again and again with blake2s.

    python -m examples.machine.build hashed_fibonacci -o hashed_fibonacci.bin
    zkos machine run hashed_fibonacci.bin --input words.txt      (words.txt: 0000000f00000001)

Input:   two words, the number of steps and the number of hashes.
Output:  x10 = the number modulo 10^9, x11 = the steps, x12 = the first word of the last hash.

Each hash is one block, so ten calls of the delegation; its message is the first word of the
hash before it (at first the number), four bytes little-endian.
"""

from zkos.lang import (
    Array,
    Blake2State,
    Slice,
    blake2_delegation,
    csr_read,
    function,
    local,
    range,
    u8,
    u32,
    unroll,
)

MODULUS = 1_000_000_000
MESSAGE_BYTES = 4
IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
INITIAL_STATE = (IV[0] ^ 0x01010020, *IV[1:])
NUMBERED = tuple(enumerate(INITIAL_STATE))
ROUNDS = 10
LAST_ROUND = 1
COUNTER, LAST_FLAG = 8 + 12, 8 + 14


@function
def hash_word(state: Blake2State, message: Slice[u32]) -> u32:
    """Hash the four bytes in ``message[0]``; gives the first word of the digest."""
    for i, word in unroll(NUMBERED):
        state.words[i] = word
    state.words[COUNTER] = IV[4] ^ MESSAGE_BYTES
    state.words[LAST_FLAG] = ~u32(IV[6])
    for number in range(ROUNDS):
        last = u32(number == ROUNDS - 1)
        blake2_delegation(state, message, u32(1) << number, last * LAST_ROUND)
    return state.words[0]


@function(export="zkos_main")
def main(heap: Slice[u8], output: Slice[u32]):
    """Read both counts and leave number, steps and hash."""
    steps = csr_read()
    hashes = csr_read()
    a = u32(1)
    b = u32(1)
    for _ in range(steps):
        c = (a + b) % MODULUS
        a = b
        b = c
    state = local(Blake2State)
    message = local(Array[u32, 16])
    message[0] = b
    for _ in range(hashes):
        message[0] = hash_word(state, message[:])
    output[0] = b
    output[1] = steps
    output[2] = message[0]
