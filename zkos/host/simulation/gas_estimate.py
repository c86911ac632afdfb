"""Gas estimation: the smallest gas limit with which a call succeeds.

A search by halves over runs of the call. Many calls need just what they use, which is tried first.
Both ends of it are always known: the call succeeds with
the upper one and was seen not to with the lower one, so that the result is exact; for a call whose
success depends on gas in other ways than having enough it is one such limit.

A call without gas price is simulated, with the simulation's 100 native for each gas. With a price
it is run as the transaction that the sender would sign, so that it is native at that price that
must suffice.

Docs:    docs/simulation.md.
Source:  go-ethereum eth/gasestimator (the first guess from a run with all gas, and its margins).
Units:   gas.
Errors:  EstimateError when the call fails with all the gas that it may have.
"""

from dataclasses import dataclass

from zkos.host.errors import RunError
from zkos.host.simulation.call import Call
from zkos.host.simulation.simulator import Simulated, Simulator

CALL_STIPEND = 2300
"""Gas that a call with value is given besides; it may be part of what was used."""


class EstimateError(RunError):
    """The call does not succeed with any gas limit that it may have."""


@dataclass(frozen=True)
class GasEstimate:
    """The smallest sufficient gas limit."""

    gas: int
    simulated: Simulated
    """The run with this limit."""
    runs: int


class _Search:
    """One search: runs the call, counts the runs, keeps the best."""

    def __init__(self, simulator: Simulator, call: Call) -> None:
        self.runs = 0
        self._simulator = simulator
        self._call = call
        self.best: Simulated | None = None

    def run(self, gas_limit: int) -> Simulated:
        """Run the call with a gas limit."""
        self.runs += 1
        is_transaction = self._call.gas_price is not None
        found = self._simulator.call(self._call, gas_limit, is_transaction=is_transaction)
        if found.is_success:
            self.best = found
        return found

    def succeeds(self, gas_limit: int) -> bool:
        """Say whether a gas limit suffices."""
        return self.run(gas_limit).is_success


def estimate_gas(simulator: Simulator, call: Call) -> GasEstimate:
    """Find the smallest gas limit with which a call succeeds."""
    search = _Search(simulator, call)
    most = _most_gas(simulator, call)
    first = search.run(most)
    if not first.is_success:
        raise EstimateError(f"the call fails with a gas limit of {most}: {first.problem}")
    used = first.result["gas_used"]
    enough, too_little = most, used
    if search.succeeds(used):
        enough, too_little = used, used - 1
        if search.succeeds(too_little):
            enough, too_little = too_little, 0  # a transaction without gas is invalid
    else:
        guess = (used + first.result["gas_refunded"] + CALL_STIPEND) * 64 // 63
        if guess < enough:
            enough, too_little = (guess, too_little) if search.succeeds(guess) else (enough, guess)
    while too_little + 1 < enough:
        middle = (too_little + enough) // 2
        if too_little:
            middle = min(middle, 2 * too_little)  # most calls need little more than they use
        if search.succeeds(middle):
            enough = middle
        else:
            too_little = middle
    assert search.best is not None
    return GasEstimate(enough, search.best, search.runs)


def _most_gas(simulator: Simulator, call: Call) -> int:
    """Give the gas that the call may have: by itself, the block, and the sender's means."""
    most = simulator.most_gas if call.gas_limit is None else call.gas_limit
    if call.gas_price:
        means = max(simulator.balance(call.sender) - call.value, 0)
        most = min(most, means // call.gas_price)
    return most
