"""Content-addressed store of compiled objects and linked programs.

One file per entry, named by the sha256 of everything that its bytes depend on, in ``$ZKOS_CACHE``
or ``~/.cache/zkos``. Entries are written under another name and renamed, so processes may share
the folder; when it grows over its limit the entries that were used least recently go.

Units:   bytes.
Errors:  none: a folder that cannot be written means that nothing is kept.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

LIMIT_BYTES = 1 << 30
_CHECK_EVERY_BYTES = 1 << 25


def digest(*parts: str | bytes) -> str:
    """Give the sha256 of a sequence of texts, lengths included."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hasher.update(len(data).to_bytes(8, "little"))
        hasher.update(data)
    return hasher.hexdigest()


def default_folder() -> Path:
    """Give the user's cache folder."""
    chosen = os.environ.get("ZKOS_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "zkos"


class Cache:
    """The store in one folder."""

    def __init__(self, folder: Path | None = None, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder or default_folder()
        self.limit_bytes = limit_bytes
        self._written = 0

    def path(self, key: str, suffix: str = "") -> Path:
        """Give the file of an entry, there or not."""
        return self.folder / key[:2] / (key + suffix)

    def get(self, key: str, suffix: str = "") -> bytes | None:
        """Read an entry and mark it as used."""
        path = self.path(key, suffix)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            os.utime(path)
        return data

    def put(self, key: str, data: bytes, suffix: str = "") -> Path | None:
        """Write an entry; gives its file, or None where it could not be written."""
        path = self.path(key, suffix)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                os.chmod(temporary, 0o755)  # programs are loaded from here
                os.replace(temporary, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
        except OSError:
            return None
        self._written += len(data)
        if self._written >= min(_CHECK_EVERY_BYTES, self.limit_bytes):
            self._written = 0
            self.prune()
        return path

    def prune(self) -> int:
        """Delete the least recently used entries over the limit; gives the bytes freed."""
        entries: list[tuple[float, int, Path]] = []
        for path in self.folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in entries)
        freed = 0
        for _, size, path in sorted(entries):
            if total - freed <= self.limit_bytes * 3 // 4 or total <= self.limit_bytes:
                break
            with suppress(OSError):
                path.unlink()
                freed += size
        return freed
