"""Advice: numbers that are hard to compute and easy to check.

The kernel verifies each by a multiplication, so nothing here is trusted.

Source:  oracle reference, 6.1 (division); SEC 2, secp256k1 (the two primes).
Errors:  OracleError for a question without an answer.
"""

from zkos.host.errors import OracleError
from zkos.host.oracle.memory import Memory
from zkos.interface import oracle_queries as queries
from zkos.interface.wire_host import bytes_to_words

DIGIT_BYTES = 32
"""A digit of the division advice: the guest's big numbers are arrays of 256-bit digits."""
DIVISION_REQUEST_WORDS = 7
FIELD_PRIME = 2**256 - 2**32 - 977
GROUP_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141


def field_advice(kind: int, number: int) -> int:
    """Give a root or an inverse; of a number without a root the root of its negative."""
    if kind == queries.ADVICE_ROOT_MODULO_P:
        root = pow(number, (FIELD_PRIME + 1) // 4, FIELD_PRIME)
        return min(root, FIELD_PRIME - root)
    if kind == queries.ADVICE_INVERSE_MODULO_N:
        return pow(number, -1, GROUP_ORDER) if number % GROUP_ORDER else 0
    raise OracleError(f"unknown kind {kind} of field advice")


def division_advice(pointer: int, memory: Memory) -> list[int]:
    """Give the words of quotient and remainder, their lengths before them."""
    request = memory.read(pointer, 4 * DIVISION_REQUEST_WORDS)
    words = [int.from_bytes(request[at : at + 4], "little") for at in range(0, len(request), 4)]
    operation, dividend_at, dividend_digits, _, _, divisor_at, divisor_digits = words
    if operation != 0:
        raise OracleError(f"unknown operation {operation} of the division advice")
    dividend = memory.read(dividend_at, DIGIT_BYTES * dividend_digits)
    divisor = int.from_bytes(memory.read(divisor_at, DIGIT_BYTES * divisor_digits), "little")
    if divisor == 0:
        raise OracleError("division advice for a divisor of zero")
    quotient, remainder = divmod(int.from_bytes(dividend, "little"), divisor)
    parts = [_words_of_number(quotient), _words_of_number(remainder)]
    return [len(parts[0]), len(parts[1]), *parts[0], *parts[1]]


def _words_of_number(number: int) -> list[int]:
    """Give the words of a number, leading zeros stripped to an even count."""
    length = 8 * -(-number.bit_length() // 64)
    return bytes_to_words(number.to_bytes(length, "little"))
