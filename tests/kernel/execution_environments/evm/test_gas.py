"""What a call and a creation take from the caller: EIP-150, value, stipend, new accounts."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.executors import Executor
from zkos.interface.error_names import ERROR_NAMES
from zkos.kernel.execution_environments.environment import (
    CALL,
    CALLCODE,
    DELEGATECALL,
    STATICCALL,
    CallRequest,
)
from zkos.kernel.execution_environments.evm.gas import price_call, price_deployment
from zkos.kernel.resources import Resources
from zkos.lang import u8, u64, u256

ERGS = 256
GAS = 1_000_000


def resources(ergs: int) -> Resources:
    made = Resources()
    made.ergs, made.native = u64(ergs), u64(5)
    return made


def request(kind: int, value: int, ergs: int) -> CallRequest:
    made = CallRequest()
    made.kind, made.value, made.ergs = u8(kind), u256(value), u64(ergs)
    return made


@pytest.mark.parametrize("is_empty", [False, True])
@pytest.mark.parametrize("value", [0, 1, 2**256 - 1])
@pytest.mark.parametrize("kind", [CALL, CALLCODE, DELEGATECALL, STATICCALL])
def test_value_is_paid_by_kind_and_a_new_account_by_call_only(
    executor: Executor, kind: int, value: int, is_empty: bool
) -> None:
    left = resources(GAS * ERGS)
    status, passed = executor.call(price_call, left, request(kind, value, 100 * ERGS), is_empty)
    transfers = value != 0 and kind in (CALL, CALLCODE)
    price = 9000 * transfers + 25000 * (value != 0 and kind == CALL and is_empty)
    assert status == 0
    assert passed == (100 + 2300 * transfers) * ERGS
    assert left.ergs == (GAS - price - 100) * ERGS
    assert left.native == 5


@given(ergs=st.integers(0, 2**64 - 1), wanted=st.integers(0, 2**64 - 1))
@example(ergs=2**64 - 1, wanted=2**64 - 1)
@example(ergs=64 * ERGS - 1, wanted=2**64 - 1)
@settings(max_examples=60, deadline=None)
def test_a_64th_of_the_whole_gas_stays(executor: Executor, ergs: int, wanted: int) -> None:
    most = ergs - ergs // ERGS // 64 * ERGS
    left = resources(ergs)
    status, passed = executor.call(price_call, left, request(CALL, 0, wanted), True)
    assert (status, passed) == (0, min(wanted, most))
    assert left.ergs == ergs - passed
    left = resources(ergs)
    assert executor.call(price_deployment, left) == (0, most)
    assert left.ergs == ergs - most


@pytest.mark.parametrize(("gas", "is_empty"), [(8999, False), (33999, True)])
def test_a_caller_that_cannot_pay_loses_its_ergs(
    executor: Executor, gas: int, is_empty: bool
) -> None:
    left = resources(gas * ERGS)
    status, passed = executor.call(price_call, left, request(CALL, 1, 0), is_empty)
    assert (ERROR_NAMES[status], passed, left.ergs) == ("OutOfErgs", 0, 0)
    enough = resources((gas + 1) * ERGS)
    status, passed = executor.call(price_call, enough, request(CALL, 1, 0), is_empty)
    assert (status, passed, enough.ergs) == (0, 2300 * ERGS, 0)
