"""Call trees as go-ethereum's callTracer gives them.

A tree is kept as the JSON that it becomes: ``type``, ``from``, ``to``, ``value``, ``gas``,
``gasUsed``, ``input``, ``output``, ``error``, ``revertReason``, ``calls``. The outermost call has
what the transaction used.

Docs:    docs/tracing.md.
Source:  go-ethereum, built-in tracers (fields and their meaning).
Units:   gas, native as 0x-hex.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from zkos.host.result_json import address, data
from zkos.host.tracing.events import Event, Tracer, frame_error
from zkos.host.tracing.steps import OUT_OF_NATIVE, REVERTED

CallTree = dict[str, Any]
TYPES = ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL", "CREATE")
"""By call kind (kernel, environment.py)."""
CREATE2 = 0xF5
ERROR_SELECTOR = bytes.fromhex("08c379a0")
"""Of ``Error(string)``: how Solidity encodes the reason of a revert."""
WORD = 32


class CallTracer(Tracer):
    """Collects the call trees of each transaction; ``trees`` has a list per transaction."""

    def __init__(self, *, has_native: bool = False) -> None:
        self.trees: list[list[CallTree]] = []
        self._has_native = has_native
        self._roots: list[CallTree] = []
        self._stack: list[tuple[CallTree, Event]] = []
        self._creating_opcode = 0

    def leave(self, event: Event, _: bytes) -> None:
        """Take what asked for a creation."""
        self._creating_opcode = event["creating_opcode"]

    def enter(self, event: Event, calldata: bytes) -> None:
        """Take the beginning of a frame."""
        kind = TYPES[event["kind"]]
        if kind == "CREATE" and event["depth"] and self._creating_opcode == CREATE2:
            kind = "CREATE2"
        tree = self._add(
            {
                "type": kind,
                "from": address(event["sender"]),
                "to": address(event["to"]),
                "gas": hex(event["gas"]),
                "gasUsed": "0x0",
                "input": data(calldata),
            }
        )
        if kind != "STATICCALL":
            tree["value"] = hex(event["value"])
        self._stack.append((tree, event))

    def exit(self, event: Event, output: bytes) -> None:
        """Take the end of a frame."""
        tree, entered = self._stack.pop()
        tree["gasUsed"] = hex(entered["gas"] - event["gas"])
        if self._has_native:
            tree["nativeUsed"] = hex(entered["native"] - event["native"])
        error = frame_error(event)
        if output:
            tree["output"] = data(output)
        if error is not None:
            tree["error"] = error
            if tree["type"].startswith("CREATE"):
                del tree["to"]
        if error == REVERTED:
            reason = revert_reason(output)
            if reason is not None:
                tree["revertReason"] = reason

    def self_destruct(self, event: Event, _: bytes) -> None:
        """Take what SELFDESTRUCT moved: a call of its own, as go-ethereum has it."""
        self._add(
            {
                "type": "SELFDESTRUCT",
                "from": address(event["address"]),
                "to": address(event["beneficiary"]),
                "gas": "0x0",
                "gasUsed": "0x0",
                "input": "0x",
                "value": hex(event["amount"]),
            }
        )

    def result(self, event: Event, _: bytes) -> None:
        """Take the transaction's result; frames that have no end ran out of native."""
        for tree, entered in self._stack:
            tree["gasUsed"] = hex(entered["gas"])
            tree["error"] = OUT_OF_NATIVE
        if self._roots:
            self._roots[-1]["gasUsed"] = hex(event["gas_used"])
        self.trees.append(self._roots)
        self._roots, self._stack = [], []

    def _add(self, tree: CallTree) -> CallTree:
        siblings = self._stack[-1][0].setdefault("calls", []) if self._stack else self._roots
        siblings.append(tree)
        return tree


def revert_reason(output: bytes) -> str | None:
    """Read the text of ``Error(string)``; None if the output is something else."""
    if not output.startswith(ERROR_SELECTOR) or len(output) < len(ERROR_SELECTOR) + 2 * WORD:
        return None
    arguments = output[len(ERROR_SELECTOR) :]
    start = int.from_bytes(arguments[:WORD], "big") + WORD
    length = int.from_bytes(arguments[start - WORD : start], "big")
    text = arguments[start : start + length]
    return text.decode("utf-8", "replace") if len(text) == length else None


def tree_text(trees: Sequence[CallTree], depth: int = 0) -> Iterator[str]:
    """Write call trees for people, a line per call."""
    for tree in trees:
        value = int(tree.get("value", "0x0"), 16)
        line = f"{'  ' * depth}{tree['type']} {tree['from']} -> {tree.get('to', 'nothing')}"
        line += f" value {value}" if value else ""
        line += f" gas {int(tree['gas'], 16)} used {int(tree['gasUsed'], 16)}"
        if "nativeUsed" in tree:
            line += f" native {int(tree['nativeUsed'], 16)}"
        line += f" input {shortened(tree['input'])}"
        line += f" output {shortened(tree['output'])}" if "output" in tree else ""
        line += f"  ! {tree['error']}" if "error" in tree else ""
        line += f": {tree['revertReason']}" if "revertReason" in tree else ""
        yield line
        yield from tree_text(tree.get("calls", ()), depth + 1)


SHOWN_DIGITS = 74  # 0x, a selector and two words' beginnings


def shortened(text: str) -> str:
    """Cut hex after some digits."""
    if len(text) <= SHOWN_DIGITS:
        return text
    return f"{text[:SHOWN_DIGITS]}... ({len(text) // 2 - 1} bytes)"
