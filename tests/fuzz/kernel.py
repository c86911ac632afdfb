"""Worlds in the kernel, on any executor."""

from collections import defaultdict
from dataclasses import replace
from functools import lru_cache

import rlp

from tests.fuzz.world import CHAIN_ID, Log, Message, Outcome, Result, World
from tests.support.chain import integer
from zkos.host.batch import Batch, Flavour, InitialState, OfferedTransaction, PreAccount
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.executors.kernel_run import Executor
from zkos.host.hashing import keccak256
from zkos.host.oracle.answers import BatchOracle
from zkos.host.oracle.border import Border
from zkos.host.results import STATUS_NAMES, BlockOutcome, ResultKeeper
from zkos.host.state.accounts import AccountRecord, make_account
from zkos.host.state.state import MemoryState
from zkos.host.statetest.merkle_patricia import EMPTY_CODE_HASH
from zkos.host.statetest.merkle_patricia import Account as StateAccount
from zkos.host.statetest.run_case import state_after

DA_COMMITMENT_SCHEME = 3
SIGNATURE = (b"\x01", b"\x01")  # r and s: below half the order, and nobody recovers them


class TrustingOracle(BatchOracle):
    """An oracle that takes the stated sender for the signer."""

    def recovered_sender(self) -> int:
        """Give the stated sender."""
        return self.transaction.stated_sender or 0


class Kernel:
    """The kernel in the ethereum flavour."""

    def __init__(self, executor: Executor, *, on_machine: bool = False) -> None:
        self._executor = executor
        self._image = KernelImage(False, Flavour.ETHEREUM, on_machine=on_machine)

    def run(self, world: World) -> Outcome:
        """Run the block of a world."""
        return outcome_of(world, self.run_block(world))

    def run_block(self, world: World) -> BlockOutcome:
        """Run the block of a world, and give all records."""
        keeper = ResultKeeper()
        batch = batch_of(world)
        oracle = TrustingOracle(batch, MemoryState(batch.initial_state), keeper.changes_of)
        self._executor.run(self._image, Border(oracle.answer, keeper.take))
        return keeper.finished(1)[0]


@lru_cache(maxsize=4096)
def _stored(nonce: int, balance: int, code: bytes) -> tuple[AccountRecord, bytes]:
    return make_account(nonce, balance, code, may_delegate=False)


def batch_of(world: World) -> Batch:
    """Give a world as the batch that the oracle answers from."""
    accounts = {}
    for address, account in world.accounts.items():
        record, stored = _stored(account.nonce, account.balance, account.code)
        accounts[address] = PreAccount(record.encode(), stored, account.storage)
    offered = tuple(
        OfferedTransaction(encode(message), stated_sender=message.sender)
        for message in world.messages
    )
    block = replace(world.block, transactions=offered)
    return Batch(Flavour.ETHEREUM, CHAIN_ID, DA_COMMITMENT_SCHEME, InitialState(accounts), [block])


def encode(message: Message) -> bytes:
    """Encode a transaction with a signature that stands for any."""
    to = b"" if message.to is None else message.to.to_bytes(20, "big")
    nonce, chain_id = integer(message.nonce), integer(CHAIN_ID)
    fees = [integer(message.max_fee)]
    payment = [integer(message.gas_limit), to, integer(message.value), message.data]
    if message.kind == 0:
        v = integer(35 + 2 * CHAIN_ID)
        return bytes(rlp.encode([nonce, *fees, *payment, v, *SIGNATURE]))
    if message.kind > 1:
        fees.insert(0, integer(message.priority_fee))
    fields = [chain_id, nonce, *fees, *payment]
    fields.append(
        [
            [address.to_bytes(20, "big"), [key.to_bytes(32, "big") for key in keys]]
            for address, keys in message.access_list
        ]
    )
    if message.kind == 3:
        fields += [integer(message.max_blob_fee), list(message.blob_hashes)]
    return bytes([message.kind]) + rlp.encode([*fields, b"", *SIGNATURE])


def outcome_of(world: World, block: BlockOutcome) -> Outcome:
    """Read the records of a block."""
    logs: dict[int, list[Log]] = defaultdict(list)
    for log in block.logs:
        topics = tuple(bytes(topic) for topic in log["topics"])
        logs[log["transaction_number"]].append(Log(log["address"], topics, bytes(log["data"])))
    results = []
    number = 0
    for record in block.transactions:
        status = STATUS_NAMES[record["status"]]
        if status == "invalid":
            results.append(Result(status))
            continue
        created = record["contract_address"] if record["has_contract_address"] else None
        results.append(
            Result(
                status,
                record["gas_used"],
                bytes(record["output"]),
                created,
                tuple(logs[number]),
            )
        )
        number += 1
    before = {
        address: StateAccount(account.balance, account.nonce, code_hash(account.code),
                              account.storage)
        for address, account in world.accounts.items()
    }  # fmt: skip
    return Outcome(results, state_after(before, block))


@lru_cache(maxsize=4096)
def code_hash(code: bytes) -> bytes:
    """Hash code as Ethereum does."""
    return keccak256(code) if code else EMPTY_CODE_HASH
