"""Calls of precompiles as other implementations saw them: output, price, and what is refused.

Every call is a transaction whose gas is exactly the price, in the ethereum flavour.
"""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from tests.support.chain import ALICE, funded, run_block, transaction

VECTORS = Path(__file__).parents[2] / "vectors/precompiles/calls.json.xz"
CALLS: list[dict[str, Any]] = json.loads(lzma.decompress(VECTORS.read_bytes()))
BLOCK_GAS = 1 << 60
# As Python so many successes and failures of each precompile.
SAMPLES = {1: 1, 2: 3, 3: 3, 4: 3, 5: 3, 9: 2, 6: 2, 7: 1}


def intrinsic_gas(data: bytes) -> int:
    return 21_000 + sum(16 if byte else 4 for byte in data)


def outcomes(executor: Any, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    raw = []
    for nonce, call in enumerate(calls):
        data = bytes.fromhex(call["input"][2:])
        gas = call["gasUsed"] if call["success"] else call["gas"]
        to = f"0x{call['address']:040x}"
        gas_limit = intrinsic_gas(data) + gas
        raw.append(transaction(nonce=nonce, to=to, data=data, gas_limit=gas_limit, kind=0))
    pre = funded(ALICE, balance=1 << 120)
    options = {"flavour": "ethereum", "gas_limit": BLOCK_GAS}
    results: list[dict[str, Any]] = run_block(executor, raw, pre, **options)["transactions"]
    return results


def sample(executor: Any, address: int, success: bool) -> list[dict[str, Any]]:
    """Give all calls, or some of them as Python."""
    calls = [c for c in CALLS if (c["address"], c["success"]) == (address, success)]
    if executor.name != "python":
        return calls
    count = SAMPLES.get(address, 0)
    return sorted(calls, key=lambda call: call.get("gasUsed", 0))[:: max(1, len(calls) // 20)][
        :count
    ]


@pytest.mark.all_executors
@pytest.mark.parametrize("address", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
def test_calls_give_their_output_for_their_price(executor: Any, address: int) -> None:
    calls = sample(executor, address, True)
    for call, outcome in zip(calls, outcomes(executor, calls), strict=True):
        assert (outcome["status"], outcome["output"]) == ("success", call["output"]), call
        assert (
            outcome["gas_used"] == intrinsic_gas(bytes.fromhex(call["input"][2:])) + call["gasUsed"]
        )


@pytest.mark.all_executors
@pytest.mark.parametrize("address", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
def test_refused_calls_burn_their_gas(executor: Any, address: int) -> None:
    calls = sample(executor, address, False)
    for call, outcome in zip(calls, outcomes(executor, calls), strict=True):
        assert (outcome["status"], outcome["output"]) == ("reverted", "0x"), call
        assert outcome["gas_used"] == intrinsic_gas(bytes.fromhex(call["input"][2:])) + call["gas"]
