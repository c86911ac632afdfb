"""What holds for every command: JSON on request, a help text, a place in the documentation."""

import re

import pytest

from tests.cli.support import EXAMPLES, commands, zkos

PAGE = (EXAMPLES.parent / "docs" / "command-line.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_takes_json_and_is_documented(name, command):
    assert "as_json" in [parameter.name for parameter in command.params]
    assert re.search(rf"^## .*zkos {name}\b", PAGE, re.MULTILINE)
    outcome = zkos(*name.split(), "--help")
    assert outcome.status == 0
    assert " READ " not in outcome.stdout  # the name of a function is no help


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_option_is_documented(name, command):
    start = re.search(rf"^## .*zkos {name}\b", PAGE, re.MULTILINE)
    assert start is not None
    section = PAGE[start.start() :].split("\n## ", 1)[0]
    options = [one.opts for one in command.params if one.opts[0].startswith("-")]
    missing = [names for names in options if not any(name in section for name in names)]
    assert missing in ([], [["--json"]])


@pytest.mark.parametrize("group", [(), ("kernel",), ("machine",)])
def test_lists_of_commands_have_whole_sentences(group, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    listed = zkos(*group, "--help").stdout.split("Commands:")[1].strip().splitlines()
    assert listed and all(line.endswith(".") and not line.endswith("...") for line in listed)
