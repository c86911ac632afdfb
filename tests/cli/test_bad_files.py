"""Every file and directory that a command takes may be wrong: one line, status 2, nothing written.

The rows name all of them; a command that is added needs rows too. ``t8n`` has the statuses of its
convention, 10 and 11.
"""

import json
import os
from pathlib import Path

import pytest

from tests.cli.support import EXAMPLES, commands, zkos
from zkos.cli.output_files import open_file, output_path, write_file
from zkos.host.errors import InputError, KernelError

BAD, OUT = "BAD", "OUT"
"""Stand for the wrong file, and for a file to write."""
BLOCK = str(EXAMPLES / "transfer.json")
JSON_FILES = [
    ("run", BAD),
    ("run", BAD, "--state", "new"),
    ("build-block", BAD, "-o", OUT),
    ("call", BAD),
    ("call", BLOCK, "--overrides", BAD),
    ("call", BLOCK, "--access-list", BAD),
    ("estimate-gas", BAD),
    ("prove-input", BAD, "-o", OUT),
    ("prove-input", BAD, "-o", OUT, "--state", "new"),
    ("compare", BAD, "--program", "jump.bin"),
    ("recover", BAD, "pubdata"),
    ("prove-log", BAD, "0"),
    ("machine run", "jump.bin", "--oracle", BAD),
    ("statetest", BAD),
    ("node", "--state", "new", "--genesis", BAD, "--port", "0"),
    ("t8n", "--input.alloc", BAD),
    ("t8n", "--input.alloc", "object.json", "--input.env", BAD),
]
OTHER_FILES = [
    ("prove-input", BLOCK, "--program", BAD, "-o", OUT),
    ("compare", BLOCK, "--program", BAD),
    ("recover", BLOCK, BAD),
    ("machine run", BAD),
    ("machine run", "jump.bin", "--input", BAD),
    ("machine run", "jump.bin", "--elf", BAD, "--profile", OUT),
    ("kernel verify", BAD),
    ("statetest", BLOCK, "--accept", BAD),
]
STATES = [
    ("run", BLOCK),
    ("build-block", BLOCK, "-o", OUT),
    ("call", BLOCK),
    ("prove-input", BLOCK, "-o", OUT),
    ("node", "--port", "0"),
]
WITHOUT_FILES = {"kernel build", "kernel record", "bench"}
T8N_STATUS = {"cannot read": 11, "not JSON": 10, "expected": 10}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with what the rows need."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jump.bin").write_bytes((0x6F).to_bytes(4, "little"))
    (tmp_path / "object.json").write_text("{}")
    return tmp_path


def refused(row: tuple[str, ...], expected: str, *more: str) -> None:
    """Run a row: it is refused, and the folder is as it was."""
    command, *arguments = row
    before = contents()
    outcome = zkos(*command.split(), *arguments, *more)
    assert outcome.status == (T8N_STATUS[expected] if command == "t8n" else 2), outcome
    assert outcome.stdout == ""
    assert outcome.stderr.startswith("zkos: ")
    assert outcome.stderr.count("\n") == 1, outcome.stderr
    assert expected in outcome.stderr
    assert contents() == before


def contents() -> list[str]:
    """Give what stands in the folder."""
    return sorted(os.listdir())


def test_every_command_has_its_rows():
    with_rows = {command for command, *_ in (*JSON_FILES, *OTHER_FILES)}
    assert with_rows | WITHOUT_FILES == {name for name, _ in commands()}


@pytest.mark.parametrize("row", [*JSON_FILES, *OTHER_FILES], ids=" ".join)
def test_a_file_that_is_missing_or_a_folder_is_refused(row, folder):
    refused(row, "cannot read")
    (folder / BAD).mkdir()
    if row != ("statetest", BAD):  # a folder of tests
        refused(row, "cannot read")


@pytest.mark.parametrize("row", JSON_FILES, ids=" ".join)
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "not JSON"),
        (b'{"blocks": [{', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 5000, "not JSON"),
        (b"7", "expected"),
        (b'"text"', "expected"),
    ],
)
def test_a_document_that_is_cut_off_or_of_another_type_is_refused(row, content, expected, folder):
    (folder / BAD).write_bytes(content)
    refused(row, expected)


@pytest.mark.parametrize("row", [row for row in JSON_FILES if row[0] not in ("t8n", "recover")])
def test_an_unknown_field_is_refused_by_name(row, folder):
    (folder / BAD).write_text('{"nonsense": 1}')
    unchecked = {"prove-log": "l2_to_l1_logs: missing field", "statetest": "[nonsense]: expected"}
    is_list = "--access-list" in row
    refused(row, "an array" if is_list else unchecked.get(row[0], "nonsense: no such field"))


@pytest.mark.parametrize("row", OTHER_FILES, ids=" ".join)
@pytest.mark.parametrize("content", [b"", b"\xff", bytes(2**21 + 4)], ids=["empty", "byte", "long"])
def test_images_words_and_pubdata_of_a_wrong_length_are_refused(row, content, folder):
    if content == b"" and ("--input" in row or "--accept" in row):
        return  # no words, and no accepted failures
    (folder / BAD).write_bytes(content)
    refused(row, BAD)


@pytest.mark.parametrize("row", STATES, ids=" ".join)
def test_a_state_directory_that_is_something_else_is_refused(row, folder):
    (folder / "file").write_text("")
    refused(row, "is not a state directory", "--state", "file")
    refused(row, "is not a state directory", "--state", "file/below")
    refused(row, "File name too long", "--state", "x" * 300)
    (folder / "other").mkdir()
    (folder / "other" / "letter.txt").write_text("")
    refused(row, "is not a state directory", "--state", "other")
    (folder / "damaged").mkdir()
    (folder / "damaged" / "data.mdb").write_bytes(bytes(8192))
    refused(row, "damaged", "--state", "damaged")


@pytest.mark.parametrize(
    "row",
    [
        ("build-block", "none.json", "-o"),
        ("prove-input", "none.json", "-o"),
        ("run", "none.json", "--executor", "riscv", "--profile"),
        ("run", "none.json", "--trace"),
        ("machine run", "none.bin", "--profile"),
        ("bench", "--plot"),
    ],
    ids=" ".join,
)
def test_an_output_that_cannot_be_is_refused_before_the_work(row, folder):
    refused(row, "cannot write .: expected a file, got a folder", ".")
    refused(row, "cannot write none/out: there is no folder none", "none/out")


NUMBERS = [
    ("machine run", "jump.bin", "--limit"),
    ("compare", BLOCK, "--program", "jump.bin", "--limit"),
    ("call", BLOCK, "--gas"),
    ("call", BLOCK, "--value"),
    ("call", BLOCK, "--gas-price"),
    ("statetest", BLOCK, "--jobs"),
    ("statetest", BLOCK, "--timeout"),
    ("t8n", "--state.chainid"),
    ("prove-log", "result.json"),
    ("node", "--state", "new", "--chain-id"),
    ("node", "--state", "new", "--block-time"),
]


@pytest.mark.parametrize("row", NUMBERS, ids=" ".join)
@pytest.mark.parametrize("number", ["-1", "", "1.5.2", "0xg", "9" * 90, "9" * 5000])
def test_a_number_that_is_negative_huge_or_none_is_refused(row, number, folder):
    (folder / "result.json").write_text(json.dumps({"l2_to_l1_logs": []}))
    command, *arguments = row
    outcome = zkos(*command.split(), *arguments, number)
    assert outcome.status == 2, outcome
    assert outcome.stderr.startswith("zkos: ")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "row",
    [
        ("build-block", str(EXAMPLES / "candidates.json"), "-o"),
        ("prove-input", BLOCK, "-o"),
        ("run", BLOCK, "--trace"),
        ("run", BLOCK, "--executor", "python", "--trace"),
        ("machine run", "jump.bin", "--profile"),
    ],
    ids=" ".join,
)
def test_a_disk_that_is_full_is_one_line(row, folder):
    outcome = zkos(*row[0].split(), *row[1:], "/dev/full")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr == "zkos: cannot write /dev/full: No space left on device\n"


def test_an_output_in_a_folder_without_rights_is_refused_before_the_work(folder, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everywhere
    refused(("run", "none.json", "--trace"), "cannot write out: no right to write there", "out")


def test_a_file_is_written_whole_or_not_at_all(folder, monkeypatch):
    place = folder / "block.json"
    write_file(place, "before")
    place.chmod(0o640)
    write_file(place, "after")
    assert (place.read_text(), place.stat().st_mode & 0o777) == ("after", 0o640)
    before = contents()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(InputError, match=r"cannot write .*block.json: No space left on device"):
        write_file(place, "later")
    assert place.read_text() == "after"
    assert contents() == before


def test_a_stream_becomes_the_file_when_the_run_is_over(folder):
    place = folder / "trace.json"
    place.write_text("before")
    with open_file(place) as stream:
        print("line", file=stream, flush=True)
        assert place.read_text() == "before"
    assert place.read_text() == "line\n"


@pytest.mark.parametrize(
    ("error", "left"),
    [(KernelError("the run failed"), "line\n"), (KeyboardInterrupt(), "line\n"),
     (ValueError("our fault"), "before")],
)  # fmt: skip
def test_only_a_run_that_fails_leaves_a_part(folder, error, left):
    place = folder / "trace.json"
    place.write_text("before")
    before = contents()
    with pytest.raises(type(error)), open_file(place) as stream:
        print("line", file=stream)
        raise error
    assert place.read_text() == left
    assert contents() == before


def test_a_link_stays_a_link_and_a_device_stays_one(folder):
    (folder / "link").symlink_to("target")
    write_file(folder / "link", "text")
    assert (folder / "link").is_symlink()
    assert (folder / "target").read_text() == "text"
    write_file(Path(os.devnull), "text")
    assert Path(os.devnull).is_char_device()


def test_a_pipe_takes_what_it_is_given(folder):
    reading, writing = os.pipe()
    place = output_path(f"/dev/fd/{writing}")
    with open_file(place) as stream:
        print("line", file=stream)
    write_file(place, b"bytes")
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"line\nbytes"
