"""A batch whose pubdata fills more than one blob: deployments of much code in two blocks."""

from typing import Any

import pytest

from tests.support.chain import ALICE, CHAIN_ID, deployer, funded, transaction
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Runner
from zkos.interface.blobs import DATA_BYTES, HEAD_BYTES

CODE_BYTES = 24_576
GAS = 6_000_000


def deployments(first_nonce: int, count: int) -> list[Any]:
    """Give transactions that deploy code in which every byte differs from its neighbours."""
    return [
        transaction(
            ALICE, nonce=nonce, to=None, gas_limit=GAS,
            data=deployer(bytes((at * nonce) % 251 for at in range(CODE_BYTES))),
        )
        for nonce in range(first_nonce, first_nonce + count)
    ]  # fmt: skip


def two_blobs() -> dict[str, Any]:
    return {
        "chain_id": hex(CHAIN_ID),
        "da_commitment_scheme": 4,
        "blocks": [
            {"block": {}, "pre": funded(ALICE), "transactions": deployments(0, 3)},
            {"block": {}, "transactions": deployments(3, 3)},
        ],
    }


@pytest.mark.executors("x86_64", "riscv")
@pytest.mark.all_executors
def test_two_blobs_are_committed_to(executor: Any) -> None:
    run = Runner(ExecutorName(executor.name)).run_proving(block_file.parse(two_blobs()))
    outcomes = [settled.outcome for settled in run.ledger.blocks]
    assert [one["status"] for outcome in outcomes for one in outcome.transactions] == [0] * 6
    pubdata_bytes = sum(len(outcome.pubdata) for outcome in outcomes)
    assert DATA_BYTES - HEAD_BYTES < pubdata_bytes < 2 * DATA_BYTES - HEAD_BYTES
    assert run.public_input == run.ledger.public_input
