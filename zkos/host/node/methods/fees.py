"""What transactions pay.

The base fee is the operator's and the same in every block that the node seals, so nothing has to
be guessed: the gas price is the base fee, and no tip is needed.

Source:  Ethereum execution API; go-ethereum eth/gasprice (fee history, rewards by gas used).
Units:   wei.
"""

from typing import Any

from zkos.host.json_fields import Field
from zkos.host.node.methods.registry import method
from zkos.host.node.node import Node
from zkos.host.node.parameters import need_block
from zkos.host.node.rpc_errors import invalid_params
from zkos.host.node.sealed_block import SealedBlock

MOST_BLOCKS = 1024
MOST_PERCENTILES = 100


@method("eth_gasPrice")
def gas_price(node: Node) -> str:
    """Give the price with which a transaction is included."""
    return hex(node.settings.block.base_fee)


@method("eth_maxPriorityFeePerGas")
def max_priority_fee(_: Node) -> str:
    """Give the tip that is needed: none."""
    return "0x0"


@method("eth_feeHistory")
def fee_history(node: Node, count: Field, newest: Field, percentiles: Field | None = None) -> Any:
    """Give base fees, how full blocks were, and the tips in them."""
    asked = _read_percentiles(percentiles)
    last = need_block(node, newest).number
    amount = min(_read_count(count), MOST_BLOCKS, last - node.chain.first.number + 1)
    numbers = range(last - amount + 1, last + 1)
    blocks = [node.chain.need_block(number) for number in numbers]
    following = node.chain.block(last + 1) if last < node.chain.head.number else None
    fee_after = node.settings.block.base_fee if following is None else following.block.base_fee
    fees = [*(block.block.base_fee for block in blocks), fee_after]
    document: dict[str, Any] = {
        "oldestBlock": hex(last - amount + 1),
        "baseFeePerGas": [hex(fee) for fee in fees],
        "gasUsedRatio": [
            block.gas_used / block.block.gas_limit if block.block.gas_limit else 0.0
            for block in blocks
        ],
    }
    if asked:
        document["reward"] = [_rewards(block, asked) for block in blocks]
    return document


def _read_count(field: Field) -> int:
    count = field.value if type(field.value) is int else field.quantity(64)
    if count < 1:
        raise field.wrong("a count of blocks above zero")
    return count


def _read_percentiles(field: Field | None) -> list[float]:
    items = [] if field is None else field.items()
    if len(items) > MOST_PERCENTILES:
        raise invalid_params(
            f"percentiles: expected at most {MOST_PERCENTILES} of them, got {len(items)}"
        )
    asked: list[float] = []
    for item in items:
        if type(item.value) not in (int, float) or not 0 <= item.value <= 100:
            raise item.wrong("a number from 0 to 100")
        if asked and item.value < asked[-1]:
            raise item.wrong(f"a number not below the one before it, {asked[-1]}")
        asked.append(item.value)
    return asked


def _rewards(block: SealedBlock, percentiles: list[float]) -> list[str]:
    """Give the tips at these parts of the block's gas, the transactions sorted by tip."""
    fee = block.block.base_fee
    tips = sorted(
        (one.gas_price(fee) - fee, result["gas_used"])
        for one, result in zip(block.transactions, block.result["transactions"], strict=True)
    )
    if not tips:
        return ["0x0"] * len(percentiles)
    rewards = []
    at, gas = 0, tips[0][1]
    for percentile in percentiles:
        threshold = block.gas_used * percentile / 100
        while gas < threshold and at + 1 < len(tips):
            at += 1
            gas += tips[at][1]
        rewards.append(hex(max(tips[at][0], 0)))
    return rewards
