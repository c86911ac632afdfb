"""Recovery with advised roots and inverses: right advice gives the key, a lie stops the run."""

from collections.abc import Callable

import pytest

from tests.kernel.crypto.test_secp256k1 import NOTHING, signatures, special_cases
from tests.support.executors import Executor
from zkos.host.oracle.advice import field_advice
from zkos.host.oracle.slopes import slope_advice
from zkos.interface import oracle_queries as queries
from zkos.kernel.crypto.secp256k1.advised_multiplication import make_advised_multiplication
from zkos.kernel.crypto.secp256k1.advised_roots import make_advised_roots
from zkos.kernel.crypto.secp256k1.constants import MAXIMUM_SLOPES, N, P
from zkos.kernel.crypto.secp256k1.recovery import make_recovery
from zkos.lang import (
    Array,
    Slice,
    Trap,
    Unverified,
    as_bytes,
    function,
    host_call,
    load_le,
    local,
    store_le,
    u32,
    u256,
)
from zkos.lang.host import connected

WORDS = 8
SLOPES = 99  # service number of the test's question for slopes
pytestmark = pytest.mark.executors("python", "x86_64")  # the machine has no host calls


@function
def advise_by_host_call(kind: u32, number: u256) -> Unverified[u256]:
    """Ask the test, the kind as service number."""
    request = local(Array[u32, 8])
    reply = local(Array[u32, 8])
    store_le(as_bytes(request[:]), 0, number)
    _ = host_call(kind, request[:], reply[:])
    return Unverified[u256](load_le(u256, as_bytes(reply[:]), 0))


@function
def advise_slopes(u: u256, v: u256, x: u256, y: u256, words: Slice[u32]) -> u32:
    """Ask the test for the slopes."""
    request = local(Array[u32, 32])
    bytes_ = as_bytes(request[:])
    store_le(bytes_, 0, u)
    store_le(bytes_, 32, v)
    store_le(bytes_, 64, x)
    store_le(bytes_, 96, y)
    return host_call(SLOPES, request[:], words)


recover, recover_address = make_recovery(
    make_advised_roots(advise_by_host_call),
    make_advised_multiplication(advise_slopes),
    "tested_",
)


Advice = Callable[[int, int], int]
SlopesOf = Callable[[list[int]], list[int]]


def answering(
    advice: Advice, change: SlopesOf = lambda slopes: slopes
) -> Callable[[int, Slice, Slice], int]:
    """Answer with this advice, and with the changed slopes."""

    def answer(kind: int, request: Slice, reply: Slice) -> int:
        data = request.to_bytes()
        asked = [int.from_bytes(data[at : at + 32], "little") for at in range(0, len(data), 32)]
        if kind == SLOPES:
            u, v, x, y = asked
            numbers = change(slope_advice(u, v, (x, y)))
        else:
            numbers = [advice(kind, asked[0])]
        words = [number >> 32 * i & 0xFFFFFFFF for number in numbers for i in range(WORDS)]
        for place, word in enumerate(words):
            reply[place] = u32(word)
        return len(words)

    return answer


def test_right_advice_gives_the_key(executor: Executor) -> None:
    with connected(answering(field_advice)):
        for signature, key in signatures(200 if executor.name == "x86_64" else 2, 11):
            assert executor.call(recover, *signature) == (True, *key)


def test_either_root_and_any_representative_will_do(executor: Executor) -> None:
    def other(kind: int, number: int) -> int:
        advised = field_advice(kind, number)
        if kind == queries.ADVICE_ROOT_MODULO_P:
            return P - advised
        return advised + N if advised + N < 1 << 256 else advised

    with connected(answering(other)):
        for signature, key in signatures(2, 12):
            assert executor.call(recover, *signature) == (True, *key)


def test_absence_of_a_point_is_proved_by_the_root_of_the_negative(executor: Executor) -> None:
    with connected(answering(field_advice)):
        assert executor.call(recover, 1, 5, 1, False) == NOTHING
        assert executor.call(recover_address, 1, 5, 1, False) == (0, 0)


LIES: dict[str, Callable[[int, int], int]] = {
    "one bit": lambda advised, number: advised ^ 1,
    "zero": lambda advised, number: 0,
    "the number itself": lambda advised, number: number,
    "all ones": lambda advised, number: (1 << 256) - 1,
}


@pytest.mark.parametrize("kind", (queries.ADVICE_ROOT_MODULO_P, queries.ADVICE_INVERSE_MODULO_N))
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lie_about_any_kind_stops_the_run(
    executor: Executor, kind: int, lie: Callable[[int, int], int]
) -> None:
    def advice(asked: int, number: int) -> int:
        advised = field_advice(asked, number)
        return lie(advised, number) if asked == kind else advised

    signature, _ = next(signatures(1, 13))
    with connected(answering(advice)), pytest.raises(Trap):
        executor.call(recover, *signature)


def test_special_cases_of_addition_with_advised_slopes(executor: Executor) -> None:
    cases = special_cases()
    with connected(answering(field_advice)):
        for signature, expected in cases[:: 1 if executor.name == "x86_64" else 40]:
            assert executor.call(recover, *signature) == expected, signature


@pytest.mark.executors("x86_64")
def test_a_lie_about_any_slope_stops_the_run(executor: Executor) -> None:
    signature, _ = next(signatures(1, 15))
    counts: list[int] = []
    with connected(answering(field_advice, lambda slopes: counts.append(len(slopes)) or slopes)):
        executor.call(recover, *signature)
    assert 180 < counts[0] < MAXIMUM_SLOPES
    for place in range(counts[0]):
        for lie in (0, 1):

            def forge(slopes: list[int], place: int = place, lie: int = lie) -> list[int]:
                return [*slopes[:place], (slopes[place] + lie + 1) % P, *slopes[place + 1 :]]

            with connected(answering(field_advice, forge)), pytest.raises(Trap):
                executor.call(recover, *signature)


@pytest.mark.parametrize("change", (lambda s: s[:-1], lambda s: [*s, 0], lambda s: []))
def test_missing_or_spare_slopes_stop_the_run(executor: Executor, change: SlopesOf) -> None:
    signature, _ = next(signatures(1, 16))
    with connected(answering(field_advice, change)), pytest.raises(Trap):
        executor.call(recover, *signature)
