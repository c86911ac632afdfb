"""Builds: the same source gives the same bytes; wrong programs and constants are told apart."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zkos.compiler.build import build_program
from zkos.compiler.cache import Cache
from zkos.compiler.errors import CompileError
from zkos.compiler.targets import RISCV, TARGETS, X86_64, Target
from zkos.lang import Slice, build_constant, function, u8, u32

DOUBLED = build_constant("doubled")


@function
def scale(data: Slice[u8], by: u32) -> u32:
    total = u32(0)
    if DOUBLED:
        total = by * 2 * data.length
    else:
        total = by * data.length
    return total


@function
def broken(data: Slice[u8]) -> u32:
    return data.length + data[0]


DETERMINISM = """
import sys
from pathlib import Path
from zkos.compiler.build import build_program
from zkos.compiler.cache import Cache
from zkos.compiler.targets import RISCV, X86_64
from zkos.kernel.crypto.blake2s import blake2s256
from zkos.kernel.crypto.keccak256 import keccak256
roots = [keccak256, blake2s256]
for target in (RISCV, X86_64):
    for debug in (False, True):
        built = build_program(
            roots, target, debug=debug, entries=roots, cache=Cache(Path(sys.argv[1]))
        )
        print(target.name, debug, built.sha256)
"""


def test_bytes_do_not_depend_on_hash_seed_folder_or_order_of_compilation(tmp_path: Path) -> None:
    outputs = set()
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
            "TMPDIR": str(folder),
        }
        outputs.add(
            subprocess.run(
                [sys.executable, "-c", DETERMINISM, str(folder / "cache")],
                env=environment,
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
    assert len(outputs) == 1
    lines = outputs.pop().splitlines()
    assert len(lines) == 4
    assert lines[0].split()[2] == lines[1].split()[2]  # the image knows nothing of debugging


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_build_constant_changes_the_program(target: Target) -> None:
    hashes = {
        build_program([scale], target, {"doubled": doubled}, entries=[scale]).sha256
        for doubled in (False, True)
    }
    assert len(hashes) == 2


def test_a_program_that_breaks_the_subset_is_refused_with_its_line() -> None:
    with pytest.raises(CompileError, match=r"data\.length \+ data"):
        build_program([broken], X86_64)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_second_build_takes_every_object_from_the_cache(target: Target, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    seen: list[tuple[str, int, int]] = []
    first = build_program([scale], target, entries=[scale], cache=cache)
    files = {path: path.stat().st_ino for path in tmp_path.glob("??/*")}
    second = build_program(
        [scale],
        target,
        entries=[scale],
        cache=cache,
        progress=lambda *done: seen.append(done),
    )
    assert {path: path.stat().st_ino for path in tmp_path.glob("??/*")} == files
    assert first == second
    total = len(second.module_bytes)
    assert [done for _, done, _ in seen] == list(range(1, total + 1))


def test_a_saved_program_is_named_by_its_hash(tmp_path: Path) -> None:
    built = build_program([scale], RISCV, entries=[scale])
    path = built.save(Cache(tmp_path))
    assert path.name == f"{built.sha256}.bin"
    assert path.read_bytes() == built.data
