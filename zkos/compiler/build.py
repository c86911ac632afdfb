"""The build driver: functions in, a finished program out.

``build_program`` lowers the roots, compiles every module through the object cache, and links: a
shared object for x86-64, a flat image (with its ELF) for the bare machine. The same source gives
the same bytes on every machine; debug information changes no instruction.

Errors:  CompileError for a program that breaks the subset, BackendError and LinkError for
         faults of the tools.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from zkos.compiler.backend.frames import wrapper_text
from zkos.compiler.backend.link import link_shared
from zkos.compiler.backend.llvm_worker import Job
from zkos.compiler.backend.riscv_image import link_image
from zkos.compiler.backend.riscv_support import RUNTIME_ROOTS, prepare_modules
from zkos.compiler.backend.workers import compile_jobs
from zkos.compiler.backend.x86_support import support_text
from zkos.compiler.cache import Cache
from zkos.compiler.pipeline import Memo, lower
from zkos.compiler.targets import Target
from zkos.lang import Function

Progress = Callable[[str, int, int], None]
"""Called with (module, done, total) as objects become ready."""


@dataclass(frozen=True)
class Built:
    """A finished program."""

    target: Target
    data: bytes
    """The shared object, or the flat image of the bare machine."""
    elf: bytes
    """The same with symbols (and lines, in a debug build)."""
    exports: Mapping[str, Function]
    functions: Mapping[str, Any]
    """Symbol -> source location (path, line)."""
    symbols: Mapping[str, int]
    """Symbol -> address in the image; empty for x86-64."""
    module_bytes: Mapping[str, int]
    """Size of each module's object."""
    seconds: Mapping[str, float] = field(compare=False)
    """Wall time of the phases: lower, compile, link."""

    @cached_property
    def sha256(self) -> str:
        """Hash of the program's bytes."""
        return hashlib.sha256(self.data).hexdigest()

    def save(self, cache: Cache | None = None) -> Path:
        """Put the program into the cache folder under its hash and give the file."""
        store = cache or Cache()
        suffix = ".bin" if self.target.is_riscv else ".so"
        path = store.path(self.sha256, suffix)
        if not path.exists():
            written = store.put(self.sha256, self.data, suffix)
            if written is None:
                raise OSError(f"cannot write {path}")
        return path


def build_program(
    roots: Sequence[Function],
    target: Target,
    constants: Mapping[str, bool] | None = None,
    *,
    debug: bool = False,
    entries: Sequence[Function] | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
    memo: Memo | None = None,
) -> Built:
    """Compile and link a program.

    ``entries`` get frame wrappers, by which the host calls them (default: the roots on x86-64,
    none on the bare machine, where ``zkos_main`` must be among the roots). An image with entries
    is a library without a program of its own, for tests and measurements. A ``memo`` is shared
    by builds of the same sources.
    """
    if entries is None:
        entries = () if target.is_riscv else tuple(roots)
    settings = {**dict(constants or {}), **dict(target.defines)}
    started = time.perf_counter()
    every = [*dict.fromkeys((*roots, *entries, *(RUNTIME_ROOTS if target.is_riscv else ())))]
    lowered = lower(every, target, settings, debug, memo=memo)
    lowered_at = time.perf_counter()
    objects = compile_jobs(_jobs(lowered.modules, entries, target), cache, progress)
    compiled_at = time.perf_counter()
    if target.is_riscv:
        image = link_image(objects, is_library=bool(entries))
        data, elf, symbols = image.data, image.elf, image.symbols
    else:
        data = elf = link_shared(objects)
        symbols = {}
    linked_at = time.perf_counter()
    return Built(
        target=target,
        data=data,
        elf=elf,
        exports=lowered.exports,
        functions=lowered.functions,
        symbols=symbols,
        module_bytes={name: len(obj) for name, obj in objects.items()},
        seconds={
            "lower": lowered_at - started,
            "compile": compiled_at - lowered_at,
            "link": linked_at - compiled_at,
        },
    )


def _jobs(modules: Mapping[str, str], entries: Sequence[Function], target: Target) -> list[Job]:
    texts: dict[str, tuple[str, ...]] = {name: (modules[name],) for name in sorted(modules)}
    if target.is_riscv:
        texts = prepare_modules(texts)
    else:
        texts["zkos_support"] = (support_text(),)
    if entries:
        texts["zkos_frames"] = (wrapper_text(entries, target),)
    return [Job(name, text, target) for name, text in texts.items()]
