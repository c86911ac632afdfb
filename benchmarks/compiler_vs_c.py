"""The compiler measured: typed Python against the same algorithms in C at -O3.

    python -m benchmarks.compiler_vs_c [--json] [--rounds 60] [--bytes 1048576]

Both are called the same way and alternate in one run; the best of the rounds counts, so that a
busy machine disturbs both alike. The C compiler is the one in the ziglang package.

Units:   MB/s = 10^6 bytes a second; ratio = typed Python's time over C's, below 1.1 is the aim.
Errors:  AssertionError when a digest is wrong.
"""

import argparse
import ctypes
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from Crypto.Hash import keccak

from zkos.compiler.backend.link import linker_command
from zkos.compiler.backend.loader import Entry, load
from zkos.compiler.build import build_program
from zkos.compiler.targets import X86_64
from zkos.kernel.crypto.blake2s import blake2s256
from zkos.kernel.crypto.keccak256 import keccak256

SOURCE = Path(__file__).with_name("hashes.c")
Hash = Callable[[bytes, bytearray], None]


@dataclass(frozen=True)
class Comparison:
    """One function in both languages."""

    function: str
    typed_python_mb_per_s: float
    c_mb_per_s: float
    ratio: float


def build_c(folder: Path) -> ctypes.CDLL:
    """Compile the C file."""
    compiler = linker_command()[0]
    path = folder / "hashes.so"
    options = ["-O3", "-march=x86_64_v3", "-fno-sanitize=all", "-shared", "-fPIC"]
    command = [compiler, "cc", "-target", "x86_64-linux-gnu", *options, "-o", str(path)]
    subprocess.run([*command, str(SOURCE)], check=True)
    return ctypes.CDLL(str(path))


def c_function(library: ctypes.CDLL, name: str) -> Hash:
    """Wrap a hash of the C file."""
    function = getattr(library, name)
    function.restype = None
    function.argtypes = [ctypes.c_char_p, ctypes.c_uint32, ctypes.c_void_p]

    def call(data: bytes, digest: bytearray) -> None:
        target = (ctypes.c_uint8 * 32).from_buffer(digest)
        function(data, len(data), ctypes.addressof(target))

    return call


def typed_functions() -> dict[str, Hash]:
    """Compile and load the typed Python."""
    functions = {"keccak256": keccak256, "blake2s256": blake2s256}
    program = load(build_program(list(functions.values()), X86_64).save())
    return {name: _writing(Entry(program, function)) for name, function in functions.items()}


def _writing(entry: Entry) -> Hash:
    """Give a hash that returns a number the form of the C functions."""

    def call(data: bytes, digest: bytearray) -> None:
        digest[:] = entry(data).to_bytes(32, "big")

    return call


def check(name: str, hashes: list[Hash], data: bytes) -> None:
    """Compare digests with a library's."""
    expected = {
        "keccak256": lambda: keccak.new(digest_bits=256, data=data).digest(),
        "blake2s256": lambda: hashlib.blake2s(data).digest(),
    }[name]()
    for one in hashes:
        digest = bytearray(32)
        one(data, digest)
        assert digest == expected, (name, len(data))


def compare(name: str, ours: Hash, theirs: Hash, data: bytes, rounds: int) -> Comparison:
    """Time both in turn."""
    for size in (0, 1, 63, 64, 65, 135, 136, 137, 1000, len(data)):
        check(name, [ours, theirs], data[:size])
    best = [float("inf"), float("inf")]
    digest = bytearray(32)
    for _ in range(rounds):
        for index, one in enumerate((ours, theirs)):
            started = time.perf_counter()
            one(data, digest)
            best[index] = min(best[index], time.perf_counter() - started)
    speeds = [len(data) / seconds / 1e6 for seconds in best]
    return Comparison(name, round(speeds[0], 1), round(speeds[1], 1), round(best[0] / best[1], 3))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="typed Python against C at -O3")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--bytes", type=int, default=1 << 20)
    options = parser.parse_args()
    data = random.Random(1).randbytes(options.bytes)
    with tempfile.TemporaryDirectory() as folder:
        library = build_c(Path(folder))
        results = [
            compare(name, ours, c_function(library, f"c_{name}"), data, options.rounds)
            for name, ours in typed_functions().items()
        ]
    if options.json:
        print(json.dumps([asdict(result) for result in results]))
        return
    for result in results:
        print(
            f"{result.function:12} typed Python {result.typed_python_mb_per_s:7.1f} MB/s   "
            f"C -O3 {result.c_mb_per_s:7.1f} MB/s   ratio {result.ratio:.3f}",
            file=sys.stdout,
        )


if __name__ == "__main__":
    main()
