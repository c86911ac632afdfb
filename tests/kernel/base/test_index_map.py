"""The index map against a dict, with keys that collide."""

from hypothesis import given, settings
from hypothesis import strategies as st

from zkos.kernel.base.index_map import NOT_FOUND, make_index_map
from zkos.lang import Arena, Slice, function, local, range, u8, u32, u64


@function
def few_values(number: u64) -> u32:
    return u32(number) & 7


CollidingMap = make_index_map("CollidingMap", u64, few_values)


@function
def fill_and_find(heap: Slice[u8], keys: Slice[u64], wanted: Slice[u64], found: Slice[u32]) -> u32:
    arena = local(Arena)
    arena.over(heap, False)
    entries = local(CollidingMap)
    entries.start(arena)
    for i in range(keys.length):
        entries.insert(keys[i], i)
    for i in range(wanted.length):
        found[i] = entries.find(wanted[i])
    return entries.count


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 1 << 64) | st.integers(0, 300), max_size=150), st.data())
def test_it_finds_what_a_dict_finds(executor, keys, data):
    keys = [key % (1 << 64) for key in keys]
    keys = list(dict.fromkeys(keys))
    wanted = keys[:20] + data.draw(st.lists(st.integers(0, 300), max_size=20))
    found = [0] * len(wanted)
    heap = bytearray(b"\xaa" * (1 << 16))
    assert executor.call(fill_and_find, heap, keys, wanted, found) == len(keys)
    model = {key: i for i, key in enumerate(keys)}
    assert found == [model.get(key, NOT_FOUND) for key in wanted]


@function
def replace_all(heap: Slice[u8], keys: Slice[u64], numbers: Slice[u32], before: Slice[u32]) -> None:
    arena = local(Arena)
    arena.over(heap, False)
    entries = local(CollidingMap)
    entries.start(arena)
    for i in range(keys.length):
        before[i] = entries.replace(keys[i], numbers[i])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2**32 - 2)), max_size=200))
def test_replacing_gives_the_number_before(executor, entries):
    keys = [key for key, _ in entries]
    numbers = [number for _, number in entries]
    before = [0] * len(entries)
    executor.call(replace_all, bytearray(1 << 16), keys, numbers, before)
    model: dict[int, int] = {}
    expected = []
    for key, number in entries:
        expected.append(model.get(key, NOT_FOUND))
        model[key] = number
    assert before == expected
