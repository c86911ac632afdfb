"""Counting for the profiler: how often each instruction ran, and under which calls.

Docs:    docs/machine.md, "Profiler".
Units:   ``ip`` and cycles in instructions.

Only taken jumps are counted: the instructions of a straight run all ran equally often, so a run
from a to b adds one at a and takes one away after b, and the host adds up. Calls make a tree:
a node is a function under a certain chain of callers.
"""

from zkos.lang import Slice, function, u8, u32, u64, unlikely
from zkos.riscv_machine.fields import first, target
from zkos.riscv_machine.state import (
    END,
    NODE_BLAKE2S,
    NODE_CALLS,
    NODE_CHILD,
    NODE_CYCLES,
    NODE_ENTRY,
    NODE_NUMBERS,
    NODE_PARENT,
    NODE_SIBLING,
    NODE_U256,
    MachineState,
)

__all__ = ["NODE_BLAKE2S", "NODE_U256", "begin", "count_delegation", "count_jump", "finish",
           "follow"]  # fmt: skip

RETURN_ADDRESS = 1
ALTERNATE_RETURN_ADDRESS = 5
UNWIND_LIMIT = 64
"""How many frames a return may leave at once (a callee's callees may have jumped away)."""


@function(inline=False)
def count_jump(m: MachineState, ip: u64, destination: u64):
    """Note that a run ended with the instruction at ``ip`` and another began."""
    m.edges[ip + 1] -= 1
    m.edges[destination] += 1


@function(inline=True)
def count_delegation(m: MachineState, field: u32):
    """Count a delegation call for the present function."""
    if unlikely(m.tree_used != 0):
        m.tree[m.node * NODE_NUMBERS + field] += 1


@function
def find_child(m: MachineState, parent: u32, entry: u64) -> u32:
    """Find or make the node of a function under ``parent``; the parent itself if all are used."""
    previous = u64(m.tree[parent * NODE_NUMBERS + NODE_CHILD])
    while previous != 0:
        found = u32(previous) * NODE_NUMBERS
        if m.tree[found + NODE_ENTRY] == entry:
            return u32(previous)
        previous = m.tree[found + NODE_SIBLING]
    made = m.tree_used
    if made * NODE_NUMBERS + NODE_NUMBERS > m.tree.length:
        return parent
    m.tree_used = made + 1
    m.tree[made * NODE_NUMBERS + NODE_PARENT] = u64(parent)
    m.tree[made * NODE_NUMBERS + NODE_ENTRY] = entry
    m.tree[made * NODE_NUMBERS + NODE_SIBLING] = m.tree[parent * NODE_NUMBERS + NODE_CHILD]
    m.tree[parent * NODE_NUMBERS + NODE_CHILD] = u64(made)
    return made


@function
def move_to(m: MachineState, node: u32, cycles: u64):
    """Give the cycles since the last move to the present node, and go on in ``node``."""
    m.tree[m.node * NODE_NUMBERS + NODE_CYCLES] += cycles - m.node_start
    m.node_start = cycles
    m.node = node


@function
def enter(m: MachineState, destination: u64, return_ip: u64, cycles: u64):
    """Follow a call."""
    caller = m.node
    callee = find_child(m, caller, destination)
    move_to(m, callee, cycles)
    m.tree[callee * NODE_NUMBERS + NODE_CALLS] += 1
    if m.stack_used + 2 <= m.stack.length:
        m.stack[m.stack_used] = u64(caller)
        m.stack[m.stack_used + 1] = return_ip
        m.stack_used += 2


@function
def leave(m: MachineState, destination: u64, cycles: u64, frames: u32) -> bool:
    """Return to the nearest of some frames that waits at ``destination``, if one does."""
    depth = m.stack_used
    steps = u32(0)
    while depth != 0 and steps < frames:
        if m.stack[depth - 1] == destination:
            move_to(m, u32(m.stack[depth - 2]), cycles)
            m.stack_used = depth - 2
            return True
        depth -= 2
        steps += 1
    return False


@function
def replace(m: MachineState, destination: u64, cycles: u64):
    """Follow a jump to the beginning of a function: a tail call."""
    parent = u32(m.tree[m.node * NODE_NUMBERS + NODE_PARENT])
    callee = find_child(m, parent, destination)
    move_to(m, callee, cycles)
    m.tree[callee * NODE_NUMBERS + NODE_CALLS] += 1


@function(inline=False)
def follow(m: MachineState, word: u64, ip: u64, destination: u64, fuel: u64, is_indirect: bool):
    """Note a taken jump, and whether it was a call, a return, a tail call or none of them."""
    count_jump(m, ip, destination)
    cycles = m.limit - fuel + ip + 1
    link = u32(target(word))
    if link == RETURN_ADDRESS or link == ALTERNATE_RETURN_ADDRESS:
        enter(m, destination, ip + 1, cycles)
        return
    if is_indirect:
        through = first(word)
        is_return = through == RETURN_ADDRESS or through == ALTERNATE_RETURN_ADDRESS
        if leave(m, destination, cycles, u32(UNWIND_LIMIT) if is_return else u32(1)):
            return
    if m.entries.length != 0 and m.entries[destination] != 0:
        replace(m, destination, cycles)


@function
def begin(m: MachineState, start: u64):
    """Prepare the counts; node 0 is the root, node 1 the code that the run starts in."""
    if m.edges.length == 0:
        m.tree_used = 0  # of an earlier run
        return
    m.edges[start] += 1
    m.tree_used = 1
    m.stack_used = 0
    m.node_start = u64(0)
    m.node = find_child(m, u32(0), start)


@function
def finish(m: MachineState):
    """Close the last run and the last node; the jump that ended the program counts too."""
    if m.edges.length == 0:
        return
    last = m.stop_ip + 1 if m.stop_reason == END else m.stop_ip
    m.edges[last] -= 1
    move_to(m, m.node, m.cycles)


@function(export="zkos_machine_profile")
def configure(
    m: MachineState, edges: Slice[u64], entries: Slice[u8], tree: Slice[u64], stack: Slice[u64]
):
    """Set where counts go; ``entries`` marks with 1 the instructions that begin a function."""
    m.edges = edges
    m.entries = entries
    m.tree = tree
    m.stack = stack
