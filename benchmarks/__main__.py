"""Run every benchmark in turn: ``python -m benchmarks``; options go to each of the modules here.

The last ones are ``zkos bench``, for the EVM and for blocks of transfers. They need the extra
``bench`` (revm and py-evm) and say so without it.
"""

import subprocess
import sys

MODULES = ("compiler_vs_c", "machine", "crypto", "state_tree")
ZKOS_BENCH: tuple[tuple[str, ...], ...] = ((), ("--blocks", "5000"), ("--executor", "riscv"))
"""Options of the runs of ``zkos bench``."""


def main() -> int:
    """Run them; 1 if one failed."""
    runs = {name: ["-m", f"benchmarks.{name}", *sys.argv[1:]] for name in MODULES}
    for options in ZKOS_BENCH:
        runs[" ".join(("zkos bench", *options))] = ["-m", "zkos.cli", "bench", *options]
    failed = False
    for title, arguments in runs.items():
        print(f"== {title}", flush=True)
        failed |= subprocess.run([sys.executable, *arguments], check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
