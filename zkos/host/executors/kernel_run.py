"""What every executor takes and gives: an image, a border, and the outcome of the run.

Errors:  KernelError when the kernel returned an internal error or stopped on a trap.
"""

import mmap
from dataclasses import dataclass, field
from typing import Protocol

from zkos.host.errors import KernelError
from zkos.host.executors.kernel_images import KernelImage
from zkos.host.oracle.border import Border
from zkos.host.profiling.run_profile import RunProfile
from zkos.interface.error_names import ERROR_NAMES
from zkos.lang import Trap

HEAP_BYTES = 1 << 30
"""Memory of the kernel off the machine: reserved, and taken page by page as it is touched."""
MAP_NORESERVE = 0x4000  # Linux; Python names it from 3.13 on
OUTPUT_WORDS = 16
PUBLIC_INPUT_BYTES = 32


@dataclass(frozen=True)
class MachineCounts:
    """What a run cost the machine."""

    cycles: int
    delegations: dict[str, int]
    words_read: int


@dataclass(frozen=True)
class KernelRun:
    """A kernel that ran to its end."""

    output: bytes
    """x10 to x17: the public input of a proving run."""
    machine: MachineCounts | None = None
    profile: RunProfile | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall time by stage."""


class Executor(Protocol):
    """One way of running the kernel."""

    def run(self, image: KernelImage, border: Border) -> KernelRun:
        """Run a kernel to its end."""
        ...


def reserve_heap() -> mmap.mmap:
    """Give zeroed memory for the kernel; pages that are never touched take no space."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE
    return mmap.mmap(-1, HEAP_BYTES, flags=flags)


def check_status(status: int) -> None:
    """Raise the error that a kernel's status stands for."""
    if status:
        name = ERROR_NAMES.get(status)
        error = KernelError(f"the kernel stopped: {name or 'unknown error'} (0x{status:04x})")
        error.name = name
        raise error


def trapped(trap: Trap) -> KernelError:
    """Make the error for a kernel that stopped itself."""
    return KernelError(f"the kernel trapped: {trap}")
