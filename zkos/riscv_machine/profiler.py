"""The profiler's reader: from counts to functions, call stacks, lines and pictures.

    profile.folded(weight="effective")       "main;hash;compress 1234" per line
    profile.by_function()                    name -> Cost, callees not included
    profile.by_line(lookup)                  (file, line) -> executed instructions
    flame_graph.draw(profile.folded())       an SVG

Docs:    docs/machine.md, "Profiler".
Source:  the weights 16 and 4 are those of zksync-os v0.2.5, ``cycle_marker``.
Units:   cycles in executed instructions, exact, not sampled.

Ordinary Python over what ``profiler_core`` counted.
"""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from zkos.riscv_machine.state import (
    NODE_BLAKE2S,
    NODE_CALLS,
    NODE_CYCLES,
    NODE_ENTRY,
    NODE_NUMBERS,
    NODE_PARENT,
    NODE_U256,
    ROM_WORDS,
)

MAXIMUM_NODES = 1 << 17
MAXIMUM_DEPTH = 1 << 16
_MASK = (1 << 64) - 1

Lookup = Callable[[int], tuple[str, int] | None]
"""pc -> (file, line), or None where no line is known."""
WeightOf = Callable[[int], int]


@dataclass(frozen=True)
class Cost:
    """What something cost."""

    cycles: int = 0
    blake2s: int = 0
    u256: int = 0

    @property
    def effective(self) -> int:
        """Instructions and delegations in one number."""
        return self.cycles + 16 * self.blake2s + 4 * self.u256

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.cycles + other.cycles, self.blake2s + other.blake2s, self.u256 + other.u256
        )

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            self.cycles - other.cycles, self.blake2s - other.blake2s, self.u256 - other.u256
        )


@dataclass(frozen=True)
class Node:
    """One function under one chain of callers; ``cost`` is its own, callees not included."""

    function: str
    parent: int
    calls: int
    cost: Cost


class Functions:
    """Function names by address; without symbols a function is named after its address."""

    def __init__(self, symbols: Mapping[str, int]) -> None:
        placed = sorted((address, name) for name, address in symbols.items())
        self._addresses = [address for address, _ in placed]
        self._names = [name for _, name in placed]

    def name(self, address: int) -> str:
        """Name the function that holds an address."""
        place = bisect_right(self._addresses, address)
        return self._names[place - 1] if place else f"{address:#x}"


class Recording:
    """The buffers that a profiled run fills."""

    def __init__(self, entries: Iterable[int]) -> None:
        self.edges = bytearray(8 * (ROM_WORDS + 2))
        self.tree = bytearray(8 * NODE_NUMBERS * MAXIMUM_NODES)
        self.stack = bytearray(16 * MAXIMUM_DEPTH)
        self.entries = bytearray(ROM_WORDS + 1)
        for entry in entries:
            if 0 <= entry < ROM_WORDS:
                self.entries[entry] = 1

    def read(self, nodes: int, symbols: Mapping[str, int]) -> "Profile":
        """Turn the buffers into a profile."""
        edges = array("Q", bytes(self.edges))
        counts = array("Q", accumulate(edges, lambda a, b: (a + b) & _MASK))
        numbers = array("Q", bytes(self.tree[: 8 * NODE_NUMBERS * nodes]))
        functions = Functions(symbols)
        found = []
        for start in range(0, len(numbers), NODE_NUMBERS):
            node = numbers[start : start + NODE_NUMBERS]
            cost = Cost(node[NODE_CYCLES], node[NODE_BLAKE2S], node[NODE_U256])
            name = functions.name(node[NODE_ENTRY] * 4) if start else ""
            found.append(Node(name, node[NODE_PARENT], node[NODE_CALLS], cost))
        return Profile(counts, tuple(found))


class Profile:
    """Exact counts of one run."""

    def __init__(self, counts: "array[int]", nodes: tuple[Node, ...]) -> None:
        self.counts = counts
        """How often the instruction at address 4 i was executed."""
        self.nodes = nodes
        """The call tree; node 0 is the root and no function."""

    @property
    def cycles(self) -> int:
        """All executed instructions."""
        return sum(self.counts)

    def stack(self, node: int) -> tuple[str, ...]:
        """Name the functions from the outermost to a node."""
        names: list[str] = []
        while node:
            names.append(self.nodes[node].function)
            node = self.nodes[node].parent
        return tuple(reversed(names))

    def folded(self, weight: str = "cycles") -> list[str]:
        """Give the call stacks in the folded format of flame graph tools, sorted."""
        totals: Counter[str] = Counter()
        for number, node in enumerate(self.nodes[1:], start=1):
            stack = ";".join(name.replace(";", ":") for name in self.stack(number))
            totals[stack] += getattr(node.cost, weight)
        return [f"{stack} {total}" for stack, total in sorted(totals.items()) if total]

    def by_function(self) -> dict[str, Cost]:
        """Add up the own cost of each function, the dearest first."""
        totals: dict[str, Cost] = {}
        for node in self.nodes[1:]:
            totals[node.function] = totals.get(node.function, Cost()) + node.cost
        return dict(sorted(totals.items(), key=lambda item: (-item[1].effective, item[0])))

    def calls(self) -> dict[str, int]:
        """Count the calls of each function."""
        totals: Counter[str] = Counter()
        for node in self.nodes[1:]:
            totals[node.function] += node.calls
        return dict(totals)

    def by_line(
        self, lookup: Lookup, weight_of: WeightOf = lambda place: 1
    ) -> dict[tuple[str, int], int]:
        """Add up executed instructions per source line, the dearest first.

        ``weight_of`` says how much the instruction at an address counts.
        """
        totals: Counter[tuple[str, int]] = Counter()
        for place, count in enumerate(self.counts):
            if count:
                line = lookup(place * 4)
                if line is not None:
                    totals[line] += count * weight_of(place * 4)
        return dict(totals.most_common())
