"""Output files that the user names: refused before the work if they cannot be, written whole.

Errors:  InputError naming the file.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from zkos.host.errors import InputError


def output_path(text: str) -> Path:
    """Read an option that names an output file: it is no folder, and stands in one."""
    path = Path(text)
    if os.path.isdir(path):
        raise InputError(f"cannot write {path}: expected a file, got a folder")
    if not os.path.isdir(path.parent):
        raise InputError(f"cannot write {path}: there is no folder {path.parent}")
    return path


def write_file(path: Path, content: str) -> None:
    """Write a file so that its place holds all of it, or what it held before."""
    with explained(path):
        target = path.resolve()  # a link stays a link
        if target.exists() and not target.is_file():
            target.write_text(content, encoding="utf-8")  # a pipe takes it as it comes
            return
        temporary = target.with_name(f".zkos-{os.getpid()}")
        try:
            temporary.write_text(content, encoding="utf-8")
            if target.exists():
                shutil.copymode(target, temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def open_file(path: Path) -> TextIO:
    """Open a file for a stream of lines: what a run that fails wrote stays there to be read."""
    with explained(path):
        return path.open("w", encoding="utf-8")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the system's errors into ours."""
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
