"""Compressed changes: the table of the state reference, 7.2, and a plain model."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkos.kernel.system.io.pubdata_compression import diff_length, write_diff

TABLE = [
    (0, 0, "01"), (0, 1, "0901"), (12, 22, "090a"), (0x100, 1, "0aff"), (2**200, 3, "0b03"),
    (5, 5, "01"), (1, 0, "03"), (10, 5, "0a05"), (2**248, 1, "0b01"), (2**255, 0, "03"),
    (2**255 + 12345, 2**255 + 12346, "0901"), (0xFF << 248, (0xFF << 248) + 3, "0903"),
    (0, 2**248 - 1, "f9" + "ff" * 31), (0, 2**248, "00" + "01" + "00" * 31),
    (0, 2**256 - 1, "00" + "ff" * 32),
    (2**200, (3 - 2**200) % 2**256, "00" + ((3 - 2**200) % 2**256).to_bytes(32, "big").hex()),
]  # fmt: skip


def compress(old: int, new: int) -> bytes:
    """Shortest form, by trying all of them."""
    forms = [b"\0" + new.to_bytes(32, "big")]
    for mode, applies, number in ((1, new >= old, new - old), (2, old >= new, old - new),
                                  (3, True, new)):  # fmt: skip
        length = (number.bit_length() + 7) // 8
        if applies and length <= 31:
            forms.append(bytes([length << 3 | mode]) + number.to_bytes(length, "big"))
    return min(forms, key=len)


def written(executor, old: int, new: int) -> bytes:
    target = bytearray(33)
    length = executor.call(write_diff, target, old, new)
    assert length == executor.call(diff_length, old, new)
    return bytes(target[:length])


@pytest.mark.all_executors
@pytest.mark.parametrize(("old", "new", "expected"), TABLE)
def test_changes_of_the_reference_table(executor, old, new, expected):
    assert written(executor, old, new).hex() == expected


numbers = st.one_of(
    st.integers(0, 2**256 - 1), st.integers(0, 3), st.integers(0, 256).map(lambda n: 2**n - 1)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=numbers, new=numbers)
def test_the_shortest_form_is_written(executor, old, new):
    assert written(executor, old, new) == compress(old, new)
