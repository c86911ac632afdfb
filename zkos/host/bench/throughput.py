"""Blocks of transfers from raw bytes to results, on one core, beside revm given the same bytes.

Ours is the whole path of a forward run in the production flavour: signatures recovered on the
host, decoding, validation, execution, caches and changed slots, results and logs decoded. Pubdata
is part of the run, but its time is taken out: from the last record before it until it is taken.
Tree and commitments come after the run. revm's bytes are decoded by ``rlp`` and recovered by
coincurve, its results and logs looked at.

Every transaction has its own sender, of its own balance, and its own receiver: nothing is warm.
Both engines must use the same gas. pyrevm leaves a slot that it is told behind in its journal, warm
and changed, which would make the sender's balance of the token 4,800 gas cheaper: 2,000 when it is
read, 2,800 when it is written. Its journal is therefore put back after each. It takes no fees and
pays none to the coinbase, which ours does.
Ratios come from runs without inner clocks; the stages from the fastest of a few that have them.

Units:   microseconds of processor time per transaction.
Errors:  BenchmarkError when a transaction fails.
"""

import gc
import os
import statistics
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import coincurve
import rlp

from zkos.host import block_file
from zkos.host.batch import Batch
from zkos.host.bench.engines import ETHER, BenchmarkError, hex_address, revm
from zkos.host.bench.signing import CHAIN_ID, FEE, Sender
from zkos.host.bench.workloads import TOKEN, TRANSFER, assemble
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.hashing import keccak256
from zkos.host.ledger import settle
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.oracle.memory import Memory
from zkos.host.results import BlockOutcome, ResultKeeper
from zkos.host.state.state import MemoryState
from zkos.interface.oracle_queries import NEXT_TRANSACTION
from zkos.interface.results import PUBDATA as PUBDATA_RECORD
from zkos.interface.results import TRANSACTION_SUCCESS

BLOCK_GAS = 1_000_000_000
TRANSFER_SELECTOR = bytes.fromhex("a9059cbb")
FIRST_SECRET, FIRST_RECEIVER = 0x1000, 0xB0B0_0000
SIGNATURE_FIELDS = 3

PUBDATA, TREE = "pubdata", "tree and commitments"
"""The stages that aren't part of the total."""
_PUBDATA_RECORD = PUBDATA_RECORD.id.to_bytes(4, "little")

STAGED = 3
"""Runs with inner clocks."""

Stages = Mapping[str, float]
"""Seconds of processor time by stage."""


@dataclass(frozen=True)
class Run:
    """A block on one engine; pubdata apart."""

    seconds: float
    gas: int
    stages: Stages
    pubdata: float = 0.0


class _TimedKeeper(ResultKeeper):
    """Times what the kernel does for pubdata: from the records before it until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self.pubdata = 0.0
        self._taken = 0.0

    def take(self, encoded: bytes) -> None:
        """Take records."""
        super().take(encoded)
        now = time.process_time()
        if encoded.startswith(_PUBDATA_RECORD):
            self.pubdata += now - self._taken
        self._taken = now


def _stopped_clock() -> float:
    return 0.0


@dataclass(frozen=True)
class TransferBlock:
    """A block and the state before it, for both engines."""

    name: str
    transactions: Sequence[bytes]
    balances: Mapping[str, int]
    tokens: Mapping[int, int]
    """Slots of the token contract; empty for plain transfers."""

    def batch(self) -> Batch:
        """Give the block as ours."""
        pre: dict[str, Any] = {
            address: {"balance": hex(balance)} for address, balance in self.balances.items()
        }
        if self.tokens:
            storage = {f"0x{slot:064x}": hex(amount) for slot, amount in self.tokens.items()}
            code = "0x" + assemble(TRANSFER).hex()
            pre[hex_address(TOKEN)] = {"nonce": "0x1", "code": code, "storage": storage}
        document = {
            "chain_id": hex(CHAIN_ID),
            "block": {"gas_limit": hex(BLOCK_GAS), "base_fee": hex(FEE)},
            "pre": pre,
            "transactions": ["0x" + raw.hex() for raw in self.transactions],
        }
        return block_file.parse(document)


@dataclass(frozen=True)
class Throughput:
    """One block on both engines."""

    block: str
    transactions: int
    zkos: float
    revm: float
    ratio: float
    ratio_with_pubdata: float
    zkos_per_second: float
    revm_per_second: float
    zkos_stages: Stages
    revm_stages: Stages


def plain_transfers(count: int) -> TransferBlock:
    """Make a block of plain transfers."""
    senders = [Sender(FIRST_SECRET + at) for at in range(count)]
    transactions = [
        sender.transaction(_receiver(at), 21_000, value=1) for at, sender in enumerate(senders)
    ]
    return TransferBlock("plain transfers", transactions, _balances(senders), {})


def token_transfers(count: int) -> TransferBlock:
    """Make a block of ERC-20 transfers."""
    senders = [Sender(FIRST_SECRET + at) for at in range(count)]
    token = TOKEN.to_bytes(20, "big")
    transactions = [
        sender.transaction(token, 100_000, data=_transfer_data(at))
        for at, sender in enumerate(senders)
    ]
    tokens = {
        int.from_bytes(keccak256(sender.address.rjust(32, b"\0") + bytes(32)), "big"): ETHER + at
        for at, sender in enumerate(senders)
    }
    return TransferBlock("ERC-20 transfers", transactions, _balances(senders), tokens)


def _receiver(at: int) -> bytes:
    return (FIRST_RECEIVER + at).to_bytes(20, "big")


def _transfer_data(at: int) -> bytes:
    return TRANSFER_SELECTOR + _receiver(at).rjust(32, b"\0") + (1).to_bytes(32, "big")


def _balances(senders: Sequence[Sender]) -> dict[str, int]:
    return {"0x" + sender.address.hex(): ETHER + at for at, sender in enumerate(senders)}


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


class _TimedOracle(BatchOracle):
    """Times its answers; the first offer of a transaction is the recovery of all senders."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seconds = {"recovery": 0.0, "oracle answers": 0.0}

    def answer(
        self, query_id: int, parameters: Sequence[int], memory: Memory | None
    ) -> "array[int]":
        """Answer a query."""
        is_first = query_id == NEXT_TRANSACTION.id and self.transaction_index is None
        begun = time.process_time()
        words = super().answer(query_id, parameters, memory)
        spent = time.process_time() - begun
        self.seconds["recovery" if is_first else "oracle answers"] += spent
        return words


def run_zkos(batch: Batch, *, has_stages: bool = False) -> Run:
    """Run a block of ours."""
    keeper = _TimedKeeper()
    make_oracle = _TimedOracle if has_stages else BatchOracle
    oracle = make_oracle(batch, MemoryState(batch.initial_state), keeper.changes_of)
    clock = time.process_time
    gc.collect()
    border = Border(oracle.answer, keeper.take)
    begun = clock()
    X8664Executor().run(KernelImage(False, batch.flavour, on_machine=False), border)
    ran = clock()
    (outcome,) = keeper.finished(1)
    statuses = {one["status"] for one in outcome.transactions}
    events = len(outcome.logs)
    decoded = clock()
    if statuses != {TRANSACTION_SUCCESS} or events % len(outcome.transactions):
        raise BenchmarkError("a transfer of ours failed")
    stages: dict[str, float] = {}
    if isinstance(oracle, _TimedOracle):
        answering = sum(oracle.seconds.values())
        stages = {
            **oracle.seconds,
            "kernel and border": ran - begun - answering - keeper.pubdata,
            "results": decoded - ran,
            PUBDATA: keeper.pubdata,
            TREE: _settling(batch, outcome),
        }
    gas = sum(one["gas_used"] for one in outcome.transactions)
    return Run(decoded - begun - keeper.pubdata, gas, stages, keeper.pubdata)


def _settling(batch: Batch, outcome: BlockOutcome) -> float:
    """Time what comes after a run."""
    state = MemoryState(batch.initial_state)
    begun = time.process_time()
    settle(batch, [outcome], state)
    return time.process_time() - begun


def run_revm(block: TransferBlock, *, has_stages: bool = False) -> Run:
    """Run the same bytes in revm."""
    library = revm()
    environment = library.BlockEnv(number=1, timestamp=42, gas_limit=BLOCK_GAS, basefee=FEE)
    evm = library.EVM(env=library.Env(block=environment), gas_limit=BLOCK_GAS, spec_id="CANCUN")
    for address, balance in block.balances.items():
        evm.set_balance(address, balance)
    if block.tokens:
        info = library.AccountInfo(nonce=1, code=assemble(TRANSFER))
        evm.insert_account_info(hex_address(TOKEN), info)
        for slot, amount in block.tokens.items():
            before = evm.snapshot()
            evm.insert_account_storage(hex_address(TOKEN), slot, amount)
            evm.revert(before)  # the journal; the slot stays
    stages = dict.fromkeys(("decode", "recovery", "execution"), 0.0)
    clock = time.process_time if has_stages else _stopped_clock
    gas = 0
    gc.collect()
    started = time.process_time()
    for raw in block.transactions:
        begun = clock()
        fields = rlp.decode(raw[1:])
        decoded = clock()
        sender = _recover(raw[:1], fields)
        recovered = clock()
        evm.message_call(
            caller=sender,
            to="0x" + fields[5].hex(),
            calldata=fields[7],
            value=int.from_bytes(fields[6], "big"),
            gas=int.from_bytes(fields[4], "big"),
            gas_price=int.from_bytes(fields[3], "big"),
        )
        result = evm.result
        _ = result.logs
        gas += result.gas_used
        ran = clock()
        if not result.is_success:
            raise BenchmarkError(f"a transfer in revm failed: {result.reason}")
        stages["decode"] += decoded - begun
        stages["recovery"] += recovered - decoded
        stages["execution"] += ran - recovered
    return Run(time.process_time() - started, gas, stages)


def _recover(kind: bytes, fields: Sequence[bytes]) -> str:
    """Recover the sender of decoded fields by coincurve."""
    digest = keccak256(kind + rlp.encode(fields[:-SIGNATURE_FIELDS]))
    parity, r, s = fields[-SIGNATURE_FIELDS:]
    signature = r.rjust(32, b"\0") + s.rjust(32, b"\0") + (parity or b"\0")
    key = coincurve.PublicKey.from_signature_and_message(signature, digest, hasher=None)
    return "0x" + keccak256(key.format(compressed=False)[1:])[12:].hex()


def measure_block(block: TransferBlock, repeats: int) -> Throughput:
    """Time a block on both engines by turns; the median of the repeats counts."""
    revm()
    batch, count = block.batch(), len(block.transactions)
    ours, pubdata, theirs = [], [], []
    with one_core():
        run_zkos(batch)  # builds the kernel
        staged = min((run_zkos(batch, has_stages=True) for _ in range(STAGED)), key=_seconds)
        their_staged = min((run_revm(block, has_stages=True) for _ in range(STAGED)), key=_seconds)
        if staged.gas != their_staged.gas:
            raise BenchmarkError(f"{block.name}: gas {staged.gas}, {their_staged.gas} in revm")
        for _ in range(repeats):
            run = run_zkos(batch)
            ours.append(run.seconds)
            pubdata.append(run.pubdata)
            theirs.append(run_revm(block).seconds)
    our_total, their_total = statistics.median(ours), statistics.median(theirs)
    return Throughput(
        block.name,
        count,
        our_total / count * 1e6,
        their_total / count * 1e6,
        their_total / our_total,
        their_total / (our_total + statistics.median(pubdata)),
        count / our_total,
        count / their_total,
        _per_transaction(staged.stages, count),
        _per_transaction(their_staged.stages, count),
    )


def _seconds(run: Run) -> float:
    return run.seconds


def _per_transaction(stages: Stages, count: int) -> Stages:
    return {stage: seconds / count * 1e6 for stage, seconds in stages.items()}
