"""Reading the parameters of methods: quantities, blocks, calls, filters.

A parameter is a ``Field``, so that a complaint names it. Blocks are given by a tag, a number, a
hash, or an object with one of the two (EIP-1898). ``latest``, ``safe`` and ``finalized`` are one
block, since nothing is ever taken back; ``pending`` is the latest state, and for calls the
context of the block to come.

Source:  Ethereum execution API; EIP-1898; go-ethereum, TransactionArgs and FilterCriteria.
Errors:  BlockFileError naming the parameter; RpcError for a block that is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zkos.host.batch import Flavour
from zkos.host.json_fields import Field
from zkos.host.node.node import Node
from zkos.host.node.rpc_errors import invalid_params, refused
from zkos.host.node.sealed_block import SealedBlock
from zkos.host.simulation.call import Call, parse_access_list
from zkos.host.simulation.overrides import Overrides, parse_overrides

HEAD_TAGS = ("latest", "safe", "finalized", "pending")
HASH_CHARACTERS = 66
MOST_TOPICS = 4
CALL_FIELDS = (
    *("from", "to", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "value", "data"),
    *("input", "nonce", "chainId", "accessList", "type"),
)


def read_address(field: Field) -> int:
    """Read an address."""
    return int.from_bytes(field.data(20), "big")


def read_boolean(field: Field) -> bool:
    """Read true or false."""
    if not isinstance(field.value, bool):
        raise field.wrong("true or false")
    return field.value


def is_pending(field: Field | None) -> bool:
    """Say whether a block parameter names the block to come."""
    return field is not None and field.value == "pending"


def find_block(node: Node, field: Field | None) -> SealedBlock | None:
    """Give the block that a parameter names, None where it is not there; default: the latest."""
    chain = node.chain
    if field is None or (isinstance(field.value, str) and field.value in HEAD_TAGS):
        return chain.head
    if isinstance(field.value, dict):
        field.known("blockNumber", "blockHash", "requireCanonical")
        number, block_hash = field.get("blockNumber"), field.get("blockHash")
        if (number is None) == (block_hash is None):
            raise field.refuse("expected either blockNumber or blockHash")
        return find_block(node, number) if number is not None else find_hash(node, block_hash)
    if field.value == "earliest":
        return chain.first
    if isinstance(field.value, str) and len(field.value) == HASH_CHARACTERS:
        return find_hash(node, field)
    wanted = field.quantity(64)
    return chain.block(wanted) if wanted <= chain.head.number else None


def find_hash(node: Node, field: Field | None) -> SealedBlock | None:
    """Give the block with a hash, None where it is not there."""
    assert field is not None
    number = node.chain.number_of(field.data(32))
    return None if number is None else node.chain.block(number)


def need_block(node: Node, field: Field | None) -> SealedBlock:
    """Give the block that a parameter names, which must be there."""
    found = find_block(node, field)
    if found is None:
        raise refused("header not found")
    return found


def read_call(node: Node, given: Field, base_fee: int) -> Call:
    """Read a call: who calls whom with what."""
    present = {name: one for name, one in given.entries().items() if one is not None}
    field = Field(present, given.path)
    field.known(*CALL_FIELDS)
    data, more = field.get("data"), field.get("input")
    if data is not None and more is not None and data.data() != more.data():
        raise field.refuse("data and input are different; give one of them")
    code = data or more
    chain_id = field.get("chainId")
    if chain_id is not None and chain_id.quantity(64) != node.chain.chain_id:
        raise chain_id.refuse(f"expected {node.chain.chain_id:#x}, got {chain_id.value}")
    sender, to, gas = (field.get(name) for name in ("from", "to", "gas"))
    value, access_list = field.get("value"), field.get("accessList")
    return Call(
        sender=0 if sender is None else read_address(sender),
        to=None if to is None else read_address(to),
        data=b"" if code is None else code.data(),
        value=0 if value is None else value.quantity(256),
        gas_limit=None if gas is None else gas.quantity(64),
        gas_price=_gas_price(field, base_fee),
        access_list=() if access_list is None else parse_access_list(access_list.value),
    )


def _gas_price(field: Field, base_fee: int) -> int | None:
    """Give what the call pays per gas in a block, None for nothing."""
    legacy, most, tip = (
        None if one is None else one.quantity(256)
        for one in map(field.get, ("gasPrice", "maxFeePerGas", "maxPriorityFeePerGas"))
    )
    if legacy is not None and (most is not None or tip is not None):
        raise field.refuse("gasPrice excludes maxFeePerGas and maxPriorityFeePerGas")
    if most is None:
        return legacy or (base_fee + tip if tip else None)
    return min(most, base_fee + (tip or 0)) or None


def read_overrides(node: Node, field: Field | None) -> Overrides:
    """Read what is different in the state."""
    if field is None:
        return Overrides()
    return parse_overrides({"state": field.value}, Flavour.PRODUCTION)


@dataclass(frozen=True)
class LogFilter:
    """Which logs are asked for."""

    first: int
    last: int
    addresses: Sequence[str]
    """Empty: all."""
    topics: Sequence[Sequence[str]]
    """For each place the topics that may stand there; empty: any."""


def read_filter(node: Node, field: Field) -> LogFilter:
    """Read a log filter."""
    present = {name: one for name, one in field.entries().items() if one is not None}
    given = Field(present, field.path)
    given.known("fromBlock", "toBlock", "blockHash", "address", "topics")
    block_hash, topics = given.get("blockHash"), given.get("topics")
    if block_hash is not None:
        if given.has("fromBlock") or given.has("toBlock"):
            raise given.refuse("blockHash excludes fromBlock and toBlock")
        block = find_hash(node, block_hash)
        if block is None:
            raise refused("unknown block")
        first = last = block.number
    else:
        first, last = (_range_end(node, given.get(name)) for name in ("fromBlock", "toBlock"))
        if first > last:
            raise invalid_params(f"invalid block range: {first} is after {last}")
    places = [] if topics is None else topics.items()
    if len(places) > MOST_TOPICS:
        raise invalid_params(f"topics: expected at most {MOST_TOPICS}, got {len(places)}")
    return LogFilter(
        first,
        last,
        _one_or_more(given.get("address"), 20),
        [_one_or_more(None if place.value is None else place, 32) for place in places],
    )


def _range_end(node: Node, field: Field | None) -> int:
    """Give the number of the block at one end of a range, which may lie ahead."""
    if field is not None and isinstance(field.value, str) and field.value.startswith("0x"):
        return max(field.quantity(64), node.chain.first.number)
    found = find_block(node, field)
    assert found is not None
    return found.number


def _one_or_more(field: Field | None, length: int) -> list[str]:
    if field is None:
        return []
    items = field.items() if isinstance(field.value, list) else [field]
    return ["0x" + item.data(length).hex() for item in items]
