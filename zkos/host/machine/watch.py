"""Watching a run from outside: how many words the program has read so far.

The machine's loop counts words in memory that this process can read while the loop runs; a thread
looks there now and then. Watching costs the run nothing.

Errors:  none.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from zkos.host.machine.machine import Machine

SECONDS_BETWEEN_LOOKS = 0.05


@contextmanager
def watched(machine: Machine, report: Callable[[int], None] | None) -> Iterator[None]:
    """Report the words that the machine has read, while the context lasts and at its end."""
    if report is None:
        yield
        return
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(SECONDS_BETWEEN_LOOKS):
            report(machine.words_read)

    watcher = threading.Thread(target=look, name="machine watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
        report(machine.words_read)
