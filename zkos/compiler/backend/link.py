"""Linking: ``ld.lld`` of the ziglang package makes the shared object and the RISC-V ELF.

Errors:  LinkError with what the linker said.
"""

import importlib.util
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from zkos.compiler.errors import InternalError


class LinkError(InternalError):
    """The linker refused: an undefined or a double symbol, or a region that is too small."""


def linker_command() -> list[str]:
    """Give the command that runs the linker."""
    found = importlib.util.find_spec("ziglang")
    if found is None or found.origin is None:
        raise LinkError("the package ziglang, which brings the linker, is not installed")
    return [str(Path(found.origin).parent / "zig"), "ld.lld"]


def run_linker(
    objects: Mapping[str, bytes], options: Sequence[str], script: str | None = None
) -> bytes:
    """Link objects in the order given; ``script`` is a linker script."""
    with tempfile.TemporaryDirectory(prefix="zkos-link-") as name:
        folder = Path(name)
        files = []
        for index, (module, data) in enumerate(objects.items()):
            # Short fixed names: the linker must not see anything that varies between machines.
            file = f"{index:04}-{module}.o"
            (folder / file).write_bytes(data)
            files.append(file)
        command = [*linker_command(), *options, "-o", "out"]
        if script is not None:
            (folder / "link.ld").write_text(script, encoding="utf-8")
            command += ["-T", "link.ld"]
        done = subprocess.run(
            [*command, *files], cwd=folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise LinkError(done.stderr.strip()[:4000])
        return (folder / "out").read_bytes()


def link_shared(objects: Mapping[str, bytes]) -> bytes:
    """Link the x86-64 shared object; only libc may be left undefined."""
    return run_linker(
        objects,
        ["-shared", "--build-id=none", "--gc-sections", "-z", "now", "-z", "noexecstack"],
    )
