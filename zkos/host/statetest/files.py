"""Test files: single ones, folders of them, and ``.tar.xz`` archives (any tar that Python reads).

Errors:  StateTestError for what cannot be read or is no JSON.
"""

import json
import lzma
import os
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from zkos.host.errors import InputError
from zkos.host.json_fields import check_nesting

ARCHIVES = (".tar", ".tar.xz", ".tar.gz", ".tgz", ".tar.bz2")
TEST_FILE = ".json"
DAMAGED = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError)


class StateTestError(InputError):
    """A state test, or the file that it stands in, breaks its format."""


def read_files(paths: Sequence[Path]) -> Iterator[tuple[str, Any]]:
    """Give name and document of every test file, archives in their order, folders sorted.

    Archives in folders are opened too.
    """
    for path in paths:
        if os.path.isdir(path):
            for file in sorted(path.rglob("*")):
                if file.name.endswith(ARCHIVES):
                    yield from _read_archive(file)
                elif file.name.endswith(TEST_FILE) and file.is_file():
                    yield str(file.relative_to(path)), _parse(file, str(file), _read(file))
        elif path.name.endswith(ARCHIVES):
            yield from _read_archive(path)
        else:
            yield path.name, _parse(path, str(path), _read(path))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StateTestError(f"cannot read {path}: {error.strerror}") from error


def _read_archive(path: Path) -> Iterator[tuple[str, Any]]:
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None and member.name.endswith(TEST_FILE):
                    yield member.name, _parse(path, member.name, stream.read())
    except DAMAGED as error:
        raise StateTestError(f"damaged archive {path}: {error}") from error
    except OSError as error:
        raise StateTestError(f"cannot read {path}: {error.strerror or error}") from error


def _parse(path: Path, name: str, text: bytes) -> Any:
    try:
        document = text.decode("utf-8")
        check_nesting(document)
        return json.loads(document)
    except ValueError as error:
        inside = "" if name == str(path) else f"{path}: "
        raise StateTestError(f"{inside}{name}: not JSON: {error}") from error
