"""Progress on stderr of builds and machine runs: a bar on a terminal, nothing elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from zkos.host.executors.kernel_images import Progress as Report


def _bars(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def build_progress() -> Iterator[Report]:
    """Give the callback that draws a build's progress while the context lasts."""
    columns = (
        TextColumn("building {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with _bars(*columns) as bars:
        tasks: dict[str, TaskID] = {}

        def report(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield report


@contextmanager
def words_progress(total: int) -> Iterator[Callable[[int], None]]:
    """Give the callback that draws how many words a program on the machine has read."""
    columns = (
        TextColumn("running"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("words"),
        TimeElapsedColumn(),
    )
    with _bars(*columns) as bars:
        task = bars.add_task("running", total=total)
        yield lambda words: bars.update(task, completed=words)
