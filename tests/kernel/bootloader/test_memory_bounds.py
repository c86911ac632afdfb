"""What a block can remember has a bound, and more than that stops the run, by name.

64 MiB of data in events and messages and 2^20 events a block, 2^20 transient writes a transaction.
"""

from typing import Any

import pytest

from tests.support.chain import ALICE, BOB, CHAIN_ID, funded, transaction
from zkos.host import block_file
from zkos.host.batch import Batch, Flavour
from zkos.host.batch_run import Runner
from zkos.host.errors import KernelError
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState

pytestmark = pytest.mark.executors("x86_64")
LOGS, REVERTS, EVENTS, WRITES = (f"0x{0xC0DE0 + number:040x}" for number in range(4))
LOG_MIB = "5f355b621000005fa06001900380600257"
"""LOG0 of one MiB as often as calldata says."""
CODES = {
    LOGS: LOG_MIB + "00",
    REVERTS: LOG_MIB + "5f5ffd",
    EVENTS: "5f355b5f5fa06001900380600257" + "00",
    WRITES: "5f355b80805d6001900380600257" + "00",
}


def call(signer: Any, to: str, count: int) -> str:
    return transaction(signer, to=to, data=count.to_bytes(32, "big"), gas_limit=2**32)


def batch(*transactions: str, flavour: str = "production") -> Batch:
    pre = funded(ALICE, BOB, balance=10**30)
    pre |= {address: {"code": "0x" + code} for address, code in CODES.items()}
    document = {
        "chain_id": hex(CHAIN_ID), "flavour": flavour, "pre": pre, "block": {},
        "transactions": list(transactions),
    }  # fmt: skip
    return block_file.parse(document)


def run_alone(proving: bool, given: Batch) -> None:
    """Run one kernel image; nothing of another mode's run is known to it."""
    oracle = BatchOracle(given, MemoryState(given.initial_state), lambda index: None)  # type: ignore[arg-type,return-value]
    image = KernelImage(proving, given.flavour, on_machine=False)
    X8664Executor().run(image, Border(oracle.answer, lambda records: None))


@pytest.mark.parametrize("flavour", [one.value for one in Flavour])
@pytest.mark.parametrize("proving", [False, True])
def test_more_than_the_memory_stops_the_run_by_name(
    executor: Any, proving: bool, flavour: str
) -> None:
    given = batch(call(ALICE, LOGS, 40), call(BOB, LOGS, 24), flavour=flavour)
    with pytest.raises(KernelError, match="LogMemoryLimit"):
        run_alone(proving, given)


def test_what_fits_is_proved(executor: Any) -> None:
    ran = Runner().run_proving(batch(call(ALICE, LOGS, 40), call(BOB, LOGS, 23)))
    logs = ran.ledger.blocks[0].outcome.logs
    assert [len(log["data"]) for log in logs] == [2**20] * 63


def test_a_revert_gives_the_memory_back(executor: Any) -> None:
    ran = Runner().run_proving(batch(call(ALICE, REVERTS, 60), call(BOB, LOGS, 5)))
    assert len(ran.ledger.blocks[0].outcome.logs) == 5


@pytest.mark.parametrize("proving", [False, True])
def test_a_block_holds_a_million_events(executor: Any, proving: bool) -> None:
    run_alone(proving, batch(call(ALICE, EVENTS, 2**20)))
    with pytest.raises(KernelError, match="LogMemoryLimit"):
        run_alone(proving, batch(call(ALICE, EVENTS, 2**20 + 1)))


@pytest.mark.parametrize("proving", [False, True])
def test_a_transaction_holds_a_million_transient_writes(executor: Any, proving: bool) -> None:
    run_alone(proving, batch(call(ALICE, WRITES, 2**20), call(BOB, WRITES, 2**20)))
    with pytest.raises(KernelError, match="TransientStorageLimit"):
        run_alone(proving, batch(call(ALICE, WRITES, 2**20 + 1)))
