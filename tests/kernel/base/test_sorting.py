"""Merge sort of index numbers against Python's."""

from hypothesis import given, settings
from hypothesis import strategies as st

from zkos.kernel.base.sorting import make_sort
from zkos.lang import Slice, function, u32


@function
def is_smaller(numbers: Slice[u32], a: u32, b: u32) -> bool:
    return numbers[a] < numbers[b]


sort_numbers = make_sort("test_numbers", Slice[u32], is_smaller)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 20), max_size=70))
def test_the_order_is_pythons_stable_one(executor, numbers):
    order = list(range(len(numbers)))
    executor.call(sort_numbers, list(numbers), order, [0] * len(numbers))
    assert order == sorted(range(len(numbers)), key=numbers.__getitem__)
