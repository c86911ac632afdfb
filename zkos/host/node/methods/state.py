"""The state after a block, and what calls on it do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from zkos.host.json_fields import Field
from zkos.host.node.methods.registry import method
from zkos.host.node.node import Node
from zkos.host.node.parameters import (
    is_pending,
    need_block,
    read_address,
    read_call,
    read_overrides,
)
from zkos.host.node.rpc_errors import REVERTED, RpcError, refused
from zkos.host.result_json import data
from zkos.host.simulation.call import Call
from zkos.host.simulation.gas_estimate import EstimateError, estimate_gas
from zkos.host.simulation.simulator import Simulated, Simulator, revert_reason
from zkos.host.state.accounts import AccountRecord
from zkos.host.state.state import flat_key
from zkos.host.state.stored_state import StoredState


@contextmanager
def state_at(node: Node, block: Field | None) -> Iterator[StoredState]:
    """Read the state after the block that a parameter names."""
    with node.chain.state(need_block(node, block).number) as state:
        yield state


def _account(node: Node, address: Field, block: Field | None) -> AccountRecord:
    with state_at(node, block) as state:
        return state.account(read_address(address)) or AccountRecord()


@method("eth_getBalance")
def get_balance(node: Node, address: Field, block: Field | None = None) -> str:
    """Give the balance of an account."""
    return hex(_account(node, address, block).balance)


@method("eth_getTransactionCount")
def get_transaction_count(node: Node, address: Field, block: Field | None = None) -> str:
    """Give the nonce of an account; pending: the first one that nothing in the pool has."""
    nonce = _account(node, address, block).nonce
    return hex(node.pool.next_nonce(read_address(address), nonce) if is_pending(block) else nonce)


@method("eth_getCode")
def get_code(node: Node, address: Field, block: Field | None = None) -> str:
    """Give the code of an account."""
    with state_at(node, block) as state:
        record = state.account(read_address(address))
        if record is None or not record.observable_code_length:
            return "0x"
        stored = state.preimage(record.bytecode_hash) or b""
    return data(stored[: record.observable_code_length])


@method("eth_getStorageAt")
def get_storage_at(node: Node, address: Field, slot: Field, block: Field | None = None) -> str:
    """Give the value of a slot."""
    key = flat_key(read_address(address), slot.quantity(256))
    with state_at(node, block) as state:
        return data(state.slot(key) or bytes(32))


@contextmanager
def calling(
    node: Node, call: Field, block: Field | None, overrides: Field | None
) -> Iterator[tuple[Simulator, Call]]:
    """Give the simulator for a call, and the call with a gas limit that the node allows."""
    sealed = need_block(node, block)
    context = None if is_pending(block) else sealed
    with node.simulator(context, read_overrides(node, overrides)) as simulator:
        read = read_call(node, call, simulator.block.base_fee)
        most = min(node.settings.call_gas, simulator.block.gas_limit)
        limit = most if read.gas_limit is None else min(read.gas_limit, most)
        yield simulator, replace(read, gas_limit=limit)


def check_success(simulated: Simulated) -> None:
    """Raise what a call that did not succeed is answered with."""
    if simulated.is_success:
        return
    output = simulated.result["output"]
    if simulated.status != "reverted":
        raise refused(f"err: {simulated.problem} (supplied gas {simulated.gas_limit})")
    reason = revert_reason(output)
    message = "execution reverted" if reason is None else f"execution reverted: {reason}"
    raise RpcError(REVERTED, message, data(output))


@method("eth_call")
def eth_call(
    node: Node, call: Field, block: Field | None = None, overrides: Field | None = None
) -> str:
    """Run a call and give what it returns."""
    with calling(node, call, block, overrides) as (simulator, read):
        simulated = simulator.call(read)
    check_success(simulated)
    return data(simulated.result["output"])


@method("eth_estimateGas")
def eth_estimate_gas(
    node: Node, call: Field, block: Field | None = None, overrides: Field | None = None
) -> str:
    """Find the smallest gas limit with which a call succeeds."""
    with calling(node, call, block, overrides) as (simulator, read):
        try:
            return hex(estimate_gas(simulator, read).gas)
        except EstimateError as error:
            check_success(simulator.call(read))
            raise refused(f"gas required exceeds allowance: {error}") from error
