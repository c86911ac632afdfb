"""Running one case on the kernel and comparing with what the test expects.

Compared, in this order: whether the transaction is rejected, the hash of the logs, the state root.
The kernel keeps another tree than Ethereum, so the root is computed from its account and storage
changes; accounts that are left empty are no part of it (EIP-161).

Errors:  none: whatever stops a case is an outcome.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import rlp

from zkos.host.batch import Flavour
from zkos.host.batch_run import ExecutorName
from zkos.host.errors import RunError, ZkosError
from zkos.host.executors.kernel_images import Extra, KernelImage
from zkos.host.executors.kernel_run import Executor
from zkos.host.executors.python import PythonExecutor
from zkos.host.executors.riscv import RiscvExecutor
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.hashing import keccak256
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border, ignore_event
from zkos.host.results import STATUS_NAMES, BlockOutcome, ResultKeeper
from zkos.host.state.state import ACCOUNT_PROPERTIES_ADDRESS, MemoryState
from zkos.host.statetest.case_trace import CaseTrace
from zkos.host.statetest.cases import Case, StateTest
from zkos.host.statetest.merkle_patricia import EMPTY_CODE_HASH, Account, state_root
from zkos.interface.error_names import ERROR_NAMES

NO_CODE = bytes(32)
ACCEPTED, REJECTED = "accepted", "rejected"


@dataclass(frozen=True)
class Difference:
    """The first field that came out otherwise."""

    field: str
    expected: str
    actual: str


@dataclass(frozen=True)
class CaseResult:
    """How a case went."""

    name: str
    difference: Difference | None
    seconds: float


class CaseRunner:
    """Runs cases on one executor."""

    def __init__(self, name: ExecutorName, trace: CaseTrace | None = None) -> None:
        self._executor = _make_executor(name)
        self._image = image_for(name, tracing=trace is not None)
        self._trace = trace

    def run(self, test: StateTest, case: Case) -> CaseResult:
        """Run a case and compare."""
        started = time.perf_counter()
        accounts = None
        try:
            outcome = self._run_kernel(test, case)
            accounts = state_after(test.accounts, outcome)
            difference = compare(case, outcome, accounts)
        except RunError as error:
            difference = Difference("run", "an end", error.line)
        except ZkosError as error:
            difference = Difference("input", "a valid test", error.line)
        if self._trace is not None:
            root = None if accounts is None else state_root(accounts)
            failure = difference.actual if difference is not None and accounts is None else None
            self._trace.end(case.name, root, failure, difference is None)
        return CaseResult(case.name, difference, time.perf_counter() - started)

    def _run_kernel(self, test: StateTest, case: Case) -> BlockOutcome:
        keeper = ResultKeeper()
        state = MemoryState(test.initial)
        oracle = BatchOracle(test.batch(case), state, keeper.changes_of)
        take_event = ignore_event if self._trace is None else self._trace.begin()
        self._executor.run(self._image, Border(oracle.answer, keeper.take, take_event))
        return keeper.finished(1)[0]


def image_for(name: ExecutorName, *, tracing: bool) -> KernelImage:
    """Give the image that runs state tests."""
    extra = Extra.TRACING if tracing else None
    return KernelImage(False, Flavour.ETHEREUM, name is ExecutorName.RISCV, extra)


def _make_executor(name: ExecutorName) -> Executor:
    if name is ExecutorName.PYTHON:
        return PythonExecutor()
    return X8664Executor() if name is ExecutorName.X86_64 else RiscvExecutor()


def compare(
    case: Case, outcome: BlockOutcome, accounts: Mapping[int, Account]
) -> Difference | None:
    """Give the first field that differs from the expectation."""
    expected = case.expected
    result = outcome.transactions[0]
    is_rejected = STATUS_NAMES[result["status"]] == "invalid"
    if is_rejected != (expected.exception is not None):
        error = ERROR_NAMES.get(result["error"], hex(result["error"]))
        return Difference(
            "transaction",
            f"{REJECTED} ({expected.exception})" if expected.exception else ACCEPTED,
            f"{REJECTED} ({error})" if is_rejected else ACCEPTED,
        )
    found = logs_hash(outcome)
    if found != expected.logs_hash:
        return Difference("logs", "0x" + expected.logs_hash.hex(), "0x" + found.hex())
    root = state_root(accounts)
    if root != expected.state_root:
        return Difference("state root", "0x" + expected.state_root.hex(), "0x" + root.hex())
    return None


def logs_hash(outcome: BlockOutcome) -> bytes:
    """Hash the logs of a block."""
    return keccak256(
        rlp.encode(
            [
                [log["address"].to_bytes(20, "big"), list(log["topics"]), log["data"]]
                for log in outcome.logs
            ]
        )
    )


def state_after(before: Mapping[int, Account], outcome: BlockOutcome) -> dict[int, Account]:
    """Apply a block to Ethereum's view of the state."""
    after = dict(before)
    for diff in outcome.account_diffs:
        address = diff["address"]
        code_hash = bytes(diff["code_hash"])
        after[address] = Account(
            diff["balance"],
            diff["nonce"],
            EMPTY_CODE_HASH if code_hash == NO_CODE else code_hash,
            before[address].storage if address in before else {},
        )
    changed: dict[int, dict[int, int]] = {}
    for write in outcome.storage_writes:
        if write["address"] != ACCOUNT_PROPERTIES_ADDRESS:
            changed.setdefault(write["address"], {})[_number(write["key"])] = _number(
                write["value"]
            )
    for address, slots in changed.items():
        old = after.get(address, Account())
        merged = {key: value for key, value in (old.storage | slots).items() if value}
        after[address] = Account(old.balance, old.nonce, old.code_hash, merged)
    return {address: account for address, account in after.items() if not account.is_empty}


def _number(word: Any) -> int:
    return int.from_bytes(word, "big")
