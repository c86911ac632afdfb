"""The history map against dictionaries that are copied at every snapshot."""

import builtins
import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zkos.kernel.base.history_map import NOT_FOUND, make_history_map
from zkos.lang import Arena, Array, Slice, function, local, range, struct, u8, u32, u64, value

WRITE, SNAPSHOT, ROLL_BACK, KEEP, COMMIT, CLEAR, READ = 0, 1, 2, 3, 4, 5, 6


@value
class NarrowKey:
    """A key whose hash has few values, so that probing chains are long."""

    number: u32

    def hash(self) -> u32:
        return self.number % 7 * 0x0100_0000 + self.number % 3

    def equals(self, other: "NarrowKey") -> bool:
        return self.number == other.number


@struct
class Number:
    """A value."""

    number: u64

    def copy_from(self, other: "Number") -> None:
        self.number = other.number


NumberMap = make_history_map("NumberMap", NarrowKey, Number)


@function
def read_item(numbers: NumberMap, key: u32, out: Slice[u64]) -> None:
    """Give initial, committed and current value, each plus one; zeros for an absent key."""
    index = numbers.find(NarrowKey(key))
    if index != NOT_FOUND:
        item = numbers.items.at(index)
        out[0] = item.initial.number + 1
        out[1] = item.committed.number + 1
        out[2] = item.current.number + 1


@function
def run_map(region: Slice[u8], script: Slice[u32], out: Slice[u64]) -> u32:
    """Run (operation, key, number) triples; reads fill three numbers of ``out`` each."""
    arena = local(Arena)
    arena.over(region, True)
    numbers = local(NumberMap)
    numbers.start(arena)
    snapshots = local(Array[u32, 64])
    depth = u32(0)
    for i in range(u32(0), script.length, 3):
        code = u8(script[i])
        if code == WRITE:
            key = NarrowKey(script[i + 1])
            index = numbers.find(key)
            if index == NOT_FOUND:
                item = numbers.insert(key)
                item.initial.number = u64(script[i + 1]) * 10
                numbers.settle(item)
                index = numbers.items.length - 1
            numbers.change(numbers.items.at(index)).number = u64(script[i + 2])
        elif code == SNAPSHOT:
            snapshots[depth] = numbers.snapshot()
            depth += 1
        elif code == ROLL_BACK:
            depth -= 1
            numbers.roll_back(snapshots[depth])
        elif code == KEEP:
            depth -= 1
        elif code == COMMIT:
            numbers.commit()
        elif code == CLEAR:
            numbers.clear()
        else:
            read_item(numbers, script[i + 1], out[i : i + 3])
    return numbers.items.length


class Model:
    """Dictionaries: initial values stay, the others are copied at a snapshot."""

    def __init__(self):
        self.initial, self.committed, self.current = {}, {}, {}
        self.snapshots = []

    def step(self, code, key, number):
        if code == WRITE:
            self.initial.setdefault(key, key * 10)
            self.committed.setdefault(key, key * 10)
            self.current[key] = number
        elif code == SNAPSHOT:
            self.snapshots.append(copy.copy(self.current))
        elif code == ROLL_BACK:
            self.current = self.snapshots.pop()
        elif code == KEEP:
            self.snapshots.pop()
        elif code == COMMIT:
            self.committed.update(self.current)
        elif code == CLEAR:
            self.initial, self.committed, self.current = {}, {}, {}
        elif key in self.initial:
            current = self.current.get(key, self.committed[key])
            return [self.initial[key] + 1, self.committed[key] + 1, current + 1]
        return [0, 0, 0]


def valid(script):
    """Drop what does not nest: commits and clears happen outside frames."""
    depth, found = 0, []
    for code, key, number in script:
        if code in (ROLL_BACK, KEEP) and depth == 0:
            continue
        if code in (COMMIT, CLEAR):
            found += [(KEEP, 0, 0)] * depth
            depth = 0
        depth += {SNAPSHOT: 1, ROLL_BACK: -1, KEEP: -1}.get(code, 0)
        found.append((code, key, number))
        if depth == 64:
            break
    return found


steps = st.tuples(
    st.sampled_from([WRITE] * 6 + [SNAPSHOT] * 3 + [ROLL_BACK] * 2 + [KEEP, COMMIT, CLEAR, READ]),
    st.integers(0, 40),
    st.integers(0, 2**32 - 1),
)


@pytest.mark.all_executors
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=st.lists(steps, max_size=120))
def test_history_map_behaves_like_copied_dictionaries(executor, script):
    script = valid(script) + [(READ, key, 0) for key in (0, 1, 7, 14, 40)]
    out = [0] * 3 * len(script)
    executor.call(run_map, bytearray(1 << 20), [n for step in script for n in step], out)
    model = Model()
    expected = [n for step in script for n in model.step(*step)]
    assert out == expected


@pytest.mark.all_executors
def test_the_table_grows_and_finds_everything(executor):
    count = 1000
    script = [(WRITE, key, key + 1) for key in builtins.range(count)]
    script += [(READ, key, 0) for key in builtins.range(count + 1)]
    out = [0] * 3 * len(script)
    flat = [n for step in script for n in step]
    assert executor.call(run_map, bytearray(1 << 21), flat, out) == count
    reads = out[3 * count :]
    assert reads[-3:] == [0, 0, 0]
    for key in builtins.range(count):
        assert reads[3 * key : 3 * key + 3] == [key * 10 + 1, key * 10 + 1, key + 2]
