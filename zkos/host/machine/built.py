"""The compiled machine: built once for a set of sources, then only loaded.

The shared object lies in the compiler's cache under a hash of all sources that its bytes may
depend on, so that a process that finds it compiles nothing.

Errors:  BuildError when the machine cannot be compiled.
"""

from functools import cache
from importlib import metadata
from pathlib import Path

import zkos
from zkos.compiler.backend.loader import Entry, load
from zkos.compiler.build import build_program
from zkos.compiler.cache import Cache, digest
from zkos.compiler.errors import CompileError, InternalError
from zkos.compiler.targets import X86_64
from zkos.host.errors import BuildError
from zkos.riscv_machine import cpu, decode, profiler_core, tracer_core

FUNCTIONS = {
    "load": decode.load,
    "run": cpu.run,
    "profile": profiler_core.configure,
    "trace": tracer_core.configure,
}
"""What the host calls."""

SOURCE_FOLDERS = ("compiler", "lang", "riscv_machine")
TOOLS = ("llvmlite", "ziglang")
SUFFIX = ".machine.so"


def _key() -> str:
    package = Path(zkos.__file__).parent
    parts: list[str | bytes] = ["machine", *map(metadata.version, TOOLS)]
    for folder in SOURCE_FOLDERS:
        for path in sorted((package / folder).rglob("*.py")):
            parts += (str(path.relative_to(package)), path.read_bytes())
    return digest(*parts)


def build() -> Path:
    """Give the file of the compiled machine; make it if these sources have none yet."""
    store = Cache()
    key = _key()
    path = store.path(key, SUFFIX)
    if path.exists():
        return path
    functions = list(FUNCTIONS.values())
    try:
        built = build_program(functions, X86_64, entries=functions, cache=store)
    except (CompileError, InternalError, OSError) as error:
        raise BuildError(f"cannot build the machine: {error}") from error
    return store.put(key, built.data, SUFFIX) or built.save()


@cache
def compiled_functions() -> dict[str, Entry]:
    """Load the compiled machine, once a process."""
    program = load(build())
    return {name: Entry(program, function) for name, function in FUNCTIONS.items()}
