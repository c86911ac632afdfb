"""A program with input: Fibonacci numbers modulo 7919, as many steps as the oracle says.

    python -m examples.machine.build dynamic_fibonacci -o dynamic_fibonacci.bin
    zkos machine run dynamic_fibonacci.bin --input words.txt      (words.txt: 0007a120)

Input:   one word, the number of steps.
Output:  x10 = the number, x11 = the steps.
"""

from zkos.lang import Slice, csr_read, function, range, u8, u32

MODULUS = 7919


@function(export="zkos_main")
def main(heap: Slice[u8], output: Slice[u32]):
    """Read the number of steps and leave the result."""
    steps = csr_read()
    a = u32(0)
    b = u32(1)
    for _ in range(steps):
        c = (a + b) % MODULUS
        a = b
        b = c
    output[0] = b
    output[1] = steps
