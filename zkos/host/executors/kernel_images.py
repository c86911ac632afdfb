"""The kernel's images: which exist, and how they are built and kept.

An image is a kernel for one mode, flavour and target. Building goes through the compiler's object
cache; the finished image is kept under a hash of all sources that it may depend on, so that a
command that finds it there compiles nothing.

Errors:  BuildError with the compiler's message.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import metadata
from pathlib import Path

import zkos
from zkos.compiler.build import build_program
from zkos.compiler.cache import Cache, digest
from zkos.compiler.errors import CompileError, InternalError
from zkos.compiler.pipeline import Memo
from zkos.compiler.targets import RISCV, X86_64, Target
from zkos.host.batch import Flavour
from zkos.host.errors import BuildError
from zkos.kernel import forward_run, proving_run
from zkos.lang import Function

Progress = Callable[[str, int, int], None]
"""Called with (what is being built, parts done, parts in all)."""

SOURCE_FOLDERS = ("compiler", "interface", "kernel", "lang")
"""Folders of the package whose files decide an image's bytes."""
TOOLS = ("llvmlite", "ziglang")


ENTRIES: dict[tuple[bool, bool], Function] = {
    (False, False): forward_run.forward_run,
    (False, True): forward_run.forward_run_image,
    (True, False): proving_run.proving_run,
    (True, True): proving_run.proving_run_image,
}
"""(is proving, is for the machine) -> entry point."""


class Extra(Enum):
    """What an image does that no released one does: forward, and not for the machine."""

    SIMULATION = "simulation"
    """Runs calls that nobody signed."""
    TRACING = "tracing"
    """Sends trace events."""
    METERING = "metering"
    """Tells what resources are spent on."""


@dataclass(frozen=True)
class KernelImage:
    """One build of the kernel."""

    proving: bool
    flavour: Flavour
    on_machine: bool
    """For the RISC-V machine; otherwise for this processor."""
    extra: Extra | None = None

    @property
    def target(self) -> Target:
        """What it is compiled for."""
        return RISCV if self.on_machine else X86_64

    @property
    def name(self) -> str:
        """Name for people and files: mode, flavour, target."""
        mode = "proving" if self.proving else "forward"
        extra = "" if self.extra is None else f"-{self.extra.value}"
        return f"{mode}-{self.flavour.value}-{self.target.name}{extra}"

    @property
    def constants(self) -> dict[str, bool]:
        """Build constants of this image; the target adds its own."""
        return {
            "proving": self.proving,
            "ethereum": self.flavour is Flavour.ETHEREUM,
            **{extra.value: self.extra is extra for extra in Extra},
        }

    @property
    def entry(self) -> Function:
        """The function that the host, or the image's start code, calls."""
        return ENTRIES[self.proving, self.on_machine]


@dataclass(frozen=True)
class BuiltImage:
    """A kernel image that is ready to run."""

    image: KernelImage
    path: Path
    elf_path: Path
    """The same with symbols and lines; the image itself on x86-64."""
    size: int
    sha256: str
    seconds: dict[str, float]
    """Wall time of the build's phases; empty when the image was there."""


def all_images() -> Iterator[KernelImage]:
    """Give every image that is released: both modes and flavours, for both targets."""
    for flavour in Flavour:
        for on_machine in (False, True):
            for proving in (False, True):
                yield KernelImage(proving, flavour, on_machine)


def extra_images() -> Iterator[KernelImage]:
    """Give the images that do more; they are built when they are first asked for."""
    for flavour in Flavour:
        for extra in Extra:
            yield KernelImage(False, flavour, on_machine=False, extra=extra)


_checked_functions = Memo()
"""What the images of this process have in common; the kernel does not change under it."""


def build_image(image: KernelImage, progress: Progress | None = None) -> BuiltImage:
    """Build an image, or take it from where the last build of these sources left it."""
    found = find_image(image)
    if found is not None:
        return found
    store = Cache()

    def report(_: str, done: int, total: int) -> None:
        if progress is not None:
            progress(image.name, done, total)

    try:
        built = build_program(
            [image.entry],
            image.target,
            image.constants,
            debug=True,
            entries=() if image.on_machine else (image.entry,),
            cache=store,
            progress=report,
            memo=_checked_functions,
        )
        path = built.save(store)
        elf_path = path if built.elf == built.data else store.put(built.sha256, built.elf, ".elf")
    except (CompileError, InternalError, OSError) as error:
        raise _build_error(image, error) from error
    finished = BuiltImage(
        image, path, elf_path or path, len(built.data), built.sha256, dict(built.seconds)
    )
    entry = {
        "path": str(finished.path),
        "elf_path": str(finished.elf_path),
        "size": finished.size,
        "sha256": finished.sha256,
    }
    store.put(_key(image), json.dumps(entry).encode(), ".json")
    return finished


def _build_error(image: KernelImage, error: Exception) -> BuildError:
    text = str(error)
    if isinstance(error, CompileError):
        first = error.diagnostics[0]
        text = f"{first.file}:{first.line}:{first.column}: {first.message}"
        if len(error.diagnostics) > 1:
            text += f" (and {len(error.diagnostics) - 1} more)"
    failure = BuildError(f"cannot build the kernel image {image.name}: {text}")
    failure.details = str(error) if isinstance(error, CompileError) else ""
    return failure


def find_image(image: KernelImage) -> BuiltImage | None:
    """Give the image that the last build of these sources left, if it is still there."""
    kept = Cache().get(_key(image), ".json")
    if kept is None:
        return None
    entry = json.loads(kept)
    path, elf_path = Path(entry["path"]), Path(entry["elf_path"])
    if not path.exists() or not elf_path.exists():
        return None
    return BuiltImage(image, path, elf_path, entry["size"], entry["sha256"], {})


def _key(image: KernelImage) -> str:
    return digest("kernel image", image.name, source_hash())


@cache
def source_hash() -> str:
    """Hash everything that decides the bytes of the images."""
    package = Path(zkos.__file__).parent
    parts: list[str | bytes] = [metadata.version(tool) for tool in TOOLS]
    for folder in SOURCE_FOLDERS:
        for path in sorted((package / folder).rglob("*.py")):
            parts += [str(path.relative_to(package)), path.read_bytes()]
    return digest(*parts)
