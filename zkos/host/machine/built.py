"""The compiled machine.

Errors:  BuildError when the machine cannot be compiled.
"""

from functools import cache

from zkos.compiler.backend.loader import Entry
from zkos.host.typed_library import TypedLibrary
from zkos.riscv_machine import cpu, decode, profiler_core, tracer_core

LIBRARY = TypedLibrary(
    "machine",
    {
        "load": decode.load,
        "run": cpu.run,
        "profile": profiler_core.configure,
        "trace": tracer_core.configure,
    },
    ("riscv_machine",),
)
"""What the host calls."""


@cache
def compiled_functions() -> dict[str, Entry]:
    """Load the compiled machine, once a process."""
    return LIBRARY.load()
