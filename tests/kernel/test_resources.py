"""Resources: rules of the resources reference, section 1."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zkos.kernel.errors import error_class
from zkos.kernel.resources import Resources
from zkos.lang import Slice, Status, function, local, u32, u64

pytestmark = pytest.mark.all_executors
OUT_OF_ERGS, OUT_OF_NATIVE = 0x101, 0x200
NOTHING_LEFT = 2**64 - 1  # what move() gives when something stayed behind


@function
def charge_once(left: Slice[u64], ergs: u64, native: u64) -> Status:
    """Charge ergs and native."""
    resources = local(Resources)
    resources.set(left[0], left[1])
    status = resources.charge(ergs, native)
    left[0] = resources.ergs
    left[1] = resources.native
    return status


@function
def charge_gas_once(left: Slice[u64], gas: u64, native: u64) -> Status:
    """Charge gas and native."""
    resources = local(Resources)
    resources.set(left[0], left[1])
    status = resources.charge_gas(gas, native)
    left[0] = resources.ergs
    left[1] = resources.native
    return status


@function
def move(left: Slice[u64]) -> u64:
    """Move everything to other resources and back; gives the gas in between."""
    here = local(Resources)
    there = local(Resources)
    here.set(left[0], left[1])
    there.take_all(here)
    gas = there.gas_left()
    if here.ergs != 0 or here.native != 0:
        return u64(NOTHING_LEFT)
    there.give_back(here)
    left[0] = here.ergs
    left[1] = here.native
    return gas


@function
def class_of(status: Status) -> u32:
    """Give the class of a status."""
    return error_class(status)


def expected(ergs: int, native: int, wanted_ergs: int, wanted_native: int) -> tuple[int, int, int]:
    """Native first; what is missing leaves zero."""
    if native < wanted_native:
        return OUT_OF_NATIVE, max(0, ergs - wanted_ergs), 0
    if ergs < wanted_ergs:
        return OUT_OF_ERGS, 0, native - wanted_native
    return 0, ergs - wanted_ergs, native - wanted_native


amounts = st.one_of(st.integers(0, 5), st.integers(0, 2**64 - 1))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ergs=amounts, native=amounts, wanted_ergs=amounts, wanted_native=amounts)
@example(ergs=5, native=4, wanted_ergs=3, wanted_native=5)
@example(ergs=2, native=5, wanted_ergs=3, wanted_native=5)
def test_native_is_taken_first_and_shortage_leaves_zero(
    executor, ergs, native, wanted_ergs, wanted_native
):
    left = [ergs, native]
    status = executor.call(charge_once, left, wanted_ergs, wanted_native)
    assert (status, *left) == expected(ergs, native, wanted_ergs, wanted_native)


def test_gas_that_overflows_ergs_is_out_of_ergs_with_nothing_charged(executor):
    left = [2**64 - 1, 9]
    assert executor.call(charge_gas_once, left, 2**56, 5) == OUT_OF_ERGS
    assert left == [2**64 - 1, 9]
    assert executor.call(charge_gas_once, left, 2**56 - 1, 5) == 0
    assert left == [255, 4]


def test_everything_moves_and_comes_back(executor):
    left = [1000, 7]
    assert executor.call(move, left) == 3
    assert left == [1000, 7]


@pytest.mark.parametrize(("code", "kind"), [(0, 0), (0x101, 1), (0x200, 2), (0x317, 3), (0x502, 5)])
def test_class_is_the_high_byte(executor, code, kind):
    assert executor.call(class_of, code) == kind
