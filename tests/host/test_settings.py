"""Settings come from the environment, in one place."""

import pytest

from zkos.host.settings import read_settings


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("", False), ("0", False)])
def test_tracebacks_are_shown_on_demand(value, expected):
    assert read_settings({"ZKOS_DEBUG": value}).shows_tracebacks is expected


def test_nothing_is_on_by_default():
    assert read_settings({}).shows_tracebacks is False
