"""Output files that the user names: refused before the work if they cannot be, written whole.

What is to be a file is written beside it and takes its name at the end. A pipe, and what is below
/dev, takes what it is given as it comes.

Errors:  InputError naming the file.
"""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from zkos.host.errors import InputError, RunError


def output_path(text: str) -> Path:
    """Read an option that names an output file: it is no folder, and can be in the one it is in."""
    path = Path(text)
    target = _target(path)
    if os.path.isdir(path):
        raise InputError(f"cannot write {path}: expected a file, got a folder")
    if not os.path.isdir(target.parent):
        raise InputError(f"cannot write {path}: there is no folder {path.parent}")
    if not os.access(path if _is_stream(path) else target.parent, os.W_OK):
        raise InputError(f"cannot write {path}: no right to write there")
    return path


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file so that its place holds all of it, or what it held before."""
    with _replaced(path) as place, _open(path, place) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def open_file(path: Path) -> Iterator[TextIO]:
    """Give a stream of lines for a file.

    A run that fails or is interrupted leaves what it wrote: the lines that lead there.
    """
    failure: BaseException | None = None
    with (
        _replaced(path) as place,
        io.TextIOWrapper(_open(path, place), encoding="utf-8") as stream,
    ):
        try:
            yield stream
        except (RunError, KeyboardInterrupt) as error:
            failure = error
    if failure is not None:
        raise failure


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the system's errors into ours."""
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error


def _open(path: Path, place: Path) -> io.BufferedWriter:
    with explained(path):
        return io.BufferedWriter(_File(path, place))


class _File(io.FileIO):
    """A file that is open for writing; its errors name the path that the user gave."""

    def __init__(self, path: Path, place: Path) -> None:
        super().__init__(place, "w")
        self._path = path

    def write(self, content: Any) -> int:
        with explained(self._path):
            return super().write(content)


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """Give the place to write to; it takes the path's name after the work."""
    if _is_stream(path):
        yield path
        return
    target = _target(path)
    place = target.with_name(f".zkos-{os.getpid()}")
    try:
        yield place
        with explained(path):
            if target.exists():
                shutil.copymode(target, place)
            place.replace(target)
    finally:
        place.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    """Give what a path leads to: a link stays a link."""
    return Path(os.path.realpath(path))


def _is_stream(path: Path) -> bool:
    is_file = os.path.isfile(path) and not path.is_relative_to("/dev")  # /dev/stdout may be one
    return os.path.exists(path) and not is_file
