"""Differences between documents are named by their paths."""

import pytest

from zkos.host.differences import differences


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "x"}]}, []),
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, ['a[1].b: "x", "y"']),
        ({"a": 1}, {"b": 1}, ["a: only in the first", "b: only in the second"]),
        ([1, 2], [1], [": 2 items, 1 items"]),
        ({"a": 1}, {"a": True}, ["a: 1, true"]),
        ({"a": None}, {"a": 0}, ["a: null, 0"]),
    ],
)
def test_documents_differ_where_they_differ(first, second, expected):
    assert list(differences(first, second)) == expected
