"""Operations that the compiler lowers itself; here is what each one means.

Errors:  Trap for offsets out of range; LanguageError for wrong types.
"""

import builtins
from collections.abc import Iterable, Iterator
from typing import Any

from zkos.lang.containers import Array, Slice, element_bytes, is_flat, zero
from zkos.lang.errors import LanguageError, Trap
from zkos.lang.integers import Integer, coerce, is_integer, u8, u32

# ---------------------------------------------------------------------------- control


def range(*bounds: Any) -> Iterator[Any]:  # noqa: A001  (shadows on purpose: typed counters)
    """Count like the builtin; the counter has the type of the typed bound (u32 for literals).

    The bounds are read once. The step is a positive literal. ``stop`` below ``start`` is empty.
    """
    kinds = {type(bound) for bound in bounds if type(bound) is not int}
    if len(kinds) > 1:
        raise LanguageError(f"range over mixed types: {sorted(k.__name__ for k in kinds)}")
    kind = kinds.pop() if kinds else u32
    if not is_integer(kind):
        raise LanguageError(f"range over {kind.__name__}")
    if len(bounds) == 3 and int(bounds[2]) <= 0:
        raise LanguageError("the step of range is a positive literal")
    return (kind(number) for number in builtins.range(*(int(bound) for bound in bounds)))


def unroll(items: Iterable[Any]) -> Iterable[Any]:
    """Repeat the loop body for each item of an import-time sequence, each item a constant."""
    return items


def switch(subject: Any, keys: Iterable[Any]) -> Iterable[Any]:
    """``for key in switch(x, KEYS): body`` runs the body once with ``key`` constant, if x is a key.

    The compiler makes one ``switch`` with a copy of the body per key. When no key matches, the
    ``else`` branch of the loop runs (the body must not ``break`` for that to hold).
    """
    return [key for key in keys if int(key) == int(subject)]


def trap() -> Any:
    """Stop the program: what follows is never reached."""
    raise Trap("trap()")


def likely(condition: bool) -> bool:
    """Say that the condition is usually true."""
    return condition


def unlikely(condition: bool) -> bool:
    """Say that the condition is usually false."""
    return condition


def select(condition: bool, if_true: Any, if_false: Any) -> Any:
    """Choose without a branch; both sides are computed."""
    if type(if_true) is not type(if_false):
        if is_integer(type(if_true)):
            if_false = coerce(type(if_true), if_false, "select")
        elif is_integer(type(if_false)):
            if_true = coerce(type(if_false), if_true, "select")
        else:
            raise LanguageError("select between different types")
    return if_true if condition else if_false


# ---------------------------------------------------------------------------- bits


def byte_swap(number: Any) -> Any:
    """Reverse the bytes of an unsigned integer."""
    kind = type(number)
    return int.__new__(kind, int.from_bytes(int(number).to_bytes(kind.bits // 8, "little"), "big"))


def rotate_left(number: Any, count: Any) -> Any:
    """Rotate an unsigned integer to the left; the count is taken modulo the width."""
    kind = type(number)
    count = int(count) % kind.bits
    value = (int(number) << count | int(number) >> (kind.bits - count)) & kind.maximum
    return int.__new__(kind, value)


def rotate_right(number: Any, count: Any) -> Any:
    """Rotate an unsigned integer to the right; the count is taken modulo the width."""
    bits = type(number).bits
    return rotate_left(number, (bits - int(count) % bits) % bits)


def leading_zeros(number: Any) -> Any:
    """Count leading zero bits as a u32; the width itself for zero."""
    return u32(type(number).bits - int(number).bit_length())


def trailing_zeros(number: Any) -> Any:
    """Count trailing zero bits as a u32; the width itself for zero."""
    value = int(number)
    return u32((value & -value).bit_length() - 1 if value else type(number).bits)


def population_count(number: Any) -> Any:
    """Count the one bits as a u32."""
    return u32(int(number).bit_count())


def reinterpret(kind: type[Integer], number: Any) -> Any:
    """Read the same bits as the signed or unsigned type of equal width."""
    if kind.bits != type(number).bits:
        raise LanguageError(f"reinterpret {type(number).__name__} as {kind.__name__}")
    return kind(number)


# ---------------------------------------------------------------------------- memory


def local(kind: Any) -> Any:
    """A zeroed struct or array that lives until the function returns (never in a loop)."""
    return zero(kind)


def _window(data: Any, offset: Any, size: int) -> tuple[Any, int]:
    if isinstance(data, Array):
        data = data[:]
    if data.element is not u8:
        raise LanguageError(f"expected Slice[u8], got {type(data).__name__}")
    offset = int(offset)
    if not 0 <= offset <= data.size - size:
        raise Trap(f"{size} bytes at offset {offset} of {data.size}")
    return data.buffer, data.start + offset


def _load(kind: Any, data: Any, offset: Any, order: Any) -> Any:
    buffer, at = _window(data, offset, kind.bits // 8)
    return int.__new__(kind, int.from_bytes(buffer[at : at + kind.bits // 8], order))


def _store(data: Any, offset: Any, number: Any, order: Any) -> None:
    if not is_integer(type(number)):
        raise LanguageError("store_ needs a typed integer, not a literal")
    size = type(number).bits // 8
    buffer, at = _window(data, offset, size)
    buffer[at : at + size] = int(number).to_bytes(size, order)


def load_le(kind: Any, data: Any, offset: Any) -> Any:
    """Read a little-endian unsigned integer at a byte offset (any alignment)."""
    return _load(kind, data, offset, "little")


def load_be(kind: Any, data: Any, offset: Any) -> Any:
    """Read a big-endian unsigned integer at a byte offset (any alignment)."""
    return _load(kind, data, offset, "big")


def store_le(data: Any, offset: Any, number: Any) -> None:
    """Write an unsigned integer little-endian at a byte offset (any alignment)."""
    _store(data, offset, number, "little")


def store_be(data: Any, offset: Any, number: Any) -> None:
    """Write an unsigned integer big-endian at a byte offset (any alignment)."""
    _store(data, offset, number, "big")


def copy(target: Any, source: Any) -> None:
    """Copy all elements; equal lengths or a trap; the two may overlap."""
    if target.element is not source.element or not is_flat(target.element):
        raise LanguageError("copy is between slices of the same integer type")
    if target.size != source.size:
        raise Trap(f"copy of {source.size} elements into {target.size}")
    if source.size == 0:
        return  # an unset slice has no buffer
    step = element_bytes(target.element)
    data = source.to_bytes()
    target.buffer[target.start * step : target.start * step + len(data)] = data


def fill(target: Any, number: Any) -> None:
    """Set every element to the same number."""
    item = coerce(target.element, number, "fill")
    if target.size == 0:
        return
    step = element_bytes(target.element)
    data = int(item).to_bytes(step, "little", signed=target.element.signed) * target.size
    target.buffer[target.start * step : (target.start + target.size) * step] = data


def prefetch(data: Any, index: Any) -> None:
    """Say that an element of a slice of integers is needed soon.

    It changes nothing but the time that the processor waits; any unsigned index may be given.
    """
    if not is_flat(data.element) or not is_integer(type(index)) or type(index).signed:
        raise LanguageError("prefetch takes a slice of integers and an unsigned index")


def as_words(data: Any) -> Any:
    """See a ``Slice[u8]`` as ``Slice[u32]`` without copying; start and length in fours."""
    if data.start % 4 or data.size % 4:
        raise Trap(f"{data.size} bytes at {data.start} are not words")
    return Slice[u32](data.buffer, data.start // 4, data.size // 4)


def as_bytes(data: Any) -> Any:
    """See a slice of integers as ``Slice[u8]`` without copying (little-endian)."""
    step = element_bytes(data.element)
    return Slice[u8](data.buffer, data.start * step, data.size * step)


# ---------------------------------------------------------------------------- the machine

# Bits of the control word of the u256 delegation (airbender machine, CSR 0x7ca).
U256_ADD, U256_SUB, U256_REVERSE_SUB, U256_MUL_LOW, U256_MUL_HIGH, U256_EQUAL = 1, 2, 4, 8, 16, 32
U256_CARRY, U256_COPY = 64, 128


def u256_delegation(a: Any, b: Any, control: Any) -> Any:
    """One call of the u256 delegation on two ``U256Cell``; gives the flag (carry, borrow, equal).

    ``a`` receives the result, ``b`` must be another cell. ``RISCV`` builds make it one
    instruction; elsewhere it is computed.
    """
    if a is b:
        raise Trap("u256 delegation: both operands are the same cell")
    x, y, control = int(a.number), int(b.number), int(control)
    carry, operation = control >> 6 & 1, control & ~U256_CARRY
    if operation == U256_ADD:
        result = x + y + carry
        flag = result >> 256
    elif operation == U256_SUB:
        result = x - y - carry
        flag = int(result < 0)
    elif operation == U256_REVERSE_SUB:
        result = y - x - carry
        flag = int(result < 0)
    elif operation == U256_MUL_LOW:
        result = x * y
        flag = int(result >> 256 != 0)
    elif operation == U256_MUL_HIGH:
        result, flag = x * y >> 256, 0
    elif operation == U256_EQUAL:
        result, flag = x, int(x == y)
    elif operation == U256_COPY:
        result = y + carry
        flag = result >> 256
    else:
        raise Trap(f"u256 delegation: control word {control:#x}")
    a.number = type(a.number)(result & ((1 << 256) - 1))
    return u32(flag)


_SIGMA = (
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
_IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
_IV_32 = (_IV[0] ^ 0x01010020, *_IV[1:])  # 32-byte digest, no key


def _mix(v: list[int], a: int, b: int, c: int, d: int, x: int, y: int) -> None:
    def turn(word: int, count: int) -> int:
        return (word >> count | word << (32 - count)) & 0xFFFFFFFF

    v[a] = (v[a] + v[b] + x) & 0xFFFFFFFF
    v[d] = turn(v[d] ^ v[a], 16)
    v[c] = (v[c] + v[d]) & 0xFFFFFFFF
    v[b] = turn(v[b] ^ v[c], 12)
    v[a] = (v[a] + v[b] + y) & 0xFFFFFFFF
    v[d] = turn(v[d] ^ v[a], 8)
    v[c] = (v[c] + v[d]) & 0xFFFFFFFF
    v[b] = turn(v[b] ^ v[c], 7)


BLAKE2_LAST, BLAKE2_RIGHT_NODE, BLAKE2_COMPRESSION = 1, 2, 4  # control bits, CSR 0x7c7


def blake2_delegation(state: Any, message: Any, round_bit: Any, control: Any) -> None:
    """One round of blake2s by the delegation 0x7c7 on a ``Blake2State`` and 16 message words.

    ``round_bit`` is ``1 << round``. ``RISCV`` builds make it one instruction; elsewhere it is
    computed. ``message`` is a ``Slice[u32]`` of at least 16 words.
    """
    control, number = int(control), int(round_bit).bit_length() - 1
    if message.size < 16:
        raise Trap(f"blake2 delegation: {message.size} message words")
    words = [int(message[i]) for i in builtins.range(16)]
    h = [int(state.words[i]) for i in builtins.range(8)]
    v = [int(state.words[8 + i]) for i in builtins.range(16)]
    if control & BLAKE2_COMPRESSION:
        words = words[:8] + h if control & BLAKE2_RIGHT_NODE else h + words[:8]
        if number == 0:
            v = [*_IV_32, *_IV]
            v[12] ^= 64
            v[14] ^= 0xFFFFFFFF
    elif number == 0:
        v[:8], v[8:12], v[13], v[15] = h, _IV[:4], _IV[5], _IV[7]
    s = [words[i] for i in _SIGMA[number]]
    for lane in builtins.range(4):
        _mix(v, lane, 4 + lane, 8 + lane, 12 + lane, s[2 * lane], s[2 * lane + 1])
    for lane in builtins.range(4):
        _mix(v, lane, 4 + (lane + 1) % 4, 8 + (lane + 2) % 4, 12 + (lane + 3) % 4,
             s[8 + 2 * lane], s[9 + 2 * lane])  # fmt: skip
    if control & BLAKE2_LAST:
        start = _IV_32 if control & BLAKE2_COMPRESSION else h
        h = [start[i] ^ v[i] ^ v[i + 8] for i in builtins.range(8)]
    for i, word in enumerate(h + v):
        state.words[i] = word
