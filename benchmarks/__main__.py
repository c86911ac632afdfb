"""Run every benchmark in turn: ``python -m benchmarks``; options go to each of them.

The EVM's needs the extra ``bench`` (revm and py-evm); without it that one is left out, and said so.
"""

import importlib.util
import subprocess
import sys

BENCHMARKS = {
    "compiler_vs_c": (),
    "machine": (),
    "crypto": (),
    "state_tree": (),
    "evm": ("pyrevm",),
}
"""Name of the module -> libraries that it needs beside those of the extra ``dev``."""


def main() -> int:
    """Run them; 1 if one failed."""
    failed = False
    for name, libraries in BENCHMARKS.items():
        missing = [one for one in libraries if importlib.util.find_spec(one) is None]
        if missing:
            print(f"{name}: left out, it needs {', '.join(missing)}: pip install -e '.[bench]'")
            continue
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]]
        failed |= subprocess.run(command, check=False).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
