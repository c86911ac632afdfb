"""Steps and summaries as lines: EIP-3155's JSON, and columns for people.

The fields and their order are those of go-ethereum's ``evm --json``. Production traces have the
native resource besides (``native``, ``nativeCost``).

Docs:    docs/tracing.md.
Source:  EIP-3155.
"""

import json
from typing import Any

from zkos.host.tracing.steps import Step, Summary


def step_line(step: Step, *, has_native: bool = False, has_stack: bool = True) -> str:
    """Write a step as JSON."""
    parts = [f'"pc":{step.pc},"op":{step.opcode},"gas":"{step.gas:#x}"']
    parts.append(f'"gasCost":"{step.gas_cost:#x}"')
    if has_native:
        parts.append(f'"native":"{step.native:#x}","nativeCost":"{step.native_cost:#x}"')
    if step.memory is not None:
        parts.append(f'"memory":"0x{step.memory.hex()}"')
    words = ",".join(f'"{int.from_bytes(word, "big"):#x}"' for word in step.stack)
    stack = f"[{words}]" if has_stack else "null"
    parts.append(f'"memSize":{step.memory_bytes},"stack":{stack}')
    if step.return_data is not None:
        parts.append(f'"returnData":"0x{step.return_data.hex()}"')
    parts.append(f'"depth":{step.depth},"refund":{step.refund},"opName":"{step.name}"')
    if step.error is not None:
        parts.append(f'"error":{json.dumps(step.error)}')
    return "{" + ",".join(parts) + "}"


def summary_line(summary: Summary, **more: Any) -> str:
    """Write the end of a transaction as JSON, with what the caller knows besides."""
    document = {"output": "0x" + summary.output.hex(), "gasUsed": hex(summary.gas_used)}
    if summary.error is not None:
        document["error"] = summary.error
    return json.dumps(document | more, separators=(",", ":"))


def frame_summary_line(summary: Summary) -> str:
    """Write what go-ethereum does at the end: gas of the outermost frame, output without 0x."""
    document = {"output": summary.output.hex(), "gasUsed": hex(summary.frame_gas_used)}
    if summary.error is not None:
        document["error"] = summary.error
    return json.dumps(document, separators=(",", ":"))


def step_text(step: Step, *, has_native: bool = False) -> str:
    """Write a step for people: place, opcode, gas, and the top of the stack last."""
    native = f" {step.native_cost:>8}" if has_native else ""
    stack = " ".join(f"{int.from_bytes(word, 'big'):x}" for word in step.stack)
    error = "" if step.error is None else f"  ! {step.error}"
    place = "  " * (step.depth - 1) + f"{step.pc:04x}"
    return f"{place} {step.name:<14} {step.gas:>10} {step.gas_cost:>8}{native}  [{stack}]{error}"
