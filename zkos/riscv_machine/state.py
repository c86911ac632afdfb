"""The state of one machine: registers, decoded program, counters, and why it stopped.

Docs:    docs/machine.md, "State".
Source:  zksync-airbender v0.5.2: ROM of 2^21 bytes, memory of 2^30 bytes in all.
Units:   ``ip`` (an instruction's address / 4) and ``fuel`` in instructions.

Memory is not a field but a ``Slice[u32]`` that travels beside the state: its address and length
stay in processor registers. ROM is its first 2^19 words.

Instructions are counted without touching a counter: at any moment the number of executed ones is
``limit - fuel + ip``. Running straight on moves ``ip`` only; a taken jump by d instructions adds
``d - 1`` to ``fuel``.
"""

from zkos.lang import Array, Slice, function, struct, u8, u32, u64

ROM_BYTES = 1 << 21
ROM_WORDS = ROM_BYTES // 4
MEMORY_BYTES = 1 << 30
MEMORY_WORDS = MEMORY_BYTES // 4

SINK = 32
"""Where writes to x0 go, so that no handler has to ask; x0 itself stays 0."""

# Why a machine stopped. The host turns these into sentences.
END = 1  # the program jumped to itself
LIMIT = 2  # more instructions than allowed
ILLEGAL = 3
MISALIGNED = 4  # a load or store
OUTSIDE = 5  # a load or store at 2^30 or above
ROM_STORE = 6
JUMP_MISALIGNED = 7
JUMP_OUTSIDE = 8  # a jump to RAM or beyond, or running past the end of ROM
NO_WORDS = 9  # the oracle has nothing to read
DELEGATION_SOURCE = 10  # rs1 of a delegation call is not 0
DELEGATION_ALIGNMENT = 11
DELEGATION_ROM = 12
DELEGATION_OUTSIDE = 13
DELEGATION_OVERLAP = 14
DELEGATION_CONTROL = 15
RETURNED = 16  # a function that the host called came back

# Services of ``host_call``.
SERVICE_READ = 1  # request: words written since the last call; reply: words to read
SERVICE_WRITE = 2  # request as above, when nobody reads; no reply

ORACLE_RECORDED = 0  # words come from the given stream; its end is an error
ORACLE_ZEROS = 1  # the same, but after its end reads give 0
ORACLE_LIVE = 2  # the host answers

WRITE_BUFFER_WORDS = 4096

# One node of the profiler's call tree: eight numbers.
NODE_NUMBERS = 8
NODE_PARENT, NODE_ENTRY, NODE_CHILD, NODE_SIBLING = 0, 1, 2, 3
NODE_CYCLES, NODE_CALLS, NODE_BLAKE2S, NODE_U256 = 4, 5, 6, 7


@struct
class MachineState:
    """Everything but the memory. The host reads and writes it by field offsets."""

    x: Array[u32, 64]
    code: Array[u64, ROM_WORDS + 1]

    stop_reason: u32
    stop_value: u32
    stop_ip: u64
    cycles: u64
    limit: u64
    blake2s_calls: u64
    u256_calls: u64

    words: Slice[u32]
    available: u32
    position: u32
    words_read: u64
    words_written: u64
    oracle: u32
    written_count: u32
    written: Array[u32, WRITE_BUFFER_WORDS]

    trace: Slice[u64]
    trace_position: u64
    originals: Slice[u64]

    edges: Slice[u64]
    entries: Slice[u8]
    tree: Slice[u64]
    tree_used: u32
    node: u32
    node_start: u64
    stack: Slice[u64]
    stack_used: u32


@function(inline=False, cold=True)
def stop(m: MachineState, ip: u64, fuel: u64, reason: u32, number: u32) -> u32:
    """Record why the machine stopped before the instruction at ``ip``."""
    m.stop_reason = reason
    m.stop_value = number
    m.stop_ip = ip
    m.cycles = m.limit - fuel + ip
    return reason
