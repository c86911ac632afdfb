"""Programs that the machine's benchmark runs: no delegations, input through the oracle.

Each reads one word, how much to do, and leaves a checksum in the first output word.
"""

from zkos.kernel.crypto.keccak256 import keccak256
from zkos.lang import Arena, Slice, csr_read, function, local, range, u8, u32, u256

MESSAGE_BYTES = 1000


@function(export="zkos_main", name="hash_main")
def hash_main(heap: Slice[u8], output: Slice[u32]):
    """Hash a changing message of 1000 bytes again and again with keccak256."""
    message = heap[:MESSAGE_BYTES]
    total = u256(0)
    for number in range(csr_read()):
        message[number % MESSAGE_BYTES] = u8(number)
        total += keccak256(message)
    output[0] = u32(total)


@function(export="zkos_main", name="sieve_main")
def sieve_main(heap: Slice[u8], output: Slice[u32]):
    """Count the primes below a limit with the sieve of Eratosthenes, a byte a number."""
    limit = csr_read()
    arena = local(Arena)
    arena.over(heap, True)
    is_composite = arena.slice(bool, limit)
    count = u32(0)
    for number in range(u32(2), limit):
        if not is_composite[number]:
            count += 1
            multiple = number + number
            while multiple < limit:
                is_composite[multiple] = True
                multiple += number
    output[0] = count
