"""``zkos prove-input --program``: what another program reads, recorded for its prover.

The programs here are ours: the proving image, which speaks the oracle's protocol as the official
one does, and an example that asks nothing.
"""

import json
from pathlib import Path

import pytest

from examples.machine.build import build
from tests.adversarial.batches import DOCUMENTS
from tests.cli.support import EXAMPLES, zkos
from zkos.host.batch import Flavour
from zkos.host.executors.kernel_images import KernelImage, build_image

TRANSFER = EXAMPLES / "transfer.json"
# The official program's value for this block: oracle.md, 8.
PUBLIC_INPUT = "0xdebd3d571b5586baa3e0dca02ccd71d38eb7480cf495d5f1dab400a0a15177bb"


@pytest.fixture(scope="module")
def image() -> Path:
    return build_image(KernelImage(True, Flavour.PRODUCTION, on_machine=True)).path


def test_the_words_that_a_program_reads_are_those_that_it_is_proved_with(image, tmp_path):
    path = tmp_path / "program.words"
    outcome = zkos("prove-input", TRANSFER, "--program", image, "-o", path, "--json")
    assert outcome.status == 0, outcome.stderr
    assert outcome.json["public_input"] == PUBLIC_INPUT
    assert outcome.json["words"] == len(path.read_text()) // 8
    replayed = zkos("machine", "run", image, "--input", path, "--json").json
    assert replayed["public_input"] == PUBLIC_INPUT
    assert replayed["words_read"] == outcome.json["words"]
    own = tmp_path / "own.words"
    zkos("prove-input", TRANSFER, "-o", own)
    assert path.read_text() == own.read_text()


def test_a_batch_of_two_blocks_is_recorded_to_its_end(image, tmp_path):
    batch, path = tmp_path / "batch.json", tmp_path / "words"
    batch.write_text(json.dumps(DOCUMENTS["two blocks"]()))
    outcome = zkos("prove-input", batch, "--program", image, "-o", path, "--json")
    assert outcome.status == 0, outcome.stderr
    assert outcome.json["public_input"] == zkos("run", batch, "--json").json["public_input"]


def test_a_program_with_another_public_input_writes_no_words(tmp_path):
    program, path = tmp_path / "fibonacci.bin", tmp_path / "words"
    program.write_bytes(build("basic_fibonacci").data)
    outcome = zkos("prove-input", TRANSFER, "--program", program, "-o", path)
    assert (outcome.status, outcome.stdout) == (1, "")
    [line] = outcome.stderr.strip().splitlines()
    assert line.startswith(f"zkos: public input differs: forward {PUBLIC_INPUT}, program 0x")
    assert not path.exists()


def test_the_executor_is_not_for_other_programs(image, tmp_path):
    options = ("--program", image, "--executor", "python", "-o", tmp_path / "words")
    outcome = zkos("prove-input", TRANSFER, *options)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "--executor is for our kernel" in outcome.stderr


@pytest.mark.parametrize("content", [None, b"abc", b"\0" * 8])
def test_a_file_that_is_no_image_is_bad_input(content, tmp_path):
    program = tmp_path / "program.bin"
    if content is not None:
        program.write_bytes(content)
    outcome = zkos("prove-input", TRANSFER, "--program", program, "-o", tmp_path / "words")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert len(outcome.stderr.strip().splitlines()) == 1
