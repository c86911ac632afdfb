"""What the ethereum flavour has real and the production flavour has not."""

from collections.abc import Iterator

import pytest

from tests.kernel.execution_environments.evm.harness import EXCESS_BLOB_GAS, execute, run_code
from tests.support.executors import Executor
from zkos.kernel.resources import ERGS_PER_GAS
from zkos.kernel.system.blob_gas import blob_base_fee


@pytest.fixture
def ethereum(executor: Executor) -> Iterator[Executor]:
    """Run code in the ethereum flavour."""
    executor.program([run_code], ethereum=True)
    yield executor
    executor.program([run_code], ethereum=False)


def fake_exponential(factor: int, numerator: int, denominator: int) -> int:
    """As EIP-4844 has it."""
    i, output, accumulated = 1, 0, factor * denominator
    while accumulated > 0:
        output += accumulated
        accumulated = accumulated * numerator // (denominator * i)
        i += 1
    return output // denominator


def flavoured(executor: Executor, code: bytes, *operands: int) -> tuple[int, ...]:
    # the harness counts in ergs of the production flavour: here they are gas
    return execute(executor, code, operands, gas=10**6 // ERGS_PER_GAS).stack


@pytest.mark.all_executors
def test_randomness_and_blobs_are_real_in_the_ethereum_flavour(ethereum: Executor) -> None:
    assert flavoured(ethereum, b"\x44") == (1006,)
    assert flavoured(ethereum, b"\x49", 0) == (1009,)
    assert flavoured(ethereum, b"\x49", 1) == (1010,)
    assert flavoured(ethereum, b"\x49", 2) == (0,)
    assert flavoured(ethereum, b"\x49", 2**256 - 1) == (0,)
    expected = fake_exponential(1, EXCESS_BLOB_GAS, 3338477)
    assert flavoured(ethereum, b"\x4a") == (expected,)


@pytest.mark.all_executors
def test_they_are_constants_in_the_production_flavour(executor: Executor) -> None:
    assert flavoured(executor, b"\x44") == (1,)
    assert flavoured(executor, b"\x49", 0) == (0,)
    assert flavoured(executor, b"\x4a") == (1,)


@pytest.mark.parametrize("excess", [0, 1, 393216, 3338477, EXCESS_BLOB_GAS, 10**8])
def test_blob_base_fee_is_the_exponential_of_the_eip(executor: Executor, excess: int) -> None:
    assert executor.call(blob_base_fee, excess) == fake_exponential(1, excess, 3338477)
