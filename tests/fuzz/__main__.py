"""Run worlds without end, or so many: see the package's docstring."""

import argparse
import sys
import time
from collections import Counter

from tests.fuzz.campaign import PER_WORLD, differences

SLICE = 500  # worlds between two lines of progress


def main() -> None:
    """Run, and say what differs; exit with 1 if something does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=list(PER_WORLD), default="programs")
    parser.add_argument("--programs", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (0)")
    options = parser.parse_args()
    worlds = -(-options.programs // PER_WORLD[options.kind])
    statuses: Counter[str] = Counter()
    failures = 0
    started = time.perf_counter()
    for first in range(options.seed, options.seed + worlds, SLICE):
        seeds = range(first, min(first + SLICE, options.seed + worlds))
        for found in differences(options.kind, seeds, statuses):
            failures += 1
            print(found)
        done = (seeds.stop - options.seed) * PER_WORLD[options.kind]
        seconds = time.perf_counter() - started
        print(f"{done:,} programs, {failures} differences, {seconds:.0f} s", file=sys.stderr)
    print(f"{worlds * PER_WORLD[options.kind]:,} programs, {failures} differences")
    print(", ".join(f"{count:,} {status}" for status, count in statuses.most_common()))
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
