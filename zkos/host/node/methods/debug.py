"""Traces of transactions, by running their block again with a kernel that traces.

Source:  go-ethereum, eth/tracers (options, results); tracing.md for the differences.
"""

from typing import Any

from zkos.host.json_fields import Field
from zkos.host.node.methods.registry import method
from zkos.host.node.node import Node
from zkos.host.node.parameters import find_hash, need_block, read_boolean
from zkos.host.node.replay import trace_block
from zkos.host.node.rpc_errors import refused
from zkos.host.node.sealed_block import SealedBlock
from zkos.host.node.struct_logs import StructLogs
from zkos.host.result_json import data
from zkos.host.tracing.calls import CallTracer
from zkos.host.tracing.changes import ChangeTracer, Preimage

CALL_TRACER, PRESTATE_TRACER = "callTracer", "prestateTracer"
STEP_OPTIONS = ("enableMemory", "enableReturnData", "disableStack", "disableStorage")


@method("debug_traceTransaction")
def trace_transaction(node: Node, transaction_hash: Field, options: Field | None = None) -> Any:
    """Trace a transaction of a block."""
    place = node.chain.place_of(transaction_hash.data(32))
    if place is None:
        raise refused("transaction not found")
    block, index = place
    return _trace(node, block, options or Field({}, "options"), [index])[0]


@method("debug_traceBlockByNumber")
def trace_block_by_number(node: Node, block: Field, options: Field | None = None) -> Any:
    """Trace all transactions of a block."""
    return _trace_all(node, need_block(node, block), options)


@method("debug_traceBlockByHash")
def trace_block_by_hash(node: Node, block_hash: Field, options: Field | None = None) -> Any:
    """Trace all transactions of a block."""
    found = find_hash(node, block_hash)
    if found is None:
        raise refused("header not found")
    return _trace_all(node, found, options)


def _trace_all(node: Node, block: SealedBlock, options: Field | None) -> list[dict[str, Any]]:
    count = range(len(block.block.transactions))
    traces = _trace(node, block, options or Field({}, "options"), list(count))
    return [{"txHash": data(block.hash_of(index)), "result": traces[index]} for index in count]


def _trace(node: Node, block: SealedBlock, options: Field, wanted: list[int]) -> list[Any]:
    """Give the traces of some transactions of a block."""
    options.known("tracer", "tracerConfig", *STEP_OPTIONS)
    tracer = options.get("tracer")
    config = options.get("tracerConfig") or Field({}, "tracerConfig")
    if tracer is None or tracer.value is None:
        return _trace_steps(node, block, options, wanted)
    if tracer.choice((CALL_TRACER, PRESTATE_TRACER)) == CALL_TRACER:
        return _trace_calls(node, block, config, wanted)
    return _trace_changes(node, block, config, wanted)


def _flag(options: Field, name: str) -> bool:
    given = options.get(name)
    return given is not None and read_boolean(given)


def _trace_steps(
    node: Node, block: SealedBlock, options: Field, wanted: list[int]
) -> list[dict[str, Any]]:
    steps = StructLogs(
        wanted,
        stack=not _flag(options, "disableStack"),
        memory=_flag(options, "enableMemory"),
        return_data=_flag(options, "enableReturnData"),
    )
    trace_block(node, block, steps.tracer, lambda _: None)
    return steps.results


def _trace_calls(node: Node, block: SealedBlock, config: Field, wanted: list[int]) -> list[Any]:
    config.known("onlyTopCall")
    only_top = _flag(config, "onlyTopCall")
    tracer = CallTracer(has_native=True)
    trace_block(node, block, tracer, lambda _: None)

    def result(index: int) -> Any:
        trees = tracer.trees[index]
        if len(trees) != 1:
            return trees  # an upgrade's outer calls
        tree = {**trees[0], "gas": hex(block.transactions[index].gas)}
        return {name: one for name, one in tree.items() if name != "calls" or not only_top}

    return [result(index) for index in wanted]


def _trace_changes(node: Node, block: SealedBlock, config: Field, wanted: list[int]) -> list[Any]:
    config.known("diffMode")
    if not _flag(config, "diffMode"):
        raise config.refuse('expected {"diffMode": true}: other modes are not there')
    tracer = ChangeTracer()

    def finish(preimage: Preimage) -> list[Any]:
        return [tracer.transactions[index].document(preimage) for index in wanted]

    changes: list[Any] = trace_block(node, block, tracer, finish)
    return changes
