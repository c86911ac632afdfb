"""Recovery with advised roots and inverses: right advice gives the key, a lie stops the run."""

from collections.abc import Callable

import pytest

from tests.kernel.crypto.test_secp256k1 import NOTHING, signatures
from tests.support.executors import Executor
from zkos.host.oracle.answers import field_advice
from zkos.interface import oracle_queries as queries
from zkos.kernel.crypto.secp256k1.advised_roots import make_advised_roots
from zkos.kernel.crypto.secp256k1.constants import N, P
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
pytestmark = pytest.mark.executors("python", "x86_64")  # the machine has no host calls


@function
def advise_by_host_call(kind: u32, number: u256) -> Unverified[u256]:
    """Ask the test, the kind as service number."""
    request = local(Array[u32, 8])
    reply = local(Array[u32, 8])
    store_le(as_bytes(request[:]), 0, number)
    _ = host_call(kind, request[:], reply[:])
    return Unverified[u256](load_le(u256, as_bytes(reply[:]), 0))


recover, recover_address = make_recovery(make_advised_roots(advise_by_host_call), "tested_")


def answering(advice: Callable[[int, int], int]) -> Callable[[int, Slice, Slice], int]:
    def answer(kind: int, request: Slice, reply: Slice) -> int:
        number = advice(kind, int.from_bytes(request.to_bytes(), "little"))
        for word in range(WORDS):
            reply[word] = u32(number >> 32 * word & 0xFFFFFFFF)
        return WORDS

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
        modulus = P if kind == queries.ADVICE_INVERSE_MODULO_P else N
        return advised + modulus if advised + modulus < 1 << 256 else advised

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


@pytest.mark.parametrize("kind", range(3))
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
