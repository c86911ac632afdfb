"""Typed Python that the host calls: built once for a set of sources, then only loaded.

The shared object lies in the compiler's cache under a hash of all sources that its bytes may
depend on, so that a process that finds it compiles nothing.

Errors:  BuildError when the functions cannot be compiled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import zkos
from zkos.compiler.backend.loader import Entry, load
from zkos.compiler.build import build_program
from zkos.compiler.cache import Cache, digest
from zkos.compiler.errors import CompileError, InternalError
from zkos.compiler.targets import X86_64
from zkos.host.errors import BuildError
from zkos.lang import Function

TOOLS = ("llvmlite", "ziglang")


@dataclass(frozen=True)
class TypedLibrary:
    """Functions that are compiled together for this processor."""

    name: str
    """For messages and the file name."""
    functions: Mapping[str, Function]
    """What the host calls them -> what is called."""
    sources: Sequence[str]
    """Files and folders of the package that decide the bytes, beside the compiler's own."""

    def build(self) -> Path:
        """Give the shared object; make it if these sources have none yet."""
        store = Cache()
        key = self._key()
        path = store.path(key, f".{self.name}.so")
        if path.exists():
            return path
        functions = list(self.functions.values())
        try:
            built = build_program(functions, X86_64, entries=functions, cache=store)
        except (CompileError, InternalError, OSError) as error:
            failure = BuildError(f"cannot build the {self.name}")
            failure.details = str(error)
            raise failure from error
        return store.put(key, built.data, f".{self.name}.so") or built.save()

    def load(self) -> dict[str, Entry]:
        """Load the compiled functions."""
        program = load(self.build())
        return {name: Entry(program, function) for name, function in self.functions.items()}

    def _key(self) -> str:
        package = Path(zkos.__file__).parent
        parts: list[str | bytes] = [self.name, *map(metadata.version, TOOLS)]
        for source in ("compiler", "lang", *self.sources):
            for path in _files(package / source):
                parts += (str(path.relative_to(package)), path.read_bytes())
        return digest(*parts)


def _files(source: Path) -> Iterator[Path]:
    if source.is_file():
        yield source
    else:
        yield from sorted(source.rglob("*.py"))
