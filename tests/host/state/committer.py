"""A process that commits blocks until it is killed, for test_kill.py.

    python -m tests.host.state.committer DIRECTORY

For each line on stdin, which says how long the journal may get, it forks a process that opens the
state directory and commits block after block; that one writes its process id, then "begin HEIGHT"
and "end HEIGHT" around each commit, "write" and "written" around what a checkpoint writes to the
tree's file, and "dead" is written once it is gone. Forking spares the imports.
"""

import os
import random
import sys
from pathlib import Path

from zkos.host.hashing import blake2s256
from zkos.host.state.database import StateDatabase
from zkos.host.state.tree import compiled_functions
from zkos.host.state.tree_file import TreeFile

NEW_KEYS, CHANGED_KEYS = 40, 20


def key(height: int, place: int) -> bytes:
    """Give a key that a block adds."""
    return blake2s256(height.to_bytes(8, "big") + place.to_bytes(8, "big"))


def writes_of(height: int) -> list[tuple[bytes, bytes]]:
    """Give the writes of the block of a height: new keys, and changes of earlier ones."""
    rng = random.Random(height)
    keys = [key(height, place) for place in range(NEW_KEYS)]
    if height > 1:
        keys += [
            key(rng.randrange(1, height), rng.randrange(NEW_KEYS)) for _ in range(CHANGED_KEYS)
        ]
    return [(one, rng.randbytes(32)) for one in keys]


def tell(line: str) -> None:
    """Write a line at once, in one call."""
    os.write(1, line.encode() + b"\n")


def write_and_tell(tree: TreeFile) -> None:
    """Write a tree to its file."""
    tell("write")
    write(tree)
    tell("written")


write = TreeFile.write


def commit_forever(directory: Path, journal_bytes: int) -> None:
    """Commit blocks on top of what is there."""
    TreeFile.write = write_and_tell
    with StateDatabase(directory, journal_bytes=journal_bytes) as database:
        tell(str(os.getpid()))
        while True:
            height = database.height + 1
            writes = writes_of(height)
            position = database.position.after(height, height)
            tell(f"begin {height}")
            database.commit(position, writes, [])
            tell(f"end {height}")


def main() -> None:
    """Serve one child a line."""
    directory = Path(sys.argv[1])
    compiled_functions()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            commit_forever(directory, int(line))
        os.waitpid(child, 0)
        tell("dead")


if __name__ == "__main__":
    main()
