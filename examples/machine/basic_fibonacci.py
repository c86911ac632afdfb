"""The smallest program: the twelfth Fibonacci number, from no input.

    python -m examples.machine.build basic_fibonacci -o basic_fibonacci.bin
    zkos machine run basic_fibonacci.bin

Output:  x10 = 144.
"""

from zkos.lang import Slice, function, range, u8, u32

STEPS = 10


@function(export="zkos_main")
def main(heap: Slice[u8], output: Slice[u32]):
    """Leave the number in the first output word."""
    a = u32(1)
    b = u32(1)
    for _ in range(STEPS):
        c = a + b
        a = b
        b = c
    output[0] = b
