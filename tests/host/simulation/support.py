"""Calls in tests: a simulator on a state, with overrides in their JSON form."""

from typing import Any

from tests.support.chain import CHAIN_ID
from zkos.host import block_file
from zkos.host.batch import Batch
from zkos.host.batch_run import Runner
from zkos.host.executors.x86_64 import X8664Executor
from zkos.host.simulation.call import Call
from zkos.host.simulation.overrides import parse_overrides
from zkos.host.simulation.simulator import Simulator, before_batch

EXECUTOR = X8664Executor()


def block_batch(pre: dict[str, Any], flavour: str, transactions: list[Any], **block: int) -> Batch:
    """Give the batch of one block."""
    return block_file.parse(
        {
            "chain_id": hex(CHAIN_ID),
            "flavour": flavour,
            "block": {name: hex(number) for name, number in block.items()},
            "pre": pre,
            "transactions": transactions,
        }
    )


def simulator(
    pre: dict[str, Any],
    flavour: str = "production",
    overrides: dict[str, Any] | None = None,
    executor: Any = EXECUTOR,
    **block: int,
) -> Simulator:
    """Give a simulator on the state ``pre``."""
    batch = block_batch(pre, flavour, [], **block)
    parsed = parse_overrides({} if overrides is None else overrides, batch.flavour)
    with before_batch(batch, Runner()) as (context, state):
        return Simulator(batch, context, state, executor, parsed)


def number(address: str) -> int:
    """Give an address as the host has it."""
    return int(address, 16)


def calling(sender: str, to: str | None, data: bytes = b"", **more: Any) -> Call:
    """Give a call between addresses in hex."""
    return Call(number(sender), None if to is None else number(to), data, **more)
