"""The object cache: what is put is got, by many at once, within its limit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zkos.compiler.cache import Cache, default_folder, digest


def test_what_is_put_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    key = digest("a")
    assert cache.get(key) is None
    path = cache.put(key, b"data", ".so")
    assert path is not None and path.read_bytes() == b"data"
    assert cache.get(key, ".so") == b"data"


def test_the_digest_depends_on_where_parts_end() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_the_folder_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZKOS_CACHE", str(tmp_path / "here"))
    assert default_folder() == tmp_path / "here"
    monkeypatch.delenv("ZKOS_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "zkos"


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    cache = Cache(blocked / "below")
    assert cache.put(digest("a"), b"data") is None
    assert cache.get(digest("a")) is None


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, limit_bytes=1000)
    keys = [digest(str(number)) for number in range(10)]
    for age, key in enumerate(reversed(keys)):
        path = cache.put(key, bytes(100))
        assert path is not None
        os.utime(path, (age, age))
    cache.get(keys[-1])  # the oldest is used again
    cache.put(digest("one more"), bytes(400))
    cache.prune()
    kept = [key for key in keys if cache.get(key) is not None]
    assert sum(path.stat().st_size for path in tmp_path.glob("??/*")) <= 1000
    assert keys[-1] in kept and keys[-2] not in kept and keys[0] in kept


def test_processes_that_write_the_same_entry_do_not_disturb_each_other(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from zkos.compiler.cache import Cache, digest\n"
        "cache = Cache(Path(sys.argv[1]))\n"
        "for number in range(200):\n"
        "    key = digest(str(number % 7))\n"
        "    cache.put(key, bytes([number % 7]) * 50000)\n"
        "    data = cache.get(key)\n"
        "    assert data == bytes([number % 7]) * 50000, len(data)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], env=environment)
        for _ in range(2)
    ]
    assert [one.wait() for one in running] == [0, 0]
    assert not list(tmp_path.glob("*/.new-*"))
