"""Call trees and differences of state tests: a tree is whole, a difference leads to the new state.

The cases are a random sample, the same every time, of those with little gas.
"""

import pytest

from tests.conformance.test_state_tests import VECTORS, sample
from tests.integration.test_step_traces import has_little_gas
from zkos.host.batch import Flavour
from zkos.host.executors.kernel_images import Extra, KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.hashing import keccak256
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.results import ResultKeeper
from zkos.host.state.state import MemoryState
from zkos.host.statetest.cases import parse_file
from zkos.host.statetest.files import read_files
from zkos.host.statetest.merkle_patricia import Account
from zkos.host.statetest.run_case import state_after
from zkos.host.tracing.calls import CallTracer
from zkos.host.tracing.changes import ChangeTracer
from zkos.host.tracing.events import EventReader

CASES, FULL_CASES = 60, 2000
IMAGE = KernelImage(False, Flavour.ETHEREUM, on_machine=False, extra=Extra.TRACING)


def run_traced(test, tracer):
    """Run a case; give its outcome and the state with its preimages."""
    keeper, state = ResultKeeper(), MemoryState(test.initial)
    oracle = BatchOracle(test.batch(test.cases[0]), state, keeper.changes_of)
    X8664Executor().run(IMAGE, Border(oracle.answer, keeper.take, EventReader(tracer).take))
    (outcome,) = keeper.finished(1)
    state.apply(outcome.changes.writes, outcome.changes.preimages)
    return outcome, state


def applied(before, difference):
    """Give the state that a difference leads to."""
    after = dict(before)
    for name in {**difference["pre"], **difference["post"]}:
        address = int(name, 16)
        if name not in difference["post"]:
            after.pop(address, None)
            continue
        old, new = after.get(address, Account()), difference["post"][name]
        gone = difference["pre"].get(name, {}).get("storage", {})
        storage = {key: one for key, one in old.storage.items() if f"0x{key:064x}" not in gone}
        storage |= {int(key, 16): int(one, 16) for key, one in new.get("storage", {}).items()}
        code = new.get("code")
        after[address] = Account(
            int(new["balance"], 16) if "balance" in new else old.balance,
            new.get("nonce", old.nonce),
            old.code_hash if code is None else keccak256(bytes.fromhex(code[2:])),
            storage,
        )
    return {address: one for address, one in after.items() if not one.is_empty}


def frames(trees):
    for tree in trees:
        yield tree
        yield from frames(tree.get("calls", ()))


@pytest.fixture(scope="module")
def cases(request):
    tests = [
        test
        for name, document in read_files([VECTORS / "ef-state-tests.tar.xz"])
        for test in parse_file(name, document)
    ]
    count = FULL_CASES if request.config.getoption("--full") else CASES
    return sample(tests, count, has_little_gas)


def test_a_difference_leads_to_the_state_after(cases):
    for test in cases:
        tracer = ChangeTracer()
        outcome, state = run_traced(test, tracer)
        (changes,) = tracer.transactions
        existing = {name: one for name, one in test.accounts.items() if not one.is_empty}
        found = applied(existing, changes.document(state.preimage))
        assert found == state_after(test.accounts, outcome), test.cases[0].name


def test_a_tree_is_whole_and_spends_what_the_transaction_does(cases):
    for test in cases:
        tracer = CallTracer()
        outcome, _ = run_traced(test, tracer)
        ((tree,),) = tracer.trees
        (result,) = outcome.transactions
        assert int(tree["gasUsed"], 16) == result["gas_used"]
        assert ("error" in tree) == (result["status"] != 0), test.cases[0].name
        for frame in frames([tree]):
            inner = sum(int(one["gasUsed"], 16) for one in frame.get("calls", ()))
            stipends = 2300 * len(frame.get("calls", ()))
            if frame is not tree:
                assert inner <= int(frame["gasUsed"], 16) + stipends, test.cases[0].name
