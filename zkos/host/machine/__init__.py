"""The machine as the host uses it: build it, feed it, run programs, explain what stopped them.

    machine = Machine(image)
    result = machine.run(words=[15, 1])
    result.public_input, result.cycles, result.delegations["blake2s"]

Docs:    docs/machine.md.
Units:   addresses in bytes, cycles in executed instructions, the final jump included.
Errors:  ImageError for an image that cannot be loaded, MachineStopError for a run that broke a rule
         of the machine, reached the limit or ran out of words; OracleError from a live oracle.
"""

from zkos.host.machine.explain import MachineStopError, Stop
from zkos.host.machine.guest_memory import GuestMemory
from zkos.host.machine.machine import DEFAULT_LIMIT, Machine, MachineResult, check_size
from zkos.host.machine.oracles import Oracle, QueryOracle
from zkos.riscv_machine.profiler import Cost, Profile

__all__ = [
    "DEFAULT_LIMIT", "Cost", "GuestMemory", "Machine", "MachineResult", "MachineStopError",
    "Oracle", "Profile", "QueryOracle", "Stop", "check_size",
]  # fmt: skip
