"""Sorting: a stable merge sort of index numbers by a rule that looks up what they stand for.

Source:  bottom-up merge sort (Knuth, TAOCP 3, 5.2.4).
Units:   elements.
Errors:  Trap when the scratch slice has another length than the one that is sorted.
"""

from typing import Any

from zkos.lang import Function, Slice, copy, function, range, u32


def make_sort(name: str, context_type: Any, comes_before: Function) -> Function:
    """Give ``sort(context, order, scratch)``, which puts ``order`` into ascending order.

    ``comes_before(context, a, b)`` says whether element ``a`` belongs before element ``b``.
    """

    @function(name=f"merge_{name}", inline=False)
    def merge(
        context: context_type, left: Slice[u32], right: Slice[u32], target: Slice[u32]
    ) -> None:
        taken_left = u32(0)
        taken_right = u32(0)
        for i in range(target.length):
            from_right = taken_left == left.length
            if not from_right and taken_right != right.length:
                from_right = comes_before(context, right[taken_right], left[taken_left])
            if from_right:
                target[i] = right[taken_right]
                taken_right += 1
            else:
                target[i] = left[taken_left]
                taken_left += 1

    @function(name=f"sort_{name}", inline=False)
    def sort(context: context_type, order: Slice[u32], scratch: Slice[u32]) -> None:
        count = order.length
        width = u32(1)
        while width < count:
            start = u32(0)
            while start < count:
                middle = start + width if count - start > width else count
                end = middle + width if count - middle > width else count
                merge(context, order[start:middle], order[middle:end], scratch[start:end])
                start = end
            copy(order, scratch)
            width = width * 2

    return sort
