"""Gas estimation: the limit found suffices and one gas less does not, in real blocks too."""

from typing import Any

import pytest

from tests.host.simulation.support import block_batch, calling, simulator
from tests.support.chain import ALICE, BOB, CHAIN_ID, deployer, funded, transaction
from zkos.host.batch_run import Runner
from zkos.host.result_json import batch_json
from zkos.host.simulation.gas_estimate import EstimateError, estimate_gas

CONTRACT, OTHER = "0x" + "c0" * 20, "0x" + "07" * 20
BALANCE = 10**30
SETS = "365f5500"  # slot 0 becomes the size of the calldata
CLEARS = "5f5f555f60015500"  # slots 0 and 1 become 0: refunds
CALLS = f"5f5f5f5f5f73{OTHER[2:]}5af16022575f5ffd5b00"  # calls OTHER with all gas but a 64th
LOOPS = "6103e85b6001900380600357600160205500"  # 1000 rounds, then a slot
MEMORY = "60ff6210000053"  # MSTORE8 at 2^20
HASHES = "61ffff5f2000"

CASES: dict[str, tuple[str | None, bytes, int]] = {
    "transfer": (None, b"", 1),
    "calldata": (None, b"\0\1\2" * 40, 0),
    "sets a slot": (SETS, b"x", 0),
    "clears slots": (CLEARS, b"", 0),
    "calls": (CALLS, b"", 0),
    "loops": (LOOPS, b"", 0),
    "memory": (MEMORY, b"", 0),
    "hashes": (HASHES, b"", 0),
}


def state(code: str | None) -> dict[str, Any]:
    pre: dict[str, Any] = funded(ALICE, balance=BALANCE) | {
        OTHER: {"code": "0x" + LOOPS},
        CONTRACT: {"balance": "0x64"},
    }
    if code is not None:
        pre[CONTRACT] = {
            "code": "0x" + code, "balance": "0x64", "storage": {"0x0": "0x5", "0x1": "0x5"}
        }  # fmt: skip
    return pre


def succeeds(
    flavour: str, code: str | None, data: bytes, value: int, gas_limit: int, price: int,
    to: str | None = CONTRACT, **block: int,
) -> bool:  # fmt: skip
    """Say whether the signed transaction with this gas limit succeeds in a block."""
    raw = transaction(
        to=to, data=data, value=value, gas_limit=gas_limit, max_fee=price, priority_fee=price
    )
    batch = block_batch(state(code), flavour, [raw], **block)
    [result] = batch_json(Runner().run_forward(batch))["transactions"]
    return bool(result["status"] == "success")


@pytest.mark.parametrize("flavour", ["production", "ethereum"])
@pytest.mark.parametrize("name", CASES)
def test_the_estimate_is_exact_for_the_signed_transaction(name: str, flavour: str) -> None:
    """At the prices of a default block, 1000 and 10, simulation's native is the real one."""
    code, data, value = CASES[name]
    there = simulator(state(code), flavour)
    found = estimate_gas(there, calling(ALICE.address, CONTRACT, data, value=value))
    assert succeeds(flavour, code, data, value, found.gas, 1000)
    assert not succeeds(flavour, code, data, value, found.gas - 1, 1000)
    assert found.simulated.gas_limit == found.gas and found.simulated.is_success


@pytest.mark.parametrize("price", [10, 25, 4321])
@pytest.mark.parametrize("name", CASES)
def test_with_a_price_native_at_that_price_must_suffice(name: str, price: int) -> None:
    code, data, value = CASES[name]
    prices = {"base_fee": 10, "native_price": 10, "pubdata_price": 50}
    there = simulator(state(code), **prices)
    call = calling(ALICE.address, CONTRACT, data, value=value, gas_price=price)
    found = estimate_gas(there, call)
    assert succeeds("production", code, data, value, found.gas, price, **prices)
    assert not succeeds("production", code, data, value, found.gas - 1, price, **prices)


@pytest.mark.parametrize("flavour", ["production", "ethereum"])
def test_a_deployment_is_estimated(flavour: str) -> None:
    initcode = deployer(bytes.fromhex(LOOPS) * 20)
    found = estimate_gas(simulator(state(None), flavour), calling(ALICE.address, None, initcode))
    for gas, expected in ((found.gas, True), (found.gas - 1, False)):
        assert succeeds(flavour, None, initcode, 0, gas, 1000, to=None) is expected


def test_a_transfer_takes_few_runs() -> None:
    found = estimate_gas(simulator(funded(ALICE)), calling(ALICE.address, BOB.address, value=1))
    assert (found.gas, found.runs) == (21_000, 3)


def test_a_contract_that_wants_more_gas_than_it_uses_gets_it() -> None:
    wants = {CONTRACT: {"code": "0x620f42405a11600c575f5ffd5b00"}}
    found = estimate_gas(simulator(funded(ALICE) | wants), calling(ALICE.address, CONTRACT))
    assert 1_021_000 < found.gas < 1_021_100 and found.simulated.result["gas_used"] < 22_000
    there = simulator(funded(ALICE) | wants)
    assert not there.call(calling(ALICE.address, CONTRACT), found.gas - 1).is_success


def test_a_call_that_always_fails_has_no_estimate() -> None:
    there = simulator(funded(ALICE) | {CONTRACT: {"code": "0x5f5ffd"}})
    with pytest.raises(EstimateError, match="gas limit of 1073741824: reverted"):
        estimate_gas(there, calling(ALICE.address, CONTRACT))


def test_the_callers_limit_and_means_bound_the_search() -> None:
    there = simulator(state(LOOPS))
    with pytest.raises(EstimateError, match="gas limit of 50000"):
        estimate_gas(there, calling(ALICE.address, CONTRACT, gas_limit=50_000))
    poor = simulator({ALICE.address: {"balance": hex(20_999 * 1000 + 5)}})
    with pytest.raises(EstimateError, match="gas limit of 20999: OutOfGasDuringValidation"):
        estimate_gas(poor, calling(ALICE.address, BOB.address, value=5, gas_price=1000))
    enough = simulator({ALICE.address: {"balance": hex(21_000 * 1000 + 5)}})
    call = calling(ALICE.address, BOB.address, value=5, gas_price=1000)
    assert estimate_gas(enough, call).gas == 21_000


def test_a_contract_as_sender_is_simulated_and_has_no_transaction() -> None:
    there = simulator({CONTRACT: {"code": "0x00", "balance": hex(BALANCE)}})
    assert estimate_gas(there, calling(CONTRACT, OTHER)).gas == 21_300  # 300 as a delegated one
    with pytest.raises(EstimateError, match="RejectCallerWithCode"):
        estimate_gas(there, calling(CONTRACT, OTHER, gas_price=1000))


def test_the_chain_id_of_tests_is_the_simulators() -> None:
    there = simulator({CONTRACT: {"code": "0x465f5260205ff3"}})
    found = there.call(calling(ALICE.address, CONTRACT)).result["output"]
    assert int.from_bytes(found, "big") == CHAIN_ID
