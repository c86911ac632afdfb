"""Bad input ends with status 2 and one line on stderr; nothing on stdout, never a traceback."""

import json
import subprocess
import sys

import pytest

from tests.cli.support import EXAMPLES, zkos


@pytest.fixture
def files(tmp_path):
    """Write files and give their paths."""

    def write(name, content):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def refused(outcome, *parts):
    assert outcome.status == 2, outcome
    assert outcome.stdout == ""
    lines = outcome.stderr.strip().splitlines()
    assert len(lines) == 1, outcome.stderr
    assert lines[0].startswith("zkos: ")
    for part in parts:
        assert part in lines[0]


def words(*numbers):
    return b"".join(number.to_bytes(4, "little") for number in numbers)


READ_X10 = 0x7C001573  # csrrw x10, 0x7c0, x0
END = 0x0000006F  # jal x0, 0


@pytest.mark.parametrize("command", [("run",), ("prove-input", "-o", "words.txt")])
def test_a_missing_block_file_is_named(command, tmp_path):
    refused(zkos(*command, tmp_path / "none.json"), "none.json", "cannot read")


def test_a_bad_field_is_named_with_file_and_path(files):
    path = files("b.json", {"blocks": [{"block": {"timestamp": "12z"}}]})
    expected = 'b.json: blocks[0].block.timestamp: expected a 0x-hex quantity, got "12z"'
    refused(zkos("run", path), expected)


def test_a_file_that_is_not_json_is_refused(files):
    refused(zkos("run", files("b.json", "{")), "b.json: not JSON")


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "x.json", "--mode", "sideways"),
        ("run", "x.json", "--executor", "arm"),
        ("run", "x.json", "--no-such-option"),
        ("prove-input", "x.json"),
        ("machine", "run"),
        ("machine", "walk"),
        ("nothing",),
        ("machine", "run", "x.bin", "--limit", "0"),
        ("machine", "run", "x.bin", "--limit", "many"),
    ],
)
def test_a_wrong_command_line_is_refused_in_one_line(arguments):
    refused(zkos(*arguments))


def test_a_profile_needs_the_machine(files):
    refused(zkos("run", files("b.json", {}), "--profile", "p.svg"), "--executor riscv")


def test_explaining_runs_off_the_machine_and_apart_from_tracing(files):
    command = ("run", files("b.json", {}), "--explain")
    refused(zkos(*command, "--executor", "riscv"), "--executor x86_64 or python")
    refused(zkos(*command, "--trace", "t.json"), "one run for each")


def test_an_output_that_cannot_be_written_is_refused(files, tmp_path):
    block = EXAMPLES / "transfer.json"
    outcome = zkos("prove-input", block, "-o", tmp_path / "no" / "w", "--executor", "python")
    refused(outcome, "cannot write")


def test_a_missing_image_is_refused(tmp_path):
    refused(zkos("machine", "run", tmp_path / "none.bin"), "cannot read", "none.bin")


@pytest.mark.parametrize("size", [0, 3, 2**21 + 4])
def test_an_image_of_an_impossible_size_is_refused(files, size):
    refused(zkos("machine", "run", files("i.bin", bytes(size))), "an image is a multiple of 4")


def test_an_unknown_instruction_is_named_with_its_address(files):
    image = files("i.bin", words(0x00000013, 0xFFFFFFFF))
    refused(zkos("machine", "run", image), "no such instruction", "pc 0x4", "0xffffffff")


def test_words_that_end_too_early_are_refused(files):
    image = files("i.bin", words(READ_X10, READ_X10, END))
    given = files("w.txt", "00000001")
    refused(zkos("machine", "run", image, "--input", given), "truncated words")


@pytest.mark.parametrize(
    ("text", "message"),
    [("0000000", "multiple of 8"), ("0000000g", "got 'g'"), ("0x000001", "no 0x prefix")],
)
def test_a_malformed_word_file_is_refused(files, text, message):
    image = files("i.bin", words(READ_X10, END))
    refused(zkos("machine", "run", image, "--input", files("w.txt", text)), message)


def test_words_and_oracle_exclude_each_other(files):
    image = files("i.bin", words(END))
    refused(zkos("machine", "run", image, "--input", "w", "--oracle", "b"), "exclude each other")


def test_an_abort_of_the_program_is_no_fault_of_the_input(files):
    outcome = zkos("machine", "run", files("i.bin", words(0xC0001073)))
    assert outcome.status == 1
    assert "the program aborted" in outcome.stderr


def test_the_limit_of_instructions_ends_a_run_with_status_1(files):
    image = files("i.bin", words(0x00000013, 0xFFDFF06F))  # nop; jump back
    outcome = zkos("machine", "run", image, "--limit", 100)
    assert outcome.status == 1
    assert "the limit of instructions is reached" in outcome.stderr


def test_the_installed_command_shows_no_traceback(files):
    path = files("b.json", {"pre": 1})
    finished = subprocess.run(
        [sys.executable, "-m", "zkos.cli", "run", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr == f"zkos: {path}: pre: expected an object, got 1\n"


def test_an_error_of_the_program_itself_is_one_line_too(monkeypatch, files):
    def fail(path):
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("zkos.cli.options.load", fail)
    outcome = zkos("run", files("b.json", {}))
    assert outcome.status == 1
    assert outcome.stderr == (
        "zkos: internal error: RuntimeError: two lines (ZKOS_DEBUG=1 shows where)\n"
    )


def test_an_interrupt_ends_without_a_traceback(monkeypatch, files):
    def interrupt(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("zkos.cli.options.load", interrupt)
    outcome = zkos("run", files("b.json", {}))
    assert (outcome.status, outcome.stderr.strip()) == (130, "zkos: interrupted")
