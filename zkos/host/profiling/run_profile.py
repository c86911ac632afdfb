"""The profile of one run, with the names, lines and sections that go with its counts.

Units:   effective cycles: instructions + 16 x blake2s + 4 x u256, unless a name says otherwise.
Errors:  none.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from zkos.host.machine import Cost, Profile
from zkos.host.profiling.sections import TRANSACTION, Section
from zkos.host.profiling.stages import KERNEL, by_stage
from zkos.riscv_machine import flame_graph
from zkos.riscv_machine.profiler import Lookup

UNIT = "effective cycles"
LISTED = 40
_CSR_OPCODE = 0x73
_WEIGHTS = {0x7C7: Cost(1, 1, 0).effective, 0x7CA: Cost(1, 0, 1).effective}


@dataclass(frozen=True)
class RunProfile:
    """What a run cost, and where."""

    counts: Profile
    sections: tuple[Section, ...]
    image: bytes
    lookup: Lookup
    """Address -> file and line; nothing where the image has no debug information."""

    @cached_property
    def functions(self) -> dict[str, Cost]:
        """Own cost of each function, the dearest first."""
        return self.counts.by_function()

    @cached_property
    def stages(self) -> dict[str, Cost]:
        """Cost of each stage of a proving run; nothing for a program that isn't our kernel."""
        is_kernel = any(name.startswith(KERNEL) for name in self.functions)
        return by_stage(self.counts) if is_kernel else {}

    @cached_property
    def lines(self) -> dict[tuple[str, int], int]:
        """Effective cycles of each line, the dearest first; inlined code counts where it stands."""
        return self.counts.by_line(self.lookup, self._weight)

    @property
    def transactions(self) -> list[Section]:
        """The sections that are transactions."""
        return [section for section in self.sections if section.kind == TRANSACTION]

    @property
    def total(self) -> Cost:
        """All of it."""
        return sum(self.functions.values(), Cost())

    def _weight(self, address: int) -> int:
        word = int.from_bytes(self.image[address : address + 4], "little")
        return _WEIGHTS.get(word >> 20, 1) if word & 0x7F == _CSR_OPCODE else 1

    def write_as(self, suffix: str) -> str:
        """Give a file's content: ``.svg``, ``.json``, ``.txt``, or folded stacks."""
        folded = self.counts.folded("effective")
        if suffix == ".svg":
            return flame_graph.draw(folded, "Call stacks", UNIT)
        if suffix == ".json":
            return json.dumps(self.as_json(), indent=1) + "\n"
        if suffix == ".txt":
            return self.as_text()
        return "\n".join(folded) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Give everything but the call stacks."""
        calls = self.counts.calls()
        return {
            "total": cost_json(self.total),
            "stages": {name: cost_json(cost) for name, cost in self.stages.items()},
            "sections": [section_json(section) for section in self.sections],
            "functions": [
                {"name": name, "calls": calls[name], **cost_json(cost)}
                for name, cost in self.functions.items()
            ],
            "lines": [
                {"file": file, "line": line, "effective_cycles": cycles}
                for (file, line), cycles in self.lines.items()
            ],
        }

    def as_text(self) -> str:
        """Give the tables for people, long ones cut."""
        whole = self.total.effective
        calls = self.counts.calls()
        parts: dict[str, list[tuple[str, ...]]] = {
            "By stage": [
                (name, *amount(cost.effective, whole)) for name, cost in self.stages.items()
            ],
            "By transaction (block.place)": [
                (f"{one.block}.{one.transaction}", *amount(one.cost.effective, whole))
                for one in self.transactions[:LISTED]
            ],
            "By function, callees not included; calls": [
                (name.removeprefix(KERNEL), *amount(cost.effective, whole), f"{calls[name]:,}")
                for name, cost in list(self.functions.items())[:LISTED]
            ],
            "By line": [
                (f"{file}:{line}", *amount(cycles, whole))
                for (file, line), cycles in list(self.lines.items())[:LISTED]
            ],
        }
        head = f"{whole:,} {UNIT}\n"
        return head + "".join(f"\n{name}\n{_aligned(rows)}" for name, rows in parts.items() if rows)


def no_lines(address: int) -> None:
    """Know no lines: the lookup for an image without debug information."""


def amount(part: int, whole: int) -> tuple[str, str]:
    """Give a number and its share in per cent."""
    return f"{part:,}", f"{100 * part / max(whole, 1):.1f} %"


def cost_json(cost: Cost) -> dict[str, int]:
    """Give a cost as JSON."""
    return {
        "instructions": cost.cycles,
        "blake2s": cost.blake2s,
        "u256": cost.u256,
        "effective_cycles": cost.effective,
    }


def section_json(section: Section) -> dict[str, Any]:
    """Give a section as JSON."""
    return {
        "kind": section.kind,
        "block": section.block,
        "transaction": section.transaction,
        **cost_json(section.cost),
    }


def _aligned(rows: list[tuple[str, ...]]) -> str:
    """Put the first column left and the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        f"  {row[0]:<{widths[0]}}"
        + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        + "\n"
        for row in rows
    )
