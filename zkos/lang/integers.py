"""Fixed-width integers: u8 to u512 and i8 to i256, alike in all executors.

Here they are subclasses of ``int`` that keep their width. ``+ - *`` and shifts wrap, ``//`` and
``%`` exist for unsigned numbers only and trap on zero, a shift by the width or more gives 0 (or
the sign). Two different widths never meet in one operation, and a plain Python ``int`` beside a
typed number is a literal: it must fit, otherwise the operation is refused.

Units:   a number of bits in ``bits``.
Errors:  LanguageError for what the compiler refuses too; Trap for a division by zero.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from zkos.lang.errors import LanguageError, Trap


class Integer(int):
    """Base of all typed integers; ``bits`` and ``signed`` describe the type."""

    __slots__ = ()
    bits: ClassVar[int]
    signed: ClassVar[bool]
    minimum: ClassVar[int]
    maximum: ClassVar[int]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"

    def __format__(self, spec: str) -> str:
        return format(int(self), spec)

    __str__ = int.__repr__


def _wrap(kind: type[Integer], value: int) -> int:
    value &= (1 << kind.bits) - 1
    if kind.signed and value > kind.maximum:
        value -= 1 << kind.bits
    return value


def literal(kind: type[Integer], value: int) -> Integer:
    """Give a plain ``int`` the type ``kind``; it must be in range."""
    if not kind.minimum <= value <= kind.maximum:
        raise LanguageError(
            f"literal {value} does not fit {kind.__name__} ({kind.minimum}..{kind.maximum})"
        )
    return int.__new__(kind, value)


def coerce(kind: type[Integer], value: object, where: str) -> Integer:
    """Accept a ``kind`` or a literal where a ``kind`` is expected."""
    if type(value) is kind:
        return value
    if type(value) is int:
        return literal(kind, value)
    raise LanguageError(f"{where}: expected {kind.__name__}, got {type(value).__name__}")


def _make(name: str, bits: int, signed: bool) -> type[Integer]:
    def new(cls: type[Integer], value: object = 0) -> Integer:
        if type(value) is int:
            return literal(cls, value)
        if isinstance(value, Integer | bool):
            return int.__new__(cls, _wrap(cls, int(value)))
        number = getattr(value, "__index__", None)
        if number is None:
            raise LanguageError(f"cannot convert {type(value).__name__} to {name}")
        return int.__new__(cls, _wrap(cls, number()))

    minimum, maximum = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    members: dict[str, Any] = {
        "__slots__": (),
        "__new__": new,
        "bits": bits,
        "signed": signed,
        "minimum": minimum,
        "maximum": maximum,
    }
    kind: type[Integer] = type(name, (Integer,), members)
    kind.__module__ = __name__

    def binary(symbol: str, method: str, rule: Callable[[int, int], int]) -> None:
        def forward(self: Integer, other: object) -> Integer:
            if type(other) is not kind:
                other = coerce(kind, other, f"{name} {symbol}")
            return int.__new__(kind, _wrap(kind, rule(int(self), int(other))))  # type: ignore[call-overload]

        def backward(self: Integer, other: object) -> Integer:
            typed = coerce(kind, other, f"{symbol} {name}")
            return int.__new__(kind, _wrap(kind, rule(int(typed), int(self))))

        setattr(kind, f"__{method}__", forward)
        setattr(kind, f"__r{method}__", backward)

    def unsigned_only(rule: Callable[[int, int], int]) -> Callable[[int, int], int]:
        def checked(a: int, b: int) -> int:
            if signed:
                raise LanguageError(f"// and % are for unsigned integers, not {name}")
            if b == 0:
                raise Trap("division by zero")
            return rule(a, b)

        return checked

    binary("+", "add", lambda a, b: a + b)
    binary("-", "sub", lambda a, b: a - b)
    binary("*", "mul", lambda a, b: a * b)
    binary("&", "and", lambda a, b: a & b)
    binary("|", "or", lambda a, b: a | b)
    binary("^", "xor", lambda a, b: a ^ b)
    binary("//", "floordiv", unsigned_only(lambda a, b: a // b))
    binary("%", "mod", unsigned_only(lambda a, b: a % b))

    _add_shifts(kind)
    _add_unary(kind)
    return kind


def _add_shifts(kind: type[Integer]) -> None:
    def shift_left(self: Integer, amount: object) -> Integer:
        count = _shift_amount(amount)
        value = int(self) << count if count < kind.bits else 0
        return int.__new__(kind, _wrap(kind, value))

    def shift_right(self: Integer, amount: object) -> Integer:
        return int.__new__(kind, int(self) >> min(_shift_amount(amount), kind.bits))

    kind.__lshift__ = shift_left  # type: ignore[method-assign, assignment]
    kind.__rshift__ = shift_right  # type: ignore[method-assign, assignment]


def _add_unary(kind: type[Integer]) -> None:
    def refuse(self: Integer, other: object) -> Integer:
        raise LanguageError(f"operation not in the subset for {kind.__name__}: use // for division")

    def negative(self: Integer) -> Integer:
        if not kind.signed:
            raise LanguageError(f"unary minus on {kind.__name__}: write {kind.__name__}(0) - x")
        return int.__new__(kind, _wrap(kind, -int(self)))

    members: dict[str, Any] = {
        "__invert__": lambda self: int.__new__(kind, _wrap(kind, ~int(self))),
        "__neg__": negative,
        "__truediv__": refuse,
        "__pow__": refuse,
        "__divmod__": refuse,
        "__hash__": int.__hash__,
    }
    for method, body in members.items():
        setattr(kind, method, body)


def _shift_amount(amount: object) -> int:
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise LanguageError(f"shift amount must be an unsigned integer, got {amount!r}")
    if amount < 0 or (isinstance(amount, Integer) and amount.signed):
        raise LanguageError("shift amount must be unsigned")
    return int(amount)


u8 = _make("u8", 8, False)
u16 = _make("u16", 16, False)
u32 = _make("u32", 32, False)
u64 = _make("u64", 64, False)
u128 = _make("u128", 128, False)
u160 = _make("u160", 160, False)
u256 = _make("u256", 256, False)
u512 = _make("u512", 512, False)
i8 = _make("i8", 8, True)
i16 = _make("i16", 16, True)
i32 = _make("i32", 32, True)
i64 = _make("i64", 64, True)
i128 = _make("i128", 128, True)
i256 = _make("i256", 256, True)

INTEGER_TYPES: tuple[type[Integer], ...] = (
    u8, u16, u32, u64, u128, u160, u256, u512, i8, i16, i32, i64, i128, i256,
)  # fmt: skip


def is_integer(kind: object) -> bool:
    """Say whether ``kind`` is one of the integer types."""
    return isinstance(kind, type) and issubclass(kind, Integer) and hasattr(kind, "bits")
