"""Build an example program into a flat image for the Airbender machine.

    python -m examples.machine.build hashed_fibonacci -o hashed_fibonacci.bin

Prints the image's size and SHA-256. The image runs under ``zkos machine run`` and, as it is,
under Airbender's own command line.
"""

import argparse
import sys
from pathlib import Path

from examples.machine import basic_fibonacci, dynamic_fibonacci, hashed_fibonacci
from zkos.compiler.build import Built, build_program
from zkos.compiler.targets import RISCV
from zkos.lang import Function

PROGRAMS: dict[str, Function] = {
    "basic_fibonacci": basic_fibonacci.main,
    "dynamic_fibonacci": dynamic_fibonacci.main,
    "hashed_fibonacci": hashed_fibonacci.main,
}


def build(name: str) -> Built:
    """Compile and link one of the programs."""
    return build_program([PROGRAMS[name]], RISCV)


def main() -> int:
    """Build what the command line names."""
    parser = argparse.ArgumentParser(description="Build an example for the Airbender machine.")
    parser.add_argument("name", choices=sorted(PROGRAMS))
    parser.add_argument("-o", "--output", type=Path, required=True)
    chosen = parser.parse_args()
    built = build(chosen.name)
    chosen.output.write_bytes(built.data)
    print(f"{chosen.output}: {len(built.data)} bytes, sha256 {built.sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
