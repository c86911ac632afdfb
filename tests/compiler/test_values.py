"""Value classes, tuples and what they hold travel by copy."""

import pytest

from tests.support.executors import Executor
from zkos.lang import (
    Array,
    Slice,
    Status,
    Unverified,
    function,
    local,
    struct,
    u8,
    u32,
    u64,
    u160,
    u256,
    value,
)

pytestmark = pytest.mark.all_executors


@value
class Key:
    address: u160
    slot: u256

    def mixed(self) -> u256:
        return self.slot ^ u256(self.address)


@value
class Entry:
    key: Key
    is_cold: bool
    data: Slice[u8]
    status: Status


@struct
class Holder:
    before: u8
    entry: Entry
    keys: Array[Key, 3]
    after: u8


ORIGIN = Key(u160(5), u256(6))


@function
def make(address: u160, slot: u256, data: Slice[u8]) -> Entry:
    return Entry(Key(address, slot), slot == 0, data[1:], Status(7))


@function
def parts(address: u160, slot: u256, data: Slice[u8]) -> tuple[u256, bool, u32, u8, u32]:
    entry = make(address, slot, data)
    return entry.key.mixed(), entry.is_cold, entry.data.length, entry.data[0], u32(entry.status)


@function
def through_memory(address: u160, slot: u256, data: Slice[u8]) -> tuple[u256, bool, u8, u256]:
    holder = local(Holder)
    holder.before = 0xAA
    holder.after = 0xBB
    holder.entry = make(address, slot, data)
    holder.keys[1] = holder.entry.key
    holder.keys[2] = Key(holder.keys[1].address + 1, 9)
    total = holder.keys[0].slot + holder.keys[2].slot + u256(holder.keys[2].address)
    is_whole = holder.before == 0xAA and holder.after == 0xBB
    return holder.keys[1].mixed(), is_whole, holder.entry.data[0], total


@function
def chosen(c: bool, a: Key) -> u256:
    key = a if c else ORIGIN
    return key.mixed()


@function
def windows(data: Slice[u8], n: u32) -> tuple[Slice[u8], Slice[u8]]:
    return data[:n], data[n:]


@function
def recombined(data: Slice[u8], n: u32) -> tuple[u32, u32, u8]:
    first, second = windows(data, n)
    return first.length, second.length, second[0]


@function
def verify_small(a: Unverified[u64]) -> u64:
    return a.unverified_value & 0xFF


@function
def wrapped(a: u64) -> u64:
    return verify_small(Unverified[u64](a))


PROGRAM = [parts, through_memory, chosen, recombined, wrapped]


@pytest.fixture(scope="module")
def compiled(executor: Executor) -> Executor:
    """Compile every function of this file at once."""
    executor.program(PROGRAM)
    return executor


def test_a_value_is_built_passed_and_taken_apart(compiled: Executor) -> None:
    address, slot = (1 << 160) - 3, 1 << 255
    found = compiled.call(parts, address, slot, b"\x01\x02\x03")
    assert found == (slot ^ address, False, 2, 2, 7)
    assert compiled.call(parts, 1, 0, b"\x01\x09")[1] is True


def test_a_value_keeps_its_fields_in_memory(compiled: Executor) -> None:
    address, slot = 0x1234, 0x5678 << 200
    found = compiled.call(through_memory, address, slot, b"\x01\x02")
    assert found == (slot ^ address, True, 2, 9 + address + 1)


def test_import_time_values_are_constants(compiled: Executor) -> None:
    assert compiled.call(chosen, False, (1, 2)) == 5 ^ 6
    assert compiled.call(chosen, True, (1, 2)) == 3


def test_slices_come_back_in_tuples(compiled: Executor) -> None:
    assert compiled.call(recombined, b"abcdef", 2) == (2, 4, ord("c"))


def test_what_is_unverified_costs_nothing_once_opened(compiled: Executor) -> None:
    assert compiled.call(wrapped, 0x1234) == 0x34
