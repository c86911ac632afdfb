"""Recording for the tracer: the last instructions that ran, in a ring.

Docs:    docs/machine.md, "Tracer".
Units:   a record is the ``ip`` (low half) and the value that rd had afterwards (high half).

The value is written when the next instruction is about to run; the last one is the host's.
"""

from zkos.lang import Slice, function, u32, u64
from zkos.riscv_machine.state import MachineState


@function
def record(m: MachineState, ram: Slice[u32], ip: u64):
    """Record an instruction, and complete the record of the one before it."""
    mask = u64(m.trace.length) - 1
    if m.trace_position != 0:
        before = (m.trace_position - 1) & mask
        previous_ip = u32(m.trace[before])
        rd = ram[previous_ip] >> 7 & 31
        m.trace[before] = u64(previous_ip) | u64(m.x[rd]) << 32
    m.trace[m.trace_position & mask] = ip
    m.trace_position += 1


@function(export="zkos_machine_trace")
def configure(m: MachineState, trace: Slice[u64], originals: Slice[u64]):
    """Set the ring, a power of two long, and the place for the undisguised instructions."""
    m.trace = trace
    m.originals = originals
    m.trace_position = u64(0)
