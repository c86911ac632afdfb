"""The record of the machine's images: which bytes these sources must give, on every machine.

``zkos/kernel/images.sha256`` holds a line per image, as ``sha256sum`` writes it, and the versions
of the back ends, which decide the bytes too. It is written by ``zkos kernel record``.

Docs:    docs/command-line.md, "zkos kernel record".
Errors:  InputError for a record that is missing or malformed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import zkos
from zkos.host.errors import InputError
from zkos.host.executors.kernel_images import TOOLS, BuiltImage, KernelImage, all_images

RECORD = Path(zkos.__file__).parent / "kernel" / "images.sha256"
_ABOUT = "# Images for the machine; `make images` writes this file anew.\n"
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


@dataclass(frozen=True)
class ImageRecord:
    """What was recorded."""

    back_ends: str
    """Their names and versions."""
    hashes: dict[str, str]
    """Name of the image -> SHA-256."""


def recorded_images() -> Iterator[KernelImage]:
    """Give the images that are recorded: all that run on the machine."""
    return (image for image in all_images() if image.on_machine)


def back_ends() -> str:
    """Give names and versions of the back ends that are installed."""
    return ", ".join(f"{tool} {metadata.version(tool)}" for tool in TOOLS)


def record_text(images: Iterable[BuiltImage]) -> str:
    """Give the text of the record."""
    lines = [f"{built.sha256}  {built.image.name}\n" for built in images]
    return f"{_ABOUT}# {back_ends()}\n{''.join(lines)}"


def read_record(path: Path = RECORD) -> ImageRecord:
    """Read the record."""
    try:
        about, tools, *lines = path.read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValueError:
        raise InputError(f"{path}: expected two comments and a line for each image") from None
    found = [_LINE.fullmatch(line) for line in lines]
    if not (about.startswith("#") and tools.startswith("# ")):
        raise InputError(f"{path}: expected two comments before the images")
    hashes = {}
    for line, match in zip(lines, found, strict=True):
        if match is None:
            raise InputError(f"{path}: expected a SHA-256, two spaces and a name, got {line!r}")
        hashes[match[2]] = match[1]
    return ImageRecord(tools.removeprefix("# "), hashes)
