"""Logs by address and topic.

Blocks without a match in their bloom filter are not looked into.
"""

from typing import Any

from zkos.host.bloom import item_bits
from zkos.host.json_fields import Field
from zkos.host.node.documents import logs_json
from zkos.host.node.methods.registry import method
from zkos.host.node.node import Node
from zkos.host.node.parameters import LogFilter, read_filter
from zkos.host.node.rpc_errors import refused

MOST_BLOCKS = 10_000
"""Of one request."""
MOST_LOGS = 10_000


@method("eth_getLogs")
def get_logs(node: Node, criteria: Field) -> list[dict[str, Any]]:
    """Give the logs that a filter lets through."""
    wanted = read_filter(node, criteria)
    last = min(wanted.last, node.chain.head.number)
    if last - wanted.first >= MOST_BLOCKS:
        raise refused(
            f"expected a range of at most {MOST_BLOCKS} blocks, got {last - wanted.first + 1}"
        )
    found: list[dict[str, Any]] = []
    for number in range(wanted.first, last + 1):
        if not _may_match(wanted, node.chain.bloom(number)):
            continue
        found += [log for log in logs_json(node.chain.need_block(number)) if _matches(wanted, log)]
        if len(found) > MOST_LOGS:
            raise refused(
                f"more than {MOST_LOGS} logs up to block {number}: ask for a smaller range"
            )
    return found


def _matches(wanted: LogFilter, log: dict[str, Any]) -> bool:
    if wanted.addresses and log["address"] not in wanted.addresses:
        return False
    topics = log["topics"]
    return len(topics) >= len(wanted.topics) and all(
        not allowed or topic in allowed
        for allowed, topic in zip(wanted.topics, topics, strict=False)
    )


def _may_match(wanted: LogFilter, bloom: bytes) -> bool:
    """Say whether a block with this filter may have a log that is asked for."""
    bits = int.from_bytes(bloom, "big")
    for allowed in (wanted.addresses, *wanted.topics):
        items = (item_bits(bytes.fromhex(item[2:])) for item in allowed)
        if allowed and not any(bits & one == one for one in items):
            return False
    return True
