"""Running the command line inside the test's process."""

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from zkos.cli.main import run_command
from zkos.cli.main import zkos as group

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass
class Outcome:
    """What a command left behind."""

    status: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def zkos(*arguments: object) -> Outcome:
    """Run ``zkos`` with these arguments."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
        status = run_command([str(argument) for argument in arguments])
    return Outcome(status, stdout.getvalue(), stderr.getvalue())


def commands(holder: click.Group = group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Give all commands and their names."""
    for name, command in holder.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command
