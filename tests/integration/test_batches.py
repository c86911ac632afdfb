"""Batches of several blocks: the proving kernel's public input equals the host's prediction.

The prediction comes from the forward run's results and the host's own tree and formulas, so an
equal public input means equal roots, block hashes, pubdata and chain of commitments.
"""

from typing import Any

import pytest
import rlp

from tests.support.chain import (
    ALICE,
    BOB,
    CHAIN_ID,
    deployer,
    funded,
    integer,
    keccak256,
    transaction,
)
from zkos.host import block_file
from zkos.host.batch_run import ExecutorName, Runner
from zkos.host.errors import KernelError

COUNTER = bytes.fromhex("5f546001015f55" + "60203560203555" + "00")
"""slot 0 += 1; slot calldata[32..64] := the same word."""


def created_by(sender: str, nonce: int) -> str:
    """Address of a contract that an account creates."""
    encoded = rlp.encode([bytes.fromhex(sender[2:]), integer(nonce)])
    return "0x" + keccak256(encoded)[12:].hex()


def words(number: int) -> bytes:
    """Calldata that names a slot."""
    return bytes(32) + number.to_bytes(32, "big")


def two_blocks(**second: Any) -> dict[str, Any]:
    """A block that deploys and writes, and one that goes on with what it left."""
    counter = created_by(ALICE.address, 0)
    first = [
        transaction(ALICE, nonce=0, to=None, data=deployer(COUNTER), gas_limit=500_000),
        transaction(ALICE, nonce=1, to=counter, data=words(5), gas_limit=300_000),
        transaction(BOB, nonce=0, to=counter, data=words(2**255 + 9), gas_limit=300_000),
    ]
    then = [
        transaction(BOB, nonce=1, to=counter, data=words(5), gas_limit=300_000),
        transaction(ALICE, nonce=2, value=7),
    ]
    return {
        "chain_id": hex(CHAIN_ID),
        "blocks": [
            {"block": {"timestamp": "0x2a"}, "pre": funded(ALICE, BOB), "transactions": first},
            {"block": {"timestamp": "0x2b", **second}, "transactions": then},
        ],
    }


@pytest.mark.all_executors
def test_second_block_starts_with_empty_caches_on_the_state_of_the_first(executor):
    run = Runner(ExecutorName(executor.name)).run_proving(block_file.parse(two_blocks()))
    assert run.public_input == run.ledger.public_input
    first, second = run.ledger.blocks
    assert [one["status"] for one in first.outcome.transactions] == [0, 0, 0]
    assert [one["status"] for one in second.outcome.transactions] == [0, 0]
    counter = int(created_by(ALICE.address, 0), 16)
    written = {
        (write["address"], int.from_bytes(write["key"], "big")): write["value"][-1]
        for write in second.outcome.storage_writes
    }
    assert written[counter, 0] == 3
    assert (counter, 5) not in written, "an unchanged slot is no write"
    assert second.before == first.after


@pytest.mark.parametrize(
    "broken",
    [{"timestamp": "0x29"}, {"number": "0x9"}],
    ids=["time runs backwards", "a gap in the numbers"],
)
def test_a_broken_chain_of_blocks_has_no_public_input(broken):
    document = two_blocks(**broken)
    with pytest.raises(KernelError, match=r"BatchChainBroken|TimestampBeforeLast"):
        Runner().run_proving(block_file.parse(document))


def test_blocks_without_transactions_make_a_batch(executor):
    document = {"blocks": [{"block": {}}, {"block": {}}, {"block": {}}]}
    run = Runner(ExecutorName(executor.name)).run_proving(block_file.parse(document))
    assert run.public_input == run.ledger.public_input
    assert [block.after.number for block in run.ledger.blocks] == [1, 2, 3]
