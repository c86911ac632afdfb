"""Value and account diffs against the tables of the reference and the kernel's encoder."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkos.host.errors import PubdataError
from zkos.host.pubdata.diffs import (
    NO_CHANGE,
    AccountDiff,
    DiffMode,
    NewCode,
    ValueDiff,
    read_diff,
    read_value_diff,
)
from zkos.host.pubdata.reader import Reader
from zkos.kernel.system.io.pubdata_compression import write_diff

# State reference, 7.2: bytes, number before, number after.
VALUES = [
    ("01", 0, 0), ("0901", 0, 1), ("090a", 12, 22), ("0aff", 0x100, 1), ("0b03", 2**200, 3),
    ("0901", 2**255 + 12345, 2**255 + 12346), ("01", 5, 5), ("03", 1, 0), ("0a05", 10, 5),
    ("0b01", 2**248, 1), ("03", 2**255, 0), ("0903", 0xFF << 248, (0xFF << 248) + 3),
    ("f9" + "ff" * 31, 0, 2**248 - 1), ("00" + "01" + "00" * 31, 0, 2**248),
    ("00" + "ff" * 32, 0, 2**256 - 1),
]  # fmt: skip


def read_all(data, read=read_diff):
    reader = Reader(data)
    found = read(reader)
    assert reader.is_at_end
    return found


@pytest.mark.parametrize(("encoded", "old", "new"), VALUES)
def test_value_diffs_of_the_reference(encoded, old, new):
    assert read_all(bytes.fromhex(encoded), read_value_diff).apply(old) == new


NUMBERS = st.one_of(
    st.integers(0, 2**256 - 1), st.integers(0, 3), st.integers(0, 256).map(lambda n: 2**n - 1)
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=NUMBERS, new=NUMBERS)
@pytest.mark.executors("x86_64")
def test_what_the_kernel_writes_is_read_back(executor, old, new):
    target = bytearray(40)
    length = executor.call(write_diff, target, old, new)
    assert read_all(bytes(target[:length])).apply(old) == new


def add(number):
    return ValueDiff(DiffMode.ADD, number)


def subtract(number):
    return ValueDiff(DiffMode.SUBTRACT, number)


CODE = bytes.fromhex("01234567890000000000000000000000")
HASH = "3bdae5063dc4a377672afb333b61c59f944e7875a5347b4262b350677deb76be"
DELEGATION = "ef0100" + "11" * 20 + "00"
# State reference, 7.4.
ACCOUNTS = [
    ("0c090a", AccountDiff(add(10), NO_CHANGE)),
    ("14410de0b6b3a7640000", AccountDiff(NO_CHANGE, add(10**18))),
    ("1c09012201406f40", AccountDiff(add(1), subtract(21_000_000))),
    ("04 0101010000000000 0901 01 00000005 00000008 01234567890000000000000000000000 00000005",
     AccountDiff(add(1), NO_CHANGE, NewCode(0x0101010000000000, 5, 5, 8, CODE))),
    (f"24 0100000000000000 01 0aff {HASH} 00000005",
     AccountDiff(NO_CHANGE, subtract(255),
                 NewCode(1 << 56, 5, bytecode_hash=bytes.fromhex(HASH)))),
    (f"04 0201010000000000 0901 01 00000017 00000000 {DELEGATION} 00000017",
     AccountDiff(add(1), NO_CHANGE,
                 NewCode(0x0201010000000000, 23, 23, 0, bytes.fromhex(DELEGATION)))),
    ("04 0000000000000000 0901 01 00000000 00000000 00000000",
     AccountDiff(add(1), NO_CHANGE, NewCode(0, 0, 0, 0, b""))),
]  # fmt: skip


@pytest.mark.parametrize(("encoded", "expected"), ACCOUNTS)
def test_account_diffs_of_the_reference(encoded, expected):
    assert read_all(bytes.fromhex(encoded)) == expected


@pytest.mark.parametrize("head", ["05", "06", "07", "08", "2c", "fc"])
def test_a_head_that_does_not_exist_is_refused(head):
    with pytest.raises(PubdataError, match=f"expected an? .* diff, got 0x{head}"):
        read_diff(Reader(bytes.fromhex(head) + bytes(99)))


@pytest.mark.parametrize(("mode", "number", "old"), [("ADD", 2, 2**256 - 2), ("SUBTRACT", 2, 1)])
def test_a_change_out_of_range_gives_nothing(mode, number, old):
    assert ValueDiff(DiffMode[mode], number).apply(old) is None
