"""The engines that a workload runs on: our kernel on x86-64, revm (through pyrevm), and py-evm.

Each runs one transaction to the workload's entry and gives seconds and execution gas. The kernel
is the Ethereum flavour with both its accountings on.

Errors:  BenchmarkError when an engine fails; MissingPeerError without the extra ``bench``.
"""

import time
from collections.abc import Callable
from typing import Any

from zkos.host import block_file
from zkos.host.batch import Batch
from zkos.host.batch_run import Runner
from zkos.host.bench.peers import is_installed, library
from zkos.host.bench.signing import CHAIN_ID, FEE, Sender
from zkos.host.bench.workloads import ENTRY, Workload
from zkos.host.errors import RunError
from zkos.interface.results import TRANSACTION_SUCCESS

GAS_LIMIT = 1_000_000_000
INTRINSIC_GAS = 21_000
ETHER = 10**18
ALICE = Sender(0xA11CE)

Engine = Callable[[Workload, int], tuple[float, int]]
"""Runs a workload for so many rounds; gives seconds and execution gas."""


class BenchmarkError(RunError):
    """An engine failed, or two disagree about the work."""


def revm() -> Any:
    """Give the library that has revm."""
    return library("pyrevm", "revm")


def has_py_evm() -> bool:
    """Say whether py-evm is there."""
    return is_installed("eth")


def hex_address(number: int) -> str:
    """Write an address."""
    return f"0x{number:040x}"


def batch_of(workload: Workload, rounds: int) -> Batch:
    """Make a block of one transaction to the workload's entry."""
    pre: dict[str, Any] = {
        hex_address(at): {"nonce": "0x1", "code": "0x" + code.hex()}
        for at, code in workload.contracts(rounds).items()
    }
    sender = "0x" + ALICE.address.hex()
    raw = ALICE.transaction(ENTRY.to_bytes(20, "big"), GAS_LIMIT)
    document = {
        "flavour": "ethereum",
        "chain_id": hex(CHAIN_ID),
        "block": {"gas_limit": hex(GAS_LIMIT), "base_fee": hex(FEE)},
        "pre": pre | {sender: {"balance": hex(ETHER)}},
        "transactions": [{"raw": "0x" + raw.hex(), "sender": sender}],
    }
    return block_file.parse(document)


def run_zkos(workload: Workload, rounds: int) -> tuple[float, int]:
    """Run a workload in the kernel."""
    finished = Runner().run_forward(batch_of(workload, rounds))
    (result,) = finished.ledger.blocks[0].outcome.transactions
    if result["status"] != TRANSACTION_SUCCESS:
        raise BenchmarkError(f"{workload.name}: our transaction failed")
    return finished.seconds["run"], int(result["gas_used"]) - INTRINSIC_GAS


def run_revm(workload: Workload, rounds: int) -> tuple[float, int]:
    """Run a workload in revm."""
    library = revm()
    block = library.BlockEnv(number=1, timestamp=42, gas_limit=GAS_LIMIT)
    evm = library.EVM(env=library.Env(block=block), gas_limit=GAS_LIMIT, spec_id="CANCUN")
    sender = "0x" + ALICE.address.hex()
    evm.set_balance(sender, ETHER)
    for at, code in workload.contracts(rounds).items():
        evm.insert_account_info(hex_address(at), library.AccountInfo(nonce=1, code=code))
    started = time.perf_counter()
    evm.message_call(caller=sender, to=hex_address(ENTRY), gas=GAS_LIMIT)
    seconds = time.perf_counter() - started
    if not evm.result.is_success:
        raise BenchmarkError(f"{workload.name}: revm says {evm.result.reason}")
    return seconds, evm.result.gas_used - INTRINSIC_GAS


def run_py_evm(workload: Workload, rounds: int) -> tuple[float, int]:
    """Run a workload in py-evm."""
    consensus = library("eth.consensus.noproof", "py-evm").NoProofConsensus
    vm_class = library("eth.vm.forks.cancun", "py-evm").CancunVM.configure(
        consensus_class=consensus
    )
    chain_class = library("eth.chains.base", "py-evm").MiningChain.configure(
        vm_configuration=((0, vm_class),), chain_id=CHAIN_ID
    )
    database = library("eth.db.atomic", "py-evm").AtomicDB()
    contracts = workload.contracts(rounds)
    state = {
        at.to_bytes(20, "big"): {"nonce": 1, "balance": 0, "code": code, "storage": {}}
        for at, code in contracts.items()
    }
    chain = chain_class.from_genesis(database, {"difficulty": 0, "gas_limit": GAS_LIMIT}, state)
    vm, sender, entry = chain.get_vm(), ALICE.address, ENTRY.to_bytes(20, "big")
    started = time.perf_counter()
    computation = vm.execute_bytecode(
        sender, FEE, GAS_LIMIT, entry, sender, 0, b"", contracts[ENTRY]
    )
    seconds = time.perf_counter() - started
    if computation.is_error:
        raise BenchmarkError(f"{workload.name}: py-evm says {computation.error}")
    refund = min(computation.get_gas_refund(), (computation.get_gas_used() + INTRINSIC_GAS) // 5)
    return seconds, computation.get_gas_used() - refund
