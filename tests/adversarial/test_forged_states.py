"""An oracle that lies consistently: all answers are those of another state than the true one.

With the true root the run stops; with the root of its own state the lie is that another state was
the state before, and the public input says so.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.adversarial.batches import CONTRACT, DOCUMENTS
from tests.support.chain import ALICE, BOB
from zkos.host import block_file
from zkos.host.batch import Batch
from zkos.host.batch_run import Runner
from zkos.host.errors import KernelError
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.state.state import MemoryState
from zkos.interface import oracle_queries as queries

Pre = dict[str, Any]


def richer(pre: Pre) -> None:
    pre[ALICE.address]["balance"] = "0xde0b6b3a7640001"


def another_nonce(pre: Pre) -> None:
    pre[BOB.address]["nonce"] = "0x7"


def another_value(pre: Pre) -> None:
    pre[CONTRACT]["storage"]["0x01"] = "0x08"


def missing_leaf(pre: Pre) -> None:
    del pre[CONTRACT]["storage"]["0x01"]


def leaf_too_many(pre: Pre) -> None:
    pre[CONTRACT]["storage"]["0x04"] = "0x01"


def another_code(pre: Pre) -> None:
    pre[CONTRACT]["code"] = "0x00"


LIES = [richer, another_nonce, another_value, missing_leaf, leaf_too_many, another_code]


def told(batch: Batch, proof_data_of: Batch) -> bytes | None:
    """Prove a batch whose proof data are another's; None for a stop."""
    oracle = BatchOracle(batch, MemoryState(batch.initial_state), _no_changes)
    stated = BatchOracle(proof_data_of, MemoryState(proof_data_of.initial_state), _no_changes)
    stated.open_block()

    def answer(query_id: int, parameters: Sequence[int], memory: Any) -> Sequence[int]:
        source = stated if query_id == queries.PROOF_DATA.id else oracle
        return source.answer(query_id, parameters, memory)

    image = KernelImage(True, batch.flavour, on_machine=False)
    try:
        return X8664Executor().run(image, Border(answer)).output
    except KernelError:
        return None


def _no_changes(index: int) -> Any:
    raise AssertionError(f"block {index} is not followed by another")


@pytest.mark.parametrize("lie", LIES)
def test_another_state_has_its_own_root_or_none(lie: Callable[[Pre], None]) -> None:
    document = DOCUMENTS["mixed"]()
    other = copy.deepcopy(document)
    lie(other["pre"])
    honest, lying = block_file.parse(document), block_file.parse(other)
    assert told(honest, honest) == Runner().run_forward(honest).public_input
    assert told(lying, honest) is None
    assert told(honest, lying) is None
    found = Runner().run_forward(lying).public_input
    assert told(lying, lying) == found != told(honest, honest)
