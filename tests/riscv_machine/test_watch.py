"""Watching a run: what the observer hears, and that the run does not notice."""

from examples.machine.build import build
from zkos.host.machine import Machine
from zkos.host.machine.watch import watched

ROUNDS = 5_000_000


def test_the_watcher_hears_of_words_while_the_program_runs() -> None:
    machine = Machine(build("dynamic_fibonacci").data)
    heard: list[int] = []
    with watched(machine, heard.append):
        result = machine.run([ROUNDS])
    assert result.words_read == 1
    assert len(heard) > 1, "it looked during the run"
    assert heard[-1] == 1 and heard == sorted(heard)


def test_nobody_needs_to_listen() -> None:
    machine = Machine(build("basic_fibonacci").data)
    with watched(machine, None):
        assert machine.run([]).registers[10] == 144
