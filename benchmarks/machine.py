"""The machine measured: its interpreter in typed Python against the same interpreter in C.

    python -m benchmarks.machine [--json] [--rounds 9]
    python -m benchmarks.machine --image P.bin --words FILE      any program, without C
    python -m benchmarks.machine --image P.bin --words FILE --runs     its frequent instructions

The C file has the same handlers and the same fused runs, and runs the very instructions that our
predecoder made, so that only the compilers differ. Both alternate in one run of this program;
the best of the rounds counts, so that a busy computer disturbs both alike.

Units:   MIPS = 10^6 RISC-V instructions a second; ratio = typed Python's MIPS over C's.
Errors:  AssertionError when the two do not agree on result and number of instructions.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.machine_programs import hash_main, sieve_main
from examples.machine.dynamic_fibonacci import main as fibonacci_main
from tests.golden.store import document
from zkos.compiler.backend.link import linker_command
from zkos.compiler.build import build_program
from zkos.compiler.targets import RISCV
from zkos.host import block_file
from zkos.host.batch_run import Runner
from zkos.host.executors.kernel_images import KernelImage, build_image
from zkos.host.machine import Machine, MachineResult
from zkos.host.words import read_words
from zkos.riscv_machine.operations import BRANCH_NAMES, CSR_NAMES, JUMP_NAMES, NAMES, SEQUENCES
from zkos.riscv_machine.state import MEMORY_WORDS, ROM_WORDS

SOURCE = Path(__file__).with_name("machine.c")
LIMIT = 1 << 36
END = 1
BATCH = "hundred_transfers"
PROGRAMS = {
    "loop": (fibonacci_main, 3_000_000),
    "keccak256": (hash_main, 250),
    "sieve": (sieve_main, 3_000_000),
}


class CMachine(ctypes.Structure):
    """The state of the machine in C."""

    _fields_ = [
        ("x", ctypes.c_uint32 * 64),
        ("code", ctypes.c_uint64 * (ROM_WORDS + 1)),
        ("stop_ip", ctypes.c_uint64),
        ("cycles", ctypes.c_uint64),
        ("limit", ctypes.c_uint64),
        ("words", ctypes.c_void_p),
        ("available", ctypes.c_uint32),
        ("position", ctypes.c_uint32),
        ("blake2s_calls", ctypes.c_uint64),
        ("u256_calls", ctypes.c_uint64),
    ]


@dataclass(frozen=True)
class Comparison:
    """One program on both machines."""

    program: str
    instructions: int
    typed_python_mips: float
    c_mips: float
    ratio: float


def c_handlers() -> str:
    """Give the C text that makes a handler of every run, and the table of them."""
    lines = []
    plain = [(name,) for name in NAMES if name in _BODY_NAMES or name in BRANCH_NAMES]
    for run in (*plain, *SEQUENCES):
        steps = [f"{'BRANCH' if name in BRANCH_NAMES else 'DO'}({name})" for name in run]
        lines.append(f"HANDLER({'_'.join(run)}, {' '.join(steps)})")
    made = {"_".join(run) for run in (*plain, *SEQUENCES)} | {*JUMP_NAMES, *CSR_NAMES}
    lines.append("static handler *const HANDLERS[256] = {")
    for number, name in enumerate(NAMES):
        own = name.replace("+", "_")
        handler = "end" if name == "jump_special" else own if own in made else "illegal"
        lines.append(f"    [{number}] = handle_{handler},")
    return "\n".join((*lines, "};", ""))


_BODY_NAMES = frozenset(NAMES[2 : NAMES.index("beq")])


def build_c(folder: Path) -> Callable[..., int]:
    """Compile the C file and give its entry."""
    (folder / "handlers.h").write_text(c_handlers())
    path = folder / "machine.so"
    options = ["-O3", "-march=x86_64_v3", "-fno-sanitize=all", "-fomit-frame-pointer"]
    options += ["-shared", "-fPIC", f"-I{folder}"]
    compiler = [linker_command()[0], "cc", "-target", "x86_64-linux-gnu"]
    subprocess.run([*compiler, *options, "-o", str(path), str(SOURCE)], check=True)
    entry = ctypes.CDLL(str(path)).machine_run
    entry.argtypes = [
        ctypes.POINTER(CMachine),
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_uint64,
    ]
    entry.restype = ctypes.c_uint32
    return entry


class InC:
    """One program on the C machine."""

    def __init__(self, entry: Callable[..., int], image: bytes, decoded: bytes) -> None:
        self._entry = entry
        self._ram = Machine(image).memory
        self._pages = (ctypes.c_uint8 * self._ram.size).from_buffer(self._ram.map)
        self._machine = CMachine()
        ctypes.memmove(self._machine.code, decoded, len(decoded))

    def run(self, words: "array[int]") -> tuple[float, tuple[int, ...]]:
        """Run from zeroed RAM; seconds, then x10, instructions and delegations."""
        self._ram.clear(ROM_WORDS * 4)
        machine = self._machine
        ctypes.memset(machine.x, 0, ctypes.sizeof(machine.x))
        machine.words, machine.available = words.buffer_info()
        machine.position = 0
        machine.blake2s_calls = machine.u256_calls = 0
        started = time.perf_counter()
        reason = self._entry(machine, ctypes.addressof(self._pages), MEMORY_WORDS, LIMIT)
        seconds = time.perf_counter() - started
        assert reason == END, f"the C machine stopped at {machine.stop_ip * 4:#x}: {reason}"
        delegations = machine.blake2s_calls, machine.u256_calls
        return seconds, (machine.x[10], machine.cycles, *delegations)


def timed(machine: Machine, words: "array[int]") -> tuple[float, MachineResult]:
    """Run a program on our machine."""
    stream = words.tobytes()
    started = time.perf_counter()
    result = machine.run(words=stream)
    return time.perf_counter() - started, result


def program(name: str) -> tuple[bytes, "array[int]"]:
    """Give image and words of a program: a small one, or the proving kernel with a batch."""
    if name in PROGRAMS:
        function, amount = PROGRAMS[name]
        return build_program([function], RISCV).data, array("I", [amount])
    batch = block_file.parse(document(name))
    words = Runner().run_proving(batch).words
    assert words is not None
    image = build_image(KernelImage(True, batch.flavour, on_machine=True))
    return image.path.read_bytes(), words


def compare(name: str, entry: Callable[..., int], rounds: int) -> Comparison:
    """Time one program on both machines, in turns."""
    image, words = program(name)
    ours = Machine(image)
    _, result = timed(ours, words)
    theirs = InC(entry, image, ours.decoded())
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        seconds, result = timed(ours, words)
        best[0] = min(best[0], seconds)
        seconds, found = theirs.run(words)
        best[1] = min(best[1], seconds)
        assert found == (result.registers[10], result.cycles, *result.delegations.values())
    mips = [result.cycles / seconds / 1e6 for seconds in best]
    return Comparison(name, result.cycles, mips[0], mips[1], best[1] / best[0])


def measure_image(image: bytes, words: "array[int]", rounds: int) -> dict[str, object]:
    """Time any image on our machine."""
    machine = Machine(image)
    results = [timed(machine, words) for _ in range(rounds)]
    seconds, result = min(results, key=lambda pair: pair[0])
    return {
        "instructions": result.cycles,
        "delegations": result.delegations,
        "public_input": "0x" + result.public_input.hex(),
        "seconds": seconds,
        "mips": result.cycles / seconds / 1e6,
    }


def frequent_runs(image: bytes, words: "array[int]") -> dict[str, float]:
    """Share of all executed instructions that begin each run of up to three operations."""
    machine = Machine(image)
    profile = machine.run(words=words.tobytes(), profile=True).profile
    assert profile is not None
    names = [NAMES[number & 0xFF] for number in array("Q", machine.decoded(is_fused=False))]
    totals: Counter[str] = Counter()
    for place, count in enumerate(profile.counts[: len(names)]):
        for size in (1, 2, 3):
            run = names[place : place + size]
            if count and len(run) == size and not _ENDS.intersection(run[:-1]):
                totals["+".join(run)] += count
    whole = profile.cycles
    return {run: 100 * count / whole for run, count in totals.most_common(80)}


_ENDS = frozenset((*BRANCH_NAMES, *JUMP_NAMES, "jump_special", "branch_special", "illegal"))


def show(comparisons: list[Comparison]) -> None:
    """Print a table."""
    print(f"{'program':<18}{'instructions':>14}{'typed Python':>16}{'C -O3':>14}{'ratio':>8}")
    for one in comparisons:
        print(
            f"{one.program:<18}{one.instructions:>14,}{one.typed_python_mips:>11.0f} MIPS"
            f"{one.c_mips:>9.0f} MIPS{one.ratio:>8.3f}"
        )


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--image", type=Path, help="a flat image to run instead")
    parser.add_argument("--words", type=Path, help="its oracle words")
    parser.add_argument("--runs", action="store_true", help="count its frequent instructions")
    chosen = parser.parse_args()
    if chosen.image is not None:
        words = read_words(chosen.words) if chosen.words else array("I")
        image = chosen.image.read_bytes()
        found = (
            frequent_runs(image, words)
            if chosen.runs
            else measure_image(image, words, chosen.rounds)
        )
        print(json.dumps(found, indent=None if chosen.json else 2))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        entry = build_c(Path(folder))
        comparisons = [compare(name, entry, chosen.rounds) for name in (*PROGRAMS, BATCH)]
    if chosen.json:
        print(json.dumps([asdict(one) for one in comparisons]))
    else:
        show(comparisons)
    return 0


if __name__ == "__main__":
    sys.exit(main())
