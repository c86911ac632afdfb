"""Typed integers against plain Python numbers."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zkos.lang import LanguageError, Trap, i8, i64, i256, u8, u16, u32, u64, u160, u256, u512
from zkos.lang.integers import INTEGER_TYPES, Integer

KINDS = st.sampled_from(INTEGER_TYPES)


def wrapped(kind: type[Integer], number: int) -> int:
    number %= 1 << kind.bits
    return number - (1 << kind.bits) if kind.signed and number > kind.maximum else number


@st.composite
def pairs(draw: st.DrawFn) -> tuple[type[Integer], int, int]:
    kind = draw(KINDS)
    edge = st.sampled_from([kind.minimum, kind.maximum, 0, 1])
    inside = st.integers(kind.minimum, kind.maximum)
    return kind, draw(edge | inside), draw(edge | inside)


@given(pairs(), st.sampled_from([operator.add, operator.sub, operator.mul]))
def test_arithmetic_wraps_and_keeps_its_type(case, rule):
    kind, a, b = case
    result = rule(kind(a), kind(b))
    assert type(result) is kind
    assert int(result) == wrapped(kind, rule(a, b))


@given(pairs(), st.sampled_from([operator.and_, operator.or_, operator.xor]))
def test_bitwise_operations_equal_pythons(case, rule):
    kind, a, b = case
    assert int(rule(kind(a), kind(b))) == rule(a, b)


@given(pairs(), st.integers(0, 1100))
def test_a_shift_by_the_width_or_more_gives_zero_or_the_sign(case, amount):
    kind, a, _ = case
    assert int(kind(a) << u32(amount)) == wrapped(kind, a << amount)
    assert int(kind(a) >> u32(amount)) == a >> amount


@given(pairs())
def test_division_is_floored_and_only_for_unsigned(case):
    kind, a, b = case
    if kind.signed:
        with pytest.raises(LanguageError):
            kind(a) // kind(b)
    elif b == 0:
        with pytest.raises(Trap, match="division by zero"):
            kind(a) % kind(b)
    else:
        assert (int(kind(a) // kind(b)), int(kind(a) % kind(b))) == divmod(a, b)


@given(pairs(), KINDS)
def test_conversion_keeps_the_low_bits(case, target):
    kind, a, _ = case
    assert int(target(kind(a))) == wrapped(target, a)


def test_widths_do_not_mix():
    for left, right in [(u32(1), u64(1)), (u8(1), i8(1)), (u256(1), u512(1)), (u160(1), u256(1))]:
        with pytest.raises(LanguageError):
            left + right


def test_a_literal_must_fit():
    assert u8(250) + 5 == 255
    assert type(3 + u16(1)) is u16
    for make in (lambda: u8(256), lambda: u8(1) + 256, lambda: u64(-1), lambda: i8(128)):
        with pytest.raises(LanguageError, match="does not fit"):
            make()


def test_negation_is_for_signed_numbers():
    assert -i64(5) == -5
    assert -i256(i256.minimum) == i256.minimum
    with pytest.raises(LanguageError):
        -u64(5)


def test_a_shift_amount_is_unsigned():
    with pytest.raises(LanguageError):
        u32(1) << i8(1)
