"""The EVM measured: the kernel on x86-64 against revm (through pyrevm) and py-evm.

    python -m benchmarks.evm [--json] [--rounds 5] [--only NAME]

Needs the extra ``bench``; py-evm is left out where it is not installed. Every engine runs one
transaction of the workload, and one to a contract that stops at once, whose time is subtracted:
what is left is the interpreter, and the handing over of logs to the host, which the kernel does
one by one and revm does not do in the timed call: "ERC-20" shows it, "ERC-20 quiet" is without
logs. The kernel is the Ethereum flavour,
with both its accountings on. Engines alternate, the median of the rounds counts. py-evm runs a
fiftieth of the rounds.

Units:   Mgas/s = 10^6 gas a second, without the intrinsic gas; ratio = ours over the other's.
Errors:  AssertionError when an engine fails or two engines disagree on the gas.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pyrevm

from benchmarks.evm_workloads import ENTRY, WORKLOADS, Workload
from tests.support.chain import ALICE, CHAIN_ID, ETHER, funded, transaction
from zkos.host import block_file
from zkos.host.batch_run import Runner
from zkos.interface.results import TRANSACTION_SUCCESS

try:
    from eth.chains.base import MiningChain
    from eth.consensus.noproof import NoProofConsensus
    from eth.db.atomic import AtomicDB
    from eth.vm.forks.cancun import CancunVM
except ImportError:
    CancunVM = None

GAS_LIMIT = 1_000_000_000
INTRINSIC_GAS = 21_000
PY_EVM_SHARE = 50
FEE = 1000

Engine = Callable[[Workload, int], tuple[float, int]]
"""Runs a workload for so many rounds; gives seconds and execution gas."""


@dataclass(frozen=True)
class Speed:
    """One workload on all engines."""

    workload: str
    gas: int
    zkos: float
    revm: float
    revm_ratio: float
    py_evm: float | None
    py_evm_ratio: float | None


def address(number: int) -> str:
    """Write an address."""
    return f"0x{number:040x}"


def run_zkos(workload: Workload, rounds: int) -> tuple[float, int]:
    """Run a block of one transaction in the kernel."""
    pre = funded(ALICE) | {
        address(at): {
            "nonce": "0x1",
            "code": "0x" + code.hex(),
        }
        for at, code in workload.contracts(rounds).items()
    }
    raw = transaction(to=address(ENTRY), gas_limit=GAS_LIMIT, max_fee=FEE)
    document = {
        "flavour": "ethereum",
        "chain_id": hex(CHAIN_ID),
        "block": {"gas_limit": hex(GAS_LIMIT), "base_fee": hex(FEE)},
        "pre": pre,
        "transactions": [{"raw": raw, "sender": ALICE.address}],
    }
    finished = Runner().run_forward(block_file.parse(document))
    (result,) = finished.ledger.blocks[0].outcome.transactions
    assert result["status"] == TRANSACTION_SUCCESS, (workload.name, result)
    return finished.seconds["run"], int(result["gas_used"]) - INTRINSIC_GAS


def run_revm(workload: Workload, rounds: int) -> tuple[float, int]:
    """Run one message in revm."""
    block = pyrevm.BlockEnv(number=1, timestamp=42, gas_limit=GAS_LIMIT)
    evm = pyrevm.EVM(env=pyrevm.Env(block=block), gas_limit=GAS_LIMIT, spec_id="CANCUN")
    evm.set_balance(ALICE.address, ETHER)
    for at, code in workload.contracts(rounds).items():
        evm.insert_account_info(address(at), pyrevm.AccountInfo(nonce=1, code=code))
    started = time.perf_counter()
    evm.message_call(caller=ALICE.address, to=address(ENTRY), gas=GAS_LIMIT)
    seconds = time.perf_counter() - started
    assert evm.result.is_success, (workload.name, evm.result.reason)
    return seconds, evm.result.gas_used - INTRINSIC_GAS


def run_py_evm(workload: Workload, rounds: int) -> tuple[float, int]:
    """Run one message in py-evm."""
    vm_class = CancunVM.configure(consensus_class=NoProofConsensus)
    chain_class = MiningChain.configure(vm_configuration=((0, vm_class),), chain_id=CHAIN_ID)
    state = {
        at.to_bytes(20, "big"): {
            "nonce": 1, "balance": 0, "code": code, "storage": {},
        }
        for at, code in workload.contracts(rounds).items()
    }  # fmt: skip
    chain = chain_class.from_genesis(AtomicDB(), {"difficulty": 0, "gas_limit": GAS_LIMIT}, state)
    vm, sender, entry = chain.get_vm(), bytes.fromhex(ALICE.address[2:]), ENTRY.to_bytes(20, "big")
    started = time.perf_counter()
    computation = vm.execute_bytecode(
        sender, FEE, GAS_LIMIT, entry, sender, 0, b"", workload.contracts(rounds)[ENTRY]
    )
    seconds = time.perf_counter() - started
    computation.raise_if_error()
    refund = min(computation.get_gas_refund(), (computation.get_gas_used() + INTRINSIC_GAS) // 5)
    return seconds, computation.get_gas_used() - refund


def measure(workload: Workload, rounds: int) -> Speed:
    """Time a workload on all engines by turns."""
    engines: list[tuple[Engine, int]] = [(run_zkos, workload.rounds), (run_revm, workload.rounds)]
    if CancunVM is not None:
        engines.append((run_py_evm, workload.rounds // PY_EVM_SHARE))
    times: list[list[float]] = [[] for _ in engines]
    gas = [0] * len(engines)
    for _ in range(rounds):
        for at, (engine, count) in enumerate(engines):
            seconds, gas[at] = engine(workload, count)
            idle, _ = engine(workload, 0)
            times[at].append(seconds - idle)
    assert gas[0] == gas[1], (workload.name, gas)
    speeds = [
        spent / 1e6 / statistics.median(taken) for spent, taken in zip(gas, times, strict=True)
    ]
    slow = speeds[2] if len(speeds) > 2 else None
    ratio = speeds[0] / slow if slow else None
    return Speed(workload.name, gas[0], speeds[0], speeds[1], speeds[0] / speeds[1], slow, ratio)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each timing (5)")
    parser.add_argument("--only", choices=[one.name for one in WORKLOADS], help="one workload")
    options = parser.parse_args()
    chosen = [one for one in WORKLOADS if options.only in (None, one.name)]
    run_zkos(chosen[0], 0)  # builds the kernel
    speeds = [measure(workload, options.rounds) for workload in chosen]
    if options.json:
        document = {"load": os.getloadavg()[0], "speeds": [*map(asdict, speeds)]}
        json.dump(document, sys.stdout, indent=1)
        print()
        return
    print(f"Mgas/s; load {os.getloadavg()[0]:.1f}")
    print(f"{'workload':<14}{'gas':>13}{'zkos':>9}{'revm':>9}{'ratio':>8}{'py-evm':>9}{'ratio':>8}")
    for speed in speeds:
        line = f"{speed.workload:<14}{speed.gas:>13,}{speed.zkos:>9.1f}{speed.revm:>9.1f}"
        line += f"{speed.revm_ratio:>8.2f}"
        if speed.py_evm is not None:
            line += f"{speed.py_evm:>9.2f}{speed.py_evm_ratio:>8.0f}"
        print(line)


if __name__ == "__main__":
    main()
